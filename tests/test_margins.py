"""The U-Net that paints its window: the hole and the known pixels around it."""

import numpy as np
import pytest

from inpainting_guide import filling, networks
from inpainting_guide.data import holes
from inpainting_guide.networks import margins, windows
from inpainting_guide.training import store


@pytest.fixture
def joined(photographs):
    maps = holes.square([10, 0, 20], [6, 9, 20])
    return np.concatenate([holes.cut(photographs[:3], maps), maps], axis=-1)


def test_what_is_cut_is_put_back_where_it_was(joined):
    window, _ = windows.cut(joined, 24, before=6)
    back = np.array(margins.PasteWindow()([joined, window[..., :3]]))
    inside = np.zeros((3, 32, 32, 1))
    for number, (top, left) in enumerate([(10, 6), (0, 9), (20, 20)]):
        inside[number, max(0, top - 6) : top + 18, max(0, left - 6) : left + 18] = 1
    np.testing.assert_array_equal(back, joined[..., :3] * inside)


def test_it_has_the_weights_of_the_u_net_in_a_window_and_paints_more(joined):
    ours = networks.unet_with_margin((4, 8))
    theirs = networks.unet_in_window((4, 8))
    theirs.set_weights(ours.get_weights())
    missing = joined[..., 3] == 0
    painted, patch = np.array(ours(joined)), np.array(theirs(joined))
    np.testing.assert_allclose(painted[missing], patch[missing], atol=1e-5)
    assert (painted[0, 4:28, 0:24] > 0).all()
    assert not painted[0, :4].any()


def test_it_can_be_stored_and_fills(photographs, joined, tmp_path):
    network = networks.unet_with_margin((4, 8))
    store.save_network(network, tmp_path / "x.keras", {})
    back = store.read_network(tmp_path / "x.keras")
    maps = joined[..., 3:]
    fills = [filling.by(x)(joined[..., :3].copy(), maps.copy()) for x in (network, back)]
    np.testing.assert_array_equal(*fills)


def test_sides_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="a window of 20 pixels"):
        networks.unet_with_margin(window=20)
