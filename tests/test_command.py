"""The command fills what it is given; known pixels keep every byte."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from own_photographs import (
    assert_filled,
    fill,
    keep,
    make_mask,
    make_photograph,
    missing,
    pixels,
    tiny,
)
from PIL import Image

from inpainting_guide import networks
from inpainting_guide.commands import command
from inpainting_guide.commands import fill as filling_command
from inpainting_guide.filling import classical
from inpainting_guide.networks import cvae, discriminators, gan, generators
from inpainting_guide.training import digests, store


@pytest.mark.parametrize(
    "name", ["mean-colour", "telea", "navier-stokes", "biharmonic", "harmonic", "Navier–Stokes"]
)
def test_a_classical_method_fills_and_known_pixels_keep_every_byte(folder, name, capsys):
    assert fill(model=name) == 0
    printed = capsys.readouterr()
    assert printed.out == "photo-filled.png written\n"
    assert printed.err == ""
    assert_filled()


def test_the_fill_is_that_of_the_package(folder):
    fill("--output", "other.PNG", model="harmonic")
    images = np.float32(pixels("photo.png") / 255)[None]
    filled = classical.harmonic(images, np.float32(~missing())[None, ..., None])
    np.testing.assert_array_equal(pixels("other.PNG"), np.rint(255 * filled[0]))


def test_a_stored_network_fills_an_image_of_any_size(folder):
    keep(networks.unet(widths=(2, 4), name="narrow_unet"))
    assert fill(model="narrow-unet") == 0
    assert_filled()


def test_a_game_fills_with_its_generator(folder):
    generator = generators.completion_network(widths=(4, 4, 4))
    discriminator = discriminators.printed_discriminator()
    keep(gan.PrintedGAN(generator, discriminator, name="gan"))
    assert fill(model="gan") == 0
    assert_filled()


def test_a_downloaded_file_is_a_model(folder, tmp_path):
    tiny().save(tmp_path / "from-afar.keras")
    assert fill(model="from-afar.keras") == 0
    assert_filled()


def test_a_network_that_paints_one_square_fills_a_larger_hole_too(small):
    keep(networks.unet_in_window(widths=(2, 2)))
    assert fill(model="unet_in_window") == 0
    assert_filled()
    make_mask("mask.png", slice(5, 11), slice(3, 16))
    assert fill("--force", model="unet_in_window") == 0
    assert_filled()


def test_a_network_that_samples_writes_every_sample(small):
    keras.utils.set_random_seed(2)
    keep(cvae.ConditionalVAE(widths=(2, 2), latent_level=2))
    assert fill("--samples", "2", model="cvae") == 0
    first = pixels("photo-filled-1.png")
    assert_filled("photo-filled-1.png")
    assert_filled("photo-filled-2.png")
    assert (first != pixels("photo-filled-2.png")).any()
    assert fill("--samples", "1", "--force", model="cvae") == 0
    np.testing.assert_array_equal(pixels("photo-filled-1.png"), first)
    assert fill("--samples", "1", "--seed", "5", "--force", model="cvae") == 0
    assert (pixels("photo-filled-1.png") != first).any()
    assert fill(model="cvae") == 0
    assert_filled()


def test_the_flow_writes_fills_that_differ_and_few_in_a_quick_run(small, capsys, monkeypatch):
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    keras.utils.set_random_seed(2)
    keep(networks.Flow(networks.unet_in_window(widths=(2, 2)), widths=(2, 2), steps=2))
    assert fill("--samples", "5", model="flow") == 0
    assert "note: a quick run: no more than 4 samples." in capsys.readouterr().err
    files = [f"photo-filled-{number}.png" for number in (1, 2, 3, 4)]
    for file in files:
        assert_filled(file)
    assert len(np.unique([pixels(file) for file in files], axis=0)) == 4
    assert not Path("photo-filled-5.png").exists()
    assert fill(model="flow") == 0
    assert_filled()


def test_the_image_is_taken_as_it_is_shown(folder):
    """Turned as its camera says, its colour profile kept, all else that it tells dropped."""
    exif = Image.Exif()
    exif[0x0112] = 6  # shown a quarter turn clockwise
    exif[0x010F] = "a camera"
    exif.get_ifd(0x8825)[1] = "N"  # where it was
    turned = Image.fromarray(np.rot90(pixels("photo.png")))
    turned.save("turned.png", exif=exif, icc_profile=b"a profile", dpi=(300, 300))
    Image.fromarray(np.where(missing(), np.uint8(128), np.uint8(127))).save("grey.png")
    arguments = ["fill", "turned.png", "--mask", "grey.png", "--model", "telea"]
    assert command.main(arguments) == 0
    assert_filled("turned-filled.png")
    with Image.open("turned-filled.png") as filled:
        assert filled.info == {"icc_profile": b"a profile"}
        assert not filled.getexif()


def test_a_grey_photograph_stays_grey(folder):
    grey = Image.open("photo.png").convert("L")
    grey.save("photo.png", icc_profile=b"of greys")
    for model in ("telea", "biharmonic", "from-afar.keras"):
        tiny().save("from-afar.keras")
        assert fill("--force", model=model) == 0
        assert_filled()
        with Image.open("photo-filled.png") as filled:
            assert filled.mode == "L"
            assert filled.info["icc_profile"] == b"of greys"


def test_an_erased_hole_is_filled_without_a_mask_and_other_transparency_is_kept(folder, capsys):
    photograph = Image.open("photo.png").convert("RGBA")
    opacity = np.where(missing(), np.uint8(0), np.uint8(255))
    photograph.putalpha(Image.fromarray(opacity))
    photograph.save("erased.png")
    assert command.main(["fill", "erased.png", "--model", "harmonic"]) == 0
    assert_filled("erased-filled.png")
    assert capsys.readouterr().err == ""

    opacity[0], opacity[1, :3] = 99, 0
    photograph.putalpha(Image.fromarray(opacity))
    photograph.save("erased.png")
    arguments = ["fill", "erased.png", "--mask", "mask.png", "--model", "harmonic", "--force"]
    assert command.main(arguments) == 0
    assert "erased.png: 3 known pixels are fully transparent" in capsys.readouterr().err
    filled = pixels("erased-filled.png")
    np.testing.assert_array_equal(filled[..., 3], np.where(missing(), 255, opacity))
    np.testing.assert_array_equal(filled[~missing()], np.asarray(photograph)[~missing()])


@pytest.mark.parametrize(("side", "noted"), [(24, False), (25, True)])
def test_a_hole_much_wider_than_those_of_training_is_noted(folder, capsys, side, noted):
    keep(tiny())
    make_photograph("photo.png", 64, 64)
    make_mask("mask.png", slice(10, 10 + side), slice(4, 60), size=64)
    assert fill(model="tiny") == 0
    printed = capsys.readouterr().err
    assert printed.count("\n") == noted
    assert ("a hole is about 26 pixels wide" in printed) == noted


# -- In a process of its own -----------------------------------------------------------------


def process(*arguments, **environment):
    call = [sys.executable, "-m", "inpainting_guide", *arguments]
    return {"args": call, "env": os.environ | environment, "stderr": subprocess.PIPE}


FILL = ("fill", "photo.png", "--mask", "mask.png", "--model")


def test_another_process_that_is_refused_ends_with_2_and_no_traceback(folder):
    done = subprocess.run(**process(*FILL[:-1]))
    assert done.returncode == 2, done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")  # noqa: PTH110
def test_a_finished_fill_succeeds_whatever_its_terminal_can_show(folder):
    with open("/dev/full", "w") as full:  # noqa: PTH123
        assert subprocess.run(**process(*FILL, "telea"), stdout=full).returncode == 0
    arguments = *FILL, "telea", "--output", "日本.png"
    done = subprocess.run(**process(*arguments, PYTHONIOENCODING="cp1252"), stdout=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")
    assert_filled("日本.png")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without a signal")
def test_a_process_that_is_ended_while_it_writes_leaves_nothing_behind(folder):
    code = """
