"""A shot opened: plate, matte and colour checked against each other, frames read whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.ocio import Colours, open_colours
from vfxlib.errors import MatteError, SequenceError, UsageError
from vfxlib.image.area import fitting_size
from vfxlib.image.box import Box
from vfxlib.image.morphology import grow
from vfxlib.image.picture import Array, FileColour, Header, LinearColour, Picture, RawFrame, is_light
from vfxlib.image.pixel_types import as_float
from vfxlib.image.reframe import reframe
from vfxlib.inputs.agreement import check_frames, first_header
from vfxlib.inputs.chosen_objects import chosen_objects
from vfxlib.inputs.keys import Keys
from vfxlib.inputs.matte import Matte, open_matte
from vfxlib.inputs.prior_fill import GivenFill, open_fill
from vfxlib.inputs.reduced import Reduction
from vfxlib.io.footage import Footage, Guard, open_footage, rgb, rgb_names
from vfxlib.io.frames import format_frames
from vfxlib.io.gaps import MOST_PARTS, describe_gaps, find_strays

__all__ = ["OpenShot", "ShotFrame", "alpha_name", "check_mattes", "open_shot", "to_colour"]


@dataclass(frozen=True)
class ShotFrame:
    """A frame as the work sees it; every array covers ``window``.

    original  the plate as it came
    names     its channels that hold red, green and blue
    plate     linear colour; NaN and inf may occur
    matte     [h w] 0..1, what is replaced, grown as asked
    hole      [h w] matte above 0
    known     [h w] outside the matte, and light at all: what may be measured and copied
    """

    original: RawFrame
    names: tuple[str, str, str]
    plate: Picture[LinearColour]
    matte: Array
    hole: NDArray[np.bool_]
    known: NDArray[np.bool_]

    @property
    def number(self) -> int:
        """The frame."""
        return self.original.number

    @property
    def window(self) -> Box:
        """The plate's data window."""
        return self.plate.window

    def known_beyond(self, margin: float) -> NDArray[np.bool_]:
        """Where it may be copied from: what is known and lies farther from the matte than a margin, pixels."""
        return self.known & ~(grow(self.matte, margin) > 0) if margin > 0 else self.known

    @property
    def nbytes(self) -> int:
        """Bytes that the frame takes in memory; shared arrays count once."""
        arrays = {id(a): a.nbytes for a in self.original.channels.values()}
        pixels = self.plate.pixels.nbytes
        return sum(arrays.values()) + pixels + self.matte.nbytes + self.hole.nbytes + self.known.nbytes


