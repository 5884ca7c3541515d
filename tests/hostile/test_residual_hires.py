"""ResidualHiRes with a fill that does not fit, shows nothing or is in other colours: right, or an error that helps."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from tests.exr import write
from tests.hostile.place import FRAMES, HEIGHT, WIDTH, Case, Place, cases, try_case
from vfxlib.io.exr import read_channels

LOW = (32, 20)
OBJECT = 5.0  # far brighter than anything behind it
MATTE = np.s_[15:25, 24:36]  # as ``Place.matte`` makes it

Make = Callable[[Place], list[str]]


def texture(number: int) -> np.ndarray:
    """What the place's plate shows of a frame, [h w 3]."""
    wide = np.random.default_rng(5).random((HEIGHT, WIDTH + 64, 3))
    wide = (wide[:, :-2] + wide[:, 1:-1] + wide[:, 2:]) / 3
    return wide[:, number : number + WIDTH].astype(np.float32)


def reduced(pixels: np.ndarray, size: tuple[int, int] = LOW) -> np.ndarray:
    """Means over whole areas where the factor is whole, else the nearest pixels."""
    width, height = size
    if pixels.shape[0] % height or pixels.shape[1] % width:
        rows = np.arange(height) * pixels.shape[0] // height
        return pixels[rows][:, np.arange(width) * pixels.shape[1] // width]
    return pixels.reshape(height, pixels.shape[0] // height, width, -1, 3).mean(axis=(1, 3))


def put_fill(place: Place, number: int, pixels: np.ndarray, **more: object) -> None:
    channels = {name: pixels[..., i].astype(np.float16) for i, name in enumerate("RGB")}
    write(place.folder / f"fill/fill.{number:04d}.exr", channels, pixels.shape[1::-1], **more)


def with_fill(
    *more: str,
    size: tuple[int, int] = LOW,
    change: Callable[[np.ndarray], np.ndarray] = lambda pixels: pixels,
    after: Callable[[Place], object] = lambda place: None,
    fill: str = "fill/fill.####.exr",
    **label: object,
) -> Make:
    """A case's maker: a fill of the truth, changed, and the command that takes it."""

    def make(place: Place) -> list[str]:
        for number in FRAMES:
            put_fill(place, number, change(reduced(texture(number), size)), **label)
        after(place)
        return hires(place, *(("--fill", fill) if fill else ()), *more)

    return make


def hires(place: Place, *more: str) -> list[str]:
    place.node = "residual-hires"
    return place.words(*more)


def encoded(linear: np.ndarray) -> np.ndarray:
    """sRGB's curve."""
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)


def stills(place: Place) -> None:
    (place.folder / "png").mkdir()
    for number in FRAMES:
        code = np.round(encoded(reduced(texture(number))) * 255).astype(np.uint8)
        Image.fromarray(code).save(place.folder / f"png/fill.{number:04d}.png")


def mattes(pixels: Callable[[int], np.ndarray]) -> Callable[[Place], None]:
    def make(place: Place) -> None:
        for number in FRAMES:
            path = place.folder / f"matte/matte.{number:04d}.exr"
            write(path, {"A": pixels(number).astype(np.float16)}, (WIDTH, HEIGHT), colorInteropID="")

    return make


def cropped(place: Place) -> None:
    """The plate's data window ends in the middle of the hole."""
    for number in FRAMES:
        picture = texture(number)[:, 30:].astype(np.float16)
        channels = {name: picture[..., i] for i, name in enumerate("RGB")}
        write(place.folder / f"plate/plate.{number:04d}.exr", channels, (WIDTH, HEIGHT), (30, 0))


def overscan(place: Place) -> None:
    """The plate reaches beyond its picture, and so does the hole."""
    for number in FRAMES:
        picture = np.pad(texture(number), ((6, 6), (10, 10), (0, 0)), mode="reflect").astype(np.float16)
        channels = {name: picture[..., i] for i, name in enumerate("RGB")}
        write(place.folder / f"plate/plate.{number:04d}.exr", channels, (WIDTH, HEIGHT), (-10, -6))
        matte = np.zeros(picture.shape[:2], np.float16)
        matte[:16, :20] = 1
        path = place.folder / f"matte/matte.{number:04d}.exr"
        write(path, {"A": matte}, (WIDTH, HEIGHT), (-10, -6), colorInteropID="")


def squeezed(place: Place) -> None:
    for number in FRAMES:
        place.plate(number, pixelAspectRatio=2.0)


def painted(name: str, size: tuple[int, int], value: float = 0.25) -> Callable[[Place], None]:
    def make(place: Place) -> None:
        channels = dict.fromkeys("RGB", np.full(size[::-1], value, np.float16))
        write(place.folder / name, channels, size)

    return make


def without_colour(place: Place) -> None:
    for number in FRAMES:
        write(place.folder / f"fill/fill.{number:04d}.exr", {"A": np.ones(LOW[::-1], np.float16)}, LOW)


def another_size(place: Place) -> None:
    put_fill(place, 2, reduced(texture(2), (16, 10)))


def gone(name: str) -> Callable[[Place], None]:
    return lambda place: (place.folder / name).unlink()


def nothing(number: int) -> np.ndarray:
    return np.ones((HEIGHT, WIDTH)) if number == 2 else np.zeros((HEIGHT, WIDTH))


REFUSED = [
    Case("another shape", with_fill(size=(32, 24)), 2, ("fill is 32x24, the plate 64x40", "plate's shape"), ()),
    Case("larger than the plate", with_fill(size=(128, 80)), 2, ("fill is 128x80, the plate 64x40",), ()),
    Case("sizes that change", with_fill(after=another_size), 2, ("fill is 16x10, on frame 1 32x20",), ()),
    Case("a missing frame", with_fill(after=gone("fill/fill.0002.exr")), 2, ("missing on frames 2",), ()),
    Case("no such folder", with_fill(fill="no/fill.####.exr"), 2, ("'no' does not exist",), ()),
    Case("no colour", with_fill(after=without_colour), 2, ("no red, green and blue",), ()),
    Case("data", with_fill(colorInteropID="data"), 2, ("holds data", "fill in the plate's colour space"), ()),
    Case("an unknown space", with_fill(colorInteropID="nonsense"), 2, ("no space 'nonsense'", "write the fill"), ()),
    Case("a fill and fillers", with_fill("--filler", "flow-inpaint"), 2, ("a fill is given, and nodes",), ()),
    Case("no filler", with_fill("--filler", "", fill=""), 2, ("--filler: it names no node",), ()),
    Case("commas for fillers", with_fill("--filler", ",,", fill=""), 2, ("--filler: it names no node",), ()),
    Case("a matte for a fill", with_fill("--filler", "mask-propagate", fill=""), 2, ("'mask-propagate' makes no",), ()),
    Case("a recipe for a fill", with_fill("--filler", "clean-plate", fill=""), 2, ("'clean-plate' makes no",), ()),
    Case("no references", with_fill("--references", "0"), 2, ("from 1 to 200",), ()),
    Case("a tiny working size", with_fill("--working-size", "63"), 2, ("from 64 to 65536",), ()),
    Case(
        "a painted frame of the fill's size",
        with_fill("--paint", "2=paint.exr", after=painted("paint.exr", LOW)),
        2,
        ("painted frame is 32x20, the plate 64x40",),
        (),
    ),
    Case(
        "a painted frame of NaN",
        with_fill("--paint", "2=paint.exr", after=painted("paint.exr", (WIDTH, HEIGHT), np.nan)),
        2,
        ("painted frame holds NaN", "paint these pixels too"),
        (),
    ),
    Case("whole pictures", with_fill(after=mattes(lambda n: np.ones((HEIGHT, WIDTH)))), 2, ("covers the whole",), ()),
]
WORKS = [
    Case("the plate's own size", with_fill(size=(WIDTH, HEIGHT)), 0, (), FRAMES),
    Case("one pixel", with_fill(size=(1, 1)), 0, (), FRAMES),
    Case("far above white", with_fill(change=lambda pixels: pixels * 6e4), 0, (), FRAMES),
    Case("far below black", with_fill(change=lambda pixels: pixels * -500), 0, (), FRAMES),
    Case("black", with_fill(change=lambda pixels: pixels * 0), 0, (), FRAMES),
    Case("NaN", with_fill("--progress", "plain", change=lambda p: p * np.nan), 0, ("painted from around",), FRAMES),
    Case("one whole picture", with_fill(after=mattes(nothing)), 0, (), FRAMES),
    Case("a hole at the data window's edge", with_fill(after=cropped), 0, (), FRAMES),
    Case("a hole in the overscan", with_fill(after=overscan), 0, (), FRAMES),
    Case("an anamorphic plate", with_fill(after=squeezed), 0, (), FRAMES),
    Case("one frame", with_fill("--frames", "2"), 0, (), (2,)),
    Case("two frames", with_fill("--frames", "2-3"), 0, (), (2, 3)),
    Case("a gap in the numbers", with_fill("--frames", "1,3", after=gone("plate/plate.0002.exr")), 0, (), (1, 3)),
    Case("more references than there are", with_fill("--references", "200"), 0, ("has no effect",), FRAMES),
    Case("odd sizes", with_fill(size=(21, 13)), 0, (), FRAMES),
]


@cases([*REFUSED, *WORKS])
def test_what_is_hostile_to_detail(case, tmp_path, capsys):
    place = try_case(case, tmp_path, capsys)
    for number in case.result or ():
        result = read_channels(place.out(number), number).channels
        assert all(np.isfinite(result[name]).all() for name in "RGB")


def with_object(place: Place, exposure: Callable[[int], float] = lambda number: 1.0, step: int = 1) -> None:
    """What must go stands in the plate."""
    for number in FRAMES:
        picture = texture(number if step else 1) * exposure(number)
        picture[MATTE] = OBJECT
        channels = {name: picture[..., i].astype(np.float16) for i, name in enumerate("RGB")}
        write(place.folder / f"plate/plate.{number:04d}.exr", channels, (WIDTH, HEIGHT))


def light_of(place: Place, number: int) -> float:
    """Of what was replaced, mean light for each of the truth's; and nothing else was."""
    result = read_channels(place.out(number), number).channels
    plate = read_channels(place.folder / f"plate/plate.{number:04d}.exr", number).channels
    hole = result["matte.A"] > 0
    assert all(np.array_equal(result[name][~hole], plate[name][~hole]) for name in "RGB")
    picture = np.stack([result[name].astype(np.float32) for name in "RGB"], axis=-1)
    return float(picture[hole].mean() / texture(number)[hole].mean())


@pytest.mark.parametrize(
    "make",
    [
        with_fill(),
        with_fill(colorInteropID=""),
        with_fill(change=encoded, colorInteropID="srgb_rec709_scene"),
        with_fill(after=stills, fill="png/fill.####.png"),
    ],
    ids=["the plate's space", "no label", "another space", "eight bits"],
)
def test_a_fill_is_turned_into_the_plate_s_colour(make, tmp_path):
    place = Place(tmp_path).make()
    with_object(place)
    assert place.main(*make(place)) == 0
    assert light_of(place, 2) == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("change", [lambda p: p * np.nan, lambda p: np.where(np.arange(32)[:, None] < 14, p, np.nan)])
def test_what_must_go_does_not_shine_through_where_the_fill_shows_nothing(change, tmp_path):
    place = Place(tmp_path).make()
    with_object(place, step=0)
    assert place.main(*with_fill(change=change)(place)) == 0
    result = read_channels(place.out(2), 2).channels
    assert max(float(result[name][MATTE].max()) for name in "RGB") < OBJECT / 2
    assert (result["confidence.A"][MATTE] == 0).all()


def test_frames_of_another_exposure_give_no_light_of_their_own(tmp_path):
    place = Place(tmp_path).make()
    with_object(place, lambda number: 2.0 if number == 2 else 1.0)
    make = with_fill(after=lambda p: put_fill(p, 2, reduced(texture(2)) * 2))
    assert place.main(*make(place)) == 0
    for number, exposure in ((1, 1.0), (2, 2.0)):
        assert light_of(place, number) == pytest.approx(exposure, rel=0.05)


def test_a_painted_frame_is_kept_bit_for_bit(tmp_path):
    place = Place(tmp_path).make()
    make = with_fill("--paint", "2=paint.exr", after=painted("paint.exr", (WIDTH, HEIGHT)))
    assert place.main(*make(place)) == 0
    result = read_channels(place.out(2), 2).channels
    assert all((result[name][MATTE] == 0.25).all() for name in "RGB")
