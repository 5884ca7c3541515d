"""What an artist changed by hand counts, whoever's header it still carries; what changed meanwhile is not trusted."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from tests.hostile.place import FRAMES, Place
from tests.places import ROOT
from vfxlib.io.exr import Pixels, pixels_of, read_channels, read_header
from vfxlib.io.footage import Footage
from vfxlib.pipeline.frame_tasks import FrameTasks


def save(path: Path, name: str, pixels) -> None:
    """Save a frame as a tool does that keeps all metadata: a change of one channel under the old header."""
    file = OpenEXR.File(str(path), separate_channels=True)
    channels = {channel: held.pixels for channel, held in file.channels().items()}
    channels[name] = pixels(channels[name])
    OpenEXR.File(file.header(), channels).write(str(path))
    assert read_header(path).attributes.get("paintout/fingerprint")


def brighter(pixels):
    changed = pixels.copy()
    changed[12:28, 20:40] += 0.5
    return changed


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Place:
    """A place whose job has run; read it, do not change it."""
    place = Place(tmp_path_factory.mktemp("made"), quick=False).make()
    assert place.run() == 0
    return place


@pytest.fixture
def done(made, tmp_path) -> Place:
    """A place of one's own whose job has run."""
    shutil.copytree(made.folder, tmp_path / "done")
    return Place(tmp_path / "done", quick=False)


def test_a_result_that_was_painted_over_is_kept_and_said(done, capsys):
    save(done.out(2), "R", brighter)
    painted = done.out(2).read_bytes()
    for words in ((), ("--grain", "0.5")):
        capsys.readouterr()
        assert done.run(*words) == 2
        assert "clean.0002.exr" in capsys.readouterr().err
        assert done.out(2).read_bytes() == painted
    assert done.run("--overwrite") == 0
    assert done.out(2).read_bytes() != painted


@pytest.mark.parametrize("step", ["motion", "complete"])
def test_motion_that_was_changed_by_hand_is_used_and_kept(done, capsys, step):
    work = done.folder / "out/clean.work/flow-inpaint"
    path = work / f"{step}/{step}.0002.exr"
    before = done.out(2).read_bytes()

    def pull(pixels):
        return pixels + np.float32(9)

    save(path, "forward.u", pull)
    edited, vectors = path.read_bytes(), read_channels(path, 2).channels["forward.u"]
    capsys.readouterr()
    assert done.run("--progress", "plain") == 0
    assert f"flow-inpaint/{step}: somebody's own work is used as it is on frame 2" in capsys.readouterr().err
    assert path.read_bytes() == edited
    assert done.out(2).read_bytes() != before
    if step == "complete":  # what is written of the motion is the artist's
        written = read_channels(done.out(2), 2).channels["forward.u"]
        assert abs(float(written.mean()) - float(vectors.mean())) < 0.01
    after = done.out(2).read_bytes()
    assert done.run() == 0  # and is done now
    assert done.out(2).read_bytes() == after
    assert done.run("--overwrite") == 0
    assert path.read_bytes() != edited


def test_a_registration_that_was_corrected_with_an_editor_is_used_and_kept(done, capsys):
    path = done.folder / "out/clean.work/flow-inpaint/register/register.json"
    values = json.loads(path.read_text())
    values["cuts"] = [3]
    path.write_text(json.dumps(values))
    capsys.readouterr()
    assert done.run("--progress", "plain") == 0
    assert "flow-inpaint/register: somebody's own work is used as it is" in capsys.readouterr().err
    assert json.loads(path.read_text())["cuts"] == [3]
    frames = read_channels(done.out(3), 3).channels["provenance.frame"]
    assert (frames == 0).all()  # frame 3 is a take of its own now


@pytest.mark.parametrize("share", [0.99, 0.66, 0.2])
def test_a_frame_of_ours_that_was_cut_is_made_again(done, share):
    whole = done.out(2).read_bytes()
    done.out(2).write_bytes(whole[: int(len(whole) * share)])
    assert done.main("status", "out/clean.work/job.json") == 1
    assert done.run() == 0
    assert done.out(2).read_bytes() == whole


@pytest.mark.parametrize("way", ["deleted", "cut"])
def test_a_frame_that_is_lost_during_the_run_is_a_failure(tmp_path, capsys, monkeypatch, way):
    place, finish = Place(tmp_path).make(), FrameTasks.finish

    def losing(tasks):
        content = place.out(1).read_bytes()
        place.out(1).unlink()
        if way == "cut":
            place.out(1).write_bytes(content[:-9])
        finish(tasks)

    with monkeypatch.context() as patch:
        patch.setattr(FrameTasks, "finish", losing)
        assert place.run() == 1
    assert "1 frame failed: 1" in capsys.readouterr().err
    assert place.run() == 0
    assert all(pixels_of(place.out(number)) is Pixels.AS_WRITTEN for number in FRAMES)


@pytest.mark.parametrize("kind", ["plate", "matte"])
def test_an_input_that_is_swapped_after_it_was_hashed_and_put_back_makes_no_wrong_pixels(
    made, tmp_path, capsys, caplog, monkeypatch, kind
):
    place, read = Place(tmp_path / "swapped", quick=False).make(), Footage.read
    path = place.folder / kind / f"{kind}.0002.exr"
    good, bad = path.read_bytes(), (place.folder / kind / f"{kind}.0003.exr").read_bytes()
    if kind == "matte":  # another square
        bad = place.plate(3, "other/matte.{:04d}.exr").read_bytes()

    def swapping(footage, number, channels=None):
        if footage.path(number).resolve() != path.resolve():
            return read(footage, number, channels)
        path.write_bytes(bad)
        try:
            return read(footage, number, channels)
        finally:
            path.write_bytes(good)

    with monkeypatch.context() as patch:
        patch.setattr(Footage, "read", swapping)
        assert place.run() in (1, 2)
        said = capsys.readouterr().err + caplog.text
        assert f"{kind}.0002.exr" in said
    assert place.run() == 0
    for number in FRAMES:
        mine, other = read_channels(place.out(number), number), read_channels(made.out(number), number)
        assert all(np.array_equal(mine.channels[name], other.channels[name]) for name in other.channels)


def test_what_a_kill_left_is_swept_and_nothing_else(done, capsys):
    code = (
        "import signal, sys; from pathlib import Path; from vfxlib.io.atomic import atomic_write\n"
        "with atomic_write(Path(sys.argv[1])) as hidden:\n"
        "    hidden.write_text('half'); print(hidden, flush=True); signal.pause()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(done.out(2))], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    hidden = Path(process.stdout.readline().strip())
    try:
        assert done.run() == 0
        assert hidden.exists()  # its writer lives
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    (done.folder / "out/.clean.0001.exr.mine.tmp").write_text("mine")
    capsys.readouterr()
    assert done.run("--progress", "plain") == 0
    assert "removed 1 unfinished file" in capsys.readouterr().err
    assert not hidden.exists()
    assert (done.folder / "out/.clean.0001.exr.mine.tmp").exists()
