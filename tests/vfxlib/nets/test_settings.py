import json
from pathlib import Path

import pytest

from vfxlib.errors import WeightsError
from vfxlib.io.weights import AGAIN, Weights
from vfxlib.nets.masker import MaskerSettings
from vfxlib.nets.painter import PainterSettings
from vfxlib.nets.settings import about_network, read_settings

PATH = Path("a.safetensors")
SETTINGS = [("masker", MaskerSettings(11, 2)), ("painter", PainterSettings(width=0.25))]


@pytest.mark.parametrize(("kind", "settings"), SETTINGS)
def test_settings_come_back_from_what_a_file_says_of_its_network(kind, settings):
    weights = Weights({}, about_network(kind, settings), "")
    assert read_settings(weights, PATH, kind, type(settings), "network") == settings


@pytest.mark.parametrize(("kind", "settings"), SETTINGS)
def test_the_same_settings_are_the_same_words(kind, settings):
    about = about_network(kind, settings)
    assert about["network"] == kind
    assert list(json.loads(about["settings"])) == sorted(json.loads(about["settings"]))


@pytest.mark.parametrize("about", [{}, {"network": "painter"}])
def test_another_network_is_refused_by_what_was_wanted(about):
    with pytest.raises(WeightsError, match="holds no network of MaskPropagate") as caught:
        read_settings(Weights({}, about, ""), PATH, "masker", MaskerSettings, "network of MaskPropagate")
    assert str(PATH) in str(caught.value)


@pytest.mark.parametrize("words", ["", "[11]", '{"inputs": 0}', '{"inputs": 11, "size": 3}', None])
def test_settings_that_cannot_be_are_refused(words):
    about = {"network": "masker"} if words is None else {"network": "masker", "settings": words}
    with pytest.raises(WeightsError, match="does not say what network it holds") as caught:
        read_settings(Weights({}, about, ""), PATH, "masker", MaskerSettings, "masker")
    assert caught.value.fix == AGAIN
