"""What a result promises."""

import json
import os
import time
from pathlib import Path

import numpy as np
import pytest

from plugin.cli import main
from tests.contract.conftest import FRAMES, HEIGHT, WIDTH, Shot, bits, same, write
from vfxlib.box import Box
from vfxlib.exr import read_channels, read_header

LAYERS = {
    *("R", "G", "B", "A", "fill.R", "fill.G", "fill.B", "matte.A", "confidence.A"),
    *("forward.u", "forward.v", "backward.u", "backward.v", "provenance.frame", "provenance.method"),
}


@pytest.mark.parametrize("number", FRAMES)
def test_pixels_outside_the_matte_keep_their_bits(done, number):
    result, plate = done.result(number), done.original(number)
    outside = result.channels["matte.A"] == 0
    assert outside.any()
    for name in "RGBA":
        assert result.channels[name].dtype == plate.channels[name].dtype
        assert np.array_equal(bits(result.channels[name])[outside], bits(plate.channels[name])[outside])


def test_every_pixel_under_the_matte_is_replaced_even_under_the_faintest(done):
    matte = read_channels(done.folder / "matte" / "matte.1004.exr", 1004).channels["A"]
    result = done.result(1004)
    assert np.array_equal(result.channels["matte.A"] > 0, matte > 0)
    hole = matte > 0
    for name in "RGB":
        fill = result.channels[f"fill.{name}"]
        assert np.array_equal(result.channels[name][hole], fill.astype(np.float16)[hole])
        assert (fill[~hole] == 0).all()


def test_the_fill_is_what_the_camera_saw_elsewhere(done):
    errors = []
    for number in FRAMES:
        truth = read_channels(done.folder / "truth" / f"truth.{number}.exr", number).channels
        result = done.result(number).channels
        hole = result["matte.A"] > 0
        errors.append(np.abs(np.float32(result["G"])[hole] - np.float32(truth["G"])[hole]) / (0.05 + truth["G"][hole]))
    assert np.median(np.concatenate(errors)) < 0.05


def test_nothing_that_is_not_finite_spreads_into_the_fill(done):
    for number in FRAMES:
        channels = done.result(number).channels
        hole = channels["matte.A"] > 0
        assert all(np.isfinite(channels[name][hole]).all() for name in channels)


def test_layers_names_and_types_are_as_promised(done):
    header = read_header(done.folder / "out" / "clean.1003.exr")
    assert set(header.channels) == LAYERS
    assert {header.channels[name] for name in "RGB"} == {"float16"}
    assert header.channels["forward.u"] == "float32"


def test_data_layers_hold_what_they_say(done):
    channels = done.result(1004).channels
    hole = channels["matte.A"] > 0
    assert (channels["confidence.A"][~hole] == 1).all()
    assert ((channels["confidence.A"] >= 0) & (channels["confidence.A"] <= 1)).all()
    assert (channels["provenance.method"][~hole] == 0).all()
    assert set(np.unique(channels["provenance.method"][hole])) <= {1, 2, 3}
    painted = channels["provenance.method"] == 3
    assert (channels["confidence.A"][painted] == 0).all()
    assert (channels["provenance.frame"][hole & ~painted] != 0).all()


def test_motion_is_the_background_s_with_v_up(done):
    channels = done.result(1004).channels
    assert np.median(channels["forward.u"]) == pytest.approx(-1.5, abs=0.1)  # the camera pans right: the wall goes left
    assert np.median(channels["backward.u"]) == pytest.approx(1.5, abs=0.1)
    assert np.abs(channels["forward.v"]).max() < 0.5
    assert (done.result(1007).channels["forward.u"] == 0).all()
    assert (done.result(1001).channels["backward.u"] == 0).all()


def test_the_header_keeps_what_describes_the_plate_and_says_how_the_frame_was_made(done):
    attributes = read_header(done.folder / "out" / "clean.1002.exr").attributes
    assert attributes["owner"] == "the studio"
    assert attributes["colorInteropID"] == "lin_rec709_scene"
    job = json.loads(attributes["paintout/job"])
    assert job["shot"]["plate"] == "../plate/plate.####.exr"
    assert len(attributes["paintout/fingerprint"]) == 64


def test_other_channels_of_the_plate_come_along_when_asked(short):
    assert short.run("--keep-layers") == 0
    assert (short.result(1002).channels["depth.Z"] == 7.5).all()


def test_only_the_layers_asked_for_are_written(short):
    assert short.run("--layers", "matte,confidence") == 0
    assert set(short.result(1002).channels) == {"R", "G", "B", "A", "matte.A", "confidence.A"}


