"""Colour management: what the numbers of a file mean, by OpenColorIO; the only module that imports it.

Three encodings and the ways between them: file <-> scene linear <-> working (log). A plate's own pixels that stay
never come through here on their way to an EXR; only what is filled does.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np
import PyOpenColorIO as OCIO  # noqa: N814 - its own documentation calls it so
from numpy.typing import NDArray

from vfxlib.colour import acescct
from vfxlib.colour.file_space import UNLABELLED, linear_space, named_space, space_of
from vfxlib.colour.primaries import LINEAR_SPACES
from vfxlib.errors import ColourError
from vfxlib.image.picture import Array, FileColour, Header, LinearColour, Picture, WorkingColour
from vfxlib.io.open_file import open_regular
from vfxlib.io.os_errors import reason

__all__ = ["Colours", "colour_attributes", "open_colours"]

BUILTIN_CONFIG = "ocio://studio-config-latest"
LIGHTS = (-2.0, -0.1, 1e-4, 0.003, 0.02, 0.18, 0.7, 1.0, 1.5, 12.0, 900.0, 60000.0)  # at which a curve would show
# Neither of its own is the other's kind in Python; and one whose words name a file of no UTF-8 name is a UnicodeError.
_OCIO_ERRORS = (OCIO.Exception, OCIO.ExceptionMissingFile, UnicodeError, RuntimeError)  # the last for long names


@dataclass(frozen=True)
class _Transform:
    """From one encoding to another: [h w 3] to [h w 3]; a new array, or the same one where there is nothing to do.

    content  what is done to the numbers, with all its constants and tables
    cpu      the processor; None where nothing is done
    """

    content: str
    cpu: OCIO.CPUProcessor | None

    @cached_property
    def linear(self) -> bool:
        """True of a matrix: what it makes of a mean is the mean of what it makes."""
        probes = np.concatenate([np.eye(3) * light for light in LIGHTS])
        unit = self(np.eye(3, dtype=np.float32)[None])[0].astype(np.float64)
        mixed = np.array([[light, -light / 3, light / 7] for light in LIGHTS])
        asked = np.concatenate([probes, mixed, np.zeros((1, 3))])
        found = self(asked.astype(np.float32)[None])[0]
        allowed = 1e-5 * np.abs(asked).max(axis=1, keepdims=True)
        with np.errstate(invalid="ignore", over="ignore"):  # a curve may end in inf
            return bool(np.all(np.abs(found - np.einsum("ij,jk->ik", asked, unit)) <= allowed))

    def __call__(self, pixels: Array) -> Array:
        if self.cpu is None or pixels.size == 0:
            return pixels
        converted = np.array(pixels, np.float32, order="C", copy=True)
        self.cpu.applyRGB(converted)
        nan = np.isnan(pixels)
        if nan.any():
            unknown = nan[..., 0] | nan[..., 1] | nan[..., 2]  # far quicker than a reduction over an axis of three
            converted[unknown] = np.nan  # a logarithm may make a plausible number of NaN; what is unknown stays so
        return converted


@dataclass(frozen=True)
class _Transforms:
    """Every way between two encodings; the last two are made when they are first wanted."""

    file_linear: _Transform
    linear_file: _Transform
    linear_working: _Transform
    working_linear: _Transform
    linear_output: _Transform
    output_linear: _Transform
    linear_rec709: Callable[[], _Transform]
    linear_display: Callable[[], _Transform]


@dataclass(frozen=True)
class Colours:
    """How the colour of one plate is converted, and the names that say so.

    config      the OCIO config: a path or an ``ocio://`` name
    file        space of the plate's files
    linear      scene-linear space in which light is copied and blended
    working     log space that networks and motion estimation see
    output      space that is written: ``file`` for an EXR plate
    reason      how ``file`` was found, one phrase for reports
    view        display and view that ``display`` shows, the config's own default
    identity    changes when the numbers are converted in another way, whatever config and spaces are called
    attributes  EXR attributes that say what the written numbers mean; empty where no public name fits

    The ways may be used from many threads at once.
    """

    config: str
    file: str
    linear: str
    working: str
    output: str
    reason: str
    view: tuple[str, str]
    identity: str = field(repr=False)
    attributes: Mapping[str, object] = field(repr=False)
    _transforms: _Transforms = field(repr=False, compare=False)

    @property
    def file_is_light(self) -> bool:
        """True if the file's numbers are light, in whatever primaries: they may be averaged before they are turned."""
        return self._transforms.file_linear.linear

    def to_linear(self, picture: Picture[FileColour]) -> Picture[LinearColour]:
        """File encoding to scene linear; the same array if they are one."""
        return Picture(self._transforms.file_linear(picture.pixels), picture.window)

    def to_working(self, picture: Picture[LinearColour]) -> Picture[WorkingColour]:
        """Scene linear to the working log space."""
        return Picture(self._transforms.linear_working(picture.pixels), picture.window)

    def from_working(self, picture: Picture[WorkingColour]) -> Picture[LinearColour]:
        """The working log space to scene linear."""
        return Picture(self._transforms.working_linear(picture.pixels), picture.window)

    def from_linear(self, picture: Picture[LinearColour]) -> Picture[FileColour]:
        """Scene linear back to the encoding of the plate's files."""
        return Picture(self._transforms.linear_file(picture.pixels), picture.window)

    def to_output(self, picture: Picture[LinearColour]) -> Picture[FileColour]:
        """Scene linear to the encoding that is written; the file's own for an EXR plate."""
        return Picture(self._transforms.linear_output(picture.pixels), picture.window)

    def from_output(self, picture: Picture[FileColour]) -> Picture[LinearColour]:
        """What was written, as scene linear."""
        return Picture(self._transforms.output_linear(picture.pixels), picture.window)

    def to_rec709(self, picture: Picture[LinearColour]) -> Array:
        """Scene linear in Rec.709 primaries, in which pictures are judged.

        picture  linear
        returns  [h w 3]  linear Rec.709, unclipped
        raises   ColourError if the config has no such space
        """
        return self._transforms.linear_rec709()(picture.pixels)

    def display(self, picture: Picture[LinearColour], exposure: float = 0.0) -> NDArray[np.uint8]:
        """The picture as the studio's viewer shows it, through the config's default display and view.

        picture   linear
        exposure  stops
        returns   [h w 3]  uint8 display code values; NaN is black
        """
        pixels = picture.pixels if exposure == 0 else picture.pixels * np.float32(2.0**exposure)
        code = np.nan_to_num(self._transforms.linear_display()(pixels), nan=0.0, posinf=1.0, neginf=0.0)
        return np.round(np.clip(code, 0, 1) * 255).astype(np.uint8)


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
    opened = _open_config(config)
    linear = linear_space(opened)
    if colorspace:
        file, reason = named_space(opened, colorspace, "--colorspace"), "given by --colorspace"
    else:
        file, reason = space_of(opened, header)
    if header.format != "exr":
        output = named_space(opened, output_colorspace, "--output-colorspace") if output_colorspace else linear
    elif output_colorspace and named_space(opened, output_colorspace, "--output-colorspace") != file:
        raise ColourError(
            f"an EXR plate keeps its encoding, {file}; it cannot be written as {output_colorspace}",
            where="--output-colorspace",
            fix="leave --output-colorspace out",
        )
    else:
        output = file
    working, forward, backward = _working_space(opened, linear)
    display = opened.ocio.getDefaultDisplay()
    view = (display, opened.ocio.getDefaultView(display) if display else "")
    transforms = _Transforms(
        file_linear=_transform(opened, file, linear),
        linear_file=_transform(opened, linear, file),
        linear_working=forward,
        working_linear=backward,
        linear_output=_transform(opened, linear, output),
        output_linear=_transform(opened, output, linear),
        linear_rec709=cache(lambda: _to_rec709(opened, linear)),
        linear_display=cache(lambda: _to_display(opened, linear, view)),
    )
    labels = _labels(opened, output)
    # not the config's own cache name, which changes with its place and the dates of its files
    in_order = (
        transforms.file_linear,
        transforms.linear_file,
        transforms.linear_working,
        transforms.working_linear,
        transforms.linear_output,
    )
    identity = sha256("\n".join((*(transform.content for transform in in_order), repr(labels))).encode()).hexdigest()
    return Colours(opened.where, file, linear, working, output, reason, view, identity, labels, transforms)


