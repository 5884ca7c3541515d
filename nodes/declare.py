"""Parameters: declared once as the fields of a frozen dataclass, shown by every face.

A field carries its control: type, default, hard limits, slider range, unit, label and help. Faces (shell, Nuke,
Blender, farm, job file, EXR header, reference page) match over the few kinds of control and nothing else, so a new
kind fails type checking until every face handles it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar, Union

from nodes.names import name_text, path_text, shown, unknown
from vfxlib.errors import PaintoutError, UsageError
from vfxlib.io.frames import LAST_FRAME, MOST_FRAMES, format_frames, parse_frame, parse_frames
from vfxlib.io.shipped_weights import SHIPPED

__all__ = [
    "PATHS",
    "Choice",
    "Control",
    "FrameFiles",
    "FrameList",
    "Integer",
    "Number",
    "Params",
    "Text",
    "Toggle",
    "Unit",
    "choice",
    "controls",
    "field_of",
    "frame_files",
    "frame_list",
    "from_mapping",
    "integer",
    "is_path",
    "number",
    "option",
    "text",
    "toggle",
]

P = TypeVar("P", bound="Params")

REFERENCE_HEIGHT = 480  # lines at which the default of a pixel parameter is stated
PATHS = ("SEQ", "FILE", "DIR", "CONFIG")  # what a text that is a path stands for in the help


class Unit(Enum):
    """What a number counts; the value is what people read behind it."""

    NONE = ""
    PIXELS = "px"
    FRAMES = "frames"
    STOPS = "stops"
    GIB = "GiB"
    MINUTES = "min"


@dataclass(frozen=True)
class Number:
    """A real number; ``scaled`` means that its default follows the frame's height and is stated for 480 lines."""

    default: float
    hard: tuple[float, float]
    slider: tuple[float, float]
    unit: Unit
    label: str
    help: str
    scaled: bool = False


@dataclass(frozen=True)
class Integer:
    """A whole number."""

    default: int
    hard: tuple[int, int]
    slider: tuple[int, int]
    unit: Unit
    label: str
    help: str


@dataclass(frozen=True)
class Toggle:
    """On or off."""

    default: bool
    label: str
    help: str


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    default: str
    options: tuple[str, ...]
    label: str
    help: str


@dataclass(frozen=True)
class Text:
    """A name or a path; ``what`` is the word that stands for it in the help ("SEQ", "NAME", "DIR", ...).

    ``nothing`` is a word that may be given for no file, and counts as none given. ``ships`` is the file of weights that
    comes with Paintout for which the word shipped stands. Files of these names are ./none and ./shipped.
    """

    default: str
    what: str
    label: str
    help: str
    nothing: str = ""
    ships: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """What may be given and is no path."""
        return (*filter(None, (self.nothing,)), *((SHIPPED,) if self.ships else ()))


@dataclass(frozen=True)
class FrameList:
    """Frames, written 1001-1020,1030."""

    default: tuple[int, ...]
    label: str
    help: str


@dataclass(frozen=True)
class FrameFiles:
    """Files for single frames, written FRAME=FILE, repeated."""

    default: tuple[tuple[int, str], ...]
    label: str
    help: str


Control = Union[Number, Integer, Toggle, Choice, Text, FrameList, FrameFiles]  # noqa: UP007  a runtime value in 3.10


def _field(control: Control) -> Any:
    scaled = isinstance(control, Number) and control.scaled
    return field(default=None if scaled else control.default, metadata={"control": control})


def number(
    default: float,
    *,
    hard: tuple[float, float],
    slider: tuple[float, float],
    label: str,
    help: str,
    unit: Unit = Unit.NONE,
    scaled: bool = False,
) -> Any:
    """A field that holds a real number, or None for a ``scaled`` default that waits for the frame's height."""
    return _field(Number(default, hard, slider, unit, label, help, scaled))


def integer(
    default: int, *, hard: tuple[int, int], slider: tuple[int, int], label: str, help: str, unit: Unit = Unit.NONE
) -> Any:
    """A field that holds a whole number."""
    return _field(Integer(default, hard, slider, unit, label, help))


def toggle(default: bool, *, label: str, help: str) -> Any:
    """A field that is on or off."""
    return _field(Toggle(default, label, help))


def choice(default: str, options: tuple[str, ...], *, label: str, help: str) -> Any:
    """A field that holds one of a few words."""
    return _field(Choice(default, options, label, help))


def text(default: str, *, what: str, label: str, help: str, nothing: str = "", ships: str = "") -> Any:
    """A field that holds a name or a path; "" if not given, or if ``nothing`` is given."""
    return _field(Text(default, what, label, help, nothing, ships))


def frame_list(*, label: str, help: str) -> Any:
    """A field that holds frames; empty if not given."""
    return _field(FrameList((), label, help))


def frame_files(*, label: str, help: str) -> Any:
    """A field that holds a file for each of some frames; empty if not given."""
    return _field(FrameFiles((), label, help))


def field_of(params: type[Params], name: str) -> Any:
    """A field with the control of another declaration's."""
    return _field(controls(params)[name])


def controls(params: type[Params] | Params) -> dict[str, Control]:
    """The control of each field, in the order of declaration."""
    return {f.name: f.metadata["control"] for f in dataclasses.fields(params)}


