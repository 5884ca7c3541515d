"""Objects of a key stay apart through a job: those that are chosen go, each in a layer of its own."""

import json

import numpy as np
import pytest

from nodes import MORE
from plugin.cli import main
from tests.contract.conftest import BORDER, HEIGHT, MASK, WIDTH, Shot, write
from vfxlib.io.exr import read_channels

FRAMES = (1001, 1002)
LEFT, RIGHT = np.s_[20:50, 10:40], np.s_[40:80, 70:110]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A job that carries two objects, 1 and 2, from a key on the first frame, and fills what is chosen of them."""
    folder = tmp_path_factory.mktemp("objects")
    shot = Shot(folder, MASK).make(FRAMES)
    index = np.zeros((HEIGHT, WIDTH), np.float32)
    index[LEFT], index[RIGHT] = 1, 2
    write(folder / "key.exr", {"A": index})
    told = {
        "paintout": 2,
        "shot": {"plate": shot.plate, "key": {"1001": str(folder / "key.exr")}},
        "nodes": [
            {"node": "mask-propagate", "params": {"iterations": 3, "objects": "apart"}},
            {"node": "border-mean", "params": {}},
        ],
        "output": {"out": str(folder / "out" / "clean.####.exr"), "device": "cpu"},
    }
    (folder / "all.json").write_text(json.dumps(told))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MORE, BORDER.studio)
        assert run(folder, "all") == 0
        yield folder


def run(folder, name: str, **shot: str) -> int:
    """Run the job, with other values of its shot."""
    told = json.loads((folder / "all.json").read_text())
    told["shot"].update(shot)
    (folder / f"{name}.json").write_text(json.dumps(told))
    return main(["run", str(folder / f"{name}.json"), "--progress", "none"])


def result(folder, number):
    return read_channels(folder / "out" / f"clean.{number}.exr", number).channels


def made(folder, number):
    return read_channels(folder / f"out/clean.work/mask-propagate/render/render.{number}.exr", number).channels


def test_of_a_key_with_several_objects_each_is_a_layer(folder):
    for number in FRAMES:
        channels = result(folder, number)
        assert np.array_equal(channels["matte.A"], made(folder, number)["matte.A"])
        assert np.array_equal(channels["matte.A"], np.maximum(channels["matte_1.A"], channels["matte_2.A"]))
        assert not np.minimum(channels["matte_1.A"], channels["matte_2.A"]).any()


def test_another_choice_is_cut_from_the_same_mattes(folder):
    before = (folder / "out/clean.work/mask-propagate/render/render.1002.exr").stat()
    weights = {path: path.stat().st_mtime_ns for path in (folder / "out/clean.work/mask-propagate/fit").iterdir()}
    assert run(folder, "one", remove="2") == 0
    after = (folder / "out/clean.work/mask-propagate/render/render.1002.exr").stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino), "no matte is made anew"
    assert weights == {path: path.stat().st_mtime_ns for path in weights}
    channels = result(folder, 1001)
    assert "matte_1.A" not in channels
    assert np.array_equal(channels["matte.A"], channels["matte_2.A"])
    assert (channels["matte.A"][RIGHT] > 0).all()
    assert not (channels["matte.A"][LEFT] > 0).any()
    index = made(folder, 1001)["index.A"]
    assert not (channels["matte.A"][index == 1] > 0).any()


def test_an_object_that_no_key_has_is_refused_with_those_that_are_there(folder, capsys):
    assert run(folder, "none", remove="1,5") == 2
    told = capsys.readouterr().err
    assert "object 5 is on no key" in told
    assert "choose from 1, 2" in told
