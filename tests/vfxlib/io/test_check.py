"""``check`` finds what is wrong before work begins, and calls what is right fit."""

import json

import numpy as np
import pytest

from tests.places import SHARED
from vfxlib.errors import SequenceError
from vfxlib.image.box import Box
from vfxlib.io.check import check_sequence
from vfxlib.io.exr import write_exr

STILLS = SHARED / "plates" / "exr"
REAL = pytest.mark.skipif(not STILLS.is_dir(), reason="the openexr-images of ../shared are not there")
BOX = Box(0, 0, 10, 6)


def exr(path, names="RGB", *, display=BOX, data=None, dtype=np.float16, value=0.5, aspect=1.0, **attributes):
    data = data or display
    channels = {name: np.full((data.height, data.width), value, dtype) for name in names}
    write_exr(path, display=display, origin=(0, 0), data=data, aspect=aspect, channels=channels, attributes=attributes)
    return path


@pytest.fixture
def plate(tmp_path):
    for number in range(1001, 1006):
        exr(tmp_path / f"plate.{number}.exr", colorInteropID="lin_ap1_scene")
    return tmp_path


def test_a_whole_sequence_is_fit(plate):
    report = check_sequence(str(plate))
    assert report.status == 0
    assert report.problems == ()
    assert report.frames == (1001, 1002, 1003, 1004, 1005)
    assert report.colour == {"colorInteropID": "lin_ap1_scene"}
    assert report.channels["G"].dtype == "float16"
    assert (report.channels["G"].least, report.channels["G"].most) == (0.5, 0.5)
    assert str(report).splitlines()[-1].strip() == "fit"


def test_missing_frames_make_it_unfit_and_are_named(plate):
    (plate / "plate.1002.exr").unlink()
    (plate / "plate.1003.exr").unlink()
    report = check_sequence(str(plate))
    assert report.status == 1
    assert report.gaps == (range(1002, 1004),)
    assert "frames 1002-1003 are missing" in report.problems


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        pytest.param({"display": Box(0, 0, 20, 6)}, "the size changes", id="size"),
        pytest.param({"aspect": 2.0}, "pixel aspect ratio changes", id="aspect"),
        pytest.param({"names": "RGBA"}, "channels or their types change: frames 1003", id="channels"),
        pytest.param({"dtype": np.float32}, "channels or their types change: frames 1003", id="types"),
    ],
)
def test_a_frame_that_differs_makes_it_unfit(plate, odd, words):
    exr(plate / "plate.1003.exr", **odd)
    report = check_sequence(str(plate))
    assert report.status == 1
    assert any(words in problem and "1003" in problem for problem in report.problems)


def test_a_moving_data_window_is_fit_and_noted(plate):
    exr(plate / "plate.1003.exr", data=Box(2, 2, 5, 5))
    report = check_sequence(str(plate))
    assert report.status == 0
    assert report.windows["3x3 at 2,2"] == (1003,)
    assert any("data window changes" in note for note in report.notes)


def test_a_damaged_frame_makes_it_unreadable_and_the_others_are_still_looked_at(plate):
    path = plate / "plate.1004.exr"
    path.write_bytes(path.read_bytes()[:-5])
    report = check_sequence(str(plate))
    assert report.status == 2
    assert list(report.unreadable) == [1004]
    assert "damaged" in report.unreadable[1004]
    assert report.channels["R"].most == 0.5


def test_without_colour_or_a_matte_it_is_unfit(tmp_path):
    report = check_sequence(str(exr(tmp_path / "a.exr", ["forward.u", "forward.v"])))
    assert report.status == 1
    assert "no red, green and blue" in report.problems[0]
    assert check_sequence(str(exr(tmp_path / "b.exr", ["A", "depth.Z"]))).status == 0


def test_odd_values_are_counted(tmp_path):
    path = exr(tmp_path / "a.exr", dtype=np.float32)
    channels = {name: np.full((6, 10), 0.5, np.float32) for name in "RGB"}
    channels["G"][0, :6] = [np.nan, np.nan, np.inf, -np.inf, -2, 900]
    write_exr(path, display=BOX, origin=(0, 0), data=BOX, aspect=1.0, channels=channels, attributes={})
    report = check_sequence(str(path))
    green = report.channels["G"]
    assert (green.nan, green.inf, green.below, green.least, green.most) == (2, 2, 1, -2.0, 900.0)
    assert report.status == 0
    assert any("G hold NaN or inf" in note for note in report.notes)
    assert "2 NaN, 2 inf, 1 below 0" in str(report)


def test_the_report_is_one_json_document(plate):
    (plate / "plate.1004.exr").write_bytes(b"v/1\x01")
    told = json.loads(json.dumps(check_sequence(str(plate)).to_mapping(), allow_nan=False))
    assert told["status"] == 2
    assert told["frames"] == "1001-1005"
    assert told["channels"]["R"]["dtype"] == "float16"
    assert "1004" in told["unreadable"]


def test_nothing_there_is_an_error(tmp_path):
    with pytest.raises(SequenceError):
        check_sequence(str(tmp_path))


def test_every_frame_is_told_when_it_has_been_looked_at(plate):
    seen = []
    check_sequence(str(plate), seen.append)
    assert seen == [1001, 1002, 1003, 1004, 1005]


@REAL
def test_a_real_sequence_with_views_and_moving_windows_is_fit():
    report = check_sequence(str(STILLS / "Beachball"))
    assert report.status == 0
    assert report.views == ("left", "right")
    assert len(report.windows) == 4
    assert report.channels["whitebarmask.mask"].most == 1.0


@REAL
@pytest.mark.parametrize(
    ("name", "words"), [("v2/Trunks.exr", "deep EXR"), ("Chromaticities/XYZ_YC.exr", "luminance-chroma")]
)
def test_what_cannot_be_used_is_unreadable_with_its_reason(name, words):
    report = check_sequence(str(STILLS / name))
    assert report.status == 2
    assert words in report.unreadable[1]
