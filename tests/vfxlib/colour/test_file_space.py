"""File spaces: what is said of a file wins in a fixed order, and nothing is guessed where a guess would be wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from vfxlib.colour.file_space import colour_label, first_space, linear_space, named_space, space_of
from vfxlib.errors import ColourError
from vfxlib.image.box import Box
from vfxlib.image.picture import Header


@dataclass(frozen=True)
class Config:
    """A config of few names."""

    spaces: dict[str, str]
    rule: tuple[str, str] | None = None
    where: str = "small.ocio"
    names: Sequence[str] = field(default_factory=tuple)

    def find(self, name: str) -> str | None:
        return self.spaces.get(name)

    def with_interop(self, interop: str) -> str | None:
        return self.spaces.get(interop)

    def ruled(self, path: Path) -> tuple[str, str] | None:
        return self.rule

    def is_data(self, space: str) -> bool:
        return space == "raw"


def header(kind: str = "exr", stored: str = "float16", **attributes: object) -> Header:
    window = Box(0, 0, 2, 2)
    return Header(Path("a.1.exr"), window, (0, 0), window, 1.0, dict.fromkeys("RGB", stored), (), attributes, kind)


REC709 = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290)
FULL = Config({"scene_linear": "light", "lin_rec709_scene": "comp", "mine": "mine", "raw": "raw"}, ("mine", "plates"))


def test_label_then_primaries_then_rule_then_custom() -> None:
    assert space_of(FULL, header(colorInteropID="mine", chromaticities=REC709))[0] == "mine"
    assert space_of(FULL, header(chromaticities=REC709))[0] == "comp"
    assert space_of(FULL, header()) == ("mine", "file rule plates of the OCIO config")
    assert space_of(Config(FULL.spaces), header())[0] == "light"


def test_a_rule_that_takes_a_plate_for_data_is_an_error() -> None:
    with pytest.raises(ColourError, match="is for data"):
        space_of(Config(FULL.spaces, ("raw", "everything")), header())


@pytest.mark.parametrize("kind", ["dpx", "cineon", "png", "movie"])
def test_what_is_not_known_is_asked(kind: str) -> None:
    with pytest.raises(ColourError, match="does not say") as error:
        space_of(Config({"scene_linear": "light"}), header(kind, "uint16"))
    assert "--colorspace" in error.value.fix


def test_names_that_are_near_are_offered() -> None:
    config = Config({}, names=("ACEScg", "ACEScct", "lin_rec709"))
    with pytest.raises(ColourError) as error:
        named_space(config, "acesc", "--colorspace")
    assert error.value.fix.startswith("one of: ACEScg, ACEScct;")
    with pytest.raises(ColourError) as error:
        named_space(config, "zzz", "--colorspace")
    assert "one of" not in error.value.fix


def test_a_config_without_light_is_refused() -> None:
    assert first_space(FULL, ("nothing", "mine")) == "mine"
    with pytest.raises(ColourError, match="scene_linear"):
        linear_space(Config({"mine": "mine"}))


def test_a_label_is_what_the_header_says_and_nothing_else():
    assert colour_label(header()) == colour_label(header(colorInteropID="unknown")) == ""
    assert colour_label(header(colorInteropID="lin_ap1_scene ")) == "lin_ap1_scene"
    rec709 = (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329)
    assert colour_label(header(chromaticities=rec709)).startswith("chromaticities 0.64, 0.33")
