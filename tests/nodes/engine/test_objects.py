"""What a result has of objects: a layer for each, a Cryptomatte, both, or neither."""

import numpy as np
import pytest

from nodes.engine.objects import result_objects
from nodes.engine.open_job import open_job
from tests.nodes.engine.made import flow, job, mask, matted, write_shot
from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr

BOX = Box(0, 0, 16, 12)


@pytest.fixture
def folder(tmp_path):
    """A shot whose mattes hold objects 1 and 2, which touch each other."""
    write_shot(tmp_path)
    numbers = np.zeros((12, 16), np.float16)
    numbers[2:8, 2:6], numbers[2:8, 6:10] = 1, 2
    for number in (1, 2, 3):
        path = tmp_path / f"matte.{number}.exr"
        write_exr(path, display=BOX, origin=(0, 0), data=BOX, aspect=1.0, channels={"A": numbers}, attributes={})
    return tmp_path


def objects(folder, *nodes, remove="1,2", **output):
    opened = open_job(job(matted(folder, remove=remove), folder, *(nodes or (flow(),)), **output))
    return result_objects(opened.job, opened.nodes[-1].matte), opened.nodes[-1]


def test_layers_and_cryptomatte_are_asked_for_apart(folder):
    both, _ = objects(folder, cryptomatte=True)
    assert both.channels == ("matte_1.A", "matte_2.A")
    assert both.names == {*both.channels, *(f"cryptoObject00.{letter}" for letter in "RGBA")}
    assert both.pixel_bytes == 2 * 2 + 4 * 4
    assert both.attributes
    only, _ = objects(folder, layers="matte", cryptomatte=True)
    assert only.channels == ()
    assert only.cryptomatte is not None
    neither, shot = objects(folder, layers="none")
    assert (neither.names, neither.pixel_bytes, dict(neither.attributes)) == (frozenset(), 0, {})
    assert neither.of(shot, shot.read(1)) == {}
    whole, _ = objects(folder, remove="", cryptomatte=True)
    assert whole.cryptomatte.names == ("matte",)


@pytest.mark.parametrize("grow", [-1.0, 0.0, 1.0])
def test_objects_cover_together_what_is_replaced_whatever_the_matte_is_grown_by(folder, grow):
    made, shot = objects(folder, flow(grow=grow), cryptomatte=True)
    frame = shot.read(2)
    channels = made.of(shot, frame)
    one, two = (channels[name] for name in made.channels)
    assert one.dtype == np.float16
    assert np.array_equal(np.maximum(one, two) > 0, frame.hole)
    assert np.allclose(channels["cryptoObject00.G"] + channels["cryptoObject00.A"], frame.matte, atol=1e-6)


def test_a_node_that_takes_no_matte_has_no_objects(folder):
    assert result_objects(job(matted(folder), folder, mask(), cryptomatte=True), None).names == frozenset()
