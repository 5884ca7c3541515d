"""Colour: the right space is found, light survives the way there and back, and what need not be touched is not."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from tests.places import SHARED
from vfxlib.colour.ocio import Colours, colour_attributes, open_colours
from vfxlib.errors import ColourError
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, FileColour, Header, LinearColour, Picture
from vfxlib.image.pixel_types import as_float

STUDIO = "ocio://studio-config-latest"
CONFIGS = (STUDIO, "ocio://cg-config-latest", "ocio://studio-config-v1.0.0_aces-v1.3_ocio-v2.1")
REC709 = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290)
STILLS = SHARED / "plates" / "exr"

OWN_CONFIG = """ocio_profile_version: 2
search_path: luts
strictparsing: true
roles: {aces_interchange: aces, scene_linear: studio_light, compositing_log: film_log, default: code_values}
file_rules:
  - !<Rule> {name: scans, colorspace: film_log, pattern: "*scan_*", extension: "*"}
  - !<Rule> {name: Default, colorspace: code_values}
displays:
  monitor: [!<View> {name: plain, colorspace: monitor_curve}]
active_displays: [monitor]
active_views: [plain]
colorspaces:
  - !<ColorSpace> {name: aces, encoding: scene-linear, isdata: false}
  - !<ColorSpace> {name: code_values, isdata: true}
  - !<ColorSpace>
    name: studio_light
    encoding: scene-linear
    isdata: false
    to_scene_reference: !<BuiltinTransform> {style: ACEScg_to_ACES2065-1}
  - !<ColorSpace>
    name: comp_linear
    encoding: scene-linear
    isdata: false
    to_scene_reference: !<MatrixTransform> {matrix: [0.439632981919491, 0.382988698151554, 0.177378319928955, 0,
      0.0897764429588424, 0.813439428748981, 0.0967841282921771, 0, 0.0175411703831727, 0.111546553302387,
      0.87091227631444, 0, 0, 0, 0, 1]}
  - !<ColorSpace>
    name: film_log
    encoding: log
    isdata: false
    from_scene_reference: !<GroupTransform>
      children:
        - !<RangeTransform> {min_in_value: 0.0001, min_out_value: 0.0001}
        - !<LogTransform> {base: 10}
  - !<ColorSpace>
    name: monitor_curve
    encoding: sdr-video
    isdata: false
    from_scene_reference: !<GroupTransform>
      children:
        - !<ColorSpaceTransform> {src: aces, dst: comp_linear}
        - !<ExponentTransform> {value: [2.2, 2.2, 2.2, 1], direction: inverse}