def test_chunks_equal_the_whole(done, tmp_path):
    other = Shot(done.folder)
    out = str(tmp_path / "clean.####.exr")
    shared = ["--plate", done.plate, "--matte", done.matte, "--out", out, "--reach", "4"]
    job = str(tmp_path / "job.json")
    assert main(["flow-inpaint", *shared, "--save", job]) == 0
    for step in ("motion", "register", "complete", "paint", "render"):
        for frames in ("1006-1007", "1001", "1002-1005"):
            words = ["run", job, "--step", f"flow-inpaint/{step}", "--frames", frames, "--progress", "none"]
            assert main(words) == 0
    for number in FRAMES:
        assert same(other.result(number), read_channels(tmp_path / f"clean.{number}.exr", number))


def test_budget_and_threads_change_no_bit(done, tmp_path):
    out = str(tmp_path / "clean.####.exr")
    shared = ["--plate", done.plate, "--matte", done.matte, "--out", out, "--reach", "4", "--progress", "none"]
    assert main(["flow-inpaint", *shared, "--threads", "1", "--memory", "0.5"]) == 0
    for number in FRAMES:
        assert same(done.result(number), read_channels(tmp_path / f"clean.{number}.exr", number))


def test_an_empty_matte_passes_the_frame_through(shot):
    write(shot.folder / "matte" / "matte.1003.exr", {"A": np.zeros((HEIGHT, WIDTH), np.float16)})
    assert shot.run() == 0
    result, plate = shot.result(1003), shot.original(1003)
    assert all(np.array_equal(bits(result.channels[name]), bits(plate.channels[name])) for name in "RGBA")
    assert (result.channels["confidence.A"] == 1).all()


def test_windows_are_kept_and_overscan_is_filled_too(tmp_path):
    shot = Shot(tmp_path).make(range(1001, 1006))
    display, data = Box(0, 0, WIDTH - 16, HEIGHT - 8), Box(-8, -4, WIDTH - 8, HEIGHT - 4)
    for place, number in enumerate(range(1001, 1006)):
        raw = shot.original(number)
        picture = np.stack([raw.channels[name] for name in "RGB"], axis=-1)
        shot.write_plate(number, picture, display=display, data=data, origin=(100, 50))
        matte = np.zeros((HEIGHT, WIDTH), np.float16)
        matte[30:50, 4 * place : 20 + 4 * place] = 1  # reaches out of the display window at first
        write(shot.folder / "matte" / f"matte.{number}.exr", {"A": matte}, display=display, data=data)
    assert shot.run() == 0
    header = read_header(tmp_path / "out" / "clean.1002.exr")
    assert (header.display, header.data, header.origin) == (display, data, (100, 50))
    result = shot.result(1002).channels
    assert (result["matte.A"][35, 4:20] == 1).all()
    assert np.isfinite(result["fill.R"]).all()
    assert (result["provenance.method"][35, 4:20] > 0).all()


def test_a_second_run_does_nothing_and_a_removed_frame_is_made_again_alike(shot, capsys):
    assert shot.run() == 0
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in (shot.folder / "out").rglob("*.exr")}
    gone = shot.folder / "out" / "clean.1004.exr"
    gone.unlink()
    time.sleep(0.02)
    assert shot.run() == 0
    for path, (stamp, content) in before.items():
        assert path.read_bytes() == content
        assert path == gone or path.stat().st_mtime_ns == stamp


def test_another_parameter_makes_only_what_depends_on_it(shot):
    assert shot.run() == 0
    work = shot.folder / "out" / "clean.work" / "flow-inpaint"
    motion = [*(work / "motion").glob("*.exr"), *(work / "complete").glob("*.exr")]
    stamps = {path: path.stat().st_mtime_ns for path in motion}
    rendered = (shot.folder / "out" / "clean.1003.exr").stat().st_mtime_ns
    assert shot.run("--light-match", "0") == 0
    assert {path: path.stat().st_mtime_ns for path in motion} == stamps
    assert (shot.folder / "out" / "clean.1003.exr").stat().st_mtime_ns > rendered


def test_a_changed_plate_frame_is_noticed_whatever_its_date(shot):
    assert shot.run() == 0
    path = shot.folder / "plate" / "plate.1004.exr"
    stamp = path.stat()
    raw = shot.original(1004)
    shot.write_plate(1004, np.stack([raw.channels[name] for name in "RGB"], axis=-1) * np.float16(0.5))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert shot.run() == 0
    assert np.array_equal(bits(shot.result(1004).channels["R"][:4]), bits(shot.original(1004).channels["R"][:4]))


