"""What the result of every node promises."""

import json
import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from nodes.job import load_job
from nodes.plan import own_steps
from plugin.cli import main
from tests.contract.conftest import FRAMES, HEIGHT, WIDTH, bits, every_node, same, write
from vfxlib.image.box import Box
from vfxlib.io.exr import read_channels, read_header


@every_node
@pytest.mark.parametrize("number", FRAMES)
def test_pixels_outside_the_matte_keep_their_bits(done, number):
    result, plate = done.result(number), done.original(number)
    outside = result.channels["matte.A"] == 0
    assert outside.any()
    for name in "RGBA":
        assert result.channels[name].dtype == plate.channels[name].dtype
        assert np.array_equal(bits(result.channels[name])[outside], bits(plate.channels[name])[outside])


@every_node
def test_parts_of_the_memory_that_steps_take_never_add_up_to_more_than_all(done):
    assert done.short == []


def test_every_pixel_under_the_matte_is_replaced_even_under_the_faintest(done):
    matte = read_channels(done.folder / "matte" / "matte.1004.exr", 1004).channels["A"]
    result = done.result(1004)
    assert np.array_equal(result.channels["matte.A"] > 0, matte > 0)
    hole = matte > 0
    for name in "RGB":
        fill = result.channels[f"fill.{name}"]
        assert np.array_equal(result.channels[name][hole], fill.astype(np.float16)[hole])
        assert (fill[~hole] == 0).all()


def test_nothing_that_is_not_finite_spreads_into_the_fill(done):
    for number in FRAMES:
        channels = done.result(number).channels
        hole = channels["matte.A"] > 0
        assert all(np.isfinite(channels[name][hole]).all() for name in channels)


@every_node
def test_layers_names_and_types_are_as_declared(done):
    header = read_header(done.folder / "out" / "clean.1003.exr")
    there = header.channels  # what is passed on is there if the fill has it
    outputs = [layer for layer in done.case.node.outputs if not layer.on_request]
    outputs = [layer for layer in outputs if not layer.passed or layer.names[0] in there]
    layers = {name: layer.pixel for layer in outputs for name in layer.names}
    numpy = {"half": "float16", "float": "float32"}
    assert dict(header.channels) == dict.fromkeys("RGBA", "float16") | {n: numpy[kind] for n, kind in layers.items()}


def test_confidence_and_provenance_hold_what_they_say(done):
    for number in FRAMES:
        channels = done.result(number).channels
        hole = channels["matte.A"] > 0
        assert (channels["confidence.A"][~hole] == 1).all()
        assert ((channels["confidence.A"] >= 0) & (channels["confidence.A"] <= 1)).all()
        assert (channels["provenance.method"][~hole] == 0).all()
        assert set(np.unique(channels["provenance.method"][hole])) <= {1, 2, 3, 4, 5}
        assert (channels["confidence.A"][channels["provenance.method"] == 3] == 0).all()
        copied = (channels["provenance.method"] == 1) | (channels["provenance.method"] == 2)
        assert (channels["provenance.frame"][copied] != 0).all()


@every_node
def test_the_header_keeps_what_describes_the_plate_and_says_how_the_frame_was_made(done):
    attributes = read_header(done.folder / "out" / "clean.1002.exr").attributes
    assert attributes["owner"] == "the studio"
    assert attributes["colorInteropID"] == "lin_rec709_scene"
    job = json.loads(attributes["paintout/job"])
    assert job["shot"]["plate"] == "../plate/plate.####.exr"
    assert job["nodes"][-1]["node"] == done.case.node.name
    assert len(attributes["paintout/fingerprint"]) == 64


@every_node
def test_other_channels_of_the_plate_come_along_when_asked(finished):
    assert finished.run("--keep-layers") == 0
    assert (finished.result(1002).channels["depth.Z"] == 7.5).all()


def test_only_the_layers_asked_for_are_written(finished):
    assert finished.run("--layers", "matte,confidence") == 0
    assert set(finished.result(1002).channels) == {"R", "G", "B", "A", "matte.A", "confidence.A"}


def steps_of(path) -> list[str]:
    """The steps of a job file that it runs, in order."""
    job = load_job(Path(path))
    return [each.address(step.name) for each in job.nodes for step in own_steps(job, each)]


def copied_fits(done, folder) -> list[str]:
    """Options that give a run the weights of another: the number of threads changes a fit, and no render."""
    for step in done.case.node.steps:
        if step.early_stop_params:  # only what fits can be ended early
            there = done.work / done.case.node.name / step.name
            shutil.copytree(there, folder / "work" / done.case.node.name / step.name)
    return ["--work", str(folder / "work")]


@every_node
def test_chunks_equal_the_whole(done, tmp_path):
    job, out = str(tmp_path / "job.json"), str(tmp_path / "clean.####.exr")
    assert done.run("--save", job, out=out) == 0
    for name in steps_of(job):
        for frames in ("1006-1007", "1001", "1002-1005"):
            assert main(["run", job, "--step", name, "--frames", frames, "--progress", "none"]) == 0
    for number in FRAMES:
        assert same(done.result(number), read_channels(tmp_path / f"clean.{number}.exr", number))


@every_node
def test_frames_of_the_result_may_be_asked_for_alone(done, tmp_path):
    job, out = str(tmp_path / "job.json"), str(tmp_path / "clean.####.exr")
    assert done.run("--save", job, *copied_fits(done, tmp_path), out=out) == 0
    assert main(["run", job, "--frames", "1003", "--progress", "none"]) == 0
    assert [path.name for path in tmp_path.glob("clean.*.exr")] == ["clean.1003.exr"]
    assert same(done.result(1003), read_channels(tmp_path / "clean.1003.exr", 1003))


