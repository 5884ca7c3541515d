"""What InternalFit promises beyond what every node does."""

import json
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from scipy import ndimage

from plugin.cli import main
from tests.contract.conftest import FLOW, FRAMES, HEIGHT, INTERNAL, WIDTH, Shot, background, matte_at, same, write
from tests.contract.test_bad_input import ROOT, refused
from tests.stops import stop
from vfxlib.io import shipped_weights
from vfxlib.io.exr import read_channels

pytestmark = pytest.mark.parametrize("case", [INTERNAL], indirect=True, ids=["internal-fit"], scope="session")


@pytest.fixture(scope="session")
def flow(tmp_path_factory) -> Shot:
    """The same shot, filled by FlowInpaint."""
    shot = Shot(tmp_path_factory.mktemp("flow"), FLOW).make()
    assert shot.run() == 0
    return shot


def result(folder, number):
    return read_channels(folder / f"clean.{number}.exr", number).channels


def weights(shot):
    """The weights of a fit, and when they were written."""
    there = sorted((shot.work / "internal-fit" / "fit").glob("*.safetensors"))
    return {path.name: path.stat().st_mtime_ns for path in there}


def test_alone_it_paints_the_whole_matte(done):
    for number in FRAMES:
        channels = done.result(number).channels
        hole = channels["matte.A"] > 0
        assert (channels["provenance.method"][hole] == 4).all()
        assert (channels["provenance.frame"] == 0).all()


def test_weights_and_a_curve_lie_in_the_work_folder(done):
    assert weights(done)
    assert list((done.work / "internal-fit" / "fit").glob("*.png"))


def test_what_only_changes_the_joint_fits_nothing_anew(finished):
    shot = finished
    before, rendered = weights(shot), (shot.folder / "out" / "clean.1003.exr").stat().st_mtime_ns
    assert shot.run("--feather", "2") == 0
    assert weights(shot) == before
    assert (shot.folder / "out" / "clean.1003.exr").stat().st_mtime_ns > rendered


def test_another_seed_and_another_length_are_other_fits(done, tmp_path):
    for place, words in enumerate((["--seed", "1"], ["--iterations", "4"])):
        assert done.run(*words, out=str(tmp_path / str(place) / "clean.####.exr")) == 0
        channels = result(tmp_path / str(place), 1004)
        assert (channels["fill.G"] != done.result(1004).channels["fill.G"]).any()


def test_a_given_fill_stays_where_it_is_sure_and_is_painted_where_it_is_not(flow, done, tmp_path):
    fill = str(flow.folder / "out" / "clean.####.exr")
    given = [flow.result(number).channels for number in FRAMES]
    # so few of its pixels are doubted that something lies away from them
    sure = round(float(np.quantile(np.concatenate([c["confidence.A"][c["matte.A"] > 0] for c in given]), 0.01)), 4)
    words = ["--fill", fill, "--take-over", str(sure), "--soften", "0"]
    assert done.run(*words, out=str(tmp_path / "clean.####.exr")) == 0
    kept = painted = 0
    for number, theirs in zip(FRAMES, given, strict=True):
        ours = result(tmp_path, number)
        hole, good = theirs["matte.A"] > 0, theirs["confidence.A"] >= sure
        keep = hole & ~ndimage.binary_dilation(hole & ~good, iterations=4)  # specks between doubts are painted too
        paint = hole & ~good
        kept, painted = kept + int(keep.sum()), painted + int(paint.sum())
        assert np.allclose(ours["fill.G"][keep], theirs["fill.G"][keep], rtol=1e-4, atol=1e-5)
        for name in ("confidence.A", "provenance.frame", "provenance.method"):
            assert np.array_equal(ours[name][keep], theirs[name][keep])
        assert (ours["provenance.method"][paint] == 4).all()
    assert kept
    assert painted


