"""What is asked of a review's movies is understood, or refused with the way to write it."""

from fractions import Fraction

import pytest

from vfxlib.errors import UsageError
from vfxlib.review.movie_options import MODES, MovieOptions, movie_name, parse_exposure, parse_rate, parse_share


def test_the_first_mode_is_the_review_and_the_others_are_named_after_themselves() -> None:
    assert [movie_name(mode) for mode in MODES] == [
        *("review.mp4", "review.wipe.mp4", "review.difference.mp4", "review.overlay.mp4")
    ]
    assert MovieOptions().modes == MODES[:1]


@pytest.mark.parametrize(
    ("words", "rate"),
    [
        ("24", Fraction(24)),
        (" 25.0 ", Fraction(25)),
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("30000/1001", Fraction(30000, 1001)),
        ("12.5", Fraction(25, 2)),
        ("240", Fraction(240)),
    ],
)
def test_a_rate_is_understood_as_people_write_it(words: str, rate: Fraction) -> None:
    assert parse_rate(words) == rate


@pytest.mark.parametrize(
    "words", ["", "0", "-24", "241", "1/0", "24/00", "nan", "inf", "1e2", "24 fps", "9" * 5000, "٢٤", "1/", "\0"]
)
def test_what_is_no_rate_is_refused(words: str) -> None:
    with pytest.raises(UsageError, match="no rate from 1 to 240") as caught:
        parse_rate(words)
    assert caught.value.where == "--rate"
    assert len(str(caught.value)) < 300


def test_stops_and_shares_are_numbers_within_their_limits() -> None:
    assert (parse_exposure("-1.5"), parse_share("0"), parse_share("1")) == (-1.5, 0.0, 1.0)
    for words in ("", "bright", "nan", "inf", "31", "1e999", "9" * 5000):
        with pytest.raises(UsageError, match="number of stops"):
            parse_exposure(words)
    for words in ("-0.1", "1.1", "50%", "nan"):
        with pytest.raises(UsageError, match="share from 0 to 1"):
            parse_share(words)
