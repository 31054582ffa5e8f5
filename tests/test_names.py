import pytest

from inpainting_guide.common import names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Navier–Stokes", "navier_stokes"),
        ("partial, no map", "partial_no_map"),
        ("U-Net in a window", "u_net_in_a_window"),
        ("unet_on_strokes", "unet_on_strokes"),
    ],
)
def test_a_key_has_small_letters_and_underscores(name, expected):
    assert names.key(name) == expected
