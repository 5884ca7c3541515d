"""A job of all four nodes in the hands of a farm: any cut gives the same bits, and no way to end it loses anything."""

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from nodes.engine.open_job import open_job
from nodes.job import load_job
from nodes.node import Scope
from nodes.plan import plan
from tests.hostile.place import files_in
from tests.hostile.ready import Ready, needs_fork
from tests.hostile.test_recipe import saved, shot
from tests.picture_bits import picture_bits
from vfxlib.io.exr import read_channels
from vfxlib.io.frames import chunks, format_frames

pytestmark = [needs_fork, pytest.mark.slow, pytest.mark.timeout(600)]
FRAMES = range(1, 8)
KEY = "2=matte/matte.0002.exr"
KILLS = 50


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The shot, its job and the result of a run that nobody disturbed."""
    place = shot(tmp_path_factory.mktemp("cut"), FRAMES)
    saved(place, key=KEY)
    assert place.main("run", "job.json", "--progress", "none") == 0
    shutil.move(place.folder / "out", place.folder / "whole")
    return place


@pytest.fixture(scope="module")
def farm():
    """Workers that start in no time."""
    farm = [Ready() for _ in range(4)]
    yield farm
    for each in farm:
        each.close()


def tasks(place, size, rng):
    """The job's steps in order, each as the commands of its tasks in any order."""
    job = open_job(load_job(place.folder / "job.json")).job
    for task in plan(job):
        cuts = [()] if task.step.scope is Scope.SHOT else chunks(task.frames, size)
        words = [task.command("job.json", format_frames(cut)) for cut in cuts]
        rng.shuffle(words)
        yield [[*each, "--progress", "none"] for each in words]


@pytest.mark.parametrize(("size", "workers"), [(1, 1), (3, 1), (7, 1), (2, 4)])
def test_any_cut_in_any_order_by_any_number_of_workers_gives_the_same_bits(place, farm, size, workers):
    shutil.rmtree(place.folder / "out", ignore_errors=True)
    for step in tasks(place, size, random.Random(size)):
        for at in range(0, len(step), workers):
            started = [
                (worker, worker.start(place.folder, *words, err=f"err{i}.txt"))
                for i, (worker, words) in enumerate(zip(farm, step[at : at + workers], strict=False))
            ]
            for i, (worker, number) in enumerate(started):
                assert worker.wait(number) == 0, (place.folder / f"err{i}.txt").read_text()
    assert picture_bits(place.folder / "out") == picture_bits(place.folder / "whole")


def test_a_worker_that_is_killed_fifty_times_ends_with_the_undisturbed_result(place, farm):
    rng, out = random.Random(7), place.folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    made: dict[str, tuple[int, int]] = {}
    for _ in range(KILLS):
        number = farm[0].start(place.folder, "run", "job.json", "--progress", "none", err="err.txt")
        time.sleep(rng.uniform(0.05, 0.8))
        for name in files_in(out):
            if name.endswith(".exr") and not Path(name).name.startswith("."):
                stat = (out / name).stat()
                assert made.setdefault(name, (stat.st_ino, stat.st_mtime_ns)) == (stat.st_ino, stat.st_mtime_ns), name
                read_channels(out / name, 1)  # whole, whenever it is looked at
        os.kill(number, rng.choice((signal.SIGTERM, signal.SIGKILL)))
        ended = farm[0].wait(number)
        assert ended in (0, 75, -signal.SIGKILL), (place.folder / "err.txt").read_text()
        if ended == 0:  # it was done before the signal came: once more from nothing
            assert picture_bits(out) == picture_bits(place.folder / "whole")
            shutil.rmtree(out)
            made.clear()
    assert farm[0].run(place.folder, "run", "job.json", "--progress", "none", err="err.txt") == 0
    assert picture_bits(out) == picture_bits(place.folder / "whole")
    assert not [name for name in files_in(out) if Path(name).name.endswith(".tmp")]
