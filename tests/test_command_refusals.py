"""What the command refuses: one line that says what is wrong, and nothing is written."""

import errno
import sys

import pytest
import tensorflow as tf
from own_photographs import (
    HEIGHT,
    WIDTH,
    assert_filled,
    fill,
    keep,
    make_mask,
    one_line,
    refused,
    tiny,
)
from PIL import Image

from inpainting_guide import networks
from inpainting_guide.commands import command
from inpainting_guide.filling import by_network
from inpainting_guide.networks import cvae
from inpainting_guide.photographs import models, painting, pictures

NOT_ON_WINDOWS = pytest.mark.skipif(
    sys.platform == "win32", reason="it has other messages, and links are not for everybody"
)


def names(folder):
    return {path.name for path in folder.iterdir()}


# -- Outputs ---------------------------------------------------------------------------------


def test_an_existing_output_is_kept_unless_forced(folder, capsys):
    (folder / "photo-filled.png").write_text("dear to me")
    assert "photo-filled.png exists" in refused(capsys)
    assert (folder / "photo-filled.png").read_text() == "dear to me"
    assert fill("--force") == 0
    assert_filled()


@NOT_ON_WINDOWS
def test_a_link_that_leads_nowhere_exists_too(folder, capsys):
    (folder / "photo-filled.png").symlink_to("nowhere")
    assert "photo-filled.png exists" in refused(capsys)
    assert (folder / "photo-filled.png").is_symlink()


def test_an_output_that_appears_during_the_fill_is_kept(folder, capsys, monkeypatch):
    written = pictures.write

    def write(*arguments):
        written(*arguments)
        (folder / "photo-filled.png").write_text("dear to me")

    monkeypatch.setattr(pictures, "write", write)
    assert "photo-filled.png exists" in refused(capsys)
    assert (folder / "photo-filled.png").read_text() == "dear to me"
    assert names(folder) == {"photo.png", "mask.png", "photo-filled.png"}


def test_all_samples_are_written_or_none(small, capsys, monkeypatch):
    keep(cvae.ConditionalVAE(widths=(2, 2), latent_level=2))
    before = names(small)
    written = []

    def write(path, *_):
        path.write_text("half")
        written.append(path)
        if len(written) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pictures, "write", write)
    error = refused(capsys, "--samples", "4", model="cvae")
    assert "photo-filled-1.png cannot be written (No space left on device), and nothing" in error
    assert names(small) == before


def test_samples_of_more_than_the_square_that_is_painted_are_refused(small, capsys):
    mean_network = networks.unet_in_window(widths=(2, 2))
    keep(networks.Flow(mean_network, widths=(2, 2), steps=1))
    assert fill("--samples", "1", model="flow") == 0
    make_mask(small / "mask.png", slice(9, 22), slice(3, 15))
    error = refused(capsys, "--samples", "2", "--force", model="flow")
    assert "over 13 pixels, and flow samples one square of 12 × 12: ask for one fill" in error
    assert not (small / "photo-filled-2.png").exists()


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (KeyboardInterrupt, 130, "interrupted: nothing was written."),
        (MemoryError, 2, "the memory does not suffice: cut out"),
        (RecursionError("too deep"), 2, "too deep"),
        (ModuleNotFoundError("no torch"), 2, "no torch"),
    ],
)
def test_whatever_ends_a_fill_is_one_line(folder, capsys, monkeypatch, error, status, reason):
    def fail(*_):
        raise error

    monkeypatch.setattr(painting, "by_method", fail)
    assert fill() == status
    assert reason in one_line(capsys)
    assert names(folder) == {"photo.png", "mask.png"}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("ResourceExhaustedError", "the memory does not suffice: cut out"),
        ("UnimplementedError", "cannot compute tiny (UnimplementedError: no DNN library). If"),
    ],
)
def test_what_tensorflow_cannot_compute_is_one_line(small, capsys, monkeypatch, kind, reason):
    def fail(*_):
        raise getattr(tf.errors, kind)(None, None, "no DNN library\n[[node conv1]]")

    keep(tiny())
    monkeypatch.setattr(by_network, "fill", fail)
    assert reason in refused(capsys, model="tiny")
    assert "photo-filled.png" not in names(small)


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [(KeyboardInterrupt, 130, "interrupted."), (MemoryError, 2, "suffice: close other")],
)
def test_what_ends_another_command_is_one_line_too(capsys, monkeypatch, error, status, reason):
    def fail(*_):
        raise error

    monkeypatch.setattr(models, "listing", fail)
    assert command.main(["models"]) == status
    line = one_line(capsys)
    assert reason in line
    assert "written" not in line


