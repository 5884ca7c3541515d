"""OpenCue: the specification that pyoutline makes; Cuebot itself is not to be had here."""

import sys
from xml.etree import ElementTree

import pytest

from tests.plugin.farm.conftest import bundle

outline = pytest.importorskip("outline", reason="pyoutline is not installed")


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOW", "blue")
    monkeypatch.setenv("SHOT", "sh010")


def test_every_step_is_a_layer_that_runs_our_command_in_chunks(place):
    folder = bundle(place, "opencue", "job.json", "--chunk", "2")
    root = ElementTree.parse(folder / "job.xml").getroot()
    assert (root.findtext("show"), root.findtext("shot")) == ("blue", "sh010")
    assert root.findtext("job/maxretries") == "5"
    layers = {layer.get("name"): layer for layer in root.iter("layer")}
    assert list(layers) == [f"flow-inpaint_{s}" for s in ("motion", "register", "complete", "paint", "render")]
    render = layers["flow-inpaint_render"]
    assert render.findtext("cmd") == (
        f"paintout run {folder / 'job.json'} --step flow-inpaint/render --patience 20 '--frames=#FRAMESPEC#'"
    )
    assert (render.findtext("range"), render.findtext("chunk"), render.findtext("memory")) == ("1-3", "2", "8192m")
    register = layers["flow-inpaint_register"]
    assert (register.findtext("range"), register.findtext("chunk")) == ("1", "1")
    assert "--frames" not in register.findtext("cmd")


def test_layers_wait_for_whole_layers(place):
    root = ElementTree.parse(bundle(place, "opencue") / "job.xml").getroot()
    waits = [(each.findtext("deplayer"), each.findtext("onlayer")) for each in root.iter("depend")]
    assert {each.get("type") for each in root.iter("depend")} == {"LAYER_ON_LAYER"}
    assert ("flow-inpaint_register", "flow-inpaint_motion") in waits
    assert ("flow-inpaint_render", "flow-inpaint_paint") in waits


def test_without_the_library_it_says_how_to_get_it(place, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "outline", None)
    assert place.main("submit", "job.json", "--to", "opencue", "--bundle", "farm") == 2
    assert "pip install 'paintout[opencue]'" in capsys.readouterr().err
