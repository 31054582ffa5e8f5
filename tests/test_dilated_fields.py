"""What stacks of dilated and transposed convolutions see, counted on the matrices themselves."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from inpainting_guide.formulas import by_hand

# The completion network of Iizuka and others, 2017: two strides, four dilated layers, and two
# transposed convolutions of four pixels.
ENCODER = [(5, 1, 1), (3, 2, 1), (3, 1, 1), (3, 2, 1), (3, 1, 1), (3, 1, 1)]
DILATED = [(3, 1, 2), (3, 1, 4), (3, 1, 8), (3, 1, 16)]
PLAIN = [(3, 1, 1)] * 4
SHARED = [(3, 1, 1)] * 2


def matrix(size, kernel, stride, dilation):
    """Write one layer of ones as a matrix: the gaps of a dilated kernel are zeros."""
    weights = np.zeros(dilation * (kernel - 1) + 1)
    weights[::dilation] = 1
    return by_hand.convolution_matrix(weights, size, stride)


def seen(matrices):
    """Return the lengths of what four outputs in the middle of a chain of matrices depend on."""
    middle = len(matrices[-1]) // 2
    rows = np.eye(len(matrices[-1]))[middle : middle + 4]
    for one in reversed(matrices):
        rows = rows @ one
    pixels = [np.flatnonzero(row) for row in rows]
    return {last - first + 1 for first, last in ((row[0], row[-1]) for row in pixels)}


def down(layers, size):
    matrices = []
    for kernel, stride, dilation in layers:
        matrices.append(matrix(size, kernel, stride, dilation))
        size = len(matrices[-1])
    return matrices, size


def up(size):
    """Return the decoder: twice as large, a layer of 3, twice as large, two layers of 3."""
    matrices = []
    for layers in (1, 2):
        size *= 2
        matrices.append(by_hand.convolution_matrix(np.ones(4), size, 2).T)
        matrices += [matrix(size, 3, 1, 1)] * layers
    return matrices


def field(layers):
    return by_hand.receptive_field(*map(list, zip(*layers, strict=True)))


@given(
    st.lists(
        st.tuples(st.integers(2, 4), st.integers(1, 2), st.integers(1, 4)), min_size=1, max_size=3
    )
)
@settings(deadline=None, max_examples=20)
def test_the_field_of_dilated_layers_is_what_their_matrices_reach(layers):
    matrices, _ = down(layers, 160)
    assert seen(matrices) == {field(layers)}


def test_without_dilations_nothing_changes():
    for dilations in (None, [1, 1]):
        assert by_hand.receptive_field([5, 3], [2, 1], dilations) == 9
    assert by_hand.receptive_field([], []) == by_hand.receptive_field([], [], []) == 1


def test_what_the_completion_network_sees_with_and_without_dilation():
    assert field(ENCODER) == 31
    for middle, quarter, whole in ((DILATED, 287, {299, 303}), (PLAIN, 79, {91, 95})):
        layers = ENCODER + middle + SHARED
        assert field(layers) == quarter
        matrices, size = down(layers, 320)
        assert seen(matrices) == {quarter}
        assert seen(matrices + up(size)) == whole


def test_our_small_completion_network_sees_the_whole_image():
    layers = [*ENCODER[:5], (3, 1, 2), (3, 1, 4), (3, 1, 1)]
    assert field(layers) == 79 > 2 * 32 - 1 > field([*ENCODER[:5], *PLAIN[:3]]) == 47