def colour_attributes(colours: Colours) -> dict[str, object]:
    """EXR attributes that say what the written numbers mean: ``colorInteropID``; of linear ones also chromaticities.

    returns  empty for a space of the config that no file format has a name for
    """
    return dict(colours.attributes)


@dataclass(frozen=True)
class _Config:
    """A config, and what is asked of it."""

    where: str
    ocio: OCIO.Config

    @property
    def names(self) -> list[str]:
        spaces = self.ocio.getColorSpaces()
        return [*self.ocio.getRoleNames(), *(n for s in spaces for n in (s.getName(), *s.getAliases()))]

    def find(self, name: str) -> str | None:
        try:
            # a name that was typed where the locale is not UTF-8 comes with its bytes escaped
            words = name.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            return None
        if b"\0" in words:  # where the library would stop to read
            return None
        space = self.ocio.getColorSpace(words)
        if space is not None:
            return str(space.getName())
        if _studio().getColorSpace(words) is None:
            return None
        try:
            return str(OCIO.Config.IdentifyBuiltinColorSpace(self.ocio, _studio(), words)) or None
        except _OCIO_ERRORS:  # the config has no space like it, or nothing to compare by
            return None

    def with_interop(self, interop: str) -> str | None:
        own = (str(space.getName()) for space in self.ocio.getColorSpaces() if _interop(space) == interop)
        return next(own, None) or self.find(interop)

    def ruled(self, path: Path) -> tuple[str, str] | None:
        name = os.fsencode(path)  # it takes bytes as they are, and of words none but those of UTF-8
        if self.ocio.filepathOnlyMatchesDefaultRule(name):
            return None
        space, rule = self.ocio.getColorSpaceFromFilepath(name)
        return space, self.ocio.getFileRules().getName(rule)

    def is_data(self, space: str) -> bool:
        return bool(self.ocio.getColorSpace(space).isData())


