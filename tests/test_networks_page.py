"""The page with the networks to download: what it tells a reader to type works."""

import inspect
import re
import sys
import types
from pathlib import Path

import keras
import numpy as np
import pytest
from own_photographs import tiny

from inpainting_guide import networks
from inpainting_guide.filling import export
from inpainting_guide.training import store

PAGE = (Path(__file__).parents[1] / "docs" / "networks.md").read_text("utf-8")
LISTINGS = re.findall(r"```\{code-block\} python\n(.*?)```", PAGE, re.DOTALL)


def test_a_flow_is_told_to_begin_and_to_end_as_it_does():
    settings = inspect.signature(networks.Flow).parameters
    start = settings["spread"].default * settings["temperature"].default
    assert f"{start:g} times standard normal noise" in PAGE
    assert f"`mean + {settings['scale'].default:g} * residual`" in PAGE


@pytest.fixture
def downloads(tmp_path, monkeypatch):
    """Lay a small network where a reader has the downloaded one, and read ONNX files slowly."""
    keras.utils.set_random_seed(0)
    network = tiny("unet")
    monkeypatch.chdir(tmp_path)
    store.save_network(network, "unet.keras", {})
    export.write_onnx(export.filler(network), Path("unet.onnx"))
    runtime = types.SimpleNamespace(InferenceSession=Session)
    monkeypatch.setitem(sys.modules, "onnxruntime", runtime)


class Session:
    """What the page uses of onnxruntime."""

    def __init__(self, path):
        self.path = path

    def run(self, outputs, inputs):
        assert outputs is None
        assert list(inputs) == ["image_and_map"]
        return [export.run(self.path, *inputs.values())]


@pytest.mark.usefixtures("downloads")
def test_all_ways_to_load_a_network_fill_alike():
    assert len(LISTINGS) == 3
    known, fills = {}, []
    for listing in LISTINGS:
        exec(listing, known)
        fills.append(known.pop("filled"))
    hole = np.broadcast_to(known["location_map"] == 0, fills[0].shape)
    for filled in fills:
        assert (filled[~hole] == known["photographs"][~hole]).all()
        # The first way clips to [0, 1]. (So small kernels keep all their digits in an ONNX file.)
        np.testing.assert_allclose(np.clip(filled, 0, 1), fills[0], atol=1e-5)