import os, runpy, signal
from inpainting_guide.photographs import pictures

def write(path, *_):
    path.write_text("half")
    os.kill(os.getpid(), signal.SIGTERM)

pictures.write = write
runpy.run_module("inpainting_guide", run_name="__main__")
"""
    done = subprocess.run([sys.executable, "-c", code, *FILL, "telea"], capture_output=True)
    assert done.returncode == 143, done.stderr
    assert {path.name for path in folder.iterdir()} == {"photo.png", "mask.png"}


def test_a_classical_fill_needs_neither_store_nor_matplotlib_nor_tensorflow(folder):
    code = (
        "import sys; from inpainting_guide.commands import command; "
        "assert command.main(sys.argv[1:]) == 0; "
        "print({'matplotlib', 'tensorflow', 'keras'} & {*sys.modules})"
    )
    (folder / "file").touch()
    environment = os.environ | {
        "MPLBACKEND": "module://missing.backend",
        "INPAINTING_GUIDE_STORE": str(folder / "file" / "store"),  # no folder can be made there
    }
    call = [sys.executable, "-c", code, *FILL, "harmonic"]
    done = subprocess.run(call, env=environment, capture_output=True, encoding="utf-8")
    assert done.stdout.endswith("set()\n"), done.stderr


def test_to_fill_nothing_is_drawn():
    """A backend that is named in the environment and is not there must not matter."""
    for path in digests.imported(Path(filling_command.__file__), Path(store.__file__)):
        assert "matplotlib" not in path.read_text(encoding="utf-8"), path.name
