"""The display and view that pictures are seen through: the config's default, or what is asked for by name."""

from dataclasses import dataclass, field

import pytest

from vfxlib.colour.views import named_view
from vfxlib.errors import ColourError


@dataclass
class Some:
    known: dict[str, list[str]] = field(
        default_factory=lambda: {"sRGB": ["Film", "Raw"], "P3": ["Film (P3)", "Raw"], "PQ": ["HDR 1000", "HDR 4000"]}
    )
    where: str = "config.ocio"

    @property
    def displays(self) -> list[str]:
        return list(self.known)

    def views(self, display: str) -> list[str]:
        return self.known[display]


def test_what_is_left_out_is_the_default_of_the_rest() -> None:
    assert named_view(Some(), "PQ", "") == ("PQ", "HDR 1000")
    assert named_view(Some(), "", "Raw") == ("sRGB", "Raw")
    assert named_view(Some(), "p3", "RAW") == ("P3", "Raw")


def test_names_that_differ_in_case_alone_are_told_apart_where_both_are_there() -> None:
    assert named_view(Some({"a": ["film", "Film", "FILM"]}), "", "Film") == ("a", "Film")


@pytest.mark.parametrize(
    ("display", "view", "says", "fix"),
    [
        ("sRBG", "", "there is no display called 'sRBG'", "one of, the nearest first: sRGB, P3, PQ"),
        ("", "Flim", "there is no view of the display 'sRGB' called 'Flim'", "the nearest first: Film, Raw"),
        ("PQ", "4000", "of the display 'PQ' called '4000'", "the nearest first: HDR 4000, HDR 1000"),
        ("", "HDR 1000", "called 'HDR 1000'", "'PQ' has it: give --display as well"),
        ("\x00\udc80", "", "there is no display", "sRGB"),
    ],
)
def test_a_wrong_name_lists_the_nearest_first(display: str, view: str, says: str, fix: str) -> None:
    with pytest.raises(ColourError) as caught:
        named_view(Some(), display, view)
    assert says in str(caught.value)
    assert fix in caught.value.fix
    assert caught.value.where.endswith("(config.ocio)")


def test_of_very_many_names_a_dozen_is_listed() -> None:
    with pytest.raises(ColourError, match="and 88 more"):
        named_view(Some({"a": [f"view {number}" for number in range(100)]}), "", "x")


def test_a_config_without_views_says_so() -> None:
    for known in ({}, {"a": []}):
        with pytest.raises(ColourError, match="no display and view"):
            named_view(Some(known), "", "Film")
