"""Which colour space a file is in: by what was asked for, what its header says, the config's rules, or custom."""

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from vfxlib.colour.primaries import linear_space_with, read_chromaticities
from vfxlib.errors import ColourError
from vfxlib.image.picture import Header
from vfxlib.io.exr_attributes import words

__all__ = ["UNLABELLED", "Spaces", "colour_label", "first_space", "linear_space", "named_space", "space_of"]

UNLABELLED = ("", "unknown")  # interop names that say nothing


class Spaces(Protocol):
    """The colour spaces of an OCIO config, as far as choosing one needs them."""

    @property
    def where(self) -> str:
        """The config: a path or an ``ocio://`` name."""

    @property
    def names(self) -> Sequence[str]:
        """Names, aliases and roles."""

    def find(self, name: str) -> str | None:
        """The config's own name of a space, alias or role, or of the space that OCIO's studio config calls so."""

    def with_interop(self, interop: str) -> str | None:
        """The space with a Color Interop Forum name."""

    def ruled(self, path: Path) -> tuple[str, str] | None:
        """Space and rule that the file rules have for a file; None if only the default rule takes it."""

    def is_data(self, space: str) -> bool:
        """True of a space whose numbers are no colour."""


def first_space(spaces: Spaces, names: Sequence[str]) -> str | None:
    """The first of these spaces that the config has."""
    return next((space for name in names if (space := spaces.find(name))), None)


def linear_space(spaces: Spaces) -> str:
    """The space in which light is added up.

    raises  ColourError if the config has none
    """
    names = ("scene_linear", "rendering", "compositing_linear", "ACEScg", "Linear Rec.709 (sRGB)")
    space = first_space(spaces, names)
    if space is None:
        raise ColourError(
            "the OCIO config has no role scene_linear", where=spaces.where, fix="add that role to the config"
        )
    return space


def named_space(spaces: Spaces, name: str, source: str) -> str:
    """The space that someone asked for.

    name    a space, alias or role
    source  who asked: an option or a file rule, for the error
    raises  ColourError if there is no such space, with the nearest ones, or if it is for data
    """
    space = spaces.find(name)
    if space is None:
        near = {known.lower(): known for known in spaces.names}
        close = [near[word] for word in difflib.get_close_matches(name.lower(), near, n=4, cutoff=0.5)]
        part = [known for known in spaces.names if name.lower() in known.lower()][:4]
        hint = ", ".join(dict.fromkeys(close + part))
        raise ColourError(
            f"there is no colour space {name!r} in the OCIO config",
            where=f"{source} ({spaces.where})",
            fix=(f"one of: {hint}; " if hint else "") + f"all names: ociocheck --iconfig {spaces.where}",
        )
    if spaces.is_data(space):
        raise ColourError(
            f"{space!r} is for data, not for colour",
            where=source,
            fix="name the encoding of the picture, such as scene_linear",
        )
    return space


def colour_label(header: Header) -> str:
    """What a file's header says of its colour, in words that are the same for the same label; "" if it says nothing."""
    interop = _interop(header)
    if interop not in UNLABELLED:
        return interop
    chromaticities = read_chromaticities(header.attributes.get("chromaticities"))
    if chromaticities is None:
        return ""
    return f"chromaticities {', '.join(f'{number:.4g}' for number in chromaticities)}"


def space_of(spaces: Spaces, header: Header) -> tuple[str, str]:
    """The space of a file that nobody named.

    returns  the space, and how it was found, one phrase
    raises   ColourError if the header names what the config does not have, or nothing tells
    """
    interop = _interop(header)
    if interop == "data":
        raise ColourError(
            "the file says that it holds data, not colour (colorInteropID is data)",
            where=header.path,
            fix="choose the colour picture, or pass --colorspace if the label is wrong",
        )
    if interop not in UNLABELLED:
        space = spaces.with_interop(interop)
        if space is None:
            raise ColourError(
                f"the OCIO config {spaces.where} has no space {interop!r}, which the file names in colorInteropID",
                where=header.path,
                fix="pass the space of the plate with --colorspace",
            )
        return space, f"colorInteropID {interop} in the header"
    chromaticities = read_chromaticities(header.attributes.get("chromaticities"))
    if chromaticities is not None:
        known = linear_space_with(chromaticities)
        space = first_space(spaces, (known.interop, known.builtin)) if known else None
        if known is None or space is None:
            numbers = ", ".join(f"{n:.4g}" for n in chromaticities)
            raise ColourError(
                f"no linear space of the OCIO config has the chromaticities of the header ({numbers})",
                where=header.path,
                fix="pass the space of the plate with --colorspace",
            )
        return space, f"chromaticities of {known.builtin} in the header"
    ruled = spaces.ruled(header.path)
    if ruled is not None:
        name, rule = ruled
        return named_space(spaces, name, f"file rule {rule}"), f"file rule {rule} of the OCIO config"
    return _default_space(spaces, header)


def _interop(header: Header) -> str:
    return "".join(words(header.attributes.get("colorInteropID"))).strip()


def _default_space(spaces: Spaces, header: Header) -> tuple[str, str]:
    """What such a file holds where nothing says otherwise."""
    names: tuple[str, ...]
    if header.format == "movie":
        kind, names = "Rec.709 video", ("Rec.1886 Rec.709 - Display", "Camera Rec.709", "rec709", "Rec.709")
    elif header.format in ("dpx", "cineon"):
        kind, names = "a film scan", ("Cineon", "cineon", "ADX10")
    elif any(np.issubdtype(np.dtype(t), np.floating) for t in header.channels.values()):
        return linear_space(spaces), "assumed: scene_linear, floating point without a label"
    else:
        kind, names = "sRGB", ("sRGB Encoded Rec.709 (sRGB)", "srgb_texture", "sRGB", "texture_paint", "color_picking")
    space = first_space(spaces, names)
    if space is None:
        raise ColourError(
            f"the file does not say what colour it holds, and the OCIO config {spaces.where} has no space for {kind}",
            where=header.path,
            fix="pass the space of the plate with --colorspace",
        )
    return space, f"assumed: {kind}, a {header.format} without a label"
