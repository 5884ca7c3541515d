"""Colour management: what the numbers of a file mean, by OpenColorIO; the only module that imports it.

Three encodings and the ways between them: file <-> scene linear <-> working (log). A plate's own pixels that stay
never come through here on their way to an EXR; only what is filled does.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from functools import cache

import numpy as np
import PyOpenColorIO as OCIO  # noqa: N814 - its own documentation calls it so

from vfxlib.encodings import Colours, Turn, Turns, as_float
from vfxlib.errors import ColourError
from vfxlib.picture import Array, Header
from vfxlib.primaries import LINEAR_SPACES, linear_space_with, read_chromaticities

__all__ = ["Colours", "as_float", "colour_attributes", "list_spaces", "open_colours"]

BUILTIN_CONFIG = "ocio://studio-config-latest"
_UNLABELLED = ("", "unknown")  # interop names that say nothing
_REFUSED = (OCIO.Exception, OCIO.ExceptionMissingFile)  # neither is the other's kind in Python


def open_colours(
    *, config: str | None, colorspace: str | None, output_colorspace: str | None, header: Header
) -> Colours:
    """Find out what the numbers of a plate mean.

    config             OCIO config: a path or ``ocio://NAME``; None: $OCIO, else OCIO's built-in studio config
    colorspace         space of the file: a name, alias or role; None: ``colorInteropID`` or ``chromaticities`` of the
                       header, else the config's file rules; where only the default rule matches: scene_linear for
                       floats, a log space of film scans for DPX, Rec.709 video for movies, sRGB for other integers
    output_colorspace  space to write, for plates that are no EXR; None: the config's scene_linear role
    header             header of the plate's first frame
    raises             ColourError if the config, a space or a sensible answer does not exist
    """
    where, opened = _open_config(config)
    linear = _linear_space(opened, where)
    if colorspace:
        file, reason = _named(opened, where, colorspace, "--colorspace"), "given by --colorspace"
    else:
        file, reason = _space_of(opened, where, header)
    if header.format != "exr":
        output = _named(opened, where, output_colorspace, "--output-colorspace") if output_colorspace else linear
    elif output_colorspace and _named(opened, where, output_colorspace, "--output-colorspace") != file:
        raise ColourError(
            f"an EXR plate keeps its encoding, {file}; it cannot be written as {output_colorspace}",
            where="--output-colorspace",
            fix="leave --output-colorspace out",
        )
    else:
        output = file
    working, forward, backward = _working_space(opened, where, linear)
    display = opened.getDefaultDisplay()
    view = (display, opened.getDefaultView(display) if display else "")
    turns = Turns(
        file_linear=_turn(opened, where, file, linear),
        linear_file=_turn(opened, where, linear, file),
        linear_working=forward,
        working_linear=backward,
        linear_output=_turn(opened, where, linear, output),
        output_linear=_turn(opened, where, output, linear),
        linear_rec709=cache(lambda: _to_rec709(opened, where, linear)),
        linear_display=cache(lambda: _to_display(opened, where, linear, view)),
    )
    identity = " | ".join((_content(opened), file, linear, working, output))
    return Colours(where, file, linear, working, output, reason, view, identity, _labels(opened, output), turns)


def colour_attributes(colours: Colours) -> dict[str, object]:
    """EXR attributes that say what the written numbers mean: ``colorInteropID``; of linear ones also chromaticities.

    returns  empty for a space of the config that no file format has a name for
    """
    return dict(colours.attributes)


def list_spaces(config: str | None) -> list[str]:
    """The names of the config's colour spaces, in its own order.

    config  as for ``open_colours``
    raises  ColourError if the config does not exist
    """
    return list(_open_config(config)[1].getColorSpaceNames())


def _open_config(config: str | None) -> tuple[str, OCIO.Config]:
    where = config or os.environ.get("OCIO") or BUILTIN_CONFIG
    option = "--ocio" if config else "$OCIO"
    try:
        return where, OCIO.Config.CreateFromFile(where)
    except _REFUSED as error:
        reason = " ".join(str(error).split())
        raise ColourError(
            f"the OCIO config of {option} cannot be used: {reason}",
            where=where,
            fix=f"give {option} the path of a config.ocio or .ocioz file, or a built-in name such as {BUILTIN_CONFIG}",
        ) from error


def _content(config: OCIO.Config) -> str:
    try:
        return str(config.getCacheID())
    except _REFUSED:  # a LUT that the config names is missing; what this plate needs may be there
        return str(config.getName())


def _labels(config: OCIO.Config, output: str) -> dict[str, object]:
    for linear in LINEAR_SPACES:
        if output in (_space(config, linear.interop), _builtin(config, linear.builtin)):
            return {"colorInteropID": linear.interop, "chromaticities": linear.chromaticities}
    interop = _interop(config.getColorSpace(output))
    return {} if interop in _UNLABELLED else {"colorInteropID": interop}


def _interop(space: OCIO.ColorSpace) -> str:
    return str(space.getInteropID()) if hasattr(space, "getInteropID") else ""  # since OCIO 2.5


def _space(config: OCIO.Config, name: str) -> str | None:
    """The canonical name of a space, alias or role."""
    space = config.getColorSpace(name)
    return None if space is None else str(space.getName())


@cache
def _studio() -> OCIO.Config:
    return OCIO.Config.CreateFromFile(BUILTIN_CONFIG)


def _builtin(config: OCIO.Config, name: str) -> str | None:
    """The config's own space that equals one of OCIO's built-in studio config, whatever it is called."""
    if _studio().getColorSpace(name) is None:
        return None
    try:
        found = OCIO.Config.IdentifyBuiltinColorSpace(config, _studio(), name)
    except _REFUSED:  # the config has no space like it, or nothing to compare by
        return None
    return _space(config, found)


def _named(config: OCIO.Config, where: str, name: str, option: str) -> str:
    space = _space(config, name)
    if space is None:
        spaces = config.getColorSpaces()
        known = [*config.getRoleNames(), *(n for s in spaces for n in (s.getName(), *s.getAliases()))]
        near = {n.lower(): n for n in known}
        close = [near[n] for n in difflib.get_close_matches(name.lower(), near, n=4, cutoff=0.5)]
        part = [n for n in known if name.lower() in n.lower()][:4]
        hint = ", ".join(dict.fromkeys(close + part))
        raise ColourError(
            f"there is no colour space {name!r} in the OCIO config",
            where=f"{option} ({where})",
            fix=(f"one of: {hint}; " if hint else "") + f"all names: ociocheck --iconfig {where}",
        )
    if config.getColorSpace(space).isData():
        raise ColourError(
            f"{space!r} is for data, not for colour",
            where=option,
            fix="name the encoding of the picture, such as scene_linear",
        )
    return space


def _first(config: OCIO.Config, names: Sequence[str]) -> str | None:
    return next((space for name in names if (space := _space(config, name) or _builtin(config, name))), None)


def _linear_space(config: OCIO.Config, where: str) -> str:
    found = _first(config, ("scene_linear", "rendering", "compositing_linear", "ACEScg", "Linear Rec.709 (sRGB)"))
    if found is None:
        raise ColourError("the OCIO config has no role scene_linear", where=where, fix="add that role to the config")
    return found


def _space_of(config: OCIO.Config, where: str, header: Header) -> tuple[str, str]:
    """The space of a file that nobody named, and why it is that."""
    interop = str(header.attributes.get("colorInteropID", "")).strip()
    if interop == "data":
        raise ColourError(
            "the file says that it holds data, not colour (colorInteropID is data)",
            where=header.path,
            fix="choose the colour picture, or pass --colorspace if the label is wrong",
        )
    if interop not in _UNLABELLED:
        return _space_with_interop(config, where, interop, header), f"colorInteropID {interop} in the header"
    chromaticities = read_chromaticities(header.attributes.get("chromaticities"))
    if chromaticities is not None:
        known = linear_space_with(chromaticities)
        space = (_space(config, known.interop) or _builtin(config, known.builtin)) if known else None
        if known is None or space is None:
            numbers = ", ".join(f"{n:.4g}" for n in chromaticities)
            raise ColourError(
                f"no linear space of the OCIO config has the chromaticities of the header ({numbers})",
                where=header.path,
                fix="pass the space of the plate with --colorspace",
            )
        return space, f"chromaticities of {known.builtin} in the header"
    ruled, rule = config.getColorSpaceFromFilepath(str(header.path))
    if ruled and not config.filepathOnlyMatchesDefaultRule(str(header.path)):
        name = config.getFileRules().getName(rule)
        return _named(config, where, ruled, f"file rule {name}"), f"file rule {name} of the OCIO config"
    return _usual_space(config, where, header)


def _space_with_interop(config: OCIO.Config, where: str, interop: str, header: Header) -> str:
    for space in config.getColorSpaces():
        if _interop(space) == interop:
            return str(space.getName())
    found = _space(config, interop)
    if found is None:
        name = _space(_studio(), interop)
        found = _builtin(config, name) if name else None
    if found is None:
        raise ColourError(
            f"the OCIO config {where} has no space {interop!r}, which the file names in colorInteropID",
            where=header.path,
            fix="pass the space of the plate with --colorspace",
        )
    return found


def _usual_space(config: OCIO.Config, where: str, header: Header) -> tuple[str, str]:
    """What such a file holds as a rule, for one that neither its header nor the config knows."""
    names: tuple[str, ...]
    if header.format == "movie":
        kind, names = "Rec.709 video", ("Rec.1886 Rec.709 - Display", "Camera Rec.709", "rec709", "Rec.709")
    elif header.format in ("dpx", "cineon"):
        kind, names = "a film scan", ("Cineon", "cineon", "ADX10")
    elif any(np.issubdtype(np.dtype(t), np.floating) for t in header.channels.values()):
        return _linear_space(config, where), "assumed: scene_linear, floating point without a label"
    else:
        kind, names = "sRGB", ("sRGB Encoded Rec.709 (sRGB)", "srgb_texture", "sRGB", "texture_paint", "color_picking")
    found = _first(config, names)
    if found is None:
        raise ColourError(
            f"the file does not say what colour it holds, and the OCIO config {where} has no space for {kind}",
            where=header.path,
            fix="pass the space of the plate with --colorspace",
        )
    return found, f"assumed: {kind}, a {header.format} without a label"


def _working_space(config: OCIO.Config, where: str, linear: str) -> tuple[str, Turn, Turn]:
    """ACEScct, or the config's log role, or the ACEScct curve on its scene-linear primaries."""
    for name in ("ACEScct", "color_timing", "compositing_log"):
        space = _first(config, (name,))
        if space is not None:
            forward, backward = _turn(config, where, linear, space), _turn(config, where, space, linear)
            if _keeps_light(forward, backward):
                return space, forward, backward
    there, back = (
        OCIO.LogCameraTransform(  # ACEScct, Academy S-2016-001
            linSideBreak=[0.0078125] * 3,
            base=2,
            logSideSlope=[1 / 17.52] * 3,
            logSideOffset=[9.72 / 17.52] * 3,
            linearSlope=[10.5402377416545] * 3,
            direction=direction,
        )
        for direction in (OCIO.TRANSFORM_DIR_FORWARD, OCIO.TRANSFORM_DIR_INVERSE)
    )
    return f"ACEScct curve on {linear}", _turn(config, where, there), _turn(config, where, back)


