"""A SHOT step is made once; what an artist has put in its place is used, and written over only when asked."""

import json

import pytest

from nodes.engine.shot_step import index_state, is_kept, read_index, run_shot_step, shot_state
from tests.nodes.engine.made import context, flow, leave, matted, write
from vfxlib.errors import OutputError, UsageError
from vfxlib.pipeline.fingerprint import FINGERPRINT, FileState, signed


class Maker:
    """What a step makes, and how often it was asked for."""

    def __init__(self):
        self.wanted = []

    def __call__(self, fingerprint):
        self.wanted.append(fingerprint)
        return {"cuts": [len(self.wanted)]}


@pytest.fixture
def measured(folder):
    for number in (1, 2, 3):
        leave(folder, "flow-inpaint", "motion", number, 0.0, own=f"motion {number}")
    return folder


def register(folder, node=None, **output):
    """The step register, which takes in the motion of every frame and leaves an index alone."""
    return context(matted(folder), folder, node or flow(), step="register", **output)


def index(folder):
    return folder / "out.work" / "flow-inpaint" / "register" / "register.json"


def test_a_step_is_made_once_with_its_fingerprint(measured):
    make = Maker()
    for _ in range(2):
        run_shot_step(register(measured), make)
    assert len(make.wanted) == 1
    assert json.loads(index(measured).read_text()) == signed({"cuts": [1]}, make.wanted[0])


def test_a_step_is_made_again_when_what_it_is_made_from_has_changed(measured):
    make = Maker()
    run_shot_step(register(measured), make)
    leave(measured, "flow-inpaint", "motion", 2, 0.0, own="another motion")
    run_shot_step(register(measured), make)
    run_shot_step(register(measured, flow(cuts=(2,))), make)
    assert len(set(make.wanted)) == 3


def test_a_step_that_reads_motion_alone_follows_the_motion_and_not_the_plate(measured):
    """What a person has corrected by hand must not go because a frame was rendered again and moves alike."""
    make = Maker()
    run_shot_step(register(measured), make)
    write(measured / "plate.3.exr", 0.75)
    run_shot_step(register(measured), make)
    assert len(make.wanted) == 1


def test_an_artist_s_index_is_kept_unless_asked_and_then_it_is_ours(measured):
    make, path = Maker(), index(measured)
    path.parent.mkdir(parents=True)
    path.write_text('{"cuts": [3]}')
    run_shot_step(register(measured), make)
    write(measured / "plate.3.exr", 0.75)  # whatever changes before it
    run_shot_step(register(measured), make)
    assert path.read_text() == '{"cuts": [3]}'
    assert not make.wanted
    run_shot_step(register(measured, overwrite=True), make)
    assert json.loads(path.read_text()) == signed({"cuts": [1]}, make.wanted[0])
    run_shot_step(register(measured, overwrite=True), make)
    assert len(make.wanted) == 1


def test_a_step_before_that_has_not_run_is_named(folder):
    with pytest.raises(UsageError, match="step motion has not been run for frame 1"):
        run_shot_step(register(folder), Maker())
    assert not index(folder).exists()


def test_what_goes_wrong_while_it_is_made_leaves_the_index_as_it_was(measured):
    run_shot_step(register(measured), Maker())
    before = index(measured).read_bytes()
    leave(measured, "flow-inpaint", "motion", 2, 0.0, own="another motion")

    def fails(fingerprint):
        raise UsageError("no")

    with pytest.raises(UsageError, match="no"):
        run_shot_step(register(measured), fails)
    assert index(measured).read_bytes() == before
    index(measured).unlink()
    index(measured).parent.rmdir()
    index(measured).parent.write_text("in the way")
    with pytest.raises(OutputError):
        run_shot_step(register(measured), Maker())


def test_what_lies_there_is_kept_if_it_is_done_or_foreign_and_not_to_be_written_over(folder):
    kept = {state: [is_kept(register(folder, overwrite=each), state) for each in (False, True)] for state in FileState}
    assert kept == {
        FileState.ABSENT: [False, False],
        FileState.DONE: [True, True],
        FileState.STALE: [False, False],
        FileState.FOREIGN: [True, False],
    }


def test_a_step_of_its_own_ways_is_asked_for_its_state(folder):
    at = register(folder)
    assert shot_state(at, "x") is index_state(at, "x") is FileState.ABSENT
    index(folder).parent.mkdir(parents=True)
    index(folder).write_text(json.dumps({FINGERPRINT: "x"}))
    assert (shot_state(at, "x"), shot_state(at, "y")) == (FileState.DONE, FileState.STALE)
    paint = context(matted(folder), folder, flow(), step="paint")  # an index alone is not all of it
    paint.index_path.parent.mkdir(parents=True)
    paint.index_path.write_text("{}")
    assert (index_state(paint, "x"), shot_state(paint, "x")) == (FileState.FOREIGN, FileState.STALE)


@pytest.mark.parametrize("words", ["", "{", "[1]", "3", None])
def test_an_index_that_cannot_be_read_is_named_with_what_it_should_be(tmp_path, words):
    path = tmp_path / "register.json"
    if words is not None:
        path.write_text(words)
    with pytest.raises(UsageError, match=r"register\.json: is no registration that can be read[\s\S]*delete it"):
        read_index(path, "registration", dict)
    path.write_bytes(b'{"a": "\xff"}')
    with pytest.raises(UsageError, match="is no registration"):
        read_index(path, "registration", dict)