@cache
def _studio() -> OCIO.Config:
    return OCIO.Config.CreateFromFile(BUILTIN_CONFIG)


def _interop(space: OCIO.ColorSpace) -> str:
    return str(space.getInteropID()) if hasattr(space, "getInteropID") else ""  # since OCIO 2.5


def _open_config(config: str | None) -> _Config:
    where = config or os.environ.get("OCIO") or BUILTIN_CONFIG
    option = "--ocio" if config else "$OCIO"
    try:
        name = os.fsencode(where)
        if b"\0" in name:
            raise UnicodeError("no file can have this name")
        if "://" not in where:
            open_regular(where).close()  # OCIO would wait for a pipe
        opened = _Config(where, OCIO.Config.CreateFromFile(name))
    except (*_OCIO_ERRORS, OSError) as error:
        words = reason(error) if isinstance(error, OSError) else _reason(error)
        raise ColourError(
            f"the OCIO config of {option} cannot be used: {words}",
            where=where,
            fix=f"give {option} the path of a config.ocio or .ocioz file, or a built-in name such as {BUILTIN_CONFIG}",
        ) from error
    _check_encoding(opened, option)
    return opened


def _check_encoding(config: _Config, option: str) -> None:
    """See that the names in a config can be read, for the library takes any bytes and gives out UTF-8 alone."""
    ocio, rules = config.ocio, config.ocio.getFileRules()
    try:
        asked = [config.names, ocio.getDefaultView(ocio.getDefaultDisplay())]
        asked += [(rules.getName(index), rules.getColorSpace(index)) for index in range(rules.getNumEntries())]
    except UnicodeDecodeError as error:
        raise ColourError(
            f"the OCIO config of {option} is no UTF-8: {_reason(error)}", where=config.where, fix="save it in UTF-8"
        ) from error


