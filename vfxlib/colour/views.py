"""Which display and view of a config pictures are seen through: the config's default, or what was asked for."""

import difflib
from collections.abc import Sequence
from typing import Protocol

from vfxlib.errors import ColourError

__all__ = ["Views", "named_view"]

MOST_NAMED = 12  # names in one line


class Views(Protocol):
    """The displays and views of an OCIO config, as far as choosing one needs them."""

    @property
    def where(self) -> str:
        """The config: a path or an ``ocio://`` name."""

    @property
    def displays(self) -> Sequence[str]:
        """The displays, the default first."""

    def views(self, display: str) -> Sequence[str]:
        """The views of a display, the default first."""


def named_view(config: Views, display: str, view: str) -> tuple[str, str]:
    """The display and view that someone asked for, as the config spells them; upper or lower case is all the same.

    display  "" for the default
    view     "" for the display's default
    raises   ColourError if there is no such display, or it has no such view, with the nearest names
    """
    known = config.displays
    display = _named(config, display, known, "display", "--display") if display else next(iter(known), "")
    views = config.views(display) if display else ()
    if not views:
        raise ColourError("the OCIO config has no display and view", where=config.where, fix="add one, or use --ocio")
    if not view:
        return display, views[0]
    elsewhere = [other for other in config.displays if _same(view, config.views(other))]
    also = (
        f"; {' or '.join(repr(one) for one in elsewhere[:MOST_NAMED])} has it: give --display as well"
        if elsewhere
        else ""
    )
    return display, _named(config, view, views, f"view of the display {display!r}", "--view", also)


def _same(name: str, known: Sequence[str]) -> str | None:
    folded = {own.casefold(): own for own in reversed(known)}
    return name if name in known else folded.get(name.casefold())


def _named(config: Views, name: str, known: Sequence[str], what: str, option: str, also: str = "") -> str:
    found = _same(name, known)
    if found is not None:
        return found
    near = {own.casefold(): own for own in known}
    close = [near[word] for word in difflib.get_close_matches(name.casefold(), near, n=4, cutoff=0.4)]
    part = [own for own in known if name.casefold() in own.casefold()]
    first = list(dict.fromkeys([*part, *close, *known]))[:MOST_NAMED]
    rest = f" and {len(known) - len(first)} more" if len(known) > len(first) else ""
    raise ColourError(
        f"there is no {what} called {name!r} in the OCIO config",
        where=f"{option} ({config.where})",
        fix=f"one of, the nearest first: {', '.join(first)}{rest}{also}",
    )
