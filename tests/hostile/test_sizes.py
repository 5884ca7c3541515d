"""The smallest pictures, the strangest strips, a matte of a pixel or all but one: a right result or a clear error."""

import json
import shutil
from collections.abc import Callable

import av
import numpy as np
import pytest
from PIL import Image

from tests import exr
from tests.hostile.place import Case, Place, cases, try_case
from vfxlib.io.exr import read_channels

COUNT = 2  # frames of these shots


def pixel(height: int, width: int, number: int) -> np.ndarray:
    matte = np.zeros((height, width), np.float16)
    matte[height // 2, width // 2] = 1
    return matte


def all_but_one(height: int, width: int, number: int) -> np.ndarray:
    matte = np.ones((height, width), np.float16)
    matte[0, 0] = 0
    return matte


def first_frame_whole(height: int, width: int, number: int) -> np.ndarray:
    return np.full((height, width), number == 1, np.float16)


def row(height: int, width: int, number: int) -> np.ndarray:
    matte = np.zeros((height, width), np.float16)
    matte[height // 2] = 1
    return matte


def last_frame_alone(height: int, width: int, number: int) -> np.ndarray:
    return pixel(height, width, number) * (number == COUNT)


def shot(place: Place, width: int, height: int, matte: Callable[[int, int, int], np.ndarray], count: int = COUNT):
    """Plate and matte of another size, in place of those that are there."""
    for name in ("plate", "matte"):
        shutil.rmtree(place.folder / name)
    for number in range(1, count + 1):
        picture = np.random.default_rng(number).random((height, width, 3)).astype(np.float32)
        path = place.folder / f"plate/plate.{number:04d}.exr"
        exr.write(path, {name: picture[..., i] for i, name in enumerate("RGB")}, (width, height))
        path = place.folder / f"matte/matte.{number:04d}.exr"
        exr.write(path, {"A": matte(height, width, number)}, (width, height), colorInteropID="")


def node(name: str, width: int, height: int, matte: Callable[[int, int, int], np.ndarray], count: int = COUNT):
    """A node run on a shot of some size."""

    def make(place: Place) -> list[str]:
        shot(place, width, height, matte, count)
        given = ("--key", "1=matte/matte.0001.exr") if name == "mask-propagate" else ("--matte", "matte/matte.####.exr")
        more = {"flow-inpaint": (), "internal-fit": ("--iterations", "1", "--width", "0.25")}
        words = [name, "--plate", "plate/plate.####.exr", *given, "--out", "out/clean.####.exr", "--progress", "none"]
        return [*words, *more.get(name, ("--iterations", "1"))]

    return make


BOTH = (1, 2)
CARRIED = ("a row, its matte carried",)  # of these the whole plate stays
NODES = [
    Case("a frame of one pixel", node("flow-inpaint", 1, 1, first_frame_whole), 0, result=BOTH),
    Case("a column", node("flow-inpaint", 1, 64, pixel), 0, result=BOTH),
    Case("one frame, all but a pixel of it", node("flow-inpaint", 5, 3, all_but_one, 1), 0, result=(1,)),
    Case("a matte on the last frame only", node("flow-inpaint", 16, 7, last_frame_alone), 0, result=BOTH),
    Case("a strip of ten thousand pixels", node("flow-inpaint", 10_000, 1, pixel), 0, result=BOTH),
    Case("a strip too long for motion", node("flow-inpaint", 33_000, 1, pixel), 2, ("33000x1", "32766"), ()),
    Case("nothing to do", node("flow-inpaint", 3, 3, lambda h, w, n: pixel(h, w, n) * 0), 2, ("is empty",), ()),
    Case("a column, by a fitted network", node("internal-fit", 1, 64, row), 0, result=BOTH),
    Case("a row, its matte carried", node("mask-propagate", 64, 1, pixel), 0, result=BOTH),
    Case("a key that covers the picture", node("mask-propagate", 1, 1, first_frame_whole), 2, ("covers",), ()),
]


@cases(NODES)
def test_a_shot_of_any_size_comes_to_a_right_result_or_a_clear_error(case, tmp_path, capsys):
    try_case(case, tmp_path, capsys)
    for number in case.result or ():
        made, plate = (
            read_channels(tmp_path / name.format(number), number)
            for name in ("out/clean.{:04d}.exr", "plate/plate.{:04d}.exr")
        )
        hole = read_channels(tmp_path / f"matte/matte.{number:04d}.exr", number).channels["A"] > 0
        stays = ~hole | (case.name in CARRIED)
        for name in "RGB":
            assert np.array_equal(
                made.channels[name].view(np.uint32)[stays], plate.channels[name].view(np.uint32)[stays]
            )
        assert all(np.isfinite(channel).all() for channel in made.channels.values())


def spelt(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.mark.parametrize("size", [(1, 1), (1, 64), (64, 1), (16, 2000), (1, 10_000), (10_000, 1)], ids=spelt)
def test_a_review_of_any_size_can_be_looked_at(size, tmp_path, capsys):
    def make(place: Place) -> list[str]:
        shot(place, *size, first_frame_whole)
        assert place.run() == 0
        return ["review", "out/clean.work/job.json", "--out", "seen"]

    try_case(Case("", make, 0, ("review.mp4",)), tmp_path, capsys)
    with Image.open(tmp_path / "seen/sheet.png") as sheet:
        assert sheet.width == 1920
        assert sheet.height < 4000
    with av.open(str(tmp_path / "seen/review.mp4")) as movie:
        stream = movie.streams.video[0]
        assert 32 <= stream.width <= 4096
        assert 16 <= stream.height <= 4096
        assert sum(1 for _ in movie.decode(stream)) == COUNT


@pytest.mark.parametrize("size", [(1, 1), (11, 11), (64, 7), (64, 12), (12, 64)], ids=spelt)
def test_a_score_of_a_small_picture_is_json_that_says_what_it_lacks(size, tmp_path, capsys):
    def make(place: Place) -> list[str]:
        shot(place, *size, first_frame_whole)
        files = {"result": "plate/plate", "truth": "plate/plate", "matte": "matte/matte"}
        return [
            "score",
            "--json",
            *(word for name, path in files.items() for word in (f"--{name}", f"{path}.####.exr")),
        ]

    place = Place(tmp_path).make()
    words = make(place)
    assert place.main(*words) == 0

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    figures = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert (figures["psnr"], figures["ssim"], figures["warping"]) == (120.0, 1.0, None)
    assert any("too small to find motion in" in note for note in figures["notes"])
    assert "nothing is judged on 2, where there is no hole" in figures["notes"]
