"""A given fill keeps what it says of itself, and promises nothing that it does not say."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vfxlib.colour.ocio import open_colours
from vfxlib.errors import ColourError, PictureError, SequenceError
from vfxlib.image.box import Box
from vfxlib.image.picture import Header
from vfxlib.inputs.prior_fill import check_fill, open_fill
from vfxlib.io.exr import read_header, write_exr
from vfxlib.io.footage import file_digest

DISPLAY = Box(0, 0, 12, 8)
REC709 = "lin_rec709_scene"
PLATE = Header(Path("plate.1.exr"), DISPLAY, (0, 0), DISPLAY, 1.0, {}, (), {"colorInteropID": REC709}, "exr")


def write(path, channels, *, display=DISPLAY, data=None, label=REC709):
    write_exr(
        path,
        display=display,
        origin=(0, 0),
        data=data or display,
        aspect=1.0,
        channels=channels,
        attributes={"colorInteropID": label} if label else {},
    )


def flat(value, kind=np.float32):
    return np.full((8, 12), value, kind)


def colour(value, layer=""):
    return {f"{layer}{name}": flat(value + place) for place, name in enumerate("RGB")}


def test_whole_numbers_of_32_bits_say_frames_and_methods_as_they_are(tmp_path, colours):
    numbers = {"provenance.frame": flat(3, np.uint32), "provenance.method": flat(2, np.uint32)}
    write(tmp_path / "fill.1.exr", colour(0.5) | numbers)
    read = open_fill(str(tmp_path / "fill.1.exr"), colours, PLATE, [1]).read(1, DISPLAY, DISPLAY)
    assert (read.frame == 3).all()
    assert (read.method == 2).all()


@pytest.fixture
def colours(tmp_path):
    """Those of an EXR plate in linear Rec.709, which is not the config's scene_linear."""
    write(tmp_path / "plate.1.exr", colour(0.5))
    return open_colours(
        config=None, colorspace=None, output_colorspace=None, header=read_header(tmp_path / "plate.1.exr")
    )


def read(tmp_path, colours, window=DISPLAY):
    return open_fill(str(tmp_path / "fill.#.exr"), colours, PLATE, [1]).read(1, DISPLAY, window)


def test_our_own_layers_are_read_as_they_were_written(tmp_path, colours):
    inside = flat(0.0)
    inside[2:5, 3:9] = 1
    channels = {
        **colour(7.0),
        **{name: pixels * inside for name, pixels in colour(0.25, "fill.").items()},
        "matte.A": inside.astype(np.float16),
        "confidence.A": np.where(inside > 0, 0.75, 1).astype(np.float16),
        "provenance.frame": inside * -3,
        "provenance.method": inside * 2,
    }
    write(tmp_path / "fill.1.exr", channels)
    fill = read(tmp_path, colours)
    hole = inside > 0
    assert np.array_equal(fill.known, hole)
    assert (fill.confidence[hole] == 0.75).all()
    assert (fill.frame[hole] == -3).all()
    assert (fill.method[hole] == 2).all()
    assert not fill.unseen.any()
    back = colours.from_linear(fill.colour).pixels
    assert np.allclose(back[hole], [0.25, 1.25, 2.25], atol=1e-5)


def test_beyond_its_own_matte_a_fill_promises_nothing_although_its_confidence_is_one_there(tmp_path, colours):
    inside = flat(0.0)
    inside[2:5, 3:9] = 1
    channels = {name: pixels * inside for name, pixels in colour(0.25, "fill.").items()}
    sure = {"confidence.A": flat(1.0, np.float16)}
    for more in ({"matte.A": inside.astype(np.float16)}, {}):
        write(tmp_path / "fill.1.exr", {**channels, **sure, **more})
        fill = read(tmp_path, colours)
        assert np.array_equal(fill.known, inside > 0)
        assert np.array_equal(fill.confidence, inside)
        assert (fill.method == 3).all()


@pytest.mark.parametrize("said", [True, False])
def test_what_no_frame_saw_is_told_from_what_nobody_speaks_of(tmp_path, colours, said):
    method = {"provenance.method": flat(3.0)} if said else {}
    write(tmp_path / "fill.1.exr", {**colour(0.25), **method})
    fill = read(tmp_path, colours)
    assert (fill.method == 3).all()
    assert (fill.unseen == said).all()