def _keeps_light(forward: Turn, backward: Turn) -> bool:
    """True of a log space that clips neither negatives nor highlights, as many film logs do."""
    light = np.array([[[-1.0, -1e-3, 0.0], [0.18, 1.0, 16.0], [1e3, 6e4, 1e5]]], np.float32)
    log = forward(light)
    return bool(np.all(np.abs(backward(log) - light) <= 1e-3 * np.maximum(np.abs(light), 1.0)) and log[0, 2, 2] < 10)


def _to_rec709(config: OCIO.Config, where: str, linear: str) -> Turn:
    space = _builtin(config, LINEAR_SPACES[0].builtin)
    if space is None:
        raise ColourError(
            "the OCIO config has no linear Rec.709 space, in which pictures are judged",
            where=where,
            fix="use another config for this, with --ocio",
        )
    return _turn(config, where, linear, space)


def _to_display(config: OCIO.Config, where: str, linear: str, view: tuple[str, str]) -> Turn:
    if not all(view):
        raise ColourError("the OCIO config has no display and view", where=where, fix="add one, or use --ocio")
    return _turn(config, where, OCIO.DisplayViewTransform(src=linear, display=view[0], view=view[1]))


def _turn(config: OCIO.Config, where: str, *between: object) -> Turn:
    try:
        processor = config.getProcessor(*between)
        if processor.isNoOp():
            return _as_it_is
        # Lossless: the default optimisation's fast logarithm is wrong in the fifth digit, and does not come back.
        cpu = processor.getOptimizedCPUProcessor(OCIO.OPTIMIZATION_LOSSLESS)
    except _REFUSED as error:
        raise ColourError(
            f"the OCIO config cannot turn {' to '.join(str(b) for b in between)}: {' '.join(str(error).split())}",
            where=where,
            fix="check the config with ociocheck, or use another with --ocio",
        ) from error

    def turn(pixels: Array) -> Array:
        if pixels.size == 0:
            return pixels
        turned = np.array(pixels, np.float32, order="C", copy=True)
        cpu.applyRGB(turned)
        unknown = np.isnan(pixels).any(axis=-1)
        if unknown.any():
            turned[unknown] = np.nan  # a logarithm may make a plausible number of NaN; what is unknown stays so
        return turned

    return turn


def _as_it_is(pixels: Array) -> Array:
    return pixels
