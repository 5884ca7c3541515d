"""Frames are skipped, kept and counted as their files say."""

import threading
import time

import numpy as np
import pytest

from tests.plain_fingerprints import PlainFingerprints
from vfxlib.errors import FramesFailed, MatteError, OutputError, Stopped
from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr
from vfxlib.pipeline.fingerprint import FINGERPRINT
from vfxlib.pipeline.frame_tasks import FrameTasks, Target, map_ahead
from vfxlib.progress import Progress, open_progress
from vfxlib.signals import stop_requests


def frame(path, own=None):
    attributes = {} if own is None else {FINGERPRINT: own}
    box = Box(0, 0, 2, 2)
    pixels = {"A": np.zeros((2, 2), np.float16)}
    write_exr(path, display=box, origin=(0, 0), data=box, aspect=1.0, channels=pixels, attributes=attributes)
    return path


def work(targets, **more):
    given = {
        "overwrite": False,
        "keep_foreign": False,
        "progress": open_progress("none"),
        "fingerprints": PlainFingerprints(),
        **more,
    }
    return FrameTasks("node/step", targets, **given)


def test_done_frames_are_skipped_and_strangers_refused_or_kept(tmp_path):
    targets = {
        1: Target(frame(tmp_path / "1.exr", "a"), "a"),
        2: Target(frame(tmp_path / "2.exr", "old"), "a"),
        3: Target(tmp_path / "3.exr", "a"),
    }
    assert work(targets).todo() == [2, 3]
    targets[4] = Target(frame(tmp_path / "4.exr"), "a")
    with pytest.raises(OutputError, match="--overwrite"):
        work(targets).todo()
    assert work(targets, keep_foreign=True).todo() == [2, 3]
    assert work(targets, overwrite=True).todo() == [2, 3, 4]


def test_a_frame_that_fails_because_the_work_is_stopped_is_no_failure():
    some, error = work({}), MatteError("left half done by the stop")
    asked = []

    def stop():
        asked.append(True)
        if len(asked) == 2:
            raise Stopped

    with pytest.raises(Stopped), stop_requests(stop), some.doing(1):
        raise error
    assert some.failures == {}


def test_a_failed_frame_is_told_at_the_end_and_a_full_disk_at_once():
    some = work({})
    with some.doing(1):
        raise MatteError("too small", where="m.exr")
    with pytest.raises(OutputError), some.doing(2):
        raise OutputError("full")
    with pytest.raises(Stopped), some.doing(3):
        raise Stopped
    with pytest.raises(FramesFailed, match="1 frame failed: 1") as told:
        some.finish()
    assert list(told.value.failures) == [1]


@pytest.mark.parametrize("threads", [1, 3])
def test_results_come_in_order_and_errors_with_their_frame(threads):
    def make(n):
        if n == 3:
            raise MatteError("broken")
        time.sleep(0.002 * (5 - n))
        return n * n

    seen = {n: f.exception() or f.result() for n, f in map_ahead(make, range(5), threads)}
    assert list(seen) == list(range(5))
    assert isinstance(seen.pop(3), MatteError)
    assert seen == {0: 0, 1: 1, 2: 4, 4: 16}


@pytest.mark.parametrize("threads", [2, 3])
def test_no_more_is_begun_than_there_are_threads_for(threads):
    begun, lock = [], threading.Lock()

    def make(n):
        with lock:
            begun.append(n)

    for n, _ in map_ahead(make, range(30), threads):
        assert len(begun) <= n + threads + 2


def test_work_that_is_given_up_ends():
    begun = []
    for n, _ in map_ahead(begun.append, range(1000), 2):
        if n == 3:
            break
    time.sleep(0.02)
    assert len(begun) < 20


def test_what_is_no_error_of_ours_is_not_kept():
    some = work({})
    with pytest.raises(ZeroDivisionError), some.doing(1):
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError):
        some.fail(1, ZeroDivisionError())
    some.finish()


def test_a_frame_that_was_written_is_remembered(tmp_path):
    known = PlainFingerprints()
    some = work({1: Target(tmp_path / "1.exr", "a")}, fingerprints=known)
    some.writing(1, lambda: frame(tmp_path / "1.exr", "a"))()
    assert known.told == [(tmp_path / "1.exr", "a")]
    some.finish()


def test_a_frame_that_is_cut_is_made_again(tmp_path):
    whole = frame(tmp_path / "1.exr", "a").read_bytes()
    for length in range(len(whole) - 10, len(whole)):
        (tmp_path / "1.exr").write_bytes(whole[:length])
        assert work({1: Target(tmp_path / "1.exr", "a")}).todo() == [1]


@pytest.mark.parametrize("kept", [True, False])
def test_the_end_tells_what_is_not_there_any_more_as_it_was_written(tmp_path, kept):
    targets = {n: Target(frame(tmp_path / f"{n}.exr", "a"), "a") for n in (1, 2, 3, 4)}
    some = work(targets, keep_foreign=kept)
    assert some.todo() == []
    targets[1].path.unlink()
    targets[2].path.write_bytes(targets[2].path.read_bytes()[:-3])
    frame(targets[3].path)  # somebody else has put his own there, which is fine in the work folder
    with pytest.raises(FramesFailed) as told:
        some.finish()
    assert list(told.value.failures) == ([1, 2] if kept else [1, 2, 3])


def test_somebody_s_own_frames_are_told_apart_from_those_that_are_done(tmp_path):
    said = []
    targets = {
        1: Target(frame(tmp_path / "1.exr", "a"), "a"),
        2: Target(frame(tmp_path / "2.exr"), "a"),
        3: Target(frame(tmp_path / "3.exr"), "a"),
    }
    assert work(targets, keep_foreign=True, progress=Progress(lambda tick: None, said.append)).todo() == []
    assert said == [
        "node/step: 1 of 3 frames are done already",
        "node/step: somebody's own work is used as it is on frames 2-3",
    ]