@dataclass(frozen=True)
class OpenShot:
    """What a task reads from.

    plate    the plate's files
    matte    the matte's files; None of a shot in which nothing must go
    colours  from the file's encoding to light and back
    frames   frames of the job
    layer    layer of the plate's files that holds the picture; "" for the main one
    grow     pixels by which the matte is grown
    keep     True if the plate's other channels are wanted too
    fill     another filler's frames; None if none are given
    keys     mattes of single frames; None if none are given
    display  display window of what is read
    reduction  from the plate's display window to this one; None where the plate is read as it is
    """

    plate: Footage
    matte: Matte | None
    colours: Colours
    frames: tuple[int, ...]
    display: Box
    layer: str = ""
    grow: float = 0.0
    keep: bool = False
    fill: GivenFill | None = None
    keys: Keys | None = None
    reduction: Reduction | None = None

    def reduced(self, longest: int) -> "OpenShot":
        """The same shot seen at a working size: reduced by a whole factor until its longest side fits.

        longest  pixels; 0 for the plate's own size
        """
        size = fitting_size(self.display.size, longest)
        if size == self.display.size:
            return self
        low = Box(0, 0, *size)
        return replace(self, display=low, reduction=Reduction(self.display, low))

    def guarded(self, guard: Guard) -> "OpenShot":
        """The same shot, every file of which is read under guard."""
        return replace(
            self,
            plate=self.plate.guarded(guard),
            matte=self.matte and self.matte.guarded(guard),
            fill=self.fill and self.fill.guarded(guard),
            keys=self.keys and self.keys.guarded(guard),
        )

    def header(self, number: int) -> Header:
        """The plate's header of a frame, with the windows of what is read.

        raises  SequenceError if its display window is not the first frame's
        """
        header = self._header(number)
        return header if self.reduction is None else self.reduction.header(header)

    def _header(self, number: int) -> Header:
        header, display = self.plate.header(number), self.plate_display
        if header.display != display:
            raise SequenceError(
                f"frame {number} is {_size(header.display)}, the first one {_size(display)}",
                where=header.path,
                fix="give frames of one size, or leave it out with --frames",
            )
        return header

    @property
    def plate_display(self) -> Box:
        """The plate's own display window."""
        return self.display if self.reduction is None else self.reduction.full

    def as_seen(self, picture: Picture[LinearColour]) -> Picture[LinearColour]:
        """A picture of the plate's size as the shot's frames are read: reduced where they are."""
        if self.reduction is None:
            return picture
        return self.reduction.light(picture, is_light(picture.pixels))[0]

    def matte_of(self, number: int) -> Array:
        """The matte over the data window of what is read, grown as asked; 0 outside its own, and without a matte.

        raises  MatteError if it does not fit the plate
        """
        matte = self._matte_of(number)
        return matte if self.reduction is None else self.reduction.matte(matte, self._header(number).data)

    def _matte_of(self, number: int) -> Array:
        window = self._header(number).data
        if self.matte is None:
            return np.zeros((window.height, window.width), np.float32)
        pixels, box = self.matte.read(number, self.plate_display)
        return _grown(pixels, box, window, self.grow)

    def objects_of(self, number: int) -> tuple[Array, ...]:
        """The matte of each object that is told apart, in the order of the matte's names, as ``matte_of`` their union.

        raises  MatteError if it does not fit the plate
        """
        if self.matte is None or not self.matte.names:
            return ()
        window, reduction = self._header(number).data, self.reduction
        objects, box = self.matte.read_objects(number, self.plate_display)
        # where the union shrinks, objects that touch each other do not shrink apart
        mattes = [_grown(pixels, box, window, max(self.grow, 0.0)) for pixels in objects]
        return tuple(mattes if reduction is None else [reduction.matte(matte, window) for matte in mattes])

    def read(self, number: int) -> ShotFrame:
        """One frame, turned to linear colour; reduced where the shot is."""
        header = self._header(number)
        names, reduction = rgb_names(header, self.layer), self.reduction
        original = self.plate.read(number, None if self.keep else _picture_channels(header, self.layer))
        matte = self._matte_of(number)
        if reduction is None:
            plate = to_colour(original, self.colours, self.layer)
            hole = matte > 0
            return ShotFrame(original, names, plate, matte, hole, ~hole & is_light(plate.pixels))
        small = reduction.matte(matte, header.data)
        low, share = self._reduced_light(original, reduction)
        return ShotFrame(
            original=reduction.original(original, names, low, self.colours),
            names=names,
            plate=low,
            matte=small,
            hole=small > 0,
            known=reduction.known(low, share, small),
        )

    def _reduced_light(self, original: RawFrame, reduction: Reduction) -> tuple[Picture[LinearColour], Array]:
        """The averages of a frame's light, and which share of each is light."""
        if not self.colours.file_is_light:
            plate = to_colour(original, self.colours, self.layer)
            return reduction.light(plate, is_light(plate.pixels))
        # the mean of turned light is the mean turned, and a smaller picture is turned in a fraction of the time
        raw = as_float(rgb(original, self.layer))
        mean, share = reduction.light(Picture[LinearColour](raw, original.header.data), is_light(raw))
        return self.colours.to_linear(Picture[FileColour](mean.pixels, mean.window)), share


def _grown(pixels: Array, box: Box, window: Box, amount: float) -> Array:
    """A matte over a window, 0 outside its own, grown."""
    # a matte outside the window may grow into it; one that shrinks must not be eaten from the picture's edge
    around = window.grown(int(np.ceil(amount)) + 1) if amount > 0 else window
    matte = reframe(pixels, box, around)
    if amount:
        matte = grow(matte, amount)
    return np.ascontiguousarray(matte[window.slices(around)])


def to_colour(original: RawFrame, colours: Colours, layer: str = "") -> Picture[LinearColour]:
    """The picture's colour channels as linear light over the data window."""
    pixels = as_float(rgb(original, layer))
    return colours.to_linear(Picture[FileColour](pixels, original.header.data))