def test_an_interrupted_write_leaves_nothing_behind(folder, capsys, monkeypatch):
    def write(path, *_):
        path.write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(pictures, "write", write)
    assert fill() == 130
    assert one_line(capsys) == "inpainting_guide: interrupted.\n"  # some files may be whole
    assert names(folder) == {"photo.png", "mask.png"}


def test_a_photograph_with_a_long_name_is_filled(folder):
    long = "写" * 78
    (folder / "photo.png").rename(f"{long}.png")
    assert command.main(["fill", f"{long}.png", "--mask", "mask.png", "--model", "telea"]) == 0
    assert (folder / f"{long}-filled.png").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--output", "filled.jpg"], "filled.jpg must end in .png"),
        (["--output", "nowhere/filled.png"], "there is no folder nowhere"),
        (["--output", "folder.png", "--force"], "the output folder.png is a folder"),
        pytest.param(
            ["--output", "x" * 300 + ".png"],
            ".png cannot be written (File name too long)",
            marks=NOT_ON_WINDOWS,
        ),
        (["--samples", "0"], "--samples is 0: expected 1 to 1,000"),
        (["--samples", "10000000000"], "--samples is 10000000000: expected 1 to 1,000"),
        (["--samples", "2"], "harmonic has one fill, no samples"),
        (["--seed", "0"], "--seed is 0, but only samples have one: add --samples"),
    ],
)
def test_an_impossible_output_is_refused(folder, capsys, arguments, reason):
    (folder / "folder.png").mkdir()
    assert reason in refused(capsys, *arguments)


def test_samples_of_a_network_that_has_none_are_refused(folder, capsys):
    keep(tiny())
    assert "tiny has one fill, no samples" in refused(capsys, "--samples", "2", model="tiny")


# -- Inputs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["photo.png", "mask.png"])
def test_an_unreadable_file_is_named(folder, capsys, name):
    whole = (folder / name).read_bytes()
    for content in (b"no image", whole[: len(whole) // 2]):
        (folder / name).write_bytes(content)
        assert f"{name} cannot be read as an image" in refused(capsys)
    (folder / name).unlink()
    assert f"there is no file {name}: look for a slip" in refused(capsys)


def test_a_folder_is_no_photograph(folder, capsys):
    for name in (".", "..", str(folder)):
        assert command.main(["fill", name, "--mask", "mask.png", "--model", "telea"]) == 2
        assert f"{name} is a folder: name an image file." in one_line(capsys)


def test_a_mask_of_another_size_is_refused(folder, capsys):
    Image.new("L", (30, 20), 255).save("mask.png")
    assert "the mask is 30 × 20 pixels and the photograph 45 × 37" in refused(capsys)


@pytest.mark.parametrize(("grey", "reason"), [(127, "nothing is missing"), (128, "all white")])
def test_a_mask_of_one_colour_is_refused(folder, capsys, grey, reason):
    Image.new("L", (WIDTH, HEIGHT), grey).save("mask.png")
    assert reason in refused(capsys)


# -- Models ----------------------------------------------------------------------------------


def test_a_network_for_another_size_names_those_of_any(folder, capsys):
    keep(tiny())
    keep(cvae.ConditionalVAE(widths=(4, 8), latent_level=2))
    for name in ("cvae", "nearest-car"):
        error = refused(capsys, model=name)
        assert f"{name} fills images of 32 × 32 pixels only, and this one is 45 × 37." in error
        assert "Of any size: tiny, mean-colour, telea" in error