def test_a_fill_without_confidence_is_painted_over_unless_all_of_it_is_kept(done, tmp_path):
    fill = str(done.folder / "truth" / "truth.####.exr")
    for place, words in enumerate((["--take-over", "0.5"], ["--take-over", "0"])):
        assert done.run("--fill", fill, "--soften", "0", *words, out=str(tmp_path / str(place) / "clean.####.exr")) == 0
    over, kept = result(tmp_path / "0", 1004), result(tmp_path / "1", 1004)
    hole = over["matte.A"] > 0
    truth = read_channels(done.folder / "truth" / "truth.1004.exr", 1004).channels["G"]
    assert (over["provenance.method"][hole] == 4).all()
    assert (kept["provenance.method"][hole] == 3).all()
    assert np.allclose(kept["fill.G"][hole], truth[hole], rtol=1e-3, atol=1e-4)


def chained(shot, path, out) -> str:
    """A job in which InternalFit takes what FlowInpaint has made before it."""
    assert shot.run("--save", str(path), out=out) == 0
    told = json.loads(path.read_text())
    told["nodes"].insert(0, {"node": "flow-inpaint", "params": {"reach": 4}})
    path.write_text(json.dumps(told))
    return str(path)


def test_one_job_of_two_nodes_makes_what_two_commands_make(flow, done, tmp_path):
    fill = str(flow.folder / "out" / "clean.####.exr")
    assert done.run("--fill", fill, out=str(tmp_path / "two" / "clean.####.exr")) == 0
    job = chained(done, tmp_path / "job.json", str(tmp_path / "one" / "clean.####.exr"))
    assert main(["run", job, "--progress", "none"]) == 0
    for number in FRAMES:
        one, two = (read_channels(tmp_path / name / f"clean.{number}.exr", number) for name in ("one", "two"))
        assert same(one, two)


def test_layers_and_frames_of_the_result_are_no_matter_of_the_node_before(done, tmp_path):
    job = chained(done, tmp_path / "job.json", str(tmp_path / "one" / "clean.####.exr"))
    told = json.loads((tmp_path / "job.json").read_text())
    told["output"]["layers"] = "none"
    (tmp_path / "job.json").write_text(json.dumps(told))
    assert main(["run", job, "--frames", "1004", "--progress", "none"]) == 0
    assert [path.name for path in (tmp_path / "one").glob("*.exr")] == ["clean.1004.exr"]
    before = tmp_path / "one" / "clean.work" / "flow-inpaint" / "render"
    assert len(list(before.glob("*.exr"))) == len(FRAMES)
    assert "confidence.A" in read_channels(before / "render.1004.exr", 1004).channels


def test_an_st_map_that_is_asked_for_later_comes_along_and_nothing_is_fitted_again(done, tmp_path):
    job = chained(done, tmp_path / "job.json", str(tmp_path / "one" / "clean.####.exr"))
    assert main(["run", job, "--progress", "none"]) == 0
    index, plain = tmp_path / "one" / "clean.work" / "internal-fit" / "fit" / "fit.json", result(tmp_path / "one", 1004)
    fitted = index.stat().st_mtime_ns
    told = json.loads((tmp_path / "job.json").read_text())
    told["output"]["stmap"] = True
    (tmp_path / "job.json").write_text(json.dumps(told))
    assert main(["run", job, "--progress", "none"]) == 0
    assert index.stat().st_mtime_ns == fitted
    before = tmp_path / "one" / "clean.work" / "flow-inpaint" / "render"
    fill, kept = read_channels(before / "render.1004.exr", 1004).channels, result(tmp_path / "one", 1004)
    copied = kept["provenance.frame"] != 0
    assert copied.any()
    assert np.array_equal(plain["fill.G"], kept["fill.G"])
    assert "stmap.R" not in plain
    own = (np.arange(WIDTH, dtype=np.float32) + np.float32(0.5)) / np.float32(WIDTH)
    assert np.array_equal(kept["stmap.R"][copied], fill["stmap.R"][copied])
    assert np.array_equal(
        kept["stmap.R"][kept["provenance.method"] == 4],
        np.broadcast_to(own, copied.shape)[kept["provenance.method"] == 4],
    )


