"""What FlowInpaint promises beyond what every node does."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from plugin.cli import main
from tests.contract.conftest import FLOW, FRAMES, HEIGHT, WIDTH, background, matte_at, write
from tests.contract.test_bad_input import refused
from vfxlib.flow_inpaint.fill import fill_frame
from vfxlib.io.exr import read_channels, read_header

pytestmark = pytest.mark.parametrize("case", [FLOW], indirect=True, ids=["flow-inpaint"], scope="session")


def test_the_fill_is_what_the_camera_saw_elsewhere(done):
    errors = []
    for number in FRAMES:
        truth = read_channels(done.folder / "truth" / f"truth.{number}.exr", number).channels
        result = done.result(number).channels
        hole = result["matte.A"] > 0
        errors.append(np.abs(np.float32(result["G"])[hole] - np.float32(truth["G"])[hole]) / (0.05 + truth["G"][hole]))
    assert np.median(np.concatenate(errors)) < 0.05


def test_everything_is_copied_or_painted_by_a_spatial_fill(done):
    channels = done.result(1004).channels
    hole = channels["matte.A"] > 0
    assert set(np.unique(channels["provenance.method"][hole])) <= {1, 2, 3}
    painted = channels["provenance.method"] == 3
    assert (channels["confidence.A"][painted] == 0).all()
    assert (channels["provenance.frame"][hole & ~painted] != 0).all()


def test_motion_is_the_background_s_with_v_up(done):
    channels = done.result(1004).channels
    assert read_header(done.folder / "out" / "clean.1004.exr").channels["forward.u"] == "float32"
    assert np.median(channels["forward.u"]) == pytest.approx(-1.5, abs=0.1)  # the camera pans right: the wall goes left
    assert np.median(channels["backward.u"]) == pytest.approx(1.5, abs=0.1)
    assert np.abs(channels["forward.v"]).max() < 0.5
    assert (done.result(1007).channels["forward.u"] == 0).all()
    assert (done.result(1001).channels["backward.u"] == 0).all()


def test_what_other_frames_show_of_a_key_frame_is_gathered_once_in_a_run(done, tmp_path, monkeypatch):
    filled = []

    def counted(index, *more, **words):
        filled.append(index)
        return fill_frame(index, *more, **words)

    monkeypatch.setattr("nodes.processors.flow_inpaint.filler.fill_frame", counted)
    assert done.run("--work", str(tmp_path / "work"), out=str(tmp_path / "clean.####.exr")) == 0
    assert list((tmp_path / "work" / "flow-inpaint" / "paint").glob("*.exr"))
    assert len(filled) == len(set(filled)) > 0


def test_another_parameter_makes_only_what_depends_on_it(finished):
    shot = finished
    work = shot.work / "flow-inpaint"
    motion = [*(work / "motion").glob("*.exr"), *(work / "complete").glob("*.exr")]
    stamps = {path: path.stat().st_mtime_ns for path in motion}
    rendered = (shot.folder / "out" / "clean.1003.exr").stat().st_mtime_ns
    assert shot.run("--light-match", "0") == 0
    assert {path: path.stat().st_mtime_ns for path in motion} == stamps
    assert (shot.folder / "out" / "clean.1003.exr").stat().st_mtime_ns > rendered


def test_an_artist_s_motion_is_used_and_kept(finished):
    shot = finished
    path = shot.work / "flow-inpaint" / "complete" / "complete.1004.exr"
    raw = read_channels(path, 1004)
    channels = {**raw.channels, "forward.u": np.full_like(raw.channels["forward.u"], -9.0)}
    told = raw.header.attributes["paintout/motion"]
    write(path, channels, attributes={"paintout/motion": told.replace('"flow": false', '"flow": true')})
    content = path.read_bytes()
    assert shot.run() == 0
    assert path.read_bytes() == content
    assert np.median(shot.result(1004).channels["forward.u"]) == pytest.approx(-9.0)


def test_a_painted_frame_is_a_source_that_is_trusted_in_full(bare):
    shot, folder = bare.make(range(1001, 1006), step=0.0), bare.folder
    still = np.zeros((HEIGHT, WIDTH), np.float16)
    still[30:60, 40:70] = 1  # never uncovered: only the artist knows
    for number in range(1001, 1006):
        write(folder / "matte" / f"matte.{number}.exr", {"A": still})
    truth = str(folder / "truth" / "truth.1003.exr")
    assert shot.run("--paint", f"1003={truth}", "--light-match", "0") == 0
    for number in (1001, 1003, 1005):
        result = shot.result(number).channels
        assert (result["confidence.A"][40:50, 50:60] == 1).all()
        assert (
            np.abs(result["G"][40:50, 50:60] - read_channels(Path(truth), 1).channels["G"][40:50, 50:60]).max() < 0.02
        )


def test_nothing_is_copied_across_a_cut(bare):
    shot = bare.make(range(1001, 1009))
    for place, number in enumerate(range(1005, 1009)):
        picture = (background(1.5 * place, seed=9) * np.float32([0.2, 0.5, 2.0])).astype(np.float16)
        shot.write_plate(number, picture)
    assert shot.run() == 0
    for number in range(1001, 1009):
        offset = shot.result(number).channels["provenance.frame"]
        sources = number + offset[offset != 0]
        assert ((sources < 1005) == (number < 1005)).all()
    found = json.loads((shot.work / "flow-inpaint" / "register" / "register.json").read_text())
    assert found["cuts"] == [1005]


def test_what_no_frame_saw_is_painted_once_and_stands_still(bare):
    shot = bare.make(range(1001, 1009))
    for place, number in enumerate(range(1001, 1009)):
        matte = np.zeros((HEIGHT, WIDTH), np.float16)
        left = round(60 - 1.5 * place)  # goes with the background: nobody ever sees behind it
        matte[30:60, left : left + 20] = 1
        write(shot.folder / "matte" / f"matte.{number}.exr", {"A": matte})
    assert shot.run() == 0
    painted = {}
    for place, number in enumerate(range(1001, 1009)):
        channels = shot.result(number).channels
        at = slice(44, 46), slice(round(70 - 1.5 * place) - 2, round(70 - 1.5 * place) + 2)
        assert (channels["provenance.method"][at] == 3).all()
        assert (channels["confidence.A"][at] <= 0.45).all()  # never sure
        painted[number] = (channels["G"][at].astype(np.float32).mean(), channels["provenance.frame"][at].max())
    keys = {number + offset for number, (_, offset) in painted.items()}
    assert keys == {1001.0, 1003.0, 1007.0, 1008.0}  # the ends took over what those between had painted
    values = [value for value, _ in painted.values()]
    # not more than half a stop: each frame's own surroundings draw it a little to themselves
    assert max(values) - min(values) < 0.4 * max(values)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--reach", "0"], ["--reach", "1 to 240"], id="parameter outside its limits"),
        pytest.param(["--paint", "1002=/nowhere.exr"], ["/nowhere.exr"], id="painted frame"),
        pytest.param(["--paint", "x"], ["FRAME=FILE"], id="painted frame without its number"),
        pytest.param(["--fill", "fill.####.exr"], ["--fill"], id="fill, which it has no use for"),
    ],
)
def test_what_it_cannot_take_is_named(short, capsys, words, said):
    refused(capsys, short.run(*words), *said)
    assert not list(short.folder.glob("out/*.exr"))


def test_a_job_file_with_a_fill_is_refused_and_not_run_without_it(short, capsys):
    path = short.folder / "job.json"
    assert short.run("--save", str(path)) == 0
    told = json.loads(path.read_text())
    told["shot"]["fill"] = "plate/plate.####.exr"
    path.write_text(json.dumps(told))
    refused(capsys, main(["run", str(path), "--progress", "none"]), "flow-inpaint takes no fill", "plate.####.exr")


def test_the_st_map_fetches_the_fill_from_the_frame_that_provenance_names(done, tmp_path):
    out = str(tmp_path / "clean.####.exr")
    assert done.run("--stmap", "--light-match", "0", out=out) == 0
    assert "stmap.R" not in done.result(1004).channels
    errors, count = [], 0
    for number in FRAMES:
        channels = read_channels(tmp_path / f"clean.{number}.exr", number).channels
        assert channels["stmap.R"].dtype == channels["stmap.G"].dtype == np.float32
        x, y = channels["stmap.R"] * WIDTH - 0.5, (1 - channels["stmap.G"]) * HEIGHT - 0.5
        copied = (channels["matte.A"] > 0) & (channels["provenance.frame"] != 0)
        own_y, own_x = np.mgrid[:HEIGHT, :WIDTH]
        assert np.allclose(x[~copied], own_x[~copied], atol=1e-3)
        assert np.allclose(y[~copied], own_y[~copied], atol=1e-3)
        for offset in np.unique(channels["provenance.frame"][copied]):
            here = copied & (channels["provenance.frame"] == offset) & (channels["confidence.A"] > 0.5)
            source = np.nan_to_num(done.original(number + int(offset)).channels["G"].astype(np.float32), posinf=0)
            fetched = cv2.remap(source, x.astype(np.float32), y.astype(np.float32), cv2.INTER_CUBIC)
            errors.append(np.abs(fetched - channels["fill.G"])[here] / (0.05 + np.abs(channels["fill.G"][here])))
            count += int(here.sum())
    assert count > 500
    errors = np.concatenate(errors)
    assert np.median(errors) < 0.01
    assert np.quantile(errors, 0.95) < 0.1


def test_the_st_map_of_paint_leads_to_the_frame_that_was_painted(bare):
    """Of a locked camera under a matte that stays, nothing is seen: paint is carried from key frames."""
    shot = bare.make(range(1001, 1006), step=0.0)
    for number in range(1001, 1006):
        shot.write_plate(number, background(0.0).astype(np.float16))
        write(shot.folder / "matte" / f"matte.{number}.exr", {"A": matte_at(3).astype(np.float16)})
    assert shot.run("--stmap") == 0
    frames = [shot.result(number).channels for number in range(1001, 1006)]
    carried = [channels for channels in frames if (channels["provenance.frame"] != 0).any()]
    assert carried
    for channels in carried:
        where = channels["provenance.frame"] != 0
        assert (channels["provenance.method"][where] == 3).all()
        x = channels["stmap.R"] * WIDTH - 0.5
        assert np.allclose(x[where], np.mgrid[:HEIGHT, :WIDTH][1][where], atol=0.05)
