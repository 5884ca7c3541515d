"""Sequences on disk: windows are aligned, colour is understood, and the figures are those of the yardstick."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests import exr
from tests.places import SHARED
from vfxlib.colour.ocio import open_colours
from vfxlib.errors import ColourError, MatteError, PictureError, SequenceError
from vfxlib.image.picture import FileColour, Picture
from vfxlib.image.pixel_types import as_float
from vfxlib.io.footage import open_footage, rgb
from vfxlib.metrics.sequences import score_sequences

STREET = SHARED / "plates" / "street"
YARDSTICK = SHARED / "tools" / "score.py"
WIDTH, HEIGHT = 48, 32


def write(path: Path, channels: dict[str, np.ndarray], origin: tuple[int, int] = (0, 0), **more: object) -> None:
    exr.write(path, channels, (WIDTH, HEIGHT), origin, **more)


def colour(seed: int, width: int = WIDTH, height: int = HEIGHT) -> dict[str, np.ndarray]:
    values = np.random.default_rng(seed).uniform(0, 1, (height, width, 3)).astype(np.float16)
    return {name: values[..., i] for i, name in enumerate("RGB")}


def matte() -> np.ndarray:
    cover = np.zeros((HEIGHT, WIDTH), np.float16)
    cover[10:20, 12:30] = 1
    return cover


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    """Frames 1 and 2: truth, a plate that differs from it in the hole, a result that has the plate outside it."""
    for number in (1, 2):
        truth, wrong = colour(number), colour(number + 10)
        hole = matte() > 0
        write(tmp_path / f"truth/t.{number:04d}.exr", truth)
        write(tmp_path / f"plate/p.{number:04d}.exr", {n: np.where(hole, np.float16(5), truth[n]) for n in "RGB"})
        write(tmp_path / f"result/r.{number:04d}.exr", {n: np.where(hole, wrong[n], truth[n]) for n in "RGB"})
        write(tmp_path / f"matte/m.{number:04d}.exr", {"A": matte()}, colorInteropID="")
    return tmp_path


def yardstick(*words: str) -> dict[str, float]:
    if not YARDSTICK.exists():
        pytest.skip(f"needs {YARDSTICK}")
    figures: dict[str, float] = json.loads(subprocess.check_output([sys.executable, str(YARDSTICK), "--json", *words]))
    return figures


def folders(shot: Path) -> dict[str, str]:
    return {name: str(shot / name) for name in ("result", "truth", "matte")}


def test_figures_are_those_of_the_yardstick(shot: Path) -> None:
    score = score_sequences(**folders(shot), plate=str(shot / "plate"))
    expected = yardstick(
        "--linear", *(w for n in ("result", "truth", "matte", "plate") for w in (f"--{n}", str(shot / n)))
    )
    assert score.psnr == pytest.approx(expected["psnr"], abs=0.01)
    assert score.psnr_worst == pytest.approx(expected["psnr_worst"], abs=0.01)
    assert score.changed_outside == expected["changed_outside"] == 0


@pytest.mark.parametrize("channel", ["A", "effect.A"])
def test_figures_of_street_are_those_of_the_yardstick(channel: str) -> None:
    if not STREET.exists():
        pytest.skip(f"needs {STREET}")
    names = {"result": str(STREET / "truth"), "truth": str(STREET / "truth_grain"), "matte": str(STREET / "matte")}
    score = score_sequences(**names, matte_channel=channel)
    expected = yardstick("--linear", "--channel", channel, *(w for n, path in names.items() for w in (f"--{n}", path)))
    assert score.psnr == pytest.approx(expected["psnr"], abs=0.01)
    assert score.psnr_mean == pytest.approx(expected["psnr_mean"], abs=0.01)
    assert score.psnr_worst == pytest.approx(expected["psnr_worst"], abs=0.01)
    assert len(score.frames) == expected["frames"]
    assert score.grain == pytest.approx(16 / 128, abs=0.04)  # samples for each pixel of the two renders


def test_a_linear_result_compares_with_an_8_bit_truth(shot: Path) -> None:
    for number in (1, 2):
        codes = np.random.default_rng(number).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
        (shot / "codes").mkdir(exist_ok=True)
        Image.fromarray(codes).save(shot / f"codes/c.{number:04d}.png")
    names = folders(shot) | {"truth": str(shot / "codes")}
    expected = yardstick("--linear-result", *(w for n, path in names.items() for w in (f"--{n}", path)))
    assert score_sequences(**names).psnr == pytest.approx(expected["psnr"], abs=0.01)


def test_one_changed_bit_outside_is_counted(shot: Path) -> None:
    channels = {n: c.copy() for n, c in colour(1).items()}
    channels["G"][0, 0] = np.nextafter(channels["G"][0, 0], np.float16(2))
    channels["R"][12, 15] = 3
    write(shot / "result/r.0001.exr", channels)
    assert score_sequences(**folders(shot), plate=str(shot / "plate")).changed_outside == 1


def test_data_windows_are_aligned(shot: Path) -> None:
    whole = score_sequences(**folders(shot))
    for number in (1, 2):
        wrong = colour(number + 10)
        write(shot / f"result/r.{number:04d}.exr", {n: wrong[n][8:24, 10:34] for n in "RGB"}, (10, 8))
    cut = score_sequences(**folders(shot), plate=str(shot / "plate"))
    assert cut.psnr == whole.psnr
    assert cut.changed_outside == 2 * (WIDTH * HEIGHT - 10 * 18)


def test_a_plate_in_another_format_is_compared_as_it_is_written(shot: Path) -> None:
    (shot / "codes").mkdir()
    for number in (1, 2):
        codes = np.random.default_rng(7).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
        Image.fromarray(codes).save(shot / f"codes/c.{number:04d}.png")
        footage = open_footage(str(shot / "codes"))
        header = footage.header(number)
        colours = open_colours(config=None, colorspace=None, output_colorspace="lin_rec709", header=header)
        encoded = Picture[FileColour](as_float(rgb(footage.read(number))), header.data)
        linear = colours.to_output(colours.to_linear(encoded)).pixels
        linear[matte() > 0] = 0.5
        if number == 2:
            linear[0, :5] *= np.float32(1.001)
            linear[0, 2] += np.float32(0.1)
        write(shot / f"result/r.{number:04d}.exr", {n: linear[..., i] for i, n in enumerate("RGB")})
    assert score_sequences(**folders(shot), plate=str(shot / "codes")).changed_outside == 5


def test_log_is_another_measure(shot: Path) -> None:
    display, log = (score_sequences(**folders(shot), encoding=encoding) for encoding in ("srgb", "log"))
    assert log.encoding == "log"
    assert log.psnr is not None
    assert display.psnr is not None
    assert log.psnr > display.psnr


def test_the_space_of_a_silent_result_can_be_given(shot: Path) -> None:
    labelled = score_sequences(**folders(shot))
    for number in (1, 2):
        wrong, hole = colour(number + 10), matte() > 0
        truth = colour(number)
        write(
            shot / f"result/r.{number:04d}.exr",
            {n: np.where(hole, wrong[n], truth[n]) for n in "RGB"},
            colorInteropID="",
        )
    assert score_sequences(**folders(shot), colorspace="lin_rec709").psnr == labelled.psnr
    assert score_sequences(**folders(shot), ocio="ocio://studio-config-latest").psnr != labelled.psnr


def test_a_missing_frame_is_named(shot: Path) -> None:
    (shot / "result/r.0002.exr").unlink()
    with pytest.raises(SequenceError, match="2"):
        score_sequences(**folders(shot))


def test_no_common_frame_is_an_error(shot: Path) -> None:
    for number in (1, 2):
        (shot / f"matte/m.{number:04d}.exr").rename(shot / f"matte/m.{number + 100:04d}.exr")
    with pytest.raises(SequenceError, match="in common"):
        score_sequences(**folders(shot))


def test_an_empty_matte_is_an_error(shot: Path) -> None:
    for number in (1, 2):
        write(shot / f"matte/m.{number:04d}.exr", {"A": matte() * 0}, colorInteropID="")
    with pytest.raises(MatteError, match="empty"):
        score_sequences(**folders(shot))


def test_a_result_that_is_not_finite_in_the_hole_is_no_result(shot: Path) -> None:
    channels = colour(1)
    channels["B"][15, 20] = np.nan
    write(shot / "result/r.0001.exr", channels)
    with pytest.raises(PictureError, match="frame 1 is not finite"):
        score_sequences(**folders(shot))


def with_truth(shot: Path, number: int, value: float, where: np.ndarray) -> None:
    truth = {name: np.where(where, np.float16(value), channel) for name, channel in colour(number).items()}
    write(shot / f"truth/t.{number:04d}.exr", truth)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_in_the_truth_is_left_out_and_said(shot: Path, value: float) -> None:
    spot = np.zeros((HEIGHT, WIDTH), bool)
    spot[10:12, 12:15] = True
    with_truth(shot, 1, value, spot)
    score = score_sequences(**folders(shot), encoding="log")
    assert np.isfinite(list(score.psnr_per_frame.values())).all()
    assert any("6 pixels of the hole are not judged" in note for note in score.notes)


def test_a_truth_that_is_finite_nowhere_in_the_hole_is_no_truth(shot: Path) -> None:
    for number in (1, 2):
        with_truth(shot, number, np.nan, matte() > 0)
    with pytest.raises(PictureError, match="in the truth"):
        score_sequences(**folders(shot))


def test_frames_of_the_truth_without_a_matte_are_named(shot: Path) -> None:
    (shot / "matte/m.0002.exr").unlink()
    score = score_sequences(**folders(shot))
    assert score.frames == (1,)
    assert "frames 2 of the truth have no matte" in score.notes


def test_options_without_effect_say_so(shot: Path) -> None:
    given = score_sequences(**folders(shot), colorspace="lin_rec709")
    assert any("--colorspace changes nothing" in note for note in given.notes)
    assert not any("--colorspace" in note for note in score_sequences(**folders(shot)).notes)
    with pytest.raises(ColourError, match="nonsense"):
        score_sequences(**folders(shot), colorspace="nonsense")
    for number in (1, 2):
        write(shot / f"matte/m.{number:04d}.exr", {"A": matte() * 0 + 1}, colorInteropID="")
    covered = score_sequences(**folders(shot), plate=str(shot / "plate"))
    assert any("--plate says nothing" in note for note in covered.notes)


@pytest.mark.parametrize("which", ["result", "truth", "plate"])
def test_sequences_of_another_size_are_refused(shot: Path, which: str) -> None:
    for path in (shot / which).iterdir():
        exr.write(path, colour(1, 30, 20), (30, 20))
    with pytest.raises((SequenceError, MatteError), match="30x20"):
        score_sequences(**folders(shot), plate=str(shot / "plate"))


def test_a_matte_that_lies_beside_the_picture_is_empty(shot: Path) -> None:
    for number in (1, 2):
        write(shot / f"matte/m.{number:04d}.exr", {"A": np.ones((4, 4), np.float16)}, (500, 500), colorInteropID="")
    with pytest.raises(PictureError, match="nothing of the hole is in the truth"):
        score_sequences(**folders(shot))


def test_one_still_is_the_matte_of_every_frame_that_is_compared(shot):
    words = {"result": str(shot / "result"), "truth": str(shot / "truth")}
    by_still = score_sequences(**words, matte=str(shot / "matte" / "m.0002.exr"))
    assert by_still.to_mapping() == score_sequences(**words, matte=str(shot / "matte")).to_mapping()
