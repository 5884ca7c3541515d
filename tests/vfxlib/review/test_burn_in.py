"""Words burnt into a movie can be read on any picture, of any size, whatever they are."""

import numpy as np
import pytest

from vfxlib.review.burn_in import LEAST_WIDTH, Slate, burn_in, plain_words, with_ground
from vfxlib.review.lettering import GROUND

SLATE = Slate("plate", "clean plate", "RB010 v003", "Paintout 0.1.0  ·  sRGB - Display, Film", "1003")


def plain(value: int, width: int = 800, height: int = 300) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def test_the_number_stands_below_the_picture_and_nothing_else_changes_with_it() -> None:
    picture = plain(60)
    one, two = (burn_in(picture, SLATE, number) for number in (1003, 1004))
    assert np.array_equal(one[:300], picture)
    assert one.shape[0] > 300
    rows, columns, _ = np.nonzero(one != two)
    assert rows.min() >= 300
    assert 380 < columns.min() < columns.max() < 420


@pytest.mark.parametrize("value", [0, 26, 128, 235, 255])
def test_words_are_as_readable_on_black_as_on_white(value: int) -> None:
    shown = burn_in(plain(value), SLATE, 1003)
    assert np.array_equal(shown[300:], burn_in(plain(77), SLATE, 1003)[300:])
    ground = np.array(GROUND)
    letters = shown[300:][(np.abs(shown[300:].astype(int) - ground) > 60).any(axis=2)]
    assert len(letters) > 300
    assert letters.max() > 200


@pytest.mark.parametrize("part", ["left", "right", "label", "about"])
@pytest.mark.parametrize("size", [(16, 16), (64, 36), (200, 9), (2048, 858), (4096, 16), (16, 3840), (512, 3840)])
def test_every_word_is_seen_at_every_size(size: tuple[int, int], part: str) -> None:
    whole = burn_in(plain(60, *size), SLATE, 1003)
    without = burn_in(plain(60, *size), Slate(**{**vars(SLATE), part: ""}), 1003)
    assert whole.shape != without.shape or (whole != without).any()


@pytest.mark.parametrize(
    "size", [(1, 1), (2, 1), (16, 16), (127, 3), (129, 77), (200, 9), (4096, 1), (4095, 16), (16, 3840), (512, 3840)]
)
@pytest.mark.parametrize("words", ["", "a", "W" * 5000, "many words " * 400])
def test_a_movie_stays_within_what_encoders_take(size: tuple[int, int], words: str) -> None:
    shown = burn_in(plain(60, *size), Slate(words, words, words, words, "1003"), 1003, words)
    height, width = shown.shape[:2]
    assert (height % 2, width % 2) == (0, 0)
    assert LEAST_WIDTH <= width <= 4096
    assert height <= 4096
    assert (shown[:: size[1], (width - size[0]) // 2] == 60).any()


def test_a_note_stands_beside_the_number_and_never_changes_the_size() -> None:
    for width in (16, 300, 800):
        bare = burn_in(plain(60, width), SLATE, 1003)
        noted = burn_in(plain(60, width), SLATE, 1003, "jumped, hole, soft edge " * 9)
        assert bare.shape == noted.shape
        assert (bare != noted).any()
        assert burn_in(plain(60, width), SLATE, 7).shape == bare.shape


HOSTILE = [
    "<b>&amp;</b>",
    "new\nline\ttab\r",
    "\x1b[31mred\x00",
    "\u202ertl\u200f",
    "\udc80\ud800",
    "e" + "\u0301" * 20,
]


@pytest.mark.parametrize("words", [*HOSTILE, "日本 🎬", "$(rm -rf ~)", "../../etc", "%s{0}"], ids=ascii)
def test_any_shot_name_is_drawn_on_its_line(words: str) -> None:
    usual = burn_in(plain(60), SLATE, 1003)
    shown = burn_in(plain(60), Slate(**{**vars(SLATE), "label": words, "about": words}), 1003)
    assert shown.shape == usual.shape
    assert np.array_equal(shown[:320], usual[:320])


def test_words_are_made_a_line_of_letters() -> None:
    assert plain_words(" a\nb\t\x1b[0m\u202ec\udc80 ") == "a b [0m c"
    assert len(plain_words("x" * 5000)) == 300


def test_ground_stands_on_both_sides() -> None:
    framed = with_ground(plain(60, 5, 4), 16)
    assert framed.shape == (4, 16, 3)
    assert framed[0, :, 0].tolist() == [26] * 5 + [60] * 5 + [26] * 6
    picture = plain(60, 20, 4)
    assert with_ground(picture, 16) is picture
