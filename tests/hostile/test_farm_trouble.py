"""What goes wrong around a farm's worker: disks, shares, clocks and plates. Each is told, and there is a way on."""

import os
import shutil
import subprocess

import pytest

from nodes.engine.open_job import open_job
from nodes.job import load_job
from nodes.plan import plan
from tests.hostile.place import Place, files_in
from tests.hostile.ready import Ready, needs_fork
from tests.picture_bits import picture_bits
from vfxlib.io import atomic
from vfxlib.io.exr import read_channels

pytestmark = needs_fork
FRAMES = (1, 2, 3, 4)
RUN = ("run", "job.json", "--progress", "plain")
YEAR = 365 * 86400.0
MOUNTS = ["unshare", "--mount"]
MOUNTS_AS_NOBODY = [*MOUNTS, "--user", "--map-root-user"]


@pytest.fixture(scope="module")
def worker():
    worker = Ready()
    yield worker
    worker.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory, worker):
    """A shot with its job, and the result of a run that nothing disturbed."""
    place = Place(tmp_path_factory.mktemp("trouble"), quick=False).make(FRAMES)
    assert place.main(*place.words("--device", "cpu", "--frames", "1-4"), "--save", "job.json") == 0
    assert worker.run(place.folder, *RUN) == 0
    shutil.move(place.folder / "out", place.folder / "whole")
    return place


@pytest.fixture
def place(whole):
    """The shot, and nothing made of it."""
    shutil.rmtree(whole.folder / "out", ignore_errors=True)
    (whole.folder / "err.txt").unlink(missing_ok=True)
    return whole


def told(place):
    """What workers have said since this was asked last."""
    said = (place.folder / "err.txt").read_text()
    (place.folder / "err.txt").unlink()
    assert "Traceback" not in said
    assert "internal error" not in said
    return said


def is_whole(place, out="out"):
    return picture_bits(place.folder / out) == picture_bits(place.folder / "whole")


def tasks(place, patience=""):
    """The commands of the job's tasks, of two frames each where a step can be cut."""
    for task in plan(open_job(load_job(place.folder / "job.json")).job, chunk=2):
        words = [*task.command("job.json"), "--progress", "plain"]
        yield task.name, [*words, "--patience", patience] if patience else words


# --- shares


@pytest.mark.parametrize(("delay", "listing_helps"), [(60.0, True), (0.7, False)])
def test_files_that_a_share_shows_late_are_waited_for(place, worker, delay, listing_helps):
    for _, words in tasks(place):
        assert worker.run(place.folder, *words, late=(str(place.folder / "out"), delay, listing_helps)) == 0, told(
            place
        )
    assert is_whole(place)
    assert ("waits 20 s, a share may show it late" in told(place)) is not listing_helps


def test_a_file_that_does_not_come_is_named_and_the_task_can_be_run_again(place, worker):
    commands = list(tasks(place, patience="0"))
    first = next(i for i, (name, _) in enumerate(commands) if name == "flow-inpaint/register")
    for _, words in commands[:first]:
        assert worker.run(place.folder, *words) == 0
    late = {"late": (str(place.folder / "out"), 60.0, False)}
    assert worker.run(place.folder, *commands[first][1], **late) == 2
    said = told(place)
    assert "step motion has not been run for frame 1" in said
    assert "motion.0001.exr" in said
    for _, words in commands[first:]:
        assert worker.run(place.folder, *words) == 0, told(place)
    assert is_whole(place)


# --- disks


@pytest.fixture
def disk(place):
    """A worker that may mount disks nobody else sees, and a disk of a given size at the result's place."""
    for words in (MOUNTS, MOUNTS_AS_NOBODY):
        mount = [*words, "mount", "-t", "tmpfs", "none", str(place.folder)]
        if shutil.which("unshare") and not subprocess.run(mount, capture_output=True, check=False).returncode:
            break
    else:
        pytest.skip("unshare is not there, or may not mount")
    worker, out = Ready(*words), place.folder / "out"
    out.mkdir()

    def mounted(*options):
        assert worker.tool("mount", "-t", "tmpfs", "-o", ",".join(options), "none", str(out)) == 0

    yield worker, mounted
    worker.close()
    shutil.rmtree(place.folder / "seen", ignore_errors=True)


