"""What FlowInpaint's render is made from beside plate and matte: motion, takes, artists' frames, paint in reach."""

import json

import pytest

from nodes.processors.flow_inpaint.inputs import render
from tests.nodes.engine.made import context, flow, leave, matted, write
from vfxlib.errors import UsageError


@pytest.fixture
def made(folder):
    """Files of the earlier steps, as far as inputs ask for them."""
    for number in (1, 2, 3):
        leave(folder, "flow-inpaint", "motion", number, 0.0, own=f"motion {number}")
        leave(folder, "flow-inpaint", "complete", number, 0.0, own=f"complete {number}")
    for step, told in (("register", {"cuts": [3]}), ("paint", {"keys": [1, 3], "empty": {}})):
        path = folder / "out.work" / "flow-inpaint" / step / f"{step}.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(told))
    write(folder / "out.work/flow-inpaint/paint/paint.0001.exr", 0.1)
    return folder


def at(folder, step, **params):
    return context(matted(folder), folder, flow(reach=1, **params), step=step)


def test_a_rendered_frame_follows_from_completed_motion_takes_artists_frames_and_paint_that_are_near(made):
    path = write(made / "clean.exr", 0.1)
    rendering = at(made, "render", paint=((3, str(path)),))
    assert render(rendering, 2) == {
        "takes": [True, True, False],
        "complete": {str(n): f"complete {n}" for n in (1, 2, 3)},
        "artist": {"3": rendering.content(path)},
        "keys": {"1": rendering.content(made / "out.work/flow-inpaint/paint/paint.0001.exr"), "3": ""},
    }
    assert render(rendering, 1)["artist"] == {}
    assert set(render(rendering, 3)["keys"]) == {"3"}


def test_what_is_not_there_is_named(folder):
    with pytest.raises(UsageError, match="step register has not been run"):
        render(at(folder, "render"), 1)