@dataclass(frozen=True, kw_only=True)
class Params:
    """Values that hold what their controls promise: who has one need not check again."""

    def __post_init__(self) -> None:
        for name, control in controls(self).items():
            object.__setattr__(self, name, _checked(name, control, getattr(self, name)))

    def to_mapping(self) -> dict[str, Any]:
        """Plain values for JSON; a scaled default that was left alone is None."""
        return {name: _plain(control, getattr(self, name)) for name, control in controls(self).items()}

    def changed(self) -> dict[str, Any]:
        """The plain values that differ from their defaults."""
        default = type(self)().to_mapping()
        return {name: value for name, value in self.to_mapping().items() if value != default[name]}

    def at(self, height: int, scale: float = 1.0) -> dict[str, Any]:
        """Every value as a processor uses it.

        height  lines of the plate's display window that is processed; scaled defaults follow it
        scale   proxy scale, 1 = full resolution; multiplies pixel values that were given
        """
        values: dict[str, Any] = {}
        for name, control in controls(self).items():
            value = getattr(self, name)
            if isinstance(control, Number) and control.unit is Unit.PIXELS:
                value = control.default * height / REFERENCE_HEIGHT if value is None else value * scale
            values[name] = value
        return values


def from_mapping(kind: type[P], values: Mapping[str, Any], where: str = "") -> P:
    """Parameters of a kind from plain values, as ``to_mapping`` gives them.

    where   what holds them, for errors; "" for options
    raises  UsageError for an unknown name or a value of another type or outside its limits
    """
    known, checked = controls(kind), {}
    for name, value in values.items():
        if name not in known:
            raise unknown("parameter", name, known, where)
        try:
            checked[name] = _checked(name, known[name], value)
        except PaintoutError as error:
            place = f"{where}.{name}" if where else error.where
            raise UsageError(error.problem, where=place, fix=error.fix) from None
    return kind(**checked)


def option(name: str) -> str:
    """How a field is spelt as an option: flow_margin -> --flow-margin."""
    return "--" + name.replace("_", "-")


def is_path(control: Control, words: str) -> bool:
    """True of a text that is a path; a colour configuration may also be a name that begins with ocio://."""
    if not (isinstance(control, Text) and control.what in PATHS and words) or words in control.words:
        return False
    return not (control.what == "CONFIG" and "://" in words)


def _wrong(name: str, value: object, wants: str) -> UsageError:
    return UsageError(f"{shown(value)} is not {wants}", where=option(name), fix=f"give {wants}")


def _checked(name: str, control: Control, value: Any) -> Any:
    match control:
        case Number(hard=(low, high), unit=unit):
            if value is None and control.scaled:
                return None
            wants = f"a number from {low:g} to {high:g}" + (f" {unit.value}" if unit.value else "")
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
                raise _wrong(name, value, wants)  # NaN too, which is neither above nor below anything
            return float(value)
        case Integer(hard=(first, last), unit=unit):
            wants = f"a whole number from {first} to {last}" + (f" {unit.value}" if unit.value else "")
            if isinstance(value, bool) or not isinstance(value, int) or not first <= value <= last:
                raise _wrong(name, value, wants)
            return value
        case Toggle():
            if not isinstance(value, bool):
                raise _wrong(name, value, "true or false")
            return value
        case Choice(options=options):
            if value not in options:
                raise _wrong(name, value, f"one of {', '.join(options)}")
            return value
        case Text():
            if not isinstance(value, str):
                raise _wrong(name, value, "a text")
            if value and value == control.nothing:
                return ""
            return path_text(value, option(name)) if is_path(control, value) else name_text(value, option(name))
        case FrameList():
            return _frames(name, value)
        case FrameFiles():
            return _frame_files(name, value)


def _frames(name: str, value: Any) -> tuple[int, ...]:
    if isinstance(value, str):
        try:
            return parse_frames(value) if value else ()
        except UsageError as error:
            raise UsageError(error.problem, where=option(name), fix=error.fix) from None
    wants = f"a list of at most {MOST_FRAMES} frames, such as 1001-1020,1030"
    if not isinstance(value, (list, tuple, range, set, frozenset)) or len(value) > MOST_FRAMES:
        raise _wrong(name, value, wants)
    for number in value:
        if not _is_frame(number):
            raise _wrong(name, number, wants)
    return tuple(sorted(set(value)))


def _frame_files(name: str, value: Any) -> tuple[tuple[int, str], ...]:
    files: dict[int, str] = {}
    pairs = value.items() if isinstance(value, Mapping) else value
    if not isinstance(pairs, Iterable):
        raise _wrong(name, value, "FRAME=FILE")
    for pair in pairs:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise _wrong(name, pair, "FRAME=FILE")
        number, path = pair
        if isinstance(number, str):
            number = parse_frame(number)
        if not _is_frame(number) or not isinstance(path, str) or not path:
            raise _wrong(name, pair, "FRAME=FILE")
        if number in files:
            two = f"{shown(files[number])} and {shown(path)}"
            fix = "join them into one file, or leave one of them out"
            raise UsageError(f"frame {number} is given twice: {two}", where=option(name), fix=fix)
        files[number] = path_text(path, option(name))
    return tuple(sorted(files.items()))


def _is_frame(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and abs(number) <= LAST_FRAME


def _plain(control: Control, value: Any) -> Any:
    match control:
        case FrameList():
            return format_frames(value)
        case FrameFiles():
            return {str(n): path for n, path in value}
        case _:
            return value
