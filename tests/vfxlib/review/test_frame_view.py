"""A frame as a person sees it: the view's pixels, the data layers beside them, and which frames are worth showing."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from vfxlib.colour.ocio import Colours, open_colours
from vfxlib.errors import SequenceError
from vfxlib.image.box import Box
from vfxlib.image.picture import Header
from vfxlib.io.exr import write_exr
from vfxlib.io.footage import Footage, open_footage
from vfxlib.review.frame_view import (
    WIDEST,
    FrameView,
    common_frames,
    frame_rate,
    shot_summary,
    spread_frames,
    view_frame,
)

DISPLAY = Box(0, 0, 12, 6)


def write(path: Path, channels: dict[str, np.ndarray], data: Box = DISPLAY) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    label = {"colorInteropID": "lin_rec709_scene"}
    write_exr(path, display=DISPLAY, origin=(0, 0), data=data, aspect=1.0, channels=channels, attributes=label)


def footage(folder: Path, numbers: range, value: float, **layers: float) -> Footage:
    for number in numbers:
        flat = {name: np.full((6, 12), value, np.float16) for name in "RGB"}
        data = {name.replace("_", "."): np.full((6, 12), held, np.float16) for name, held in layers.items()}
        write(folder / f"f.{number}.exr", flat | data)
    return open_footage(str(folder))


def colours_of(plate: Footage) -> Colours:
    header = plate.header(plate.frames[0])
    return open_colours(config=None, colorspace=None, output_colorspace=None, header=header)


def test_plate_and_result_go_through_the_same_view(tmp_path: Path) -> None:
    plate, output = footage(tmp_path / "p", range(1, 2), 0.18), footage(tmp_path / "o", range(1, 2), 0.18)
    view = view_frame(output, plate, colours_of(plate), 1, ())
    assert view.plate.dtype == np.uint8
    assert np.array_equal(view.plate, view.result)
    brighter = view_frame(output, plate, colours_of(plate), 1, (), exposure=1.0)
    assert brighter.plate.min() > view.plate.max()


def test_layers_that_the_result_lacks_are_empty_and_the_others_cover_the_picture(tmp_path: Path) -> None:
    plate = footage(tmp_path / "p", range(1, 2), 0.18)
    half = {name: np.full((6, 5), 1, np.float16) for name in ("R", "G", "B", "matte.A")}
    write(tmp_path / "o" / "o.1.exr", half, Box(0, 0, 5, 6))
    output = open_footage(str(tmp_path / "o"))
    view = view_frame(output, plate, colours_of(plate), 1, ("matte.A", "confidence.A"))
    assert set(view.data) == {"matte.A"}
    assert view.layer("matte.A").sum(axis=0).tolist() == [6] * 5 + [0] * 7
    assert view.layer("confidence.A", 1.0).min() == 1
    assert view.layer("confidence.A").max() == 0


def test_a_picture_that_need_not_be_read_is_the_plate_s(tmp_path: Path) -> None:
    plate, output = footage(tmp_path / "p", range(1, 2), 0.1), footage(tmp_path / "o", range(1, 2), 0.9, matte_A=1)
    view = view_frame(output, plate, colours_of(plate), 1, ("matte.A",), read_picture=False)
    assert view.result is view.plate
    assert view.layer("matte.A").min() == 1


def test_a_large_picture_is_the_mean_light_of_its_pixels_and_its_layers_are_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stripes = np.tile(np.array([0.0, 0.36], np.float16), (6, 6))
    write(tmp_path / "p" / "p.1.exr", dict.fromkeys("RGB", stripes))
    plate, output = open_footage(str(tmp_path / "p")), footage(tmp_path / "o", range(1, 2), 0.18, matte_A=1)
    monkeypatch.setattr("vfxlib.review.frame_view.WIDEST", 6)
    view = view_frame(output, plate, colours_of(plate), 1, ("matte.A",))
    assert view.stride == 2
    assert view.plate.shape == (3, 6, 3)
    assert np.abs(view.plate.astype(int) - view.result.astype(int)).max() <= 1
    assert view.data["matte.A"].shape == (6, 12)
    assert view.layer("matte.A").shape == (3, 6)


@pytest.mark.parametrize(("width", "aspect", "movie"), [(100, 1.0, 100), (100, 2.0, 200), (2000, 2.0, WIDEST)])
def test_widths_make_square_pixels_up_to_what_decoders_play(width: int, aspect: float, movie: int) -> None:
    picture = np.zeros((4, width, 3), np.uint8)
    view = FrameView(picture, picture, {}, 1, aspect)
    assert view.movie_width == movie
    assert view.thumbnail_width == min(640, movie)


def test_frames_that_both_have_are_shown(tmp_path: Path) -> None:
    plate, output = footage(tmp_path / "p", range(1, 5), 0.1), footage(tmp_path / "o", range(3, 8), 0.1)
    assert common_frames(output, plate) == (3, 4)
    other = footage(tmp_path / "x", range(20, 22), 0.1)
    with pytest.raises(SequenceError, match="no frame in common"):
        common_frames(other, plate)


@pytest.mark.parametrize(
    ("value", "rate"),
    [
        (Fraction(24000, 1001), Fraction(24000, 1001)),
        (25, Fraction(25)),
        (29.97002997, Fraction(30000, 1001)),
        (0, Fraction(24)),
        (-5.0, Fraction(24)),
        (1000, Fraction(24)),
        (Fraction(1, 2147483647), Fraction(24)),
        (float("nan"), Fraction(24)),
        (None, Fraction(24)),
        ("fast", Fraction(24)),
    ],
)
def test_the_rate_is_the_header_s_or_24(value: object, rate: Fraction) -> None:
    attributes = {} if value is None else {"framesPerSecond": value}
    header = Header(Path("a.exr"), DISPLAY, (0, 0), DISPLAY, 1.0, {}, attributes=attributes)
    assert frame_rate(header) == rate


def test_the_summary_names_frames_size_colour_and_view(tmp_path: Path) -> None:
    plate = footage(tmp_path / "p", range(1, 3), 0.1)
    colours = colours_of(plate)
    summary = shot_summary("1-2", plate.header(1), colours)
    for words in ("1-2", "12x6", colours.file, *colours.view):
        assert words in summary


def test_frames_are_spread_over_the_shot_and_the_required_ones_are_among_them() -> None:
    frames = range(1001, 1101)
    assert spread_frames(frames, [], 4) == [1001, 1034, 1067, 1100]
    assert spread_frames(frames, [1050, 1030], 4) == [1001, 1030, 1050, 1100]
    assert spread_frames(frames, [1001, 1002, 1003, 1004, 1005], 4) == [1001, 1002, 1003, 1004]
    assert spread_frames(frames[:3], [1002], 4) == [1001, 1002, 1003]


@pytest.mark.parametrize("value", [Fraction(1, 2147483647), 0.5, 0, -1.0, Fraction(1000000), float("nan"), "fast"])
def test_a_rate_that_is_nothing_to_look_at_is_said(value: object, caplog: pytest.LogCaptureFixture) -> None:
    header = Header(Path("a.exr"), DISPLAY, (0, 0), DISPLAY, 1.0, {}, attributes={"framesPerSecond": value})
    assert frame_rate(header) == 24
    assert "a.exr" in caplog.text
    assert "the movie gets 24" in caplog.text


def test_a_tall_picture_is_shown_smaller_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plate, output = footage(tmp_path / "p", range(1, 2), 0.18), footage(tmp_path / "o", range(1, 2), 0.18, matte_A=1)
    monkeypatch.setattr("vfxlib.review.frame_view.TALLEST", 2)
    view = view_frame(output, plate, colours_of(plate), 1, ("matte.A",))
    assert view.plate.shape == (2, 4, 3)
    assert view.layer("matte.A").shape == (2, 4)
