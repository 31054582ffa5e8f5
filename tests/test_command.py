import subprocess
import sys

import keras
import numpy as np
import pytest
from PIL import Image

from inpainting_guide import (
    classical,
    command,
    cvae,
    discriminators,
    gan,
    generators,
    networks,
    store,
)

HEIGHT, WIDTH = 37, 45  # no multiples of anything


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a photograph and a mask, whose hole is 10 x 6 pixels and one at the corner."""
    monkeypatch.chdir(tmp_path)
    make_photograph(tmp_path / "photo.png", HEIGHT, WIDTH)
    missing = np.zeros((HEIGHT, WIDTH), bool)
    missing[12:18, 20:30] = missing[-1, -1] = True
    Image.fromarray(np.uint8(missing) * 255).save(tmp_path / "mask.png")
    return tmp_path


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The same with a photograph of 32 x 32 pixels and one hole, which fits every network."""
    monkeypatch.chdir(tmp_path)
    make_photograph(tmp_path / "photo.png", 32, 32)
    make_mask(tmp_path / "mask.png", slice(9, 21), slice(3, 15))
    return tmp_path


def make_photograph(path, height, width):
    rng = np.random.default_rng(3)
    Image.fromarray(rng.integers(0, 256, (height, width, 3), np.uint8)).save(path)


def make_mask(path, rows, columns, size=32):
    mask = np.zeros((size, size), np.uint8)
    mask[rows, columns] = 255
    Image.fromarray(mask).save(path)


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image)


def missing():
    return pixels("mask.png") >= 128


def keep(network, name=None):
    """Put a network into the test's store."""
    name = name or network.name
    record = {"parameters": network.count_params()}
    store.save_network(network, store.folder() / f"{name}-seed0-0123456789ab.keras", record)


def tiny(name="tiny", size=32, channels=4):
    inputs = keras.Input((size, size, channels), name="image_and_map")
    outputs = keras.layers.Conv2D(3, 1, activation="sigmoid", name="conv1")(inputs)
    return keras.Model(inputs, outputs, name=name)


def fill(*arguments, model="harmonic"):
    return command.main(["fill", "photo.png", "--mask", "mask.png", "--model", model, *arguments])


def refused(capsys, *arguments, **options):
    """Run what should be refused; return the one line that says why."""
    assert fill(*arguments, **options) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("inpainting_guide: ")
    assert printed.count("\n") == 1
    return printed


def assert_filled(path="photo-filled.png"):
    filled, photograph = pixels(path), pixels("photo.png")
    np.testing.assert_array_equal(filled[~missing()], photograph[~missing()])
    assert (filled[missing()] != photograph[missing()]).any()


# -- Filling ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["mean-colour", "telea", "navier-stokes", "biharmonic", "harmonic", "Navier–Stokes"]
)
def test_a_classical_method_fills_and_known_pixels_keep_every_byte(folder, name, capsys):
    assert fill(model=name) == 0
    assert capsys.readouterr().out == "photo-filled.png written\n"
    assert_filled()


def test_the_fill_is_that_of_the_package(folder):
    fill("--output", "other.PNG", model="harmonic")
    images = np.float32(pixels("photo.png") / 255)[None]
    filled = classical.harmonic(images, np.float32(~missing())[None, ..., None])
    np.testing.assert_array_equal(pixels("other.PNG"), np.rint(255 * filled[0]))


@pytest.mark.parametrize("build", [networks.direct_cnn, networks.unet])
def test_a_stored_network_fills_an_image_of_any_size(folder, build):
    keep(build())
    assert fill(model=build.__name__.replace("_", "-")) == 0
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


def test_the_patch_autoencoder_fills_one_hole_of_its_size(small, capsys):
    keep(networks.patch_autoencoder())
    assert fill(model="patch_autoencoder") == 0
    assert_filled()
    make_mask("mask.png", slice(5, 11), slice(3, 16))
    error = refused(capsys, "--force", model="patch_autoencoder")
    assert "one hole of at most 12 × 12 pixels, and what is missing reaches over 13 × 6." in error


def test_a_network_that_samples_writes_every_sample(small):
    keras.utils.set_random_seed(2)
    keep(cvae.ConditionalVAE(widths=(4, 8, 8), latent_level=3))
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


def test_the_image_is_taken_as_it_is_shown(folder):
    """Turned as its camera says, its colour profile kept, the mask's greys cut at half."""
    exif = Image.Exif()
    exif[0x0112] = 6  # shown a quarter turn clockwise
    turned = Image.fromarray(np.rot90(pixels("photo.png")))
    turned.save("turned.png", exif=exif, icc_profile=b"a profile")
    grey = Image.fromarray(np.where(missing(), np.uint8(128), np.uint8(127)))
    grey.putalpha(7)
    grey.save("grey.png")
    arguments = ["fill", "turned.png", "--mask", "grey.png", "--model", "telea"]
    assert command.main(arguments) == 0
    assert_filled("turned-filled.png")
    with Image.open("turned-filled.png") as filled:
        assert filled.info["icc_profile"] == b"a profile"


@pytest.mark.parametrize(("side", "noted"), [(24, False), (25, True)])
def test_a_hole_much_wider_than_those_of_training_is_noted(folder, capsys, side, noted):
    keep(tiny())
    make_photograph("photo.png", 64, 64)
    make_mask("mask.png", slice(10, 10 + side), slice(4, 60), size=64)
    assert fill(model="tiny") == 0
    printed = capsys.readouterr().err
    assert printed.count("\n") == noted
    assert ("a hole is about 26 pixels wide" in printed) == noted


