"""What a review's movies are to be: their modes, rate, exposure and burnt-in words (standard library only)."""

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from vfxlib.errors import UsageError

__all__ = [
    "DIFFERENCE",
    "MODES",
    "ONE_MOVIE",
    "OVERLAY",
    "RATES",
    "SIDE_BY_SIDE",
    "WIPE",
    "MovieOptions",
    "movie_name",
    "parse_exposure",
    "parse_rate",
    "parse_share",
]

SIDE_BY_SIDE, WIPE, DIFFERENCE, OVERLAY = "side-by-side", "wipe", "difference", "overlay"
MODES = (SIDE_BY_SIDE, WIPE, DIFFERENCE, OVERLAY)
RATES = 1, 240  # frames a second of a movie that a person can look at
MOST_STOPS = 30.0
MOST_LETTERS = 40  # of a number
_NTSC = {"23.976": 24, "23.98": 24, "29.97": 30, "47.95": 48, "47.952": 48, "59.94": 60, "119.88": 120}


@dataclass(frozen=True)
class MovieOptions:
    """How the movies of a review are made.

    modes     one movie each, in this order: names of ``MODES``
    rate      frames a second; None: framesPerSecond of the plate's header, else 24
    exposure  stops, of the movies and of the sheet
    label     shot and version, burnt in; "" for the title
    wipe_at   where the line of a wipe stands, 0 (left) to 1 (right); None lets it move
    """

    modes: tuple[str, ...] = (SIDE_BY_SIDE,)
    rate: Fraction | None = None
    exposure: float = 0.0
    label: str = ""
    wipe_at: float | None = None


ONE_MOVIE = MovieOptions()  # side by side


def movie_name(mode: str) -> str:
    """What a movie's file is called."""
    return "review.mp4" if mode == SIDE_BY_SIDE else f"review.{mode}.mp4"


def parse_rate(words: str, where: str = "--rate") -> Fraction:
    """A rate as people write it: 24, 25.0, 23.976 (which is 24000/1001), 24000/1001.

    raises  UsageError if it is none, or nobody can look at it
    """
    text = words.strip()
    if text in _NTSC:
        return Fraction(_NTSC[text] * 1000, 1001)
    if len(text) <= MOST_LETTERS and re.fullmatch(r"\d+(\.\d+)?|\d+/0*[1-9]\d*", text, re.ASCII):
        rate = Fraction(text).limit_denominator(1001)
        if RATES[0] <= rate <= RATES[1]:
            return rate
    raise UsageError(
        f"{words[:MOST_LETTERS]!r} is no rate from {RATES[0]} to {RATES[1]} frames a second",
        where=where,
        fix="write it as 24, 23.976 or 24000/1001",
    )


def parse_exposure(words: str, where: str = "--exposure") -> float:
    """Stops.

    raises  UsageError if it is no number, or beyond what any picture needs
    """
    return _number(words, -MOST_STOPS, MOST_STOPS, where, "a number of stops", "write it as 2 or -1.5")


def parse_share(words: str, where: str = "--wipe-at") -> float:
    """A share from 0 to 1.

    raises  UsageError if it is none
    """
    return _number(words, 0.0, 1.0, where, "a share", "write it as 0.5 for the middle")


def _number(words: str, least: float, most: float, where: str, what: str, fix: str) -> float:
    try:
        number = float(words) if len(words) <= MOST_LETTERS else math.nan
    except ValueError:
        number = math.nan
    if least <= number <= most:
        return number
    raise UsageError(f"{words[:MOST_LETTERS]!r} is not {what} from {least:g} to {most:g}", where=where, fix=fix)
