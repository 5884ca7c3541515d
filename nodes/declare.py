"""Parameters: declared once as the fields of a frozen dataclass, shown by every face.

A field carries its control: type, default, hard limits, slider range, unit, label and help. Faces (shell, Nuke,
Blender, farm, job file, EXR header, reference page) match over the few kinds of control and nothing else, so a new
kind fails type checking until every face handles it.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar, Union

from vfxlib.errors import PaintoutError, UsageError
from vfxlib.io.frames import format_frames, parse_frames

__all__ = [
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
    "frame_files",
    "frame_list",
    "from_mapping",
    "integer",
    "number",
    "option",
    "text",
    "toggle",
]

P = TypeVar("P", bound="Params")

REFERENCE_HEIGHT = 480  # lines at which the default of a pixel parameter is stated


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
    """A name or a path; ``what`` is the word that stands for it in the help ("SEQ", "NAME", "DIR", ...)."""

    default: str
    what: str
    label: str
    help: str


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


def text(default: str, *, what: str, label: str, help: str) -> Any:
    """A field that holds a name or a path; "" if not given."""
    return _field(Text(default, what, label, help))


def frame_list(*, label: str, help: str) -> Any:
    """A field that holds frames; empty if not given."""
    return _field(FrameList((), label, help))


def frame_files(*, label: str, help: str) -> Any:
    """A field that holds a file for each of some frames; empty if not given."""
    return _field(FrameFiles((), label, help))


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

    raises  UsageError for an unknown name or a value outside its limits
    """
    known = controls(kind)
    for name in values:
        if name not in known:
            raise UsageError(
                f"there is no parameter {name!r}", where=where, fix=f"the parameters are {', '.join(known)}"
            )
    try:
        return kind(**values)
    except PaintoutError as error:
        raise UsageError(error.problem, where=where or error.where, fix=error.fix) from None


def option(name: str) -> str:
    """How a field is spelt as an option: flow_margin -> --flow-margin."""
    return "--" + name.replace("_", "-")


def _wrong(name: str, value: object, wants: str) -> UsageError:
    return UsageError(f"{value!r} is not {wants}", where=option(name), fix=f"give {wants}")


def _checked(name: str, control: Control, value: Any) -> Any:
    match control:
        case Number(hard=(low, high), unit=unit):
            if value is None and control.scaled:
                return None
            wants = f"a number from {low:g} to {high:g}" + (f" {unit.value}" if unit.value else "")
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
                raise _wrong(name, value, wants)
            if not low <= value <= high:
                raise _wrong(name, value, wants)
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
            return value
        case FrameList():
            if isinstance(value, str):
                return parse_frames(value) if value else ()
            return tuple(sorted({int(n) for n in value}))
        case FrameFiles():
            pairs = value.items() if isinstance(value, Mapping) else value
            try:
                return tuple(sorted((int(n), str(path)) for n, path in pairs))
            except (TypeError, ValueError):
                raise _wrong(name, value, "FRAME=FILE") from None


def _plain(control: Control, value: Any) -> Any:
    match control:
        case FrameList():
            return format_frames(value)
        case FrameFiles():
            return {str(n): path for n, path in value}
        case _:
            return value