def test_a_changed_frame_of_the_fill_is_noticed(flow, done, tmp_path):
    shutil.copytree(flow.folder / "out", tmp_path / "fill", ignore=shutil.ignore_patterns("*.work"))
    words = ["--fill", str(tmp_path / "fill" / "clean.####.exr"), "--soften", "0"]
    out = str(tmp_path / "clean.####.exr")
    assert done.run(*words, out=out) == 0
    before = (tmp_path / "clean.1004.exr").read_bytes()
    frame = read_channels(tmp_path / "fill" / "clean.1004.exr", 1004)
    write(tmp_path / "fill" / "clean.1004.exr", {**frame.channels, "fill.G": frame.channels["fill.G"] * np.float32(2)})
    assert done.run(*words, out=out) == 0
    assert (tmp_path / "clean.1004.exr").read_bytes() != before


def test_one_frame_and_a_matte_that_never_uncovers_anything_are_filled_too(bare):
    shot = bare.make(range(1001, 1004), step=0.0)
    for number in range(1001, 1004):
        write(shot.folder / "matte" / f"matte.{number}.exr", {"A": matte_at(3).astype(np.float16)})
    assert shot.run() == 0
    assert shot.run("--frames", "1002", out=str(shot.folder / "one" / "clean.####.exr")) == 0
    channels = result(shot.folder / "one", 1002)
    assert np.isfinite(channels["fill.G"]).all()


def test_a_cut_in_the_shot_is_no_obstacle(bare):
    """A painter reads one frame at a time, so it learns both sides of a cut and carries nothing across."""
    shot = bare.make(range(1001, 1005))
    for place, number in enumerate(range(1003, 1005)):
        other = background(1.5 * place, seed=9) * np.float32([0.2, 0.5, 2.0])
        shot.write_plate(number, other.astype(np.float16))
    assert shot.run() == 0
    for number in range(1001, 1005):
        channels = shot.result(number).channels
        assert np.isfinite(channels["fill.G"]).all()
        assert (channels["provenance.frame"] == 0).all()


def test_less_memory_than_a_fit_needs_is_told_before_the_work(short, capsys):
    code = short.run("--memory", "0.5", "--network", "coarse-to-fine", "--width", "1")
    refused(capsys, code, "needs", "--memory")
    assert not list(short.folder.glob("out/**/*.exr"))


LONGER = ["--iterations", "20"]  # a fit that is still under way when it is stopped