@every_node
@pytest.mark.parametrize("threads", ["1", "3"])
def test_budget_and_threads_change_no_bit(done, tmp_path, threads):
    out, more = str(tmp_path / "clean.####.exr"), copied_fits(done, tmp_path)
    assert done.run("--threads", threads, "--memory", "0.5", *more, out=out) == 0
    for number in FRAMES:
        assert same(done.result(number), read_channels(tmp_path / f"clean.{number}.exr", number))


def test_an_empty_matte_passes_the_frame_through(shot):
    write(shot.folder / "matte" / "matte.1003.exr", {"A": np.zeros((HEIGHT, WIDTH), np.float16)})
    assert shot.run() == 0
    result, plate = shot.result(1003), shot.original(1003)
    assert all(np.array_equal(bits(result.channels[name]), bits(plate.channels[name])) for name in "RGBA")
    assert (result.channels["confidence.A"] == 1).all()


def test_windows_are_kept_and_overscan_is_filled_too(bare):
    shot = bare.make(range(1001, 1006))
    display, data = Box(0, 0, WIDTH - 16, HEIGHT - 8), Box(-8, -4, WIDTH - 8, HEIGHT - 4)
    for place, number in enumerate(range(1001, 1006)):
        raw = shot.original(number)
        picture = np.stack([raw.channels[name] for name in "RGB"], axis=-1)
        shot.write_plate(number, picture, display=display, data=data, origin=(100, 50))
        matte = np.zeros((HEIGHT, WIDTH), np.float16)
        matte[30:50, 4 * place : 20 + 4 * place] = 1  # reaches out of the display window at first
        write(shot.folder / "matte" / f"matte.{number}.exr", {"A": matte}, display=display, data=data)
    assert shot.run() == 0
    header = read_header(shot.folder / "out" / "clean.1002.exr")
    assert (header.display, header.data, header.origin) == (display, data, (100, 50))
    result = shot.result(1002).channels
    assert (result["matte.A"][35, 4:20] == 1).all()
    assert np.isfinite(result["fill.R"]).all()
    assert (result["provenance.method"][35, 4:20] > 0).all()


@every_node
def test_a_data_window_of_its_own_on_every_frame_is_kept(bare):
    shot = bare.make(range(1001, 1004))
    windows = {1001: Box(0, 0, 100, 90), 1002: Box(8, 4, WIDTH, HEIGHT), 1003: Box(20, 0, 120, 96)}
    for number, data in windows.items():
        raw = shot.original(number)
        picture = np.stack([raw.channels[name] for name in "RGB"], axis=-1)[data.y0 : data.y1, data.x0 : data.x1]
        shot.write_plate(number, picture, display=Box(0, 0, WIDTH, HEIGHT), data=data)
    assert shot.run() == 0
    for number, data in windows.items():
        assert read_header(shot.folder / "out" / f"clean.{number}.exr").data == data
        result, plate = shot.result(number).channels, shot.original(number).channels
        outside = result["matte.A"] == 0
        assert np.array_equal(bits(result["G"])[outside], bits(plate["G"])[outside])


@every_node
def test_a_second_run_does_nothing_and_a_removed_frame_is_made_again_alike(finished):
    shot = finished
    files = [path for path in (shot.folder / "out").rglob("*") if path.is_file() and path.suffix != ".json"]
    made = [path for path in files if path.parent.name != "took"]
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in made}
    gone = shot.folder / "out" / "clean.1004.exr"
    gone.unlink()
    time.sleep(0.02)
    assert shot.run() == 0
    for path, (stamp, content) in before.items():
        assert path.read_bytes() == content
        assert path == gone or path.stat().st_mtime_ns == stamp


@every_node
def test_a_changed_plate_frame_is_noticed_whatever_its_date(finished):
    shot = finished
    path = shot.folder / "plate" / "plate.1004.exr"
    stamp = path.stat()
    raw = shot.original(1004)
    shot.write_plate(1004, np.stack([raw.channels[name] for name in "RGB"], axis=-1) * np.float16(0.5))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert shot.run() == 0
    assert np.array_equal(bits(shot.result(1004).channels["R"][:4]), bits(shot.original(1004).channels["R"][:4]))


def test_feather_blends_inside_the_matte_and_leaves_the_fill_whole(done, tmp_path):
    out, more = str(tmp_path / "clean.####.exr"), copied_fits(done, tmp_path)
    assert done.run("--feather", "6", *more, out=out) == 0
    soft, hard = read_channels(tmp_path / "clean.1004.exr", 1004).channels, done.result(1004).channels
    hole = hard["matte.A"] > 0
    assert np.array_equal(bits(soft["G"])[~hole], bits(hard["G"])[~hole])
    assert (soft["G"] != hard["G"])[hole].any()
    assert np.array_equal(bits(soft["fill.G"]), bits(hard["fill.G"]))


def test_frames_may_be_left_out_of_the_job(shot):
    assert shot.run("--frames", "1001-1007x2") == 0
    assert sorted(path.name for path in (shot.folder / "out").glob("*.exr")) == [
        f"clean.{n}.exr" for n in (1001, 1003, 1005, 1007)
    ]
    assert set(np.unique(shot.result(1003).channels["provenance.frame"])) <= {-2.0, 0.0, 2.0, 4.0}


@every_node
def test_dry_run_and_save_write_no_pixel(short, capsys):
    assert short.run("--dry-run") == 0
    told = capsys.readouterr().out
    assert "memory" in told
    assert short.run("--save", str(short.folder / "job.json")) == 0
    assert all(name in told for name in steps_of(short.folder / "job.json"))
    assert not (short.folder / "out").exists()
    assert main(["run", str(short.folder / "job.json"), "--progress", "none"]) == 0
    assert short.result(1002).channels["R"].shape == (HEIGHT, WIDTH)