def open_shot(
    *,
    plate: str,
    matte: str = "",
    plate_layer: str = "",
    matte_channel: str = "",
    matte_id: int = -1,
    remove: str = "",
    frames: Sequence[int] = (),
    colorspace: str = "",
    output_colorspace: str = "",
    ocio: str = "",
    keep: bool = False,
    fill: str = "",
    keyed: bool = False,
) -> OpenShot:
    """Open plate, matte, and a fill if one is given, and see that they belong together; only headers are read.

    frames  frames of the job; () takes all of the plate
    keep    True if the plate's other channels are wanted too
    keyed   True if there are keys, so that no matte is needed
    raises  SequenceError for missing frames, MatteError for a matte that does not cover them, UsageError if there is
            no plate, or neither matte nor key, ColourError for colour that does not exist
    """
    if not plate:
        raise UsageError("no plate is given", where="--plate", fix="name a sequence such as plate/plate.####.exr")
    if not matte and not keyed:
        raise UsageError("no matte is given", where="--matte", fix="name a sequence such as matte/matte.####.exr")
    footage = open_footage(plate)
    wanted = tuple(sorted(frames)) if frames else _unbroken(footage)
    fix = f"render them again, or pass --frames with some of {format_frames(footage.frames, MOST_PARTS)}"
    check_frames(footage, wanted, "frames {} are missing", fix)
    mattes = _mattes(matte, matte_channel, matte_id, chosen_objects(remove), wanted) if matte else None
    header = first_header(footage, wanted[0])
    colours = open_colours(
        config=ocio or None, colorspace=colorspace or None, output_colorspace=output_colorspace or None, header=header
    )
    given = open_fill(fill, colours, header, wanted) if fill else None
    return OpenShot(footage, mattes, colours, wanted, header.display, plate_layer, keep=keep, fill=given)


def _mattes(text: str, channel: str, ident: int, chosen: Sequence[str], wanted: Sequence[int]) -> Matte:
    mattes = open_matte(text, channel, None if ident < 0 else ident, chosen)
    if mattes.missing(wanted):
        fix = "add an empty matte where nothing must go, pass --frames, or have them made with --mend-mattes"
        if len(mattes.frames) == 1:
            file = mattes.footage.path(mattes.frames[0])
            fix = f"name the file itself to use it for all frames: --matte {file}; else {fix}"
        check_frames(mattes.footage, wanted, "the matte is missing on frames {}", fix, MatteError)
    return mattes


def check_mattes(shot: OpenShot) -> None:
    """See before any work that every matte fits and that there is something to do and something to see.

    A shot without a matte passes.

    raises  SequenceError, MatteError
    """
    if shot.matte is None:
        return
    touched, open_somewhere = False, False
    absent = list(shot.matte.names)
    for number in shot.frames:
        if absent:
            found = {name for name, each in zip(shot.matte.names, shot.objects_of(number), strict=True) if each.any()}
            absent = [name for name in absent if name not in found]
        hole = shot.matte_of(number) > 0
        touched = touched or bool(hole.any())
        open_somewhere = open_somewhere or not bool(hole.all())
    if absent:
        raise MatteError(
            f"object {absent[0]} is on no frame", where=shot.matte.spelling, fix="check --matte-channel and --remove"
        )
    if not touched:
        raise MatteError(
            "the matte is empty on every frame",
            where=shot.matte.spelling,
            fix="check --matte-channel, --matte-id and --remove",
        )
    if not open_somewhere:
        raise MatteError(
            "the matte covers the whole picture on every frame, so nothing is left to fill it with",
            where=shot.matte.spelling,
            fix="check --matte-channel and --matte-id, or whether the matte is inverted",
        )


def _unbroken(footage: Footage) -> tuple[int, ...]:
    problems = describe_gaps(footage.frames)
    if problems:
        strays = find_strays(footage.frames)
        kept = format_frames(set(footage.frames) - set(strays), MOST_PARTS)
        mend = "move what is far away to another folder" if strays else "render them again"
        raise SequenceError("; ".join(problems), where=footage.spelling, fix=f"{mend}, or pass --frames {kept}")
    return footage.frames


def _picture_channels(header: Header, layer: str) -> list[str]:
    names = rgb_names(header, layer)
    wanted = [*dict.fromkeys(names), alpha_name(names)]
    return [name for name in wanted if name in header.channels and name not in header.thin]


def alpha_name(names: tuple[str, str, str]) -> str:
    """What the alpha beside these colour channels is called."""
    layer = names[0].rpartition(".")[0]
    return f"{layer}.A" if layer else "A"


def _size(box: Box) -> str:
    return f"{box.width}x{box.height}"