@pytest.fixture(scope="session")
def undisturbed(case, tmp_path_factory) -> Shot:
    """A short shot with a longer fit that nobody stopped."""
    shot = Shot(tmp_path_factory.mktemp("undisturbed"), case).make(range(1001, 1004))
    assert shot.run(*LONGER) == 0
    return shot


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_a_fit_that_is_stopped_goes_on_to_the_same_bits(undisturbed, tmp_path, number):
    short = undisturbed
    command = [sys.executable, "-m", "plugin", *short.words(*LONGER, out=str(tmp_path / "again" / "clean.####.exr"))]
    process = subprocess.Popen([*command, "--progress", "plain"], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if line.startswith("internal-fit/fit: "):
            break
    time.sleep(0.3)
    told, seconds = stop(process, number)
    assert process.returncode == (75 if number == signal.SIGTERM else -number), told
    assert seconds < 3
    assert "Traceback" not in told
    assert not list((tmp_path / "again").glob("*.exr"))
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert again.returncode == 0, again.stderr
    for frame in range(1001, 1004):
        assert same(short.result(frame), read_channels(tmp_path / "again" / f"clean.{frame}.exr", frame))


def test_a_fit_by_the_clock_says_that_its_result_depends_on_the_machine(short, capfd):
    assert main(short.words("--minutes", "0.02", "--progress", "plain")) == 0
    assert "depends on the speed of this machine" in capfd.readouterr().err


def test_weights_of_another_shot_are_a_start(done, short):
    path = next((done.work / "internal-fit" / "fit").glob("*.safetensors"))
    assert short.run("--start", str(path)) == 0


def test_the_weights_that_ship_are_a_start_unless_none_is_wanted(short, tmp_path, monkeypatch, capsys):
    def paint(name, *words):
        folder = tmp_path / name
        assert short.run("--width", "0.5", "--iterations", "1", *words, out=str(folder / "clean.####.exr")) == 0
        return result(folder, 1001)["fill.G"]

    shipped, none = paint("shipped", "--start", "shipped"), paint("none", "--start", "none")
    assert (shipped != none).any()
    monkeypatch.setattr(shipped_weights, "FOLDER", tmp_path / "lost")
    assert (paint("none", "--start", "none") == none).all()
    code = short.run("--width", "0.5", "--start", "shipped", out=str(tmp_path / "lost" / "clean.####.exr"))
    refused(capsys, code, "painter.safetensors", "install Paintout again", "--start none")


def test_a_network_of_another_shape_begins_with_nothing(short):
    assert short.run("--start", "none") == 0
    before = result(short.folder / "out", 1001)["fill.G"]
    assert short.run("--start", "shipped") == 0
    assert (result(short.folder / "out", 1001)["fill.G"] == before).all()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--width", "2"], ["--width", "0.25 to 1"], id="parameter outside its limits"),
        pytest.param(["--network", "deep"], ["--network", "coarse-to-fine"], id="no such network"),
        pytest.param(["--start", "/nowhere.safetensors"], ["--start", "/nowhere.safetensors"], id="no such weights"),
        pytest.param(
            ["--encoder", "/nowhere.safetensors"], ["--encoder", "/nowhere.safetensors"], id="no such encoder"
        ),
        pytest.param(["--fill", "/nowhere.####.exr"], ["/nowhere.####.exr"], id="no such fill"),
        pytest.param(["--layers", "forward"], ["forward", "provenance"], id="layer that it cannot write"),
    ],
)
def test_what_it_cannot_take_is_named(short, capsys, words, said):
    refused(capsys, short.run(*words), *said)
    assert not list(short.folder.glob("out/**/*.*"))


def test_a_fill_that_does_not_fit_is_refused_with_both_sizes_before_anything_is_fitted(short, capsys):
    for number in range(1001, 1004):
        size = (HEIGHT, WIDTH - 4) if number == 1002 else (HEIGHT, WIDTH)
        channels = {name: np.zeros(size, np.float16) for name in "RGB"}
        write(short.folder / "fill" / f"fill.{number}.exr", channels)
    code = short.run("--fill", str(short.folder / "fill"))
    refused(capsys, code, "1002", f"{WIDTH - 4}x{HEIGHT}", f"{WIDTH}x{HEIGHT}")
    assert not (short.folder / "out").exists()


def test_a_fill_that_misses_frames_is_refused_with_their_numbers(short, capsys):
    write(short.folder / "fill" / "fill.1001.exr", {name: np.zeros((HEIGHT, WIDTH), np.float16) for name in "RGB"})
    refused(capsys, short.run("--fill", str(short.folder / "fill" / "fill.####.exr")), "fill", "1002-1003")


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"PK\x03\x04rest"], ids=["empty", "pickle", "zip"])
def test_weights_that_are_none_are_refused(short, capsys, content):
    path = short.folder / "weights.safetensors"
    path.write_bytes(content)
    refused(capsys, short.run("--start", str(path)), "weights.safetensors")


def test_weights_of_another_network_are_refused(done, short, capsys):
    path = next((done.work / "internal-fit" / "fit").glob("*.safetensors"))
    refused(capsys, short.run("--start", str(path), "--width", "0.25"), path.name)