"""


def header(name: str = "plate.1001.exr", kind: str = "exr", stored: str = "float16", **attributes: object) -> Header:
    window = Box(0, 0, 8, 6)
    return Header(Path(name), window, (0, 0), window, 1.0, dict.fromkeys("RGB", stored), (), attributes, kind)


def opened(where: Header, config: str | None = STUDIO, space: str | None = None, output: str | None = None) -> Colours:
    return open_colours(config=config, colorspace=space, output_colorspace=output, header=where)


def picture(pixels: Array) -> Picture[FileColour]:
    return Picture(pixels, Box(0, 0, pixels.shape[1], pixels.shape[0]))


def light(pixels: Array) -> Picture[LinearColour]:
    return Picture(pixels, Box(0, 0, pixels.shape[1], pixels.shape[0]))


def random_light(seed: int = 1) -> Array:
    generator = np.random.default_rng(seed)
    return (generator.normal(0, 1, (24, 37, 3)) * 10.0 ** generator.uniform(-5, 5, (24, 37, 3))).astype(np.float32)


@pytest.fixture
def own_config(tmp_path: Path) -> str:
    path = tmp_path / "config.ocio"
    path.write_text(OWN_CONFIG)
    return str(path)


@pytest.fixture(autouse=True)
def _no_ocio_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OCIO", raising=False)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("space", ["lin_rec709", "ACEScg", "ACES2065-1", "srgb_texture"])
def test_negative_and_very_bright_light_survives_the_working_space(config: str, space: str) -> None:
    colours = opened(header(), config, space)
    pixels = np.clip(random_light(), -1e3, 1e5).astype(np.float32)
    pixels[0, 0] = (-1e-4, 0, 1e5)
    back = colours.from_working(colours.to_working(light(pixels))).pixels
    assert np.abs(back - pixels).max() <= 1e5 * 4e-6
    assert np.all(np.abs(back - pixels) <= 4e-6 * np.maximum(np.abs(pixels), 0.1))


def test_file_to_linear_and_back_is_the_same_picture() -> None:
    for space in ("lin_rec709", "ACES2065-1", "ARRI LogC4", "srgb_texture"):
        colours = opened(header(), STUDIO, space)
        pixels = np.random.default_rng(2).uniform(0.0, 1, (10, 11, 3)).astype(np.float32)
        back = colours.from_linear(colours.to_linear(picture(pixels))).pixels
        np.testing.assert_allclose(back, pixels, atol=2e-5, err_msg=space)


def test_nothing_is_touched_where_file_and_linear_are_one() -> None:
    colours = opened(header(), STUDIO, "scene_linear")
    pixels = random_light()
    assert colours.to_linear(picture(pixels)).pixels is pixels
    assert colours.from_linear(light(pixels)).pixels is pixels
    assert colours.to_output(light(pixels)).pixels is pixels


def test_turning_colour_leaves_the_source_alone() -> None:
    colours = opened(header(), STUDIO, "lin_rec709")
    pixels = random_light()
    before = pixels.copy()
    colours.to_working(colours.to_linear(picture(pixels)))
    colours.display(light(pixels))
    assert np.array_equal(pixels, before)


def test_what_is_unknown_stays_unknown_and_spreads_to_no_other_pixel() -> None:
    colours = opened(header(), STUDIO, "lin_rec709")
    pixels = np.full((3, 5, 3), 0.18, np.float32)
    pixels[0, 1, 0] = np.nan
    pixels[2, 4, 1] = np.inf
    working = colours.to_working(colours.to_linear(picture(pixels))).pixels
    assert np.isnan(working[0, 1]).all()
    rest = np.ones((3, 5), bool)
    rest[0, 1] = rest[2, 4] = False
    assert np.isfinite(working[rest]).all()
    assert colours.display(colours.to_linear(picture(pixels))).dtype == np.uint8


@pytest.mark.parametrize("space", ["lin_rec709", "srgb_texture", "ARRI LogC4", "Rec.1886 Rec.709 - Display"])
def test_a_pixel_turns_into_the_same_bits_alone_in_a_tile_and_in_a_thread(space: str) -> None:
    colours = opened(header(), STUDIO, space)
    pixels = random_light()

    def there(part: Array) -> Array:
        return colours.to_working(colours.to_linear(picture(part))).pixels

    whole = there(pixels)
    tiles = np.concatenate([there(pixels[:, x : x + 5]) for x in range(0, 37, 5)], axis=1)
    assert np.array_equal(tiles.view(np.uint32), whole.view(np.uint32))
    with ThreadPoolExecutor(4) as pool:
        for result in pool.map(there, [pixels] * 12):
            assert np.array_equal(result.view(np.uint32), whole.view(np.uint32))


def test_an_empty_window_is_no_error() -> None:
    colours = opened(header(), STUDIO, "lin_rec709")
    assert colours.to_linear(picture(np.zeros((0, 8, 3), np.float32))).pixels.shape == (0, 8, 3)


def test_the_name_given_wins_over_the_header_and_the_header_over_the_file_rules() -> None:
    labelled = header(colorInteropID="lin_rec709_scene")
    assert opened(labelled).file == "Linear Rec.709 (sRGB)"
    assert opened(labelled, space="lin_ap0").file == "ACES2065-1"
    assert opened(header()).reason == "file rule EXR of the OCIO config"


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize(
    ("attributes", "space"),
    [
        ({"colorInteropID": "lin_rec709_scene"}, "lin_rec709"),
        ({"colorInteropID": "lin_ap1_scene"}, "ACEScg"),
        ({"colorInteropID": "srgb_rec709_scene"}, "srgb_texture"),
        ({"colorInteropID": "unknown", "chromaticities": REC709}, "lin_rec709"),
        ({"chromaticities": tuple(np.float32(REC709))}, "lin_rec709"),
        ({"chromaticities": (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767)}, "ACEScg"),
        ({"chromaticities": (0.7347, 0.2653, 0, 1, 0.0001, -0.077, 0.32168, 0.33767)}, "ACES2065-1"),
        ({"chromaticities": (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329)}, "lin_p3d65"),
    ],
)
def test_labels_of_a_header_are_understood_in_every_config(
    config: str, attributes: dict[str, object], space: str
) -> None:
    assert opened(header(**attributes), config).file == opened(header(), config, space).file


def test_unknown_primaries_ask_for_the_colour_space() -> None:
    with pytest.raises(ColourError, match="chromaticities") as error:
        opened(header(chromaticities=(0.7, 0.2, 0.2, 0.7, 0.1, 0.1, 0.33, 0.33)))
    assert "--colorspace" in error.value.fix


def test_an_unknown_label_asks_for_the_colour_space() -> None:
    with pytest.raises(ColourError, match="lin_mars_scene") as error:
        opened(header(colorInteropID="lin_mars_scene"))
    assert "--colorspace" in error.value.fix


def test_a_file_of_data_is_no_plate() -> None:
    with pytest.raises(ColourError, match="holds data"):
        opened(header(colorInteropID="data"))
    with pytest.raises(ColourError, match="is for data"):
        opened(header(), space="Raw")


@pytest.mark.parametrize(
    ("where", "space"),
    [
        (header("a.png", "png", "uint8"), "srgb_texture"),
        (header("a.jpg", "jpeg", "uint8"), "srgb_texture"),
        (header("a.tif", "tiff", "uint16"), "srgb_texture"),
        (header("a.tif", "tiff", "float32"), "scene_linear"),
        (header("a.dpx", "dpx", "uint16"), "ADX10"),
        (header("a.mov", "movie", "uint8"), "Rec.1886 Rec.709 - Display"),
        (header("a.mkv", "movie", "uint8"), "Rec.1886 Rec.709 - Display"),
    ],
)
def test_a_file_without_a_label_is_taken_for_what_its_kind_usually_is(where: Header, space: str) -> None:
    assert opened(where).file == opened(header(), space=space).file


def test_a_config_without_a_space_for_film_scans_asks() -> None:
    with pytest.raises(ColourError, match="film scan"):
        opened(header("a.dpx", "dpx", "uint16"), "ocio://cg-config-latest")


def test_the_config_is_the_option_else_the_environment_else_the_studio_config(
    monkeypatch: pytest.MonkeyPatch, own_config: str
) -> None:
    assert opened(header(), None).config == STUDIO
    monkeypatch.setenv("OCIO", own_config)
    assert opened(header(), None, "comp_linear").config == own_config
    assert opened(header(), STUDIO).config == STUDIO


def test_a_config_that_does_not_exist_is_named_with_the_option_it_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ColourError, match="--ocio") as error:
        opened(header(), "/nowhere/config.ocio")
    assert error.value.where == "/nowhere/config.ocio"
    monkeypatch.setenv("OCIO", "/nowhere/else.ocio")
    with pytest.raises(ColourError, match=r"\$OCIO"):
        opened(header(), None)


def test_a_file_that_is_no_config_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.ocio").write_text("colorspaces: [\n")
    with pytest.raises(ColourError, match="cannot be used"):
        opened(header(), str(tmp_path / "config.ocio"))


def test_a_config_and_its_tables_are_found_whatever_their_folder_is_called(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xff")
    (folder / "luts").mkdir(parents=True)
    words = OWN_CONFIG.replace("!<LogTransform> {base: 10}", "!<FileTransform> {src: film.spi1d}")
    (folder / "config.ocio").write_text(words)
    (folder / "luts/film.spi1d").write_text(
        "Version 1\nFrom 0.0 1.0\nLength 2\nComponents 1\n{\n0.0\n0.5\n}\n", encoding="ascii"
    )
    assert opened(header(str(folder / "scan_1.exr")), str(folder / "config.ocio")).file == "film_log"
    with pytest.raises(ColourError, match="No such file"):
        opened(header(), str(folder / "other.ocio"))
    (folder / "lacks.ocio").write_text(words.replace("film.spi1d", "lost.spi1d"))
    with pytest.raises(ColourError, match=r"lost\.spi1d|ExceptionMissingFile"):
        opened(header("scan_1.exr"), str(folder / "lacks.ocio"))
    (folder / "broken.ocio").write_text("colorspaces: [\n")
    with pytest.raises(ColourError, match="cannot be used"):
        opened(header(), str(folder / "broken.ocio"))


@pytest.mark.parametrize("name", ["config.ocio\0", "a\ud800.ocio"])
def test_a_config_that_no_file_can_be_is_refused(name: str) -> None:
    with pytest.raises(ColourError, match="cannot be used"):
        opened(header(), name)


@pytest.mark.parametrize("old", ["film_log", "scans", "plain"])
def test_a_config_that_is_no_utf8_is_refused(tmp_path: Path, old: str) -> None:
    (tmp_path / "config.ocio").write_bytes(OWN_CONFIG.replace(old, "caf\xe9").encode("latin-1"))
    with pytest.raises(ColourError, match="no UTF-8: caf"):
        opened(header(), str(tmp_path / "config.ocio"))


@pytest.mark.parametrize("name", ["ACEScg\0", "\ud800", os.fsdecode(b"caf\xff")])
def test_what_no_space_can_be_called_is_an_unknown_space(name: str) -> None:
    with pytest.raises(ColourError, match="no colour space"):
        opened(header(), STUDIO, name)


def test_an_unknown_space_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(ColourError, match="acescgg") as error:
        opened(header(), space="acescgg")
    assert "ACEScg" in error.value.fix
    assert "ociocheck" in error.value.fix


def test_a_studio_config_is_used_under_its_own_names(own_config: str) -> None:
    colours = opened(header(chromaticities=REC709), own_config)
    assert (colours.file, colours.linear) == ("comp_linear", "studio_light")
    assert colours.working == "ACEScct curve on studio_light"  # its log role clips what is negative
    pixels = random_light()
    back = colours.from_working(colours.to_working(light(pixels))).pixels
    assert np.all(np.abs(back - pixels) <= 1e-5 * np.maximum(np.abs(pixels), 0.1))
    expected = opened(header(), STUDIO, "ACEScg").to_working(light(pixels)).pixels
    np.testing.assert_allclose(colours.to_working(light(pixels)).pixels, expected, rtol=1e-6)
    assert colours.view == ("monitor", "plain")
    grey = colours.display(colours.to_linear(picture(np.full((1, 1, 3), 0.5, np.float32))))
    assert np.all(np.abs(grey.astype(int) - round(255 * 0.5 ** (1 / 2.2))) <= 1)


def test_file_rules_of_a_studio_count_but_its_default_rule_does_not(own_config: str) -> None:
    assert opened(header("scan_0001.dpx", "dpx", "uint16"), own_config).file == "film_log"
    assert opened(header("a.exr"), own_config).file == "studio_light"  # its default rule is for data


def test_a_missing_lut_is_an_error_that_names_it(tmp_path: Path) -> None:
    broken = OWN_CONFIG.replace("!<LogTransform> {base: 10}", "!<FileTransform> {src: lost.cube}")
    (tmp_path / "config.ocio").write_text(broken)
    with pytest.raises(ColourError, match=r"lost\.cube"):
        opened(header(), str(tmp_path / "config.ocio"), "film_log")


def test_an_exr_plate_keeps_its_encoding_and_others_become_light() -> None:
    assert opened(header(), space="lin_rec709").output == "Linear Rec.709 (sRGB)"
    assert opened(header("a.png", "png", "uint8")).output == "ACEScg"
    assert opened(header("a.png", "png", "uint8"), output="lin_rec709").output == "Linear Rec.709 (sRGB)"
    with pytest.raises(ColourError, match="keeps its encoding"):
        opened(header(), space="lin_rec709", output="ACEScg")
    assert opened(header(), space="lin_rec709", output="lin_rec709").output == "Linear Rec.709 (sRGB)"


def test_an_8_bit_picture_written_as_linear_rec709_is_its_srgb_curve_undone() -> None:
    colours = opened(header("a.png", "png", "uint8"), output="lin_rec709")
    codes = np.arange(256, dtype=np.uint8).reshape(16, 16)[..., None].repeat(3, axis=2)
    value = as_float(codes)
    expected = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    written = colours.to_output(colours.to_linear(picture(value))).pixels
    np.testing.assert_allclose(written, expected, atol=2e-6)
    np.testing.assert_allclose(colours.to_rec709(colours.to_linear(picture(value))), expected, atol=2e-6)


def test_attributes_say_what_was_written() -> None:
    written = colour_attributes(opened(header(), space="lin_rec709"))
    assert written == {"colorInteropID": "lin_rec709_scene", "chromaticities": REC709}
    assert opened(header(**written)).file == "Linear Rec.709 (sRGB)"
    assert colour_attributes(opened(header(), space="srgb_texture")) == {"colorInteropID": "srgb_rec709_scene"}


def test_a_space_that_has_no_public_name_is_written_without_a_label(own_config: str) -> None:
    assert colour_attributes(opened(header(), own_config, "film_log")) == {}
    assert colour_attributes(opened(header(), own_config, "comp_linear"))["colorInteropID"] == "lin_rec709_scene"


def test_a_pipe_is_no_config_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.ocio")
    with pytest.raises(ColourError, match="no regular file"):
        opened(header(), str(tmp_path / "config.ocio"))


def test_display_is_brighter_with_exposure_and_inside_the_view() -> None:
    colours = opened(header(), space="lin_rec709")
    grey = colours.to_linear(picture(np.full((2, 2, 3), 0.18, np.float32)))
    shown = colours.display(grey)
    assert shown.dtype == np.uint8
    assert shown.shape == (2, 2, 3)
    assert colours.display(grey, 1.0).min() > shown.max() > colours.display(grey, -1.0).max()


def test_identity_is_that_of_the_numbers_and_not_of_names_places_and_dates(tmp_path: Path) -> None:
    def identity(folder: str, space: str, words: str = OWN_CONFIG, red: float = 0.9) -> str:
        (tmp_path / folder / "luts").mkdir(parents=True)
        corners = [f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, red)]
        (tmp_path / folder / "luts" / "scan.cube").write_text("LUT_3D_SIZE 2\n" + "\n".join(corners) + "\n")
        path = tmp_path / folder / "config.ocio"
        path.write_text(words)
        return opened(header(), str(path), space).identity

    first = identity("a", "comp_linear")
    assert first == identity("b", "comp_linear")
    assert first == identity("c", "grading", OWN_CONFIG.replace("comp_linear", "grading"))
    assert first != identity("d", "studio_light")
    table = OWN_CONFIG.replace("!<LogTransform> {base: 10}", "!<FileTransform> {src: scan.cube}")
    assert identity("e", "film_log", table) == identity("f", "film_log", table)
    assert identity("g", "film_log", table, red=0.8) != identity("h", "film_log", table)


def read_still(path: Path) -> tuple[Array, Header]:
    if not path.exists():
        pytest.skip(f"needs {path}")
    file = OpenEXR.File(str(path))
    attributes = {k: v for k, v in file.header().items() if k in ("chromaticities", "colorInteropID")}
    channels = file.channels()
    pixels = next(channels[name].pixels[..., :3] for name in ("RGB", "RGBA") if name in channels)
    return pixels.astype(np.float32), header(str(path), **attributes)


def test_the_same_photograph_in_rec709_and_xyz_agrees() -> None:
    rec709, _ = read_still(STILLS / "Chromaticities" / "Rec709.exr")
    xyz, labelled = read_still(STILLS / "Chromaticities" / "XYZ.exr")
    colours = opened(labelled)
    assert colours.file == "CIE XYZ-D65 - Scene-referred"
    seen = colours.to_rec709(colours.to_linear(picture(xyz)))
    assert np.abs(seen - rec709).max() < 0.006  # both are half floats, up to 5
    assert np.abs(seen - rec709).mean() < 2e-4


def test_carrots_in_ap0_are_taken_for_ap0() -> None:
    pixels, labelled = read_still(STILLS / "ScanLines" / "Carrots.exr")
    colours = opened(labelled)
    assert colours.file == "ACES2065-1"
    red, green, blue = colours.to_rec709(colours.to_linear(picture(pixels))).reshape(-1, 3).mean(axis=0)
    assert red > green > blue  # orange, more so than in the wide primaries
    assert red / blue > pixels[..., 0].mean() / pixels[..., 2].mean()


@pytest.mark.parametrize(
    ("space", "light"), [("ACES2065-1", True), ("Linear Rec.709 (sRGB)", True), ("ACEScg", True), ("ACEScct", False)]
)
def test_files_whose_numbers_are_light_are_told_from_those_that_hold_a_curve(space: str, light: bool) -> None:
    colours = opened(header(), space=space)
    assert colours.file_is_light == light
    pixels = np.abs(random_light()).clip(0, 1)
    mean = picture(pixels.reshape(-1, 3).mean(axis=0, dtype=np.float64)[None, None].astype(np.float32))
    turned = colours.to_linear(picture(pixels)).pixels.reshape(-1, 3).mean(axis=0, dtype=np.float64)
    assert np.allclose(colours.to_linear(mean).pixels[0, 0], turned, rtol=1e-4) == light


def test_another_view_shows_other_pixels_and_changes_nothing_else() -> None:
    colours = opened(header(), space="ACEScg")
    grey = light(np.full((2, 2, 3), 2.0, np.float32))
    flat = colours.with_view(view="un-tone-mapped")
    assert flat.view == (colours.view[0], "Un-tone-mapped")
    assert flat.display(grey).min() == 255 > colours.display(grey).max()
    assert flat.identity == colours.identity
    assert colours.with_view() is colours
    assert np.array_equal(colours.with_view(*colours.view).display(grey), colours.display(grey))
    assert colours.view_interop == "srgb_rec709_display"
    assert colours.with_view("Rec.2100-PQ - Display").view_interop == "pq_rec2020_display"
