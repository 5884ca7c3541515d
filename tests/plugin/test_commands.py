"""Each word of the command does what its help says, prints what programs can read, and writes nothing else."""

import json
from pathlib import Path

import numpy as np
import pytest

from nodes import FLOW_INPAINT, MASK_PROPAGATE, NODES, RECIPES
from nodes.job import Job, JobNode, load_job, save_job
from nodes.node import Node
from nodes.shot import Output, Shot
from plugin.cli import main
from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr
from vfxlib.review.matte_qc import Finding, FrameStats
from vfxlib.review.matte_report import REPORT, MatteThumbnail, write_report

WIDTH, HEIGHT, FRAMES = 64, 36, range(1001, 1005)


def write(path: Path, channels: dict[str, np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    window = Box(0, 0, WIDTH, HEIGHT)
    label = {"colorInteropID": "lin_rec709_scene"}
    write_exr(path, display=window, origin=(0, 0), data=window, aspect=1.0, channels=channels, attributes=label)


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    """A folder with plate, matte and truth: noise, with a bright square that must go."""
    matte = np.zeros((HEIGHT, WIDTH), np.float16)
    matte[10:20, 20:30] = 1
    for number in FRAMES:
        truth = np.random.default_rng(number).uniform(0.1, 0.3, (HEIGHT, WIDTH)).astype(np.float16)
        write(tmp_path / f"truth/t.{number}.exr", dict.fromkeys("RGB", truth))
        write(tmp_path / f"plate/p.{number}.exr", dict.fromkeys("RGB", np.where(matte > 0, np.float16(4), truth)))
        write(tmp_path / f"matte/m.{number}.exr", {"A": matte})
    return tmp_path


def given(shot: Path, node: Node) -> Shot:
    """The shot as the node takes it."""
    plate = str(shot / "plate" / "p.####.exr")
    if node.takes("key"):
        return Shot(plate=plate, key={1001: str(shot / "matte" / "m.1001.exr")})
    return Shot(plate=plate, matte=str(shot / "matte" / "m.####.exr"))


def saved(shot: Path, node: Node) -> Path:
    """The job file that a run of the node leaves."""
    path = shot / "out" / "o.work" / "job.json"
    path.parent.mkdir(parents=True)
    output = Output(out=str(shot / "out" / "o.####.exr"))
    save_job(Job(given(shot, node), (JobNode(node, node.params()),), output), path)
    return path


def words(shot: Path, *more: str) -> list[str]:
    """The command of a node on the shot."""
    files = ("--plate", str(shot / "plate" / "p.####.exr"), "--matte", str(shot / "matte" / "m.####.exr"))
    return [FLOW_INPAINT.name, *files, "--out", str(shot / "out" / "o.####.exr"), *more]


# --- nodes


def test_every_node_is_listed_with_its_steps_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nodes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[: sum(1 + len(node.steps) for node in NODES)] == [
        line
        for node in NODES
        for line in (f"{node.name:16} {node.help}", *(f"  {step.name:14} {step.help}" for step in node.steps))
    ]


def test_every_recipe_is_listed_behind_with_its_nodes_and_when_they_are_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["nodes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for recipe in RECIPES:
        at = lines.index(f"{recipe.name:16} {recipe.help}")
        for line, part in zip(lines[at + 1 :], recipe.parts, strict=False):
            assert line.split() == [part.node.name, *(f"unless {part.left_out}" if part.left_out else "always").split()]


def test_declarations_are_plain_values_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nodes", "--json"]) == 0
    for entry in json.loads(capsys.readouterr().out):
        assert {layer["kind"] for layer in entry["outputs"]} <= {"colour", "data"}
        assert {step["scope"] for step in entry.get("steps", ())} <= {"shot", "frames"}
        for control in (each for group in ("params", "shot", "output") for each in entry[group].values()):
            assert {"kind", "default", "label", "help"} <= set(control)
            assert control["kind"] in {"Number", "Integer", "Toggle", "Choice", "Text", "FrameList", "FrameFiles"}
            assert isinstance(control.get("unit", ""), str)


# --- a node, a job


def test_a_saved_job_is_the_one_that_was_asked_for_and_is_not_run(
    shot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shot / "jobs" / "job.json"
    assert main(words(shot, "--reach", "3", "--save", str(path))) == 0
    assert capsys.readouterr().out == f"{path}\n"
    (job_node,) = load_job(path).nodes
    assert (job_node.node, job_node.params) == (FLOW_INPAINT, FLOW_INPAINT.params(reach=3))
    assert not (shot / "out").exists()


def test_a_job_that_cannot_run_is_not_saved(shot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shot / "matte" / "m.1002.exr").unlink()
    assert main(words(shot, "--save", str(shot / "job.json"))) == 2
    assert "1002" in capsys.readouterr().err
    assert not (shot / "job.json").exists()


def test_a_dry_run_shows_every_task_and_writes_nothing(shot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(shot.rglob("*"))
    assert main(words(shot, "--dry-run")) == 0
    lines = capsys.readouterr().out.splitlines()
    named = [line.split()[0] for line in lines if line.startswith(f"{FLOW_INPAINT.name}/")]
    assert list(dict.fromkeys(named)) == [f"{FLOW_INPAINT.name}/{step.name}" for step in FLOW_INPAINT.steps]
    assert all("1001-1004" in line for line in lines[: len(named)])
    assert len(lines) > len(named)  # and what it takes
    assert sorted(shot.rglob("*")) == before


def test_a_saved_job_shows_the_same_tasks(shot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words(shot, "--dry-run")) == 0
    direct = capsys.readouterr().out
    assert main(words(shot, "--save", str(shot / "job.json"))) == 0
    capsys.readouterr()
    assert main(["run", str(shot / "job.json"), "--dry-run"]) == 0
    assert capsys.readouterr().out == direct


def test_a_job_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["run"], ["review", "--out", str(tmp_path)]):
        assert main([*command, str(tmp_path / "absent.json")]) == 2
        assert "absent.json" in capsys.readouterr().err


# --- status


def test_people_see_a_table_and_which_frames_are_not_done(shot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    job = saved(shot, MASK_PROPAGATE)
    for number in (1001, 1002):
        write(job.parent / f"mask-propagate/motion/motion.{number}.exr", {"A": np.zeros((HEIGHT, WIDTH), np.float16)})
    assert main(["status", str(job)]) == 1
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows == [
        ["step", "done", "stale", "foreign", "failed", "freed", "missing", "took"],
        ["mask-propagate/motion", ".", ".", "2", ".", ".", "2", "."],
        ["mask-propagate/fit", ".", ".", ".", ".", ".", "yes", "."],
        ["mask-propagate/carry", ".", ".", ".", ".", ".", "yes", "."],
        ["mask-propagate/render", ".", ".", ".", ".", ".", "4", "."],
        ["mask-propagate/motion", "foreign:", "1001-1002"],
        ["mask-propagate/motion", "missing:", "1003-1004"],
        ["mask-propagate/render", "missing:", "1001-1004"],
    ]


def test_programs_get_one_document_of_all_steps(shot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    job = saved(shot, FLOW_INPAINT)
    assert main(["status", str(job), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["done"] is False
    assert [(step["step"], step["scope"]) for step in told["steps"]] == [
        (f"flow-inpaint/{step.name}", step.scope.value) for step in FLOW_INPAINT.steps
    ]
    nothing = dict.fromkeys(("done", "stale", "foreign", "failed", "freed"), "")
    assert all(step["frames"] == {**nothing, "missing": "1001-1004"} for step in told["steps"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--watch", "5", "--json"), "a document is printed once"),
        *((("--watch", words), "are no time to wait") for words in ("0", "nan", "inf", "-1")),
    ],
)
def test_a_watch_that_cannot_be_is_refused(shot, capsys, words, says):
    assert main(["status", str(saved(shot, FLOW_INPAINT)), *words]) == 2
    assert says in capsys.readouterr().err


def test_a_watch_ends_when_all_is_done(shot, capsys, monkeypatch):
    job, seen = saved(shot, FLOW_INPAINT), []

    def work(seconds):
        seen.append(seconds)
        if len(seen) == 2:
            assert main(["run", str(job), "--progress", "none"]) == 0

    monkeypatch.setattr("plugin.commands.time.sleep", work)
    assert main(["status", str(job), "--watch", "7"]) == 0
    assert seen == [7.0, 7.0]
    tables = capsys.readouterr().out.split("\n\n")
    assert len(tables) == 3
    assert "flow-inpaint/render missing: 1001-1004" in tables[0]
    assert [line.split()[1] for line in tables[2].splitlines()[1:]] == ["4", "yes", "4", "yes", "4"]
    assert tables[2].splitlines()[-1].split()[-1] == "s"


# --- check


def test_a_fit_sequence_ends_with_0_an_unfit_one_with_1_an_unreadable_one_with_2(
    shot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for code, last in enumerate(("fit", "unfit", "unreadable")):
        if code == 1:
            (shot / "plate" / "p.1002.exr").unlink()
        if code == 2:
            (shot / "plate" / "p.1003.exr").write_bytes(b"")
        assert main(["check", str(shot / "plate")]) == code
        assert capsys.readouterr().out.splitlines()[-1].strip() == last
        assert main(["check", str(shot / "plate"), "--json"]) == code
        assert json.loads(capsys.readouterr().out)["status"] == code


# --- score


def scored(shot: Path, *more: str) -> list[str]:
    files = {"result": "truth/t", "truth": "truth/t", "matte": "matte/m"}
    options = [word for name, path in files.items() for word in (f"--{name}", str(shot / f"{path}.####.exr"))]
    return ["score", *options, *more]


def test_a_score_is_printed_for_people_and_for_programs(shot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(scored(shot, "--json")) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["psnr"], figures["ssim"], figures["frames"]) == (120.0, 1.0, "1001-1004")
    assert set(figures["psnr_per_frame"]) == {str(number) for number in FRAMES}
    assert main(scored(shot)) == 0
    printed = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert set(printed) == set(figures) - {"psnr_per_frame", "notes"}
    assert printed["psnr"] == "120.0"
    assert printed["changed_outside"] == "-"


def test_pixels_that_changed_outside_are_counted_where_there_is_a_plate(
    shot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(scored(shot, "--plate", str(shot / "plate"), "--json", "--encoding", "log")) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["changed_outside"], figures["encoding"]) == (0, "log")


def test_a_score_without_all_frames_is_refused(shot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shot / "plate" / "p.1003.exr").unlink()
    assert main(scored(shot, "--plate", str(shot / "plate"))) == 2
    assert "1003" in capsys.readouterr().err


# --- review


def test_a_clean_plate_is_reviewed_and_its_files_are_printed(shot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    job = saved(shot, FLOW_INPAINT)
    for number in FRAMES:
        write(shot / f"out/o.{number}.exr", dict.fromkeys("RGB", np.full((HEIGHT, WIDTH), 0.2, np.float16)))
    for title, head in ((), "clean plate"), (("--title", "shot 10"), "shot 10"):
        assert main(["review", str(job), "--out", str(shot / "review"), *title]) == 0
        files = [Path(line) for line in capsys.readouterr().out.splitlines()]
        assert files == [shot / "review" / name for name in ("review.mp4", "sheet.png", "review.html")]
        assert all(path.stat().st_size > 100 for path in files)
        assert f"<h1>{head}</h1>" in files[2].read_text()


def test_a_carried_matte_is_reviewed_with_what_its_job_reports(shot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    job = saved(shot, MASK_PROPAGATE)
    matte = np.eye(HEIGHT, WIDTH, dtype=np.float16)
    for number in FRAMES:
        write(shot / f"out/o.{number}.exr", dict.fromkeys(["R", "G", "B", "matte.A"], matte))
    command = ["review", str(job), "--out", str(shot / "review")]
    assert main(command) == 0
    page = Path(capsys.readouterr().out.splitlines()[2])
    assert "no report" in page.read_text()

    stats = {1: [FrameStats(n, 9.0, (1.0, 1.0), 1.0, 1.0, 1.0, n == 1001, 0) for n in FRAMES]}
    empty = np.zeros((HEIGHT, WIDTH), np.float32)
    thumbnail = MatteThumbnail(np.zeros((HEIGHT, WIDTH, 3), np.uint8), empty, empty)
    finding = Finding(1003, 1, "jumped", "the centre moves by 40 px", (1003,))
    folder = job.parent / MASK_PROPAGATE.name / "carry"
    write_report(folder, [finding], stats, lambda number: thumbnail)
    assert main(command) == 0
    assert "look at 1003" in page.read_text()

    (folder / REPORT).write_text("nonsense")
    assert main(command) == 2
    assert "is no report" in capsys.readouterr().err
