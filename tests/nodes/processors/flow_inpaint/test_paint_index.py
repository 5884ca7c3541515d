"""Key frames lie so that paint reaches every frame, and are painted again only when what they are made from changes."""

import json

import pytest

from nodes.engine.shot_step import shot_state
from nodes.processors.flow_inpaint.paint_index import (
    key_frames,
    paint_state,
    read_paint_index,
)
from nodes.processors.key_index import key_path
from tests.nodes.engine.made import context, flow, leave, matted, write
from vfxlib.errors import UsageError
from vfxlib.pipeline.fingerprint import FINGERPRINT, FileState


@pytest.fixture
def completed(folder):
    """All that the step paint is made from."""
    for number in (1, 2, 3):
        leave(folder, "flow-inpaint", "complete", number, 0.0, own=f"complete {number}")
    path = folder / "out.work" / "flow-inpaint" / "register" / "register.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"cuts": []}')
    return folder


def painting(folder, **output):
    return context(matted(folder), folder, flow(reach=1), step="paint", **output)


def leave_paint(folder, empty=()):
    """What the step leaves: the index and the paint of every key frame that is not empty."""
    at, keys, told = painting(folder), [], {}
    for key in key_frames(at):
        keys.append(key.number)
        if key.number in empty:
            told[str(key.number)] = key.fingerprint
        else:
            write(key.path, 0.1, own=key.fingerprint)
    at.index_path.parent.mkdir(parents=True, exist_ok=True)
    at.index_path.write_text(json.dumps({FINGERPRINT: "x", "keys": keys, "empty": told}))
    return at.index_path


def test_the_step_is_done_when_every_key_frame_is_painted_or_needs_no_paint(completed):
    assert paint_state(painting(completed), "x") is FileState.ABSENT
    path = leave_paint(completed, empty=(2,))
    assert not key_path(path, 2).exists()
    assert paint_state(painting(completed), "x") is shot_state(painting(completed), "x") is FileState.DONE
    assert paint_state(painting(completed), "y") is FileState.STALE
    key_path(path, 1).unlink()
    assert paint_state(painting(completed), "x") is FileState.STALE


def test_an_artist_s_paint_is_done_unless_it_is_to_be_written_over(completed):
    path = leave_paint(completed)
    write(key_path(path, 3), 0.9)
    assert paint_state(painting(completed), "x") is FileState.DONE
    assert paint_state(painting(completed, overwrite=True), "x") is FileState.STALE


def test_a_key_frame_takes_over_what_those_before_it_within_reach_have_painted(completed):
    path = leave_paint(completed)
    before = {key.number: key.fingerprint for key in key_frames(painting(completed))}
    write(key_path(path, 1), 0.9)  # an artist's
    after = {key.number: key.fingerprint for key in key_frames(painting(completed))}
    assert {number: before[number] == after[number] for number in before} == {1: True, 2: False, 3: True}
    assert paint_state(painting(completed), "x") is FileState.STALE


def test_motion_and_plate_within_reach_count_for_a_key_frame_and_no_others(completed):
    leave_paint(completed)

    def made():
        return [key.fingerprint for key in key_frames(painting(completed))]

    before = made()
    leave(completed, "flow-inpaint", "complete", 3, 0.0, own="another")
    changed = made()
    assert [old == new for old, new in zip(before, changed, strict=True)] == [True, False, False]
    write(completed / "plate.1.exr", 0.75)
    assert [old == new for old, new in zip(changed, made(), strict=True)] == [False, False, True]


def test_a_step_that_has_not_run_is_named_for_a_later_one(completed):
    with pytest.raises(UsageError, match="step paint has not been run"):
        read_paint_index(context(matted(completed), completed, flow(), step="render"))
