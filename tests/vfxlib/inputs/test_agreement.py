"""What is given beside the plate has its size and its frames, or what is wrong is named."""

from pathlib import Path

import pytest

from vfxlib.errors import InputError, MatteError, SequenceError
from vfxlib.image.box import Box
from vfxlib.image.picture import Header
from vfxlib.inputs.agreement import check_frames, check_plate_size, check_shape
from vfxlib.io.exr_header import MAGIC
from vfxlib.io.footage import Footage, open_footage

PLATE = Box(0, 0, 12, 8)


def header(display: Box, data: Box | None = None) -> Header:
    return Header(Path("matte.7.exr"), display, (0, 0), data or display, 1.0, {"A": "float16"})


def test_the_same_size_passes_whatever_the_data_window() -> None:
    check_plate_size(header(PLATE, Box(-3, 2, 5, 4)), PLATE, "matte", "on frame 7 the matte", MatteError)


@pytest.mark.parametrize("kind", [MatteError, SequenceError])
@pytest.mark.parametrize("size", [(12, 9), (11, 8), (8, 12)])
def test_another_size_is_refused_with_both_and_by_the_error_that_is_asked_for(
    kind: type[InputError], size: tuple[int, int]
) -> None:
    with pytest.raises(kind) as caught:
        check_plate_size(header(Box(0, 0, *size)), PLATE, "key", "the key of frame 7", kind)
    assert caught.value.problem == f"the key of frame 7 is {size[0]}x{size[1]}, the plate 12x8"
    assert caught.value.where == "matte.7.exr"
    assert caught.value.fix == "render the key at 12x8"


def files(tmp_path: Path) -> Footage:
    for number in (1, 2, 5):
        (tmp_path / f"plate.{number:04d}.exr").write_bytes(MAGIC)
    return open_footage(tmp_path / "plate.####.exr")


def test_frames_that_are_not_there_are_named(tmp_path: Path) -> None:
    footage = files(tmp_path)
    check_frames(footage, (1, 5), "frames {} are missing", "render them")
    with pytest.raises(MatteError, match="the matte is missing on frames 3-4") as caught:
        check_frames(footage, range(1, 6), "the matte is missing on frames {}", "paint them", MatteError)
    assert caught.value.where == footage.spelling
    assert caught.value.fix == "paint them"


@pytest.mark.parametrize("size", [(12, 8), (6, 4), (11, 7), (1, 1)])
def test_rounding_to_whole_pixels_makes_no_other_shape(size: tuple[int, int]) -> None:
    check_shape(header(Box(0, 0, *size)), Box(0, 0, 12, 8), "the fill")