def test_an_artist_s_motion_is_used_and_kept(shot):
    assert shot.run() == 0
    path = shot.folder / "out" / "clean.work" / "flow-inpaint" / "complete" / "complete.1004.exr"
    raw = read_channels(path, 1004)
    channels = {**raw.channels, "forward.u": np.full_like(raw.channels["forward.u"], -9.0)}
    told = raw.header.attributes["paintout/motion"]
    write(path, channels, attributes={"paintout/motion": told.replace('"flow": false', '"flow": true')})
    content = path.read_bytes()
    assert shot.run() == 0
    assert path.read_bytes() == content
    assert np.median(shot.result(1004).channels["forward.u"]) == pytest.approx(-9.0)


def test_a_painted_frame_is_a_source_that_is_trusted_in_full(tmp_path):
    shot = Shot(tmp_path).make(range(1001, 1006), step=0.0)
    still = np.zeros((HEIGHT, WIDTH), np.float16)
    still[30:60, 40:70] = 1  # never uncovered: only the artist knows
    for number in range(1001, 1006):
        write(tmp_path / "matte" / f"matte.{number}.exr", {"A": still})
    truth = str(tmp_path / "truth" / "truth.1003.exr")
    assert shot.run("--paint", f"1003={truth}", "--light-match", "0") == 0
    for number in (1001, 1003, 1005):
        result = shot.result(number).channels
        assert (result["confidence.A"][40:50, 50:60] == 1).all()
        assert (
            np.abs(result["G"][40:50, 50:60] - read_channels(Path(truth), 1).channels["G"][40:50, 50:60]).max() < 0.02
        )


def test_nothing_is_copied_across_a_cut(tmp_path):
    from tests.contract.conftest import background

    shot = Shot(tmp_path).make(range(1001, 1009))
    for place, number in enumerate(range(1005, 1009)):
        picture = (background(1.5 * place, seed=9) * np.float32([0.2, 0.5, 2.0])).astype(np.float16)
        shot.write_plate(number, picture)
    assert shot.run() == 0
    for number in range(1001, 1009):
        offset = shot.result(number).channels["provenance.frame"]
        sources = number + offset[offset != 0]
        assert ((sources < 1005) == (number < 1005)).all()
    found = json.loads((tmp_path / "out" / "clean.work" / "flow-inpaint" / "register" / "register.json").read_text())
    assert found["cuts"] == [1005]


def test_frames_may_be_left_out_of_the_job(shot):
    assert shot.run("--frames", "1001-1007x2") == 0
    assert sorted(path.name for path in (shot.folder / "out").glob("*.exr")) == [
        f"clean.{n}.exr" for n in (1001, 1003, 1005, 1007)
    ]
    offset = shot.result(1003).channels["provenance.frame"]
    assert set(np.unique(offset)) <= {-2.0, 0.0, 2.0, 4.0}


def test_dry_run_and_save_write_no_pixel(short, capsys):
    assert short.run("--dry-run") == 0
    assert "flow-inpaint/render" in capsys.readouterr().out
    assert short.run("--save", str(short.folder / "job.json")) == 0
    assert not (short.folder / "out").exists()
    assert main(["run", str(short.folder / "job.json"), "--progress", "none"]) == 0
    assert short.result(1002).channels["R"].shape == (HEIGHT, WIDTH)


def test_what_no_frame_saw_is_painted_once_and_stands_still(tmp_path):
    shot = Shot(tmp_path).make(range(1001, 1009))
    for place, number in enumerate(range(1001, 1009)):
        matte = np.zeros((HEIGHT, WIDTH), np.float16)
        left = round(60 - 1.5 * place)  # goes with the background: nobody ever sees behind it
        matte[30:60, left : left + 20] = 1
        write(tmp_path / "matte" / f"matte.{number}.exr", {"A": matte})
    assert shot.run() == 0
    painted = {}
    for place, number in enumerate(range(1001, 1009)):
        channels = shot.result(number).channels
        at = slice(44, 46), slice(round(70 - 1.5 * place) - 2, round(70 - 1.5 * place) + 2)
        assert (channels["provenance.method"][at] == 3).all()
        assert (channels["confidence.A"][at] == 0).all()
        painted[number] = (channels["G"][at].astype(np.float32).mean(), channels["provenance.frame"][at].max())
    keys = {number + offset for number, (_, offset) in painted.items()}
    assert keys == {1003.0, 1007.0}
    values = [value for value, _ in painted.values()]
    assert max(values) - min(values) < 0.15 * max(values)
