"""Failures are kept until their frames are made, and nothing goes wrong for the note itself."""

from nodes.engine.failures import keep_failures, read_failures
from vfxlib.errors import PictureError


def failed(*numbers):
    return {number: PictureError(f"is broken in {number}") for number in numbers}


def test_failures_are_kept_until_a_task_makes_their_frames(tmp_path):
    folder = tmp_path / "step"
    keep_failures(folder, (1, 2, 3), failed(1, 3))
    assert read_failures(folder) == {1: "is broken in 1", 3: "is broken in 3"}
    keep_failures(folder, (2, 4), failed(4))
    assert set(read_failures(folder)) == {1, 3, 4}
    keep_failures(folder, (1, 4), {})
    assert set(read_failures(folder)) == {3}
    keep_failures(folder, (3,), {})
    assert read_failures(folder) == {}


def test_without_failures_nothing_is_written(tmp_path):
    folder = tmp_path / "step"
    keep_failures(folder, (1, 2), {})
    assert not folder.exists()


def test_a_note_that_is_none_tells_nothing(tmp_path):
    keep_failures(tmp_path, (1,), failed(1))
    (tmp_path / "failed" / "notes.txt").write_text("somebody's")
    (tmp_path / "failed" / "2.txt").write_bytes(b"\xff")
    assert set(read_failures(tmp_path)) == {1}
