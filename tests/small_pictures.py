"""Small pictures with holes, shared by the tests of the classical methods."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inpainting_guide.data import holes

NO_DEADLINE = settings(deadline=None, max_examples=40)


@st.composite
def incomplete_pictures(draw, smallest=3, largest=9):
    """One small image of noise and a location map with any holes, but not of holes alone."""
    height, width = draw(st.integers(smallest, largest)), draw(st.integers(smallest, largest))
    known = draw(arrays(bool, (height, width)))
    known[draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))] = True
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    image = rng.random((1, height, width, 3), np.float32)
    location_map = np.float32(known)[None, :, :, None]
    return holes.cut(image, location_map), location_map


def columns(profile, height=16):
    """An image whose rows all show the same profile of grey values."""
    values = np.asarray(profile, np.float32)
    return np.broadcast_to(values[None, None, :, None], (1, height, len(values), 3)).copy()


def missing_columns(first, count, height, width):
    """The location map of a hole that takes whole columns, from the top edge to the bottom."""
    location_map = np.ones((1, height, width, 1), np.float32)
    location_map[:, :, first : first + count] = 0
    return location_map
