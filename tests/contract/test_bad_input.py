"""Bad input gets a clear error and exit code 2, and nothing is lost. Never a traceback."""

import functools
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from plugin.cli import main
from tests.contract.conftest import HEIGHT, WIDTH, Shot, every_node, same, write
from tests.places import ROOT
from vfxlib.io.exr import read_channels

SHARED = ROOT.parent / "shared" / "plates"


def refused(capsys, code: int, *words: str) -> None:
    """The command ended with 2, said all of these words and what to do, and showed no traceback."""
    told = capsys.readouterr().err
    assert code == 2, told
    assert "Traceback" not in told
    for word in words:
        assert word in told
    assert "try: " in told


def mattes(shot: Shot, value: float, frames=range(1001, 1004), size=(HEIGHT, WIDTH)) -> None:
    for number in frames:
        write(shot.folder / "matte" / f"matte.{number}.exr", {"A": np.full(size, value, np.float16)})


@every_node
def test_a_frame_missing_in_the_middle_is_named(short, capsys):
    (short.folder / "plate" / "plate.1002.exr").unlink()
    refused(capsys, short.run(), "1002", "missing", "--frames")
    assert not (short.folder / "out").exists()


@every_node
def test_a_frame_with_another_display_window_is_named(short, capsys):
    short.write_plate(1002, np.ones((HEIGHT + 2, WIDTH, 3), np.float16))
    refused(capsys, short.run(), "1002", f"{WIDTH}x{HEIGHT + 2}", f"{WIDTH}x{HEIGHT}")


def test_a_matte_of_another_size_is_named_with_both_sizes(short, capsys):
    mattes(short, 1.0, [1002], (HEIGHT, WIDTH - 4))
    refused(capsys, short.run(), "1002", f"{WIDTH - 4}x{HEIGHT}", f"{WIDTH}x{HEIGHT}")


def test_a_matte_that_is_missing_on_a_frame_is_named(short, capsys):
    (short.folder / "matte" / "matte.1003.exr").unlink()
    refused(capsys, short.run(), "matte", "1003")


def test_a_matte_that_is_empty_on_every_frame_is_refused(short, capsys):
    mattes(short, 0.0)
    refused(capsys, short.run(), "empty on every frame")


def test_a_matte_that_covers_everything_is_refused(short, capsys):
    mattes(short, 1.0)
    refused(capsys, short.run(), "covers the whole picture")


@every_node
def test_a_picture_of_nan_alone_has_nothing_to_fill_from_but_does_not_crash(short, capsys):
    for number in range(1001, 1004):
        short.write_plate(number, np.full((HEIGHT, WIDTH, 3), np.nan, np.float16))
    assert short.run() in (0, 2)
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--matte-channel", "nothing"], ["nothing", "A"], id="channel"),
        pytest.param(["--matte-channel", "cryptomatte:a/b"], ["ryptomatte"], id="cryptomatte"),
        pytest.param(["--layers", "fill,nothing"], ["nothing", "provenance"], id="layer"),
        pytest.param(["--colorspace", "nothing"], ["nothing"], id="colour space"),
        pytest.param(["--ocio", "/nowhere/config.ocio"], ["/nowhere/config.ocio"], id="config"),
        pytest.param(["--output-colorspace", "ACEScg"], ["ACEScg", "EXR"], id="output colour space of an EXR plate"),
        pytest.param(["--device", "cuda:7"], ["cuda:7"], id="device"),
        pytest.param(["--frames", "1001-1009"], ["1004-1009", "missing"], id="frames outside the plate"),
        pytest.param(["--frames", "10x"], ["10x"], id="no frame list"),
        pytest.param(["--grow", "300"], ["--grow", "-256 to 256"], id="parameter outside its limits"),
        pytest.param(["--reech", "3"], ["--reech"], id="no such option"),
    ],
)
def test_what_does_not_exist_is_named(short, capsys, words, said):
    refused(capsys, short.run(*words), *said)
    assert not list(short.folder.glob("out/*.exr"))


@every_node
def test_a_plate_that_is_not_there_is_named(short, capsys):
    refused(capsys, short.run(plate=str(short.folder / "nothing.####.exr")), "nothing.####.exr")


def test_a_job_file_that_is_no_job_is_refused(tmp_path, capsys):
    (tmp_path / "job.json").write_text('{"paintout": 1}')
    refused(capsys, main(["run", str(tmp_path / "job.json")]), "job.json")


@every_node
def test_a_step_that_is_not_in_the_job_is_named_with_those_that_are(done, capsys):
    name = done.case.node.name
    refused(capsys, main(["run", done.job(), "--step", f"{name}/nothing"]), "nothing", f"{name}/render")


