"""Plates and mattes of every kind go the same way."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from tests.contract.conftest import HEIGHT, WIDTH, background, bits, every_node, matte_at, write
from vfxlib.io.exr import read_channels, read_header, write_exr
from vfxlib.io.movie import write_movie

FRAMES = range(1, 5)


def encoded(place: int) -> np.ndarray:
    """The plate as eight bits, as a camera phone would have it."""
    truth = np.clip(background(1.5 * place), 0, 1) ** (1 / 2.2)
    matte = matte_at(place)[..., None]
    return np.round(255 * (truth * (1 - matte) + 0.6 * matte)).astype(np.uint8)


def pngs(folder):
    """An 8-bit plate and a palette matte with two objects."""
    for name in ("plate", "matte"):
        (folder / name).mkdir(parents=True)
    for place, number in enumerate(FRAMES):
        Image.fromarray(encoded(place)).save(folder / "plate" / f"plate.{number:04d}.png")
        numbers = np.zeros((HEIGHT, WIDTH), np.uint8)
        numbers[matte_at(place) > 0] = 2
        numbers[5:9, 100:110] = 7
        palette = Image.fromarray(numbers, "P")
        palette.putpalette([value for i in range(256) for value in (i * 3 % 256, i * 7 % 256, i * 11 % 256)])
        palette.save(folder / "matte" / f"matte.{number:04d}.png")
    return str(folder / "plate"), str(folder / "matte" / "matte.%04d.png")


@pytest.mark.filterwarnings("ignore:'mode' parameter is deprecated:DeprecationWarning")
@pytest.mark.parametrize(("words", "objects"), [([], 2), (["--matte-id", "2"], 1)], ids=["all objects", "one of them"])
def test_eight_bits_are_converted_once_and_written_as_floats(bare, tmp_path, words, objects):
    shot = bare
    plate, matte = pngs(tmp_path)
    assert shot.run("--output-colorspace", "lin_rec709_scene", *words, plate=plate, matte=matte) == 0
    path = tmp_path / "out" / "clean.0002.exr"
    header, result = read_header(path), read_channels(path, 2).channels
    assert header.channels["R"] == "float32"
    assert header.attributes["colorInteropID"] == "lin_rec709_scene"
    outside = result["matte.A"] == 0
    assert (result["matte.A"][6, 105] > 0) == (objects == 2)
    code = encoded(1)[..., 1] / 255.0
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    assert np.abs(result["G"] - linear)[outside].max() < 1e-5


def test_a_movie_is_a_plate(bare, tmp_path):
    shot = bare
    write_movie(tmp_path / "plate.mp4", (encoded(place) for place in range(4)), Fraction(24))
    for place in range(4):
        write(tmp_path / "matte" / f"matte.{place + 1:04d}.exr", {"A": matte_at(place).astype(np.float16)})
    matte = str(tmp_path / "matte")
    assert shot.run(plate=str(tmp_path / "plate.mp4"), matte=matte) == 0
    assert sorted(path.name for path in (tmp_path / "out").glob("*.exr")) == [f"clean.{n:04d}.exr" for n in range(1, 5)]


def test_float_plates_stay_floats_and_log_plates_stay_log(bare, tmp_path):
    shot = bare
    for place, number in enumerate(range(1001, 1004)):
        log = (np.log2(np.maximum(background(1.5 * place), 0.01)) + 9.72) / 17.52
        channels = {name: log[..., i].astype(np.float32) for i, name in enumerate("RGB")}
        write(tmp_path / "plate" / f"plate.{number}.exr", channels, attributes={"colorInteropID": ""})
        write(tmp_path / "matte" / f"matte.{number}.exr", {"A": matte_at(place).astype(np.float16)})
    assert shot.run("--colorspace", "ACEScct") == 0
    result, plate = shot.result(1002).channels, shot.original(1002).channels
    outside = result["matte.A"] == 0
    assert result["R"].dtype == np.float32
    assert np.array_equal(bits(result["R"])[outside], bits(plate["R"])[outside])
    assert 0.1 < np.median(result["fill.G"][~outside]) < 0.8


@every_node
def test_a_layer_of_the_plate_may_be_the_picture(bare, tmp_path):
    shot = bare.make(range(1001, 1004))
    for number in range(1001, 1004):
        raw = shot.original(number)
        channels = {f"beauty.{name}": raw.channels[name] for name in "RGB"} | {"R": raw.channels["R"] * 0}
        write_exr(
            tmp_path / "plate" / f"plate.{number}.exr",
            display=raw.header.display,
            origin=(0, 0),
            data=raw.header.data,
            aspect=1.0,
            channels=channels,
            attributes={"colorInteropID": "lin_rec709_scene"},
        )
    assert shot.run("--plate-layer", "beauty") == 0
    result = shot.result(1002).channels
    outside = result["matte.A"] == 0
    assert np.array_equal(bits(result["G"])[outside], bits(shot.original(1002).channels["beauty.G"])[outside])