def seen(place, worker):
    """The frames that are there, all of which must be whole; out of the worker's own disk."""
    shutil.rmtree(place.folder / "seen", ignore_errors=True)
    assert worker.tool("cp", "-a", str(place.folder / "out"), str(place.folder / "seen")) == 0
    made = {name: digest for name, digest in files_in(place.folder / "seen").items() if name.endswith(".exr")}
    for name in made:
        read_channels(place.folder / "seen" / name, 1)
    assert not [name for name in files_in(place.folder / "seen") if name.endswith(".tmp")]
    return made


def test_a_disk_that_is_full_is_told_leaves_no_half_file_and_the_work_goes_on_where_there_is_room(place, disk):
    worker, mounted = disk
    size = sum(path.stat().st_size for path in (place.folder / "whole").rglob("*") if path.is_file())
    mounted(f"size={size // 2}")
    assert worker.run(place.folder, *RUN) == 2
    said = told(place)
    assert "No space left on device" in said or "is full" in said, said
    assert "try: " in said
    before = seen(place, worker)
    mounted("remount", "size=64m")
    assert worker.run(place.folder, *RUN) == 0, told(place)
    after = seen(place, worker)
    assert before.items() <= after.items()  # nothing was made twice
    assert is_whole(place, "seen")


def test_a_result_that_may_only_be_read_is_told_and_the_work_goes_on_afterwards(place, disk):
    worker, mounted = disk
    mounted("size=64m")
    motion = next(words for name, words in tasks(place) if name == "flow-inpaint/motion")
    assert worker.run(place.folder, *motion) == 0
    before = seen(place, worker)
    mounted("remount", "ro")
    assert worker.run(place.folder, *RUN) == 2
    said = told(place)
    assert "Read-only file system" in said, said
    assert "try: " in said
    assert seen(place, worker) == before
    mounted("remount", "rw")
    assert worker.run(place.folder, *RUN) == 0, told(place)
    assert before.items() <= seen(place, worker).items()
    assert is_whole(place, "seen")


# --- plates and clocks


def test_a_frame_of_the_plate_that_comes_late_is_told_and_made_when_it_is_there(place, worker):
    late, commands = place.folder / "plate/plate.0003.exr", list(tasks(place))
    late.rename(place.folder / "later.exr")
    try:
        assert worker.run(place.folder, *commands[1][1]) == 2
        assert "plate.####.exr: frames 3 are missing\n  try: render them again" in told(place)
    finally:
        (place.folder / "later.exr").rename(late)
    for _, words in commands:
        assert worker.run(place.folder, *words) == 0, told(place)
    assert is_whole(place)


def test_clocks_that_are_wrong_by_years_change_nothing(place, worker):
    for at, (_, words) in enumerate(tasks(place)):
        wrong = (YEAR, -YEAR, 0.0)[at % 3]
        assert worker.run(place.folder, *words, clock=wrong) == 0, told(place)
        for path in (place.folder / "out").rglob("*"):
            os.utime(path, (1.7e9 + wrong, 1.7e9 + wrong))
    assert is_whole(place)
    made = {path: path.stat().st_ino for path in (place.folder / "out").rglob("*.exr")}
    for wrong in (-YEAR, YEAR):
        assert worker.run(place.folder, *RUN, clock=wrong) == 0
    assert made == {path: path.stat().st_ino for path in (place.folder / "out").rglob("*.exr")}


def test_what_a_dead_worker_has_left_is_removed_and_what_another_machine_may_still_write_stays(place, worker):
    folder = place.folder / "out"
    folder.mkdir()
    ours, other = (folder / f".clean.0001.exr.{tag}-{'0' * 12}.tmp" for tag in ("".join(atomic._machine()), "0" * 16))
    for path in (ours, other):
        path.write_bytes(b"half")
    assert worker.run(place.folder, *RUN) == 0
    assert f"removed 1 unfinished files of a run that was killed, such as {ours}" in told(place).replace("\n", " ")
    assert not ours.exists()
    assert other.read_bytes() == b"half"
    other.unlink()
    assert is_whole(place)
