import json
from dataclasses import asdict

import pytest
import torch

from vfxlib.errors import WeightsError
from vfxlib.io.weights import read_weights, write_weights
from vfxlib.mask_propagate.weights import read_masker, start_from, write_masker
from vfxlib.nets.masker import MaskerSettings, open_masker
from vfxlib.nets.painter import PainterSettings, open_painter
from vfxlib.train.normalise import Normalisation

CPU = torch.device("cpu")
COLOURS = Normalisation((0.25, 0.375, 0.1), 0.0625)
SETTINGS, OBJECTS = MaskerSettings(11), (1,)


@pytest.fixture
def written(tmp_path):
    """A fit's file, and the network in it."""
    network = open_masker(SETTINGS, 5)
    write_masker(tmp_path / "fit.safetensors", network.state_dict(), SETTINGS, OBJECTS, COLOURS, {"paintout": "abc"})
    return tmp_path / "fit.safetensors", network


def same(one, other) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_a_masker_comes_back_from_its_file_with_its_bits_and_its_colours(written):
    path, network = written
    again, colours = read_masker(path, CPU, SETTINGS, OBJECTS)
    assert same(again, network)
    assert again.settings == SETTINGS
    assert colours == COLOURS
    assert not again.training
    assert read_weights(path).about["paintout"] == "abc"


def test_a_fit_begins_where_another_ended_and_keeps_its_colours(written):
    path, network = written
    fresh = open_masker(SETTINGS, 6)
    assert start_from(fresh, path, OBJECTS) == COLOURS
    assert same(fresh, network)


@pytest.mark.parametrize("settings", [MaskerSettings(12, 2), MaskerSettings(11, 2), MaskerSettings(9)])
def test_weights_of_other_objects_are_no_start(settings, written):
    path, _ = written
    fresh = open_masker(settings, 6)
    before = {name: each.clone() for name, each in fresh.state_dict().items()}
    with pytest.raises(WeightsError, match="holds a network for 1 objects") as told:
        start_from(fresh, path, OBJECTS)
    assert str(path) in str(told.value)
    assert "the same objects" in told.value.fix
    assert all(torch.equal(before[name], each) for name, each in fresh.state_dict().items())


def test_weights_of_other_objects_are_not_read_where_these_are_wanted(written):
    path, network = written
    assert same(read_masker(path, CPU, SETTINGS, OBJECTS)[0], network)
    with pytest.raises(WeightsError, match="wanted is one for 2"):
        read_masker(path, CPU, MaskerSettings(12, 2), (1, 2))


def test_weights_of_another_node_are_no_start(tmp_path):
    path, settings = tmp_path / "painter.safetensors", PainterSettings(width=0.1)
    about = {"network": "base", "settings": json.dumps(asdict(settings))}
    write_weights(path, open_painter(settings, 0).state_dict(), about)
    for use in (
        lambda: start_from(open_masker(SETTINGS, 0), path, OBJECTS),
        lambda: read_masker(path, CPU, SETTINGS, OBJECTS),
    ):
        with pytest.raises(WeightsError, match="holds no network of MaskPropagate"):
            use()


def test_a_file_that_does_not_say_what_it_holds_is_refused(tmp_path):
    tensors, path = open_masker(SETTINGS, 0).state_dict(), tmp_path / "a.safetensors"
    good = {"network": "masker", "settings": json.dumps(asdict(SETTINGS)), "range": "[0, 0, 0, 1]"}
    for name, wrong in (
        ("settings", ""),
        ("settings", "[11, 1]"),
        ("settings", '{"inputs": 0}'),
        ("settings", '{"size": 3}'),
        ("range", ""),
        ("range", "[1, 2]"),
        ("range", "7"),
    ):
        for about in ({**good, name: wrong}, {key: each for key, each in good.items() if key != name}):
            write_weights(path, tensors, about)
            with pytest.raises(WeightsError, match="does not say what"):
                read_masker(path, CPU, SETTINGS, OBJECTS)


def test_weights_that_do_not_fit_their_own_settings_are_refused(tmp_path):
    path = tmp_path / "a.safetensors"
    write_masker(path, open_masker(MaskerSettings(9), 0).state_dict(), SETTINGS, OBJECTS, COLOURS, {})
    with pytest.raises(WeightsError, match="another network"):
        read_masker(path, CPU, SETTINGS, OBJECTS)


def test_a_file_that_is_not_there_or_damaged_is_told(written, tmp_path):
    path, _ = written
    path.write_bytes(path.read_bytes()[:-100])
    for wrong in (path, tmp_path / "none.safetensors"):
        with pytest.raises(WeightsError):
            start_from(open_masker(SETTINGS, 0), wrong, OBJECTS)


def test_the_same_weights_give_the_same_file(written, tmp_path):
    path, network = written
    digest = write_masker(
        tmp_path / "b.safetensors", network.state_dict(), SETTINGS, OBJECTS, COLOURS, {"paintout": "abc"}
    )
    assert (tmp_path / "b.safetensors").read_bytes() == path.read_bytes()
    assert digest == read_weights(path).digest


def test_weights_of_as_many_other_objects_are_no_start_either(written):
    path, _ = written
    with pytest.raises(WeightsError, match="finds the objects 1; the keys hold 7"):
        start_from(open_masker(SETTINGS, 0), path, (7,))
