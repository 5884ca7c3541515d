"""Errors say what is wrong, where, and what to do, and end with the right exit code."""

import inspect

import pytest

from vfxlib import errors
from vfxlib.errors import FramesFailed, PictureError, Stopped

KINDS = [kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, BaseException)]
CODES = {
    "PaintoutError": 1,
    "UsageError": 2,
    "InputError": 2,
    "SequenceError": 2,
    "PictureError": 2,
    "MatteError": 2,
    "ColourError": 2,
    "WeightsError": 2,
    "OutputError": 2,
    "DeviceError": 2,
    "FitError": 1,
    "FrameError": 1,
    "FramesFailed": 1,
    "Stopped": 75,
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_ends_with_its_documented_exit_code(kind):
    assert kind.exit_code == CODES[kind.__name__]


def test_every_error_is_public():
    assert sorted(kind.__name__ for kind in KINDS) == sorted(errors.__all__)


def test_an_error_reads_as_problem_place_and_way_out():
    error = PictureError("the frame is missing", where="plate.1003.exr", fix="render it again")
    assert str(error) == "plate.1003.exr: the frame is missing\n  try: render it again"
    assert str(PictureError("no")) == "no"


def test_failed_frames_are_named_in_order():
    error = FramesFailed({7: PictureError("a"), 3: PictureError("b")})
    assert "2 frames failed: 3, 7" in str(error)
    assert set(error.failures) == {3, 7}


def test_that_other_frames_are_done_is_said_only_where_there_are_others():
    failures = {7: PictureError("a"), 3: PictureError("b")}
    assert "the other frames are done" in str(FramesFailed(failures, 3))
    assert "other frames" not in str(FramesFailed(failures, 2))
    assert "mend these and run the same command again" in str(FramesFailed(failures, 2))


def test_code_that_goes_on_after_an_error_does_not_go_on_after_a_stop():
    assert not issubclass(Stopped, Exception)


def test_a_name_cannot_move_or_colour_the_terminal():
    error = PictureError("is damaged", where="a\n\x1b[31m\x9b.exr", fix="look at \r it")
    assert str(error) == "a\\n\\x1b[31m\\x9b.exr: is damaged\n  try: look at \\r it"


def test_of_many_failed_frames_the_first_are_named_and_the_others_counted():
    told = str(FramesFailed({number: PictureError("a") for number in range(1, 101)}))
    assert "100 frames failed: 1, 2, 3" in told
    assert "24 and 76 more" in told
