"""What status tells is what a run would do, and telling it changes nothing."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from nodes import MORE
from nodes.engine import digest_cache
from nodes.engine.runner import run
from nodes.engine.status import FrameStatus, job_status
from nodes.job import Job, JobNode, load_job, save_job
from nodes.shot import Output, Shot
from plugin.cli import main
from tests.contract.border_mean import BORDER_MEAN, BorderMeanParams
from tests.nodes.engine.made import fit, flow, mask, write
from tests.places import ROOT
from vfxlib.errors import FramesFailed, SequenceError
from vfxlib.image.box import Box
from vfxlib.io.exr import read_channels, write_exr
from vfxlib.pipeline.fingerprint import FINGERPRINT
from vfxlib.progress import open_progress

WIDTH, HEIGHT, FRAMES = 64, 48, (1, 2, 3, 4, 5)
DONE, STALE, FOREIGN, FAILED, _, MISSING = FrameStatus


def picture(path, channels):
    box = Box(0, 0, WIDTH, HEIGHT)
    write_exr(path, display=box, origin=(0, 0), data=box, aspect=1.0, channels=channels, attributes={})


def plate(folder, number, seed=1):
    """A wall of noise that goes by, as large on disk as in memory."""
    wall = np.random.default_rng(seed).uniform(0.1, 0.4, (HEIGHT, WIDTH + 40, 3)).astype(np.float16)
    part = wall[:, 2 * number : 2 * number + WIDTH]
    picture(folder / f"plate.{number}.exr", {name: part[..., i].copy() for i, name in enumerate("RGB")})


def make_shot(folder):
    for number in FRAMES:
        plate(folder, number)
        matte = np.zeros((HEIGHT, WIDTH), np.float16)
        matte[18:30, 6 * number : 6 * number + 12] = 1
        picture(folder / f"matte.{number}.exr", {"A": matte})
    picture(folder / "key.exr", {"A": matte})
    return folder


def border(**params):
    return JobNode(BORDER_MEAN, BorderMeanParams(**params))


def job(folder, *nodes, matte="matte.#.exr", **output):
    shot = Shot(plate=f"{folder}/plate.#.exr", matte=f"{folder}/{matte}")
    return Job(shot, nodes, Output(**{"out": f"{folder}/out.#.exr", "device": "cpu", **output}))


def render(made):
    run(made, open_progress("none"))


def statuses(made):
    """STEP -> the status of each frame, in order."""
    return {step.name: list(step.frames.values()) for step in job_status(made)}


def only(made):
    """Those of a job of one step."""
    (found,) = statuses(made).values()
    return found


@pytest.fixture
def folder(tmp_path):
    return make_shot(tmp_path)


@pytest.fixture
def done(folder):
    """A rendered shot of border-mean."""
    render(job(folder, border()))
    return folder


@pytest.fixture
def status(monkeypatch, capsys, folder):
    """Exit code and JSON of the command on a job."""
    monkeypatch.setenv(MORE, "tests.contract.border_mean:BORDER_MEAN")

    def told(made):
        save_job(made, folder / "the.json")
        capsys.readouterr()
        code = main(["status", str(folder / "the.json"), "--json"])
        document = json.loads(capsys.readouterr().out)
        for step in document["steps"]:
            assert step.pop("seconds") >= 0
        return code, document

    return told


# --- one step


def test_before_the_run_all_is_missing_and_after_it_all_is_done(folder, status):
    made = job(folder, border())
    assert only(made) == [MISSING] * 5
    assert status(made)[0] == 1
    render(made)
    assert only(made) == [DONE] * 5
    assert status(made) == (0, {"done": True, "steps": [step_told("border-mean/render", done="1-5")]})


def step_told(name, scope="frames", is_done=True, **kinds):
    frames = {kind.value: kinds.get(kind.value, "") for kind in FrameStatus}
    reasons = kinds.get("reasons", {})
    return {"step": name, "scope": scope, "done": is_done, "frames": frames, "reasons": reasons}


def test_a_changed_plate_frame_makes_its_own_frame_stale_and_no_other(done):
    plate(done, 3, seed=7)
    assert only(job(done, border())) == [DONE, DONE, STALE, DONE, DONE]


def test_a_changed_parameter_makes_all_frames_stale_and_the_old_one_makes_them_done(done, status):
    assert only(job(done, border(width=7.0))) == [STALE] * 5
    assert status(job(done, border(width=7.0)))[1]["steps"] == [
        step_told("border-mean/render", is_done=False, stale="1-5")
    ]
    assert only(job(done, border())) == [DONE] * 5


def test_means_change_nothing_of_what_is_done(done):
    assert only(job(done, border(), threads=1, memory=2.0, overwrite=True, device="auto")) == [DONE] * 5


def test_frames_that_are_gone_are_missing_and_frames_outside_the_job_are_of_no_matter(done):
    (done / "out.2.exr").unlink()
    made = job(done, border())
    assert only(made) == [DONE, MISSING, DONE, DONE, DONE]
    few = Job(Shot(**{**made.shot.to_mapping(), "frames": "3-5x2"}), made.nodes, made.output)
    (found,) = job_status(few)
    assert found.frames == {3: DONE, 5: DONE}
    assert found.done


def test_somebody_else_s_file_at_the_output_is_in_the_way(done, status):
    write(done / "out.4.exr", 0.5)
    code, told = status(job(done, border()))
    assert (code, told["done"]) == (1, False)
    assert told["steps"] == [step_told("border-mean/render", is_done=False, done="1-3,5", foreign="4")]


@pytest.mark.parametrize("content", [b"", b"no picture"])
def test_what_is_no_picture_at_the_output_is_foreign(done, content):
    (done / "out.4.exr").write_bytes(content)
    assert only(job(done, border())) == [DONE, DONE, DONE, FOREIGN, DONE]


def cut(path, share=0.75):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return content


def test_a_frame_that_failed_is_failed_until_it_is_made(folder, status):
    made = job(folder, border())
    content = cut(folder / "plate.2.exr")
    with pytest.raises(FramesFailed, match="1 frame failed: 2"):
        render(made)
    assert only(made) == [DONE, FAILED, DONE, DONE, DONE]
    (step,) = status(made)[1]["steps"]
    assert "damaged EXR" in step["reasons"]["2"]
    told = step_told("border-mean/render", is_done=False, done="1,3-5", failed="2", reasons=step["reasons"])
    assert step == told
    (folder / "plate.2.exr").write_bytes(content)
    assert only(made) == [DONE, FAILED, DONE, DONE, DONE]
    run(made, open_progress("none"), frames=(4,))  # which says nothing of the others
    assert only(made) == [DONE, FAILED, DONE, DONE, DONE]
    render(made)
    assert only(made) == [DONE] * 5


def test_a_done_frame_whose_plate_breaks_fails_over_what_was_done(done):
    made = job(done, border())
    cut(done / "plate.5.exr")
    assert only(made) == [DONE, DONE, DONE, DONE, STALE]
    with pytest.raises(FramesFailed):
        render(made)
    assert only(made) == [DONE, DONE, DONE, DONE, FAILED]


def test_a_damaged_note_of_failures_is_no_failure(done):
    note = done / "out.work" / "border-mean" / "render" / "failed.json"
    note.parent.mkdir(parents=True, exist_ok=True)
    for words in ("{", "[1]", '{"x": "y"}', "3"):
        note.write_text(words)
        (done / "out.2.exr").unlink(missing_ok=True)
        assert only(job(done, border())) == [DONE, MISSING, DONE, DONE, DONE]


# --- the command


def test_a_job_that_cannot_be_begun_is_an_error(done, capsys, monkeypatch):
    monkeypatch.setenv(MORE, "tests.contract.border_mean:BORDER_MEAN")
    place = done / "out.work" / "job.json"
    for number in FRAMES:
        (done / f"plate.{number}.exr").unlink()
    with pytest.raises(SequenceError):
        job_status(load_job(place))
    for words in ([str(place), "--json"], [str(place)], [str(done / "none.json")]):
        assert main(["status", *words]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.startswith("paintout: ")
        assert "internal error" not in told.err


def test_nothing_is_written_but_the_digests(folder, monkeypatch):
    monkeypatch.setattr(digest_cache, "SETTLED", -3600.0)
    made = job(folder, border())

    def seen():
        return {
            path: (path.stat().st_mtime_ns, path.stat().st_ino, path.stat().st_size)
            for path in folder.rglob("*")
            if path.is_file() and path.name not in ("digests.json", ".digests.json.lock")
        }

    for _ in range(2):
        before = seen()
        job_status(made)
        assert seen() == before
        assert (folder / "out.work" / "digests.json").exists()
        render(made)


def test_a_second_look_reads_no_plate(done, monkeypatch):
    monkeypatch.setattr(digest_cache, "SETTLED", -3600.0)
    made = job(done, border())
    job_status(made)
    monkeypatch.setattr(digest_cache, "file_digest", lambda path: pytest.fail(f"{path} was read"))
    assert only(made) == [DONE] * 5


# --- several nodes


def test_two_nodes_of_a_kind_are_told_apart(done):
    both = job(done, border(width=2.0), border())
    # it takes no fill, so the frames that it has made by itself are those that it makes here
    assert statuses(both) == {"border-mean/render": [MISSING] * 5, "border-mean-2/render": [DONE] * 5}
    render(both)
    assert set(map(tuple, statuses(both).values())) == {(DONE,) * 5}
    assert statuses(job(done, border(width=3.0), border()))["border-mean/render"] == [STALE] * 5


def test_a_job_of_three_nodes_is_told_before_it_has_begun(folder):
    shot = Shot(plate=f"{folder}/plate.#.exr", key=((1, f"{folder}/key.exr"),))
    made = Job(shot, (mask(), flow(), fit()), Output(out=f"{folder}/out.#.exr"))
    found = statuses(made)
    assert list(found) == [each.address(step.name) for each in made.nodes for step in each.node.steps]
    assert set(map(tuple, found.values())) == {(MISSING,) * 5}


def test_what_is_built_on_a_frame_of_the_node_before_is_stale_while_that_one_is_not_done(folder):
    made = job(folder, flow(), fit())
    for number in FRAMES:
        write(folder / "out.work" / "flow-inpaint" / "render" / f"render.{number:04d}.exr", 0.3)  # an artist's
        write(folder / f"out.{number}.exr", 0.3, own="old")
    found = statuses(made)
    assert found["flow-inpaint/render"] == [FOREIGN] * 5
    assert found["internal-fit/fit"] == [MISSING] * 5
    assert found["internal-fit/render"] == [STALE] * 5


# --- FlowInpaint's files


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """A shot that flow-inpaint has filled; look at it, do not change it."""
    folder = make_shot(tmp_path_factory.mktemp("rendered"))
    render(job(folder, flow(reach=2)))
    return folder


@pytest.fixture
def filled(rendered, tmp_path):
    """A copy of it in another place, with its job."""
    there = tmp_path / "moved"
    shutil.copytree(rendered, there)
    return there, load_job(there / "out.work" / "job.json")


STEPS = [f"flow-inpaint/{step.name}" for step in flow().node.steps]


def own(folder, step, name):
    return folder / "out.work" / "flow-inpaint" / step / name


def test_a_job_that_was_moved_with_its_files_is_done(filled):
    folder, made = filled
    assert str(folder) in made.output.out
    assert statuses(made) == dict.fromkeys(STEPS, [DONE] * 5)


def test_completed_motion_that_is_gone_is_missing_and_what_is_rendered_from_it_is_stale(filled):
    folder, made = filled
    own(folder, "complete", "complete.0001.exr").unlink()
    found = statuses(made)
    assert found["flow-inpaint/motion"] == found["flow-inpaint/register"] == [DONE] * 5
    assert found["flow-inpaint/complete"] == [MISSING, DONE, DONE, DONE, DONE]
    assert found["flow-inpaint/paint"] == [STALE] * 5
    assert found["flow-inpaint/render"][:3] == [STALE] * 3


def test_a_registration_that_a_person_has_changed_is_used_and_what_follows_from_it_is_stale(filled):
    folder, made = filled
    path = own(folder, "register", "register.json")
    told = json.loads(path.read_text())
    del told[FINGERPRINT]
    path.write_text(json.dumps(told))
    assert statuses(made) == {**dict.fromkeys(STEPS, [DONE] * 5), "flow-inpaint/register": [FOREIGN] * 5}
    path.write_text(json.dumps({**told, "cuts": [5]}))
    found = statuses(made)
    assert found["flow-inpaint/register"] == [FOREIGN] * 5
    assert found["flow-inpaint/complete"] == [DONE, DONE, STALE, STALE, STALE]  # the cut is within reach of these
    assert found["flow-inpaint/paint"] == [STALE] * 5
    assert found["flow-inpaint/render"][2:] == [STALE] * 3
    assert [step.done for step in job_status(made)] == [True, True, False, False, False]


def test_an_artist_s_motion_is_done_and_what_is_made_from_it_is_stale(filled):
    folder, made = filled
    path = own(folder, "motion", "motion.0002.exr")
    raw = read_channels(path, 2)
    attributes = {"paintout/motion": raw.header.attributes["paintout/motion"]}
    box = raw.header.display
    write_exr(path, display=box, origin=(0, 0), data=box, aspect=1.0, channels=raw.channels, attributes=attributes)
    found = job_status(made)
    assert list(found[0].frames.values()) == [DONE, FOREIGN, DONE, DONE, DONE]
    assert found[0].done
    assert set(found[1].frames.values()) == {STALE}


def test_paint_that_is_gone_makes_the_step_stale_and_its_index_that_is_gone_makes_it_missing(filled):
    folder, made = filled
    keys = json.loads(own(folder, "paint", "paint.json").read_text())["keys"]
    own(folder, "paint", f"paint.{keys[0]:04d}.exr").unlink()
    assert statuses(made)["flow-inpaint/paint"] == [STALE] * 5
    own(folder, "paint", "paint.json").unlink()
    assert statuses(made)["flow-inpaint/paint"] == [MISSING] * 5


def test_a_file_of_an_earlier_step_that_cannot_be_read_is_told_and_does_not_end_the_telling(filled):
    folder, made = filled
    own(folder, "register", "register.json").write_text("{")
    found = statuses(made)
    assert found["flow-inpaint/motion"] == [DONE] * 5
    assert {kind for name in STEPS[2:] for kind in found[name]} == {STALE}


@pytest.mark.parametrize("cuts", [["five"], [None], [[5]]])
def test_a_registration_with_cuts_that_are_no_numbers_does_not_end_the_telling_either(filled, cuts):
    folder, made = filled
    own(folder, "register", "register.json").write_text(json.dumps({"cuts": cuts}))
    assert statuses(made)["flow-inpaint/render"] == [STALE] * 5


def test_frames_made_on_any_kind_of_device_count_if_the_job_may_choose_and_else_only_those_of_its_own(filled):
    made = filled[1]
    assert all(step.done for step in job_status(made))
    shown = Job(made.shot, made.nodes, Output(**{**made.output.to_mapping(), "device": "auto"}))
    assert all(step.done for step in job_status(shown))
    other = Job(made.shot, made.nodes, Output(**{**made.output.to_mapping(), "device": "cuda:1"}))
    assert Counter(step.done for step in job_status(other)) == {True: 2, False: 3}  # complete, paint, render use it


# --- no torch


def test_asking_loads_neither_torch_nor_a_network(filled):
    folder, _ = filled
    code = (
        "import sys; from plugin.cli import main; code = main(sys.argv[1:]);"
        "from nodes import NODES; from nodes.engine.named import named;"
        "[named(words) for node in NODES for step in node.steps for words in (step.inputs, step.state) if words];"
        "print([name for name in ('torch', 'cv2', 'safetensors') if name in sys.modules], file=sys.stderr);"
        "sys.exit(code)"
    )
    words = [sys.executable, "-c", code, "status", str(folder / "out.work" / "job.json"), "--json"]
    env = {name: value for name, value in os.environ.items() if name != MORE}
    told = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False, env=env)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["done"] is True
    assert told.stderr.strip() == "[]"


@pytest.mark.parametrize(("step", "loads"), [("motion", []), ("register", []), ("render", ["torch"])])
def test_a_worker_of_what_works_without_torch_does_not_load_it(filled, step, loads):
    folder, _ = filled
    code = (
        "import sys; from plugin.cli import main; code = main(sys.argv[1:]);"
        "print([name for name in ('torch',) if name in sys.modules]); sys.exit(code)"
    )
    task = ("run", str(folder / "out.work" / "job.json"), "--step", f"flow-inpaint/{step}", "--progress", "none")
    done = subprocess.run(
        [sys.executable, "-c", code, *task], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.strip().splitlines()[-1]) == (0, str(loads)), done.stderr


# --- overwrite


def test_an_artist_s_file_is_not_done_for_a_job_that_writes_over_it(filled):
    folder, made = filled
    picture(own(folder, "motion", "motion.0002.exr"), {"A": np.zeros((HEIGHT, WIDTH), np.float16)})
    asked = Job(made.shot, made.nodes, Output(**{**made.output.to_mapping(), "overwrite": True}))
    assert not job_status(asked)[0].done