# -- What is refused -------------------------------------------------------------------------


def test_an_existing_output_is_kept_unless_forced(folder, capsys):
    (folder / "photo-filled.png").write_text("dear to me")
    assert "photo-filled.png exists" in refused(capsys)
    assert (folder / "photo-filled.png").read_text() == "dear to me"
    assert fill("--force") == 0
    assert_filled()


def test_a_failed_write_leaves_nothing_behind(folder, capsys, monkeypatch):
    def fail(image, path, **_):
        path.write_text("half")
        raise OSError("no space left")

    monkeypatch.setattr(Image.Image, "save", fail)
    assert "no space left" in refused(capsys)
    assert {path.name for path in folder.glob("*.*")} == {"photo.png", "mask.png"}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--output", "filled.jpg"], "filled.jpg must end in .png"),
        (["--output", "nowhere/filled.png"], "there is no folder nowhere"),
        (["--samples", "0"], "--samples is 0: expected at least 1"),
        (["--samples", "2"], "harmonic has one fill, no samples"),
    ],
)
def test_an_impossible_output_is_refused(folder, capsys, arguments, reason):
    assert reason in refused(capsys, *arguments)


def test_samples_of_a_network_that_has_none_are_refused(folder, capsys):
    keep(tiny())
    assert "tiny has one fill, no samples" in refused(capsys, "--samples", "2", model="tiny")


def test_a_mask_of_another_size_is_refused(folder, capsys):
    Image.new("L", (30, 20), 255).save("mask.png")
    assert "the mask is 30 × 20 pixels and the photograph 45 × 37" in refused(capsys)


@pytest.mark.parametrize(("grey", "reason"), [(127, "nothing is missing"), (128, "all white")])
def test_a_mask_of_one_colour_is_refused(folder, capsys, grey, reason):
    Image.new("L", (WIDTH, HEIGHT), grey).save("mask.png")
    assert reason in refused(capsys)


@pytest.mark.parametrize("name", ["photo.png", "mask.png"])
def test_an_unreadable_file_is_named(folder, capsys, name):
    whole = (folder / name).read_bytes()
    for content in (b"no image", whole[: len(whole) // 2]):
        (folder / name).write_bytes(content)
        assert f"{name} cannot be read as an image" in refused(capsys)
    (folder / name).unlink()
    error = refused(capsys)
    assert f"{name} cannot be read as an image: No such file or directory." in error


def test_sixteen_bits_a_channel_are_refused(folder, capsys):
    Image.fromarray(np.zeros((HEIGHT, WIDTH), np.uint16)).save("photo.png")
    assert "photo.png has more than 8 bits a channel" in refused(capsys)


def test_a_network_that_is_not_trained_is_named_with_its_script(folder, capsys):
    keep(tiny())
    error = refused(capsys, model="global-and-local")
    assert "not trained yet: run gallery/14_global_and_local.py, or download" in error
    assert "Trained here: tiny. Classical methods: mean-colour, nearest-car, telea" in error
    assert "there is no model resnet." in refused(capsys, model="resnet")
    assert "there is no file resnet.keras." in refused(capsys, model="resnet.keras")


def test_a_file_that_is_no_network_of_the_guide_is_refused(folder, capsys):
    (folder / "broken.keras").write_text("no network")
    assert "broken.keras is damaged or is no Keras file" in refused(capsys, model="broken.keras")
    tiny(channels=3).save(folder / "other.keras")
    assert "other.keras holds no network of this guide" in refused(capsys, model="other.keras")


def test_a_network_for_another_size_names_those_of_any(folder, capsys):
    keep(tiny())
    keep(cvae.ConditionalVAE(widths=(4, 8), latent_level=2))
    for name in ("cvae", "nearest-car"):
        error = refused(capsys, model=name)
        assert f"{name} fills images of 32 × 32 pixels only, and this one is 45 × 37." in error
        assert "Of any size: tiny, mean-colour, telea" in error


def test_another_process_ends_with_the_same_status_and_no_traceback(folder):
    call = [sys.executable, "-m", "inpainting_guide", "fill", "photo.png", "--mask", "mask.png"]
    for status, model in ((0, "telea"), (2, "telea"), (2, None)):
        arguments = ["--model", model] if model else []
        done = subprocess.run([*call, *arguments], capture_output=True, encoding="utf-8")
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr


# -- Listing ---------------------------------------------------------------------------------


def test_the_models_are_listed_with_their_sizes(capsys):
    keep(tiny())
    keep(cvae.ConditionalVAE(widths=(4, 8), latent_level=2))
    keep(tiny("small", size=8))
    (store.folder() / "hurt-seed0-0123456789ab.keras").write_text("cut off")
    (store.folder() / "123-unfinished-gan-seed0-0123456789ab.keras").write_text("")
    assert command.main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    listed = {line.split()[0]: line for line in lines if line.startswith("  ")}
    assert set(listed) == {"tiny", "small", "cvae", "hurt", *command._classical_methods()}
    assert " 15 parameters  trained 20" in listed["tiny"]
    assert listed["tiny"].endswith("size any")
    assert listed["cvae"].endswith("size 32 × 32")
    assert listed["hurt"].endswith("size damaged")
    assert listed["harmonic"].endswith("size any")
    assert listed["nearest-car"].endswith("size 32 × 32")
    assert any("unet (05_unet.py)" in line for line in lines)


def test_an_empty_store_is_listed(capsys):
    assert command.main(["models"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in store.SCRIPTS)
