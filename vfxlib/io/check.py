"""Looking a sequence over before work begins: what it holds, what is missing, what cannot be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vfxlib.errors import PaintoutError, PictureError
from vfxlib.image.picture import Header
from vfxlib.io.footage import Footage, open_footage, rgb_names
from vfxlib.io.frames import format_frames
from vfxlib.io.gaps import MOST_PARTS, describe_gaps, find_gaps, format_gaps
from vfxlib.io.orientation import not_turned
from vfxlib.layer_names import MATTE

__all__ = ["ChannelValues", "SequenceReport", "check_sequence"]

FIT, UNFIT, UNREADABLE = 0, 1, 2
_HINTS = ("colorInteropID", "chromaticities", "dpx:Transfer", "dpx:Colorimetric")
_BLOCK = 1 << 22


@dataclass(frozen=True)
class ChannelValues:
    """What a channel holds over all frames that could be read.

    dtype           type in the file
    least, most     smallest and largest finite value, in the file's own numbers; None if there is none
    nan, inf, below pixels that are NaN, infinite, below 0
    """

    dtype: str
    least: float | None = None
    most: float | None = None
    nan: int = 0
    inf: int = 0
    below: int = 0

    def merged(self, other: ChannelValues) -> ChannelValues:
        """Both together."""
        least = [value for value in (self.least, other.least) if value is not None]
        most = [value for value in (self.most, other.most) if value is not None]
        return ChannelValues(
            self.dtype if self.dtype == other.dtype else "mixed",
            min(least, default=None),
            max(most, default=None),
            self.nan + other.nan,
            self.inf + other.inf,
            self.below + other.below,
        )


@dataclass(frozen=True)
class SequenceReport:
    """What was found.

    sequence    its name
    format      kind of file
    frames      frames that are there
    gaps        frames that are missing between the first and the last one, as ranges
    channels    by name, over all frames
    displays    size of the display window -> frames
    windows     data window -> frames
    layouts     how the files are built -> frames
    aspects     pixel aspect ratio -> frames
    views       views; the first is the one that is used
    colour      what the first frame says about its colour
    unreadable  frame -> reason
    problems    why the sequence is unfit, a sentence each
    notes       what is allowed and good to know
    """

    sequence: str
    format: str
    frames: tuple[int, ...]
    gaps: tuple[range, ...] = ()
    channels: Mapping[str, ChannelValues] = field(default_factory=dict)
    displays: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    windows: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    layouts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    aspects: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    views: tuple[str, ...] = ()
    colour: Mapping[str, str] = field(default_factory=dict)
    unreadable: Mapping[int, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """0 fit, 1 unfit, 2 with frames that cannot be read."""
        if self.unreadable:
            return UNREADABLE
        return UNFIT if self.problems else FIT

    def to_mapping(self) -> dict[str, Any]:
        """The report as JSON takes it."""
        return {
            "sequence": self.sequence,
            "status": self.status,
            "format": self.format,
            "frames": format_frames(self.frames),
            "count": len(self.frames),
            "gaps": format_gaps(self.gaps),
            "channels": {name: vars(values) for name, values in self.channels.items()},
            **{
                name: {value: format_frames(frames) for value, frames in getattr(self, name).items()}
                for name in ("displays", "windows", "layouts", "aspects")
            },
            "views": list(self.views),
            "colour": dict(self.colour),
            "unreadable": {str(number): reason for number, reason in self.unreadable.items()},
            "problems": list(self.problems),
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        lines = [
            f"{self.sequence}  {self.format}",
            f"  frames    {format_frames(self.frames, MOST_PARTS)} ({len(self.frames)})",
        ]
        if self.gaps:
            lines.append(f"  missing   {format_gaps(self.gaps, MOST_PARTS)}")
        for label, values in (
            ("size", self.displays),
            ("window", self.windows),
            ("layout", self.layouts),
            ("aspect", self.aspects),
        ):
            listed = list(values.items())[:8]
            for value, frames in listed:
                lines.append(f"  {label:9} {value}" + (f"  on {format_frames(frames)}" if len(values) > 1 else ""))
            if len(values) > len(listed):
                lines.append(f"  {label:9} and {len(values) - len(listed)} more")
        lines += [f"  channel   {_line(name, values)}" for name, values in self.channels.items()]
        if self.views:
            lines.append(f"  views     {', '.join(self.views)}")
        lines += [f"  colour    {name} {value}" for name, value in self.colour.items()]
        lines += [f"  note      {note}" for note in self.notes]
        lines += [f"  unfit     {problem}" for problem in self.problems]
        lines += [f"  unread    {number}: {reason}" for number, reason in self.unreadable.items()]
        lines.append(f"  {('fit', 'unfit', 'unreadable')[self.status]}")
        return "\n".join(lines)


def _line(name: str, values: ChannelValues) -> str:
    span = "no finite value" if values.least is None else f"{values.least:.6g} to {values.most:.6g}"
    counts = ((values.nan, "NaN"), (values.inf, "inf"), (values.below, "below 0"))
    odd = [f"{count} {what}" for count, what in counts if count]
    return ", ".join([f"{name} {values.dtype} {span}", *odd])


def check_sequence(text: str, progress: Callable[[int], None] = lambda number: None) -> SequenceReport:
    """Read every frame of a sequence and say what was found.

    text      as ``open_footage`` takes it
    progress  called with each frame when it has been looked at
    raises    SequenceError if nothing is there, PictureError if it is of no known kind
    """
    footage = open_footage(text)
    headers: dict[int, Header] = {}
    unreadable: dict[int, str] = {}
    channels: dict[str, ChannelValues] = {}
    with ThreadPoolExecutor(2, thread_name_prefix="check") as pool:  # reading and counting overlap; memory stays flat
        waiting = [(number, pool.submit(_inspect, footage, number)) for number in footage.frames]
        for number, future in waiting:
            try:
                headers[number], found = future.result()
            except PaintoutError as error:
                unreadable[number] = error.problem
            else:
                for name, values in found.items():
                    channels[name] = channels[name].merged(values) if name in channels else values
            progress(number)
    first = next(iter(headers.values()), None)
    displays = _frames_by(headers, lambda header: f"{header.display.width}x{header.display.height}")
    windows = _frames_by(headers, lambda header: str(header.data))
    aspects = _frames_by(headers, lambda header: f"{header.aspect:.6g}")
    return SequenceReport(
        sequence=footage.spelling,
        format=footage.format,
        frames=footage.frames,
        gaps=find_gaps(footage.frames),
        channels=channels,
        displays=displays,
        windows=windows,
        layouts=_frames_by(headers, lambda header: header.layout),
        aspects=aspects,
        views=first.views if first else (),
        colour={name: _format_value(first.attributes[name]) for name in _HINTS if name in first.attributes}
        if first
        else {},
        unreadable=unreadable,
        problems=tuple(_problems(footage.frames, headers, displays, aspects)),
        notes=tuple(_notes(channels, windows, first)),
    )


def _inspect(footage: Footage, number: int) -> tuple[Header, dict[str, ChannelValues]]:
    header = footage.header(number)
    frame = footage.read(number)
    values = {name: _measure(pixels) for name, pixels in frame.channels.items()}
    return header, values


def _measure(pixels: NDArray[np.generic]) -> ChannelValues:
    """Looked through in blocks, so that a large frame does not take its memory twice."""
    flat = pixels.reshape(-1)
    found = ChannelValues(str(pixels.dtype))
    for at in range(0, flat.size, _BLOCK):
        block = flat[at : at + _BLOCK]
        if block.dtype.kind == "u":
            part = ChannelValues(str(pixels.dtype), float(np.min(block)), float(np.max(block)))
        else:
            numbers = block.astype(np.float32, copy=False)
            finite = np.isfinite(numbers)
            nan = int(np.isnan(numbers).sum())
            kept = numbers if finite.all() else numbers[finite]
            part = ChannelValues(
                str(pixels.dtype),
                float(kept.min()) if kept.size else None,
                float(kept.max()) if kept.size else None,
                nan,
                numbers.size - int(finite.sum()) - nan,
                int((kept < 0).sum()),
            )
        found = found.merged(part)
    return found


def _frames_by(headers: Mapping[int, Header], describe: Callable[[Header], str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for number, header in headers.items():
        found.setdefault(describe(header), []).append(number)
    return {value: tuple(frames) for value, frames in found.items()}


def _problems(
    frames: tuple[int, ...],
    headers: Mapping[int, Header],
    displays: Mapping[str, tuple[int, ...]],
    aspects: Mapping[str, tuple[int, ...]],
) -> list[str]:
    found = list(describe_gaps(frames))
    for what, values in (("the size", displays), ("the pixel aspect ratio", aspects)):
        if len(values) > 1:
            changes = ", ".join(f"{value} on {format_frames(frames)}" for value, frames in values.items())
            found.append(f"{what} changes: {changes}")
    kinds = Counter(tuple(sorted(header.channels.items())) for header in headers.values())
    if len(kinds) > 1:
        commonest = dict(kinds.most_common(1)[0][0])
        odd = [number for number, header in headers.items() if dict(header.channels) != commonest]
        found.append(f"the channels or their types change: frames {format_frames(odd)} differ from the others")
    first = next(iter(headers.values()), None)
    if first is not None and len(first.channels) > 1 and "A" not in first.channels and MATTE not in first.channels:
        try:
            rgb_names(first)
        except PictureError as error:
            found.append(f"{error.problem}, and no channel that is taken for a matte")
    return found


def _notes(
    channels: Mapping[str, ChannelValues], windows: Mapping[str, tuple[int, ...]], first: Header | None
) -> list[str]:
    found = []
    bad = [name for name, values in channels.items() if values.nan or values.inf]
    if bad:
        found.append(f"{', '.join(bad)} hold NaN or inf; they stay where they are and are not copied from")
    if len(windows) > 1:
        found.append("the data window changes; every frame keeps its own")
    if first is not None and first.views:
        found.append(f"of the views {first.views[0]} is used, not {', '.join(first.views[1:])}")
    if first is not None and first.thin:
        found.append(f"left out, for fewer pixels than the picture: {', '.join(first.thin)}")
    if first is not None and first.turned:
        found.append(not_turned(first.turned))
    return found


def _format_value(value: object) -> str:
    return " ".join(f"{number:.4g}" for number in value) if isinstance(value, tuple) else str(value)
