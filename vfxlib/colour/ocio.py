"""Colour management: what the numbers of a file mean, by OpenColorIO, which is used here and in ocio_config.py.

Three encodings and the ways between them: file <-> scene linear <-> working (log). A plate's own pixels that stay
never come through here on their way to an EXR; only what is filled does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from hashlib import sha256

import numpy as np
import PyOpenColorIO as OCIO  # noqa: N814 - its own documentation calls it so
from numpy.typing import NDArray

from vfxlib.colour import acescct
from vfxlib.colour.file_space import UNLABELLED, linear_space, named_space, space_of
from vfxlib.colour.ocio_config import OCIO_ERRORS, Config, error_words, interop_name, open_config
from vfxlib.colour.primaries import LINEAR_SPACES
from vfxlib.colour.views import named_view
from vfxlib.errors import ColourError
from vfxlib.image.picture import Array, FileColour, Header, LinearColour, Picture, WorkingColour

__all__ = ["Colours", "colour_attributes", "open_colours"]

LIGHTS = (-2.0, -0.1, 1e-4, 0.003, 0.02, 0.18, 0.7, 1.0, 1.5, 12.0, 900.0, 60000.0)  # at which a curve would show


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
    view        display and view that ``display`` shows; the config's own default
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
    _config: Config = field(repr=False, compare=False)

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

    @property
    def view_interop(self) -> str:
        """The Color Interop Forum name of what ``display`` makes, such as srgb_rec709_display; "" if it has none."""
        return self._config.view_interop(self.view) if all(self.view) else ""

    def with_view(self, display: str = "", view: str = "") -> "Colours":
        """The same colours, looked at through another display and view of the config.

        display  "" for the config's default
        view     "" for the display's default
        raises   ColourError if there is no such display or view, or it cannot be used
        """
        if not display and not view:
            return self
        seen = named_view(self._config, display, view)
        transform = _to_display(self._config, self.linear, seen)
        return replace(self, view=seen, _transforms=replace(self._transforms, linear_display=lambda: transform))

    def display(self, picture: Picture[LinearColour], exposure: float = 0.0) -> NDArray[np.uint8]:
        """The picture as the studio's viewer shows it, through the display and view of ``view``.

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
    opened = open_config(config)
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
    view = opened.default_view
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
    return Colours(opened.where, file, linear, working, output, reason, view, identity, labels, transforms, opened)


def colour_attributes(colours: Colours) -> dict[str, object]:
    """EXR attributes that say what the written numbers mean: ``colorInteropID``; of linear ones also chromaticities.

    returns  empty for a space of the config that no file format has a name for
    """
    return dict(colours.attributes)


def _labels(config: Config, output: str) -> dict[str, object]:
    space = config.ocio.getColorSpace(output)
    interop, names = interop_name(space), {output, *space.getAliases()}
    light = space.getEncoding() in ("scene-linear", "")
    for linear in LINEAR_SPACES:
        if interop == linear.interop or linear.interop in names or (light and config.find(linear.builtin) == output):
            return {"colorInteropID": linear.interop, "chromaticities": linear.chromaticities}
    return {} if interop in UNLABELLED else {"colorInteropID": interop}


def _working_space(config: Config, linear: str) -> tuple[str, _Transform, _Transform]:
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


def _to_rec709(config: Config, linear: str) -> _Transform:
    space = config.find(LINEAR_SPACES[0].builtin)
    if space is None:
        raise ColourError(
            "the OCIO config has no linear Rec.709 space, in which pictures are judged",
            where=config.where,
            fix="use another config for this, with --ocio",
        )
    return _transform(config, linear, space)


def _to_display(config: Config, linear: str, view: tuple[str, str]) -> _Transform:
    if not all(view):
        raise ColourError("the OCIO config has no display and view", where=config.where, fix="add one, or use --ocio")
    return _transform(config, OCIO.DisplayViewTransform(src=linear, display=view[0], view=view[1]))


def _transform(config: Config, *between: object) -> _Transform:
    try:
        processor = config.ocio.getProcessor(*between)
        if processor.isNoOp():
            return _Transform("", None)
        # Lossless: the default optimisation's fast logarithm is wrong in the fifth digit, and does not come back.
        cpu = processor.getOptimizedCPUProcessor(OCIO.OPTIMIZATION_LOSSLESS)
    except OCIO_ERRORS as error:
        raise ColourError(
            f"the OCIO config cannot turn {' to '.join(str(b) for b in between)}: {error_words(error)}",
            where=config.where,
            fix="check the config with ociocheck, or use another with --ocio",
        ) from error
    return _Transform(str(cpu.getCacheID()), cpu)