def _reason(error: Exception) -> str:
    """What the library says, in one line."""
    words = error.object.decode("utf-8", "replace") if isinstance(error, UnicodeDecodeError) else str(error)
    return " ".join(words.split()) or type(error).__name__  # Python 3.11.2 loses words that are no UTF-8


def _labels(config: _Config, output: str) -> dict[str, object]:
    space = config.ocio.getColorSpace(output)
    interop, names = _interop(space), {output, *space.getAliases()}
    light = space.getEncoding() in ("scene-linear", "")
    for linear in LINEAR_SPACES:
        if interop == linear.interop or linear.interop in names or (light and config.find(linear.builtin) == output):
            return {"colorInteropID": linear.interop, "chromaticities": linear.chromaticities}
    return {} if interop in UNLABELLED else {"colorInteropID": interop}


def _working_space(config: _Config, linear: str) -> tuple[str, _Transform, _Transform]:
    """ACEScct, or the config's log role, or the ACEScct curve on its scene-linear primaries."""
    for name in ("ACEScct", "color_timing", "compositing_log"):
        space = config.find(name)
        if space is not None:
            forward, backward = _transform(config, linear, space), _transform(config, space, linear)
            if _keeps_light(forward, backward):
                return space, forward, backward
    encode, decode = (
        OCIO.LogCameraTransform(  # ACEScct, Academy S-2016-001
            linSideBreak=[acescct.BREAK_LIGHT] * 3,
            base=2,
            logSideSlope=[1 / acescct.STOPS] * 3,
            logSideOffset=[acescct.SHIFT / acescct.STOPS] * 3,
            linearSlope=[acescct.SLOPE] * 3,
            direction=direction,
        )
        for direction in (OCIO.TRANSFORM_DIR_FORWARD, OCIO.TRANSFORM_DIR_INVERSE)
    )
    return f"ACEScct curve on {linear}", _transform(config, encode), _transform(config, decode)


def _keeps_light(forward: _Transform, backward: _Transform) -> bool:
    """True of a log space that clips neither negatives nor highlights, as many film logs do."""
    light = np.array([[[-1.0, -1e-3, 0.0], [0.18, 1.0, 16.0], [1e3, 6e4, 1e5]]], np.float32)
    log = forward(light)
    return bool(np.all(np.abs(backward(log) - light) <= 1e-3 * np.maximum(np.abs(light), 1.0)) and log[0, 2, 2] < 10)


def _to_rec709(config: _Config, linear: str) -> _Transform:
    space = config.find(LINEAR_SPACES[0].builtin)
    if space is None:
        raise ColourError(
            "the OCIO config has no linear Rec.709 space, in which pictures are judged",
            where=config.where,
            fix="use another config for this, with --ocio",
        )
    return _transform(config, linear, space)


def _to_display(config: _Config, linear: str, view: tuple[str, str]) -> _Transform:
    if not all(view):
        raise ColourError("the OCIO config has no display and view", where=config.where, fix="add one, or use --ocio")
    return _transform(config, OCIO.DisplayViewTransform(src=linear, display=view[0], view=view[1]))


def _transform(config: _Config, *between: object) -> _Transform:
    try:
        processor = config.ocio.getProcessor(*between)
        if processor.isNoOp():
            return _Transform("", None)
        # Lossless: the default optimisation's fast logarithm is wrong in the fifth digit, and does not come back.
        cpu = processor.getOptimizedCPUProcessor(OCIO.OPTIMIZATION_LOSSLESS)
    except _OCIO_ERRORS as error:
        raise ColourError(
            f"the OCIO config cannot turn {' to '.join(str(b) for b in between)}: {_reason(error)}",
            where=config.where,
            fix="check the config with ociocheck, or use another with --ocio",
        ) from error
    return _Transform(str(cpu.getCacheID()), cpu)
