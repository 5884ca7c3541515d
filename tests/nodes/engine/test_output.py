"""The layered EXR: the plate's channels in their own types, layers as declared, a header that tells how it was made."""

import json

import numpy as np
import pytest

from nodes.engine.output import open_output
from tests.nodes.engine.made import DISPLAY, context, fit, flow, matted
from vfxlib.errors import OutputError
from vfxlib.io.exr import read_channels, write_exr
from vfxlib.pipeline.fill_block import empty_block
from vfxlib.pipeline.fingerprint import FINGERPRINT
from vfxlib.pipeline.frame_tasks import FrameTasks, Target
from vfxlib.pipeline.merge import Merged, fill_layers
from vfxlib.progress import open_progress
from vfxlib.version import VERSION

SHAPE = (DISPLAY.height, DISPLAY.width)


def wide(folder):
    """A plate frame with channels of every type, one of which is called like a layer of ours."""
    channels = {name: np.full(SHAPE, 0.5, np.float16) for name in "RGBA"}
    channels["depth.Z"] = np.full(SHAPE, 7.5, np.float32)
    channels["id"] = np.full(SHAPE, 70000, np.uint32)
    channels["matte.A"] = np.full(SHAPE, 0.125, np.float32)
    attributes = {"owner": "the studio", FINGERPRINT: "of another run"}
    write_exr(
        folder / "plate.2.exr",
        display=DISPLAY,
        origin=(3, 4),
        data=DISPLAY,
        aspect=2.0,
        channels=channels,
        attributes=attributes,
    )


def written(folder, at, layers=None, **more):
    """What is written of frame 2."""
    frame = at.shot.read(2)
    filled = empty_block(*SHAPE)
    picture = {name: frame.original.channels[name] for name in frame.original.channels}
    merged = Merged(frame, picture, np.full((*SHAPE, 3), 0.1, np.float32), filled)
    target = Target(at.path(2), "f" * 64)
    tasks = FrameTasks(
        at.name,
        {2: target},
        overwrite=False,
        keep_foreign=False,
        progress=open_progress("none"),
        fingerprints=at.digests,
    )
    asked = []

    def made(merged, wanted):
        asked.append(tuple(wanted))
        return layers or fill_layers(merged)

    open_output(at, tasks)(frame, merged, made)()
    return read_channels(target.path, 2), asked


def test_layers_are_cast_to_the_types_that_are_declared(folder):
    frame, asked = written(folder, context(matted(folder), folder, fit(), step="render"))
    outputs = [layer for layer in fit().node.outputs if not layer.on_request and not layer.passed]
    declared = {name: layer.pixel for layer in outputs for name in layer.names}
    for name, pixel in declared.items():
        assert frame.channels[name].dtype == {"half": np.float16, "float": np.float32}[pixel], name
    assert asked == [("fill", "matte", "confidence", "provenance")]


def test_motion_is_rounded_to_a_thousandth_of_a_pixel_whatever_its_sign(folder):
    at = context(matted(folder), folder, flow())
    moved = np.full(SHAPE, 12.34567, np.float32)
    layers = {"forward.u": moved, "forward.v": -moved, "backward.u": 0 * moved, "backward.v": moved}
    channels = written(folder, at, layers)[0].channels
    assert np.abs(channels["forward.u"] - moved).max() <= 0.5 / 1024
    assert np.array_equal(channels["forward.v"], -channels["forward.u"])
    assert ((channels["forward.u"] * 1024) % 1 == 0).all()
    assert not channels["backward.u"].any()


def test_what_was_not_asked_for_is_not_written_whatever_is_made(folder):
    at = context(matted(folder), folder, fit(), step="render", layers="matte")
    made = {"matte.A": np.ones(SHAPE, np.float64), "confidence.A": np.ones(SHAPE), "spy.A": np.ones(SHAPE)}
    frame, asked = written(folder, at, made)
    assert set(frame.channels) == {"R", "G", "B", "matte.A"}
    assert asked == [("matte",)]


def test_what_a_later_node_may_want_is_written_whatever_layers_are_asked_for(folder):
    at = context(matted(folder), folder, fit(), flow(), step="render", place=0, layers="none")
    frame, asked = written(folder, at)
    assert {"fill.R", "matte.A", "confidence.A"} <= set(frame.channels)
    assert asked == [("fill", "matte", "confidence", "forward", "backward", "provenance")]


def test_the_plate_s_channels_keep_their_types_and_a_layer_of_ours_wins_over_one_of_its(folder):
    wide(folder)
    at = context(matted(folder), folder, fit(), step="render", keep_layers=True)
    frame, _ = written(folder, at)
    types = {name: str(frame.channels[name].dtype) for name in ("R", "A", "depth.Z", "id", "matte.A")}
    assert types == {"R": "float16", "A": "float16", "depth.Z": "float32", "id": "uint32", "matte.A": "float16"}
    assert (frame.channels["id"] == 70000).all()
    assert not (frame.channels["matte.A"] == 0.125).any()


def test_a_plate_s_channel_that_is_called_like_a_layer_that_is_not_written_does_not_pose_as_it(folder):
    wide(folder)
    at = context(matted(folder), folder, fit(), step="render", keep_layers=True, layers="none")
    assert "matte.A" not in written(folder, at)[0].channels


def test_the_header_keeps_windows_and_what_describes_the_plate_and_tells_the_job(folder):
    wide(folder)
    at = context(matted(folder), folder, fit(grow=1.0), step="render", keep_layers=True, memory=3.0, threads=2)
    header = written(folder, at)[0].header
    assert (header.display, header.origin, header.aspect) == (DISPLAY, (3, 4), 2.0)
    assert header.attributes["owner"] == "the studio"
    assert header.attributes[FINGERPRINT] == "f" * 64
    assert header.attributes["paintout/version"] == VERSION
    told = json.loads(header.attributes["paintout/job"])
    assert told["shot"]["plate"] == "plate.#.exr"
    assert told["nodes"][0]["params"]["grow"] == 1.0
    assert not {"memory", "threads", "overwrite", "work"} & set(told["output"])
    assert str(folder) not in json.dumps(dict(header.attributes), default=str)


def test_nothing_is_written_before_the_call_and_a_place_that_cannot_be_written_is_named(folder):
    at = context(matted(folder), folder, fit(), step="render", out=f"{folder}/no/out.#.exr")
    (folder / "no").write_text("in the way")
    with pytest.raises(OutputError, match=r"out\.2\.exr: cannot be written"):
        written(folder, at)
