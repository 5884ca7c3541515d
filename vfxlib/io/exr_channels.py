"""What the channels of an EXR file are called: parts, layers and views of any application as ``layer.channel``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vfxlib.io.exr_attributes import decode_attribute, words
from vfxlib.io.exr_header import ChannelEntry, FileHeader, PartHeader

__all__ = ["ChannelLocation", "name_channels"]

_MAIN = frozenset({"", "rgba", "rgb", "main", "default", "color", "colour", "beauty", "combined", "image", "part0"})


@dataclass(frozen=True)
class ChannelLocation:
    """Where a channel lies: the part's index, and its entry in that part's channel list."""

    part: int
    entry: ChannelEntry


def name_channels(header: FileHeader) -> tuple[dict[str, ChannelLocation], tuple[str, ...]]:
    """The channels of the default view.

    returns  name -> location, the main picture's part first; and all views, the one used first, () for an ordinary file
    """
    views = _views(header.parts)
    used = views[0] if views else ""
    found: dict[str, ChannelLocation] = {}
    indices = [i for i, part in enumerate(header.parts) if part.view in ("", used)]
    main = next((i for i in indices if {"R", "G", "B"} <= {entry.name for entry in header.parts[i].channels}), -1)
    for index in sorted(indices, key=lambda i: (i != main, i)):
        part = header.parts[index]
        layer = "" if index == main else _layer(part.name, views)
        for entry in part.channels:
            bare = _of_view(entry.name, views) if not part.view else _without(entry.name, views)
            if bare is None:
                continue
            name = f"{layer}.{bare}" if layer and "." not in bare else bare
            if name in found:  # two parts with the same names: the later one is told apart by its own name
                name = f"{part.name or f'part{index}'}.{bare}"
            found.setdefault(name, ChannelLocation(index, entry))
    return found, views


def _views(parts: Sequence[PartHeader]) -> tuple[str, ...]:
    stored = next((part.attributes["multiView"] for part in parts if "multiView" in part.attributes), None)
    views = list(words(decode_attribute(stored))) if stored is not None else []
    views += [part.view for part in parts if part.view and part.view not in views]
    if stored is None and views:  # parts come in any order; these two are the hero by custom
        hero = next((view for view in ("main", "left") if view in views), views[0])
        views = [hero, *(view for view in views if view != hero)]
    return tuple(dict.fromkeys(views)) if len(set(views)) > 1 else ()


def _layer(name: str, views: Sequence[str]) -> str:
    for view in (*views, "main"):
        name = re.sub(rf"^{re.escape(view)}[._]|[._]{re.escape(view)}$", "", name)
        name = "" if name == view else name
    return "" if name.lower() in _MAIN else name


def _of_view(name: str, views: Sequence[str]) -> str | None:
    """The name without its view; None if it belongs to another view (the view stands before the last dot)."""
    bits = name.split(".")
    if len(bits) > 1 and bits[-2] in views:
        return ".".join([*bits[:-2], bits[-1]]) if bits[-2] == views[0] else None
    return name


def _without(name: str, views: Sequence[str]) -> str:
    return ".".join([bit for bit in name.split(".")[:-1] if bit not in views] + [name.split(".")[-1]])
