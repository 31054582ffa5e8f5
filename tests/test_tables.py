"""The tables that several pages show alike."""

import numpy as np
import pytest
from own_photographs import tiny

from inpainting_guide.measuring import metrics, wasserstein
from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.measuring.scores import Scores
from inpainting_guide.pages import tables
from inpainting_guide.training import store


@pytest.fixture
def shown(monkeypatch):
    """What is shown: the rows with their titles."""
    shown = []
    monkeypatch.setattr(
        tables, "show_table", lambda rows, titles=None: shown.append((rows, titles))
    )
    return shown


def test_scores_are_shown_the_best_last(shown):
    rng = np.random.default_rng(0)
    scores = {}
    for name, size in (("good", 0.01), ("bad", 0.1), ("middling", 0.05)):
        errors = size * rng.uniform(0.5, 1.5, 30)
        scores[name] = Scores(errors, np.sqrt(errors), metrics.psnr(errors), 1 - errors)
    tables.show_scores(scores)
    ((rows, titles),) = shown
    assert list(rows) == ["bad", "middling", "good"]
    assert rows == {name: scores[name].summary() for name in rows}
    assert set(titles) == set(rows["good"])  # no measure is left out


def keep_trained(name, threads=2, **record):
    network = tiny(name)
    record["machine"] = {"processor": "a processor", "threads": threads}
    store.save_network(network, store.folder() / f"{name}-seed0-a.keras", record)


def test_budgets_are_those_of_the_store(shown):
    unet = {"parameters": 10, "images": 2_000, "optimizer": "Muon, 0.003", "loss": "hole"}
    gan = {"parameters": 25, "images": 300, "optimizer": "Adam, 0.001", "loss": "adversarial"}
    keep_trained("gan", **gan, seconds=50.0)
    tables.show_budgets({"GAN": ["gan"]})
    keep_trained("unet", **unet, seconds=100.0)
    tables.show_budgets({"U-Net": ["unet"], "GAN": ["unet", "gan"]})
    keep_trained("unet", **unet, seconds=70.0, threads=8)
    tables.show_budgets({"GAN": ["gan"]})
    alone = {
        "parameters": 25,
        "images": "300",
        "optimizer, rate": "Adam, 0.001",
        "loss": "adversarial",
    }
    both = {
        "U-Net": {
            "parameters": 10,
            "images": "2,000",
            "optimizer, rate": "Muon, 0.003",
            "loss": "hole",
            "time, U-Net = 1": Quantity(1.0, "times"),
        },
        "GAN": alone | {"images": "2,000 + 300", "time, U-Net = 1": Quantity(1.5, "times")},
    }
    # Without the U-Net's time, or with that of another machine, nothing is compared.
    assert shown == [({"GAN": alone}, None), (both, None), ({"GAN": alone}, None)]


DISTANCES = {
    name: wasserstein.Distances(np.array(raw), np.array(laplacian))
    for name, raw, laplacian in (
        ("photographs", [5.0, 6.0], [1.0, 2.0]),
        ("near", [7.0, 8.5], [3.0, 3.0]),
        ("far", [20.0, 22.0], [2.0, 5.0]),
    )
}


def test_distances_are_shown_the_nearest_last_with_their_differences_from_the_floor(shown):
    tables.show_distances(DISTANCES, "photographs")
    ((rows, titles),) = shown
    assert list(rows) == ["far", "near", "photographs"]
    assert (rows["far"]["raw"].value, rows["far"]["laplacian"].value) == (21.0, 3.5)
    assert rows["near"]["raw minus"] == wasserstein.difference(
        DISTANCES["near"].raw, DISTANCES["photographs"].raw
    )
    assert rows["far"]["laplacian minus"] == wasserstein.difference(
        DISTANCES["far"].laplacian, DISTANCES["photographs"].laplacian
    )
    assert set(rows["photographs"]) == {"raw", "laplacian"}
    assert list(titles) == list(rows["far"])
    assert titles["raw minus"] == titles["laplacian minus"] == "minus photographs"


def test_distances_may_be_compared_with_another_method(shown):
    tables.show_distances(DISTANCES, "near")
    ((rows, titles),) = shown
    assert rows["photographs"]["raw minus"].value == pytest.approx(-2.25)
    assert set(rows["near"]) == {"raw", "laplacian"}
    assert titles["raw minus"] == "minus near"
    with pytest.raises(ValueError, match="no method 'nowhere': choose one of photographs, near"):
        tables.show_distances(DISTANCES, "nowhere")


def test_a_reader_sees_them_as_text(capsys):
    tables.show_distances(DISTANCES, "photographs")
    titles, far, *_ = capsys.readouterr().out.splitlines()
    assert titles.endswith("  minus photographs")
    assert far.split()[:2] == ["far", "21.0"]