def test_a_picture_without_layers_is_a_fill_at_confidence_0(tmp_path, colours):
    write(tmp_path / "fill.1.exr", {**colour(0.25), "A": flat(1.0)})
    fill = read(tmp_path, colours)
    assert fill.known.all()
    assert (fill.confidence == 0).all()
    assert (fill.method == 3).all()
    assert (fill.frame == 0).all()


def test_what_is_not_finite_and_what_lies_outside_its_window_is_unknown(tmp_path, colours):
    channels = colour(0.25)
    channels["G"][1, 1] = np.nan
    channels["B"][1, 2] = np.inf
    data = Box(2, 0, 12, 8)
    channels = {name: pixels[:, 2:] for name, pixels in channels.items()} | {"confidence.A": flat(0.9)[:, 2:]}
    channels["G"][4, 4] = np.nan
    channels["confidence.A"][5, 5] = np.nan
    write(tmp_path / "fill.1.exr", channels, data=data)
    window = Box(-1, -1, 13, 8)
    fill = read(tmp_path, colours, window)
    wanted = np.zeros((9, 14), bool)
    wanted[1:, 3:13] = True
    wanted[2, 3] = wanted[5, 7] = False
    assert np.array_equal(fill.known, wanted)
    assert np.isfinite(fill.colour.pixels).all()
    assert np.isfinite(fill.confidence).all()
    assert (fill.confidence[~wanted] == 0).all()
    assert fill.confidence[6, 8] == 0
    assert fill.colour.window == window


def test_eight_bits_are_what_such_files_hold_and_not_light(tmp_path, colours):
    Image.fromarray(np.full((8, 12, 3), 188, np.uint8)).save(tmp_path / "fill.1.png")
    fill = open_fill(str(tmp_path / "fill.#.png"), colours, PLATE, [1]).read(1, DISPLAY, DISPLAY)
    back = colours.from_linear(fill.colour).pixels
    assert back == pytest.approx(((188 / 255 + 0.055) / 1.055) ** 2.4, rel=1e-3)


def test_a_file_of_the_plate_s_kind_is_in_the_plate_s_encoding(tmp_path):
    Image.fromarray(np.full((8, 12, 3), 100, np.uint8)).save(tmp_path / "fill.1.png")
    from vfxlib.io.images import read_image_header

    header = read_image_header(tmp_path / "fill.1.png")
    colours = open_colours(config=None, colorspace="ACEScct", output_colorspace=None, header=header)
    fill = open_fill(str(tmp_path / "fill.#.png"), colours, header, [1]).read(1, DISPLAY, DISPLAY)
    assert colours.from_linear(fill.colour).pixels == pytest.approx(100 / 255, abs=1e-4)


@pytest.mark.parametrize(
    ("label", "value"), [("", 0.5), (REC709, 0.5), ("srgb_rec709_scene", ((0.5 + 0.055) / 1.055) ** 2.4)]
)
def test_an_exr_that_says_what_it_holds_is_taken_at_its_word(tmp_path, colours, label, value):
    write(tmp_path / "fill.1.exr", dict.fromkeys("RGB", flat(0.5)), label=label)
    back = colours.from_linear(read(tmp_path, colours).colour).pixels
    assert back == pytest.approx(value, rel=1e-3)


def test_an_exr_with_the_plate_s_own_label_is_what_the_plate_is_told_to_be(tmp_path):
    write(tmp_path / "fill.1.exr", dict.fromkeys("RGB", flat(0.5)))
    told = open_colours(config=None, colorspace="ACEScg", output_colorspace=None, header=PLATE)
    assert open_fill(str(tmp_path / "fill.1.exr"), told, PLATE, [1]).identity == f"output {told.identity}"
    other = replace(PLATE, attributes={"colorInteropID": "lin_ap0_scene"})
    assert open_fill(str(tmp_path / "fill.1.exr"), told, other, [1]).identity.startswith("own")


@pytest.mark.parametrize("label", ["data", "nonsense"])
def test_a_label_that_is_no_colour_is_refused(tmp_path, colours, label):
    write(tmp_path / "fill.1.exr", colour(0.5), label=label)
    with pytest.raises(ColourError) as refused:
        open_fill(str(tmp_path / "fill.1.exr"), colours, PLATE, [1])
    assert refused.value.where.endswith("fill.1.exr")
    assert refused.value.fix == "write the fill in the plate's colour space"