@every_node
def test_a_step_before_its_turn_says_which_must_run_first(short, capsys):
    node, last = short.case.node.name, short.case.node.steps[-1]
    if not last.depends_on:
        pytest.skip("its only step needs no other")
    assert short.run("--save", str(short.folder / "job.json")) == 0
    capsys.readouterr()
    code = main(["run", str(short.folder / "job.json"), "--step", f"{node}/{last.name}", "--progress", "none"])
    refused(capsys, code, f"--step {short.case.first or f'{node}/{last.depends_on[0]}'}")


@pytest.mark.skipif(not SHARED.exists(), reason="the shared plates are not here")
def test_a_deep_plate_is_refused_by_name(short, capsys):
    deep = SHARED / "exr" / "v2" / "Stereo"
    found = next(
        p
        for p in (SHARED / "exr" / "v2").rglob("*.exr")
        if "Trunks" in p.name or "Balls" in p.name or deep in p.parents
    )
    refused(capsys, short.run(plate=str(found), matte=str(found)), "deep")


@pytest.mark.parametrize("share", [0.99, 0.5, 0.01])
def test_a_truncated_frame_is_named_and_the_others_are_rendered(short, capsys, share):
    path = short.folder / "matte" / "matte.1002.exr"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    refused(capsys, short.run(), "matte.1002.exr")


@every_node
def test_the_output_on_top_of_the_input_is_refused(short, capsys):
    before = (short.folder / "plate" / "plate.1001.exr").read_bytes()
    refused(capsys, short.run("--overwrite", out=short.plate), "input")
    assert (short.folder / "plate" / "plate.1001.exr").read_bytes() == before


@every_node
def test_somebody_else_s_file_at_the_output_is_refused_unless_asked(short, capsys):
    other = short.folder / "out" / "clean.1002.exr"
    write(other, {"R": np.zeros((4, 4), np.float16)})
    content = other.read_bytes()
    refused(capsys, short.run(), "clean.1002.exr", "--overwrite")
    assert other.read_bytes() == content
    assert short.run("--overwrite") == 0
    assert other.read_bytes() != content


@every_node
def test_an_output_folder_that_cannot_be_written_is_named(short, capsys):
    (short.folder / "out").write_text("a file stands where the folder should")
    refused(capsys, short.run(), str(short.folder / "out"))


@every_node
def test_no_space_left_is_an_error_and_leaves_no_half_frame(short):
    code = (
        "import resource, signal, sys; from plugin.cli import main; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60000, 60000)); sys.exit(main(sys.argv[1:]))"
    )
    words = short.words()
    run = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=ROOT, timeout=120, check=False
    )
    assert run.returncode == 2, run.stderr
    assert "cannot be written" in run.stderr
    assert "Traceback" not in run.stderr
    assert not [p for p in (short.folder / "out").rglob("*") if p.is_file() and p.stat().st_size >= 60000]
    assert not list((short.folder / "out").rglob(".*.tmp"))


@every_node
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 75), (signal.SIGINT, 130)], ids=["SIGTERM", "Ctrl-C"])
def test_a_stopped_run_leaves_whole_frames_and_goes_on_to_the_same_bits(done, tmp_path, number, code):
    words = [sys.executable, "-m", "plugin", *done.words("--progress", "plain", out=str(tmp_path / "clean.####.exr"))]
    # whoever runs the tests in the background has Ctrl-C ignored, and a child would inherit that
    listen = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True, preexec_fn=listen)
    deadline = time.monotonic() + 60
    while (
        not list((tmp_path / "clean.work").glob(done.case.midway))
        and process.poll() is None
        and time.monotonic() < deadline
    ):
        time.sleep(0.02)
    process.send_signal(number)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == code, told
    assert "Traceback" not in told
    assert not list(tmp_path.rglob(".*.tmp"))
    assert len(list(tmp_path.glob("*.exr"))) < 7
    for path in tmp_path.rglob("*.exr"):
        read_channels(path, 0)
    again = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert again.returncode == 0, again.stderr
    for frame in range(1001, 1008):
        assert same(done.result(frame), read_channels(tmp_path / f"clean.{frame}.exr", frame))


@every_node
def test_a_frame_that_fails_does_not_stop_the_others(shot, capsys):
    path = shot.folder / "plate" / "plate.1004.exr"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 3 // 4])
    code = shot.run()
    told = capsys.readouterr().err
    assert code in (1, 2), told
    assert "1004" in told
    assert "Traceback" not in told
    path.write_bytes(content)
    assert os.path.exists(shot.folder / "out" / "clean.work")
    assert shot.run() == 0