def test_frames_that_are_missing_are_named(tmp_path, colours):
    write(tmp_path / "fill.1.exr", colour(0.25))
    with pytest.raises(SequenceError, match="missing on frames 2-3"):
        open_fill(str(tmp_path / "fill.#.exr"), colours, PLATE, [1, 2, 3])


def test_another_size_is_named_with_both(tmp_path, colours):
    write(tmp_path / "fill.1.exr", colour(0.25))
    fill = open_fill(str(tmp_path / "fill.#.exr"), colours, PLATE, [1])
    with pytest.raises(SequenceError, match="frame 1 the fill is 12x8, the plate 24x16"):
        check_fill(fill, [1], Box(0, 0, 24, 16))


def test_a_file_without_colour_is_refused(tmp_path, colours):
    write(tmp_path / "fill.1.exr", {"matte.A": flat(1.0), "confidence.A": flat(1.0)})
    with pytest.raises(PictureError, match="red, green and blue"):
        open_fill(str(tmp_path / "fill.#.exr"), colours, PLATE, [1])


def test_the_digest_follows_the_content(tmp_path, colours):
    write(tmp_path / "fill.1.exr", colour(0.25))
    fill = open_fill(str(tmp_path / "fill.#.exr"), colours, PLATE, [1])
    before = fill.digest(1, file_digest)
    write(tmp_path / "fill.1.exr", colour(0.5))
    assert fill.digest(1, file_digest) != before


def small(value, size):
    return {name: np.full(size[::-1], value, np.float32) for name in "RGB"}


def test_a_fill_may_be_smaller_than_the_plate_where_that_is_wanted(tmp_path, colours):
    low = Box(0, 0, 6, 4)
    write(tmp_path / "fill.1.exr", small(0.5, low.size), display=low)
    fill = open_fill(str(tmp_path / "fill.1.exr"), colours, PLATE, [1])
    frame, display = fill.read_low(1, DISPLAY)
    assert display == frame.colour.window == low
    assert frame.known.all()
    check_fill(fill, [1], DISPLAY, any_size=True)


@pytest.mark.parametrize(
    ("size", "words"), [((24, 16), "24x16"), ((6, 2), "another shape"), ((3, 4), "another shape")], ids=str
)
def test_a_fill_that_is_larger_or_of_another_shape_is_refused(tmp_path, colours, size, words):
    write(tmp_path / "fill.1.exr", small(0.5, size), display=Box(0, 0, *size))
    fill = open_fill(str(tmp_path / "fill.1.exr"), colours, PLATE, [1])
    with pytest.raises(SequenceError, match=words):
        check_fill(fill, [1], DISPLAY, any_size=True)


def test_a_smaller_fill_has_one_size(tmp_path, colours):
    for number, size in ((1, (6, 4)), (2, (3, 2))):
        write(tmp_path / f"fill.{number}.exr", small(0.5, size), display=Box(0, 0, *size))
    with pytest.raises(SequenceError, match="on frame 2 the fill is 3x2, on frame 1 6x4"):
        check_fill(open_fill(f"{tmp_path}/fill.#.exr", colours, PLATE, [1, 2]), [1, 2], DISPLAY, any_size=True)


def test_motion_of_a_smaller_fill_is_told_in_the_plate_s_pixels(tmp_path, colours):
    low = Box(0, 0, 6, 4)
    moved = {f"{way}.{part}": np.full((4, 6), 1.5, np.float32) for way in ("forward", "backward") for part in "uv"}
    write(tmp_path / "fill.1.exr", small(0.5, low.size) | moved, display=low)
    write(tmp_path / "fill.2.exr", colour(0.5) | {name: flat(1.5) for name in moved})
    write(tmp_path / "fill.3.exr", colour(0.5))
    fill = open_fill(f"{tmp_path}/fill.#.exr", colours, PLATE, [1, 2, 3])
    for number, value in ((1, 3.0), (2, 1.5)):
        read = fill.read_motion(number, DISPLAY, DISPLAY)
        assert set(read) == set(moved)
        assert all((channel == value).all() for channel in read.values())
    assert fill.read_motion(3, DISPLAY, DISPLAY) == {}
