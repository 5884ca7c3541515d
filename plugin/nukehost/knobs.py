"""Declared parameters as knobs of a node, and the node's knobs as declared values: nothing else knows both."""

from collections.abc import Collection, Iterator
from typing import Any, TypeVar

import nuke

from nodes.declare import (
    Choice,
    Control,
    FrameFiles,
    FrameList,
    Integer,
    Number,
    Params,
    Text,
    Toggle,
    Unit,
    controls,
    from_mapping,
    is_path,
    option,
)
from nodes.node import Node
from nodes.recipes import Recipe
from nodes.shot import Output, Shot
from vfxlib.errors import UsageError

__all__ = [
    "PREFIX",
    "add_knobs",
    "frame_file_lines",
    "is_declared",
    "keep_within_limits",
    "knob_name",
    "read",
    "write",
]

P = TypeVar("P", bound=Params)

PREFIX = "paintout_"  # of every knob of ours, for Nuke has a label, a disable and more of its own
AUTO = "_auto"  # behind the name of a parameter whose default follows the height


def knob_name(name: str) -> str:
    """The knob of a declared field."""
    return PREFIX + name


def is_declared(face: Node | Recipe, knob: str) -> bool:
    """True of a knob of a field that a node or a recipe has, or of whether it follows the height."""
    name = knob.removeprefix(PREFIX).removesuffix(AUTO)
    return knob.startswith(PREFIX) and any(name in controls(kind) for kind in (Shot, face.params, Output))


def add_knobs(node: nuke.Node, kind: type[Params], names: Collection[str]) -> None:
    """Give a node a knob for each of these fields, with label, unit, help, slider and default."""
    for name, control in controls(kind).items():
        if name in names:
            for knob in _knobs(name, control):
                node.addKnob(knob)


def _knobs(name: str, control: Control) -> Iterator[nuke.Knob]:
    own = knob_name(name)
    knob: nuke.Knob
    match control:
        case Number(default=default, slider=(low, high), unit=unit):
            knob = nuke.Double_Knob(own, _label(control.label, unit))
            knob.setRange(low, high)
            knob.setValue(default)
        case Integer(default=default, slider=(first, last), unit=unit):
            knob = nuke.Int_Knob(own, _label(control.label, unit))
            knob.setRange(first, last)
            knob.setValue(default)
        case Toggle(default=default):
            knob = nuke.Boolean_Knob(own, control.label)
            knob.setValue(default)
            knob.setFlag(nuke.STARTLINE)
        case Choice(default=default, options=options):
            knob = nuke.Enumeration_Knob(own, control.label, list(options))
            knob.setValue(default)
        case Text(default=default):
            file = is_path(control, "any")
            knob = nuke.File_Knob(own, control.label) if file else nuke.String_Knob(own, control.label)
            knob.setValue(default)
        case FrameList():
            knob = nuke.String_Knob(own, control.label)
        case FrameFiles():
            knob = nuke.Multiline_Eval_String_Knob(own, control.label)
    knob.setTooltip(control.help)
    yield knob
    if isinstance(control, Number) and control.scaled:
        auto = nuke.Boolean_Knob(own + AUTO, "follows the height")
        auto.setTooltip(f"{control.default:g} px at 480 lines, more on a larger plate; off takes the number as it is.")
        auto.setValue(True)
        auto.clearFlag(nuke.STARTLINE)
        yield auto


def _label(label: str, unit: Unit) -> str:
    return f"{label} ({unit.value})" if unit.value else label


def read(node: nuke.Node, kind: type[P], names: Collection[str]) -> P:
    """The declaration's values as the knobs have them; fields without a knob keep their default.

    raises  UsageError for a value outside its limits, or words that are no frames or files, with the knob's label
    """
    known = controls(kind)
    values = {name: _value(node, name, control) for name, control in known.items() if name in names}
    try:
        return from_mapping(kind, values)
    except UsageError as error:
        labels = {option(name): control.label for name, control in known.items()}
        where = f"{node.name()}, {labels.get(error.where, error.where)}"
        raise UsageError(error.problem, where=where, fix=error.fix) from error


def _value(node: nuke.Node, name: str, control: Control) -> Any:
    knob = node[knob_name(name)]
    value = knob.value()
    match control:
        case Number(scaled=scaled):
            return None if scaled and node[knob_name(name) + AUTO].value() else float(value)
        case Integer():
            return int(value)
        case Toggle():
            return bool(value)
        case Choice() | Text() | FrameList():
            return str(value)
        case FrameFiles():
            return [_frame_file(line) for line in str(value).splitlines() if line.strip()]


def _frame_file(line: str) -> tuple[str, str]:
    frame, _, path = line.partition("=")
    return frame.strip(), path


def write(node: nuke.Node, params: Params, names: Collection[str]) -> None:
    """Set the knobs of these fields to a declaration's values."""
    for name, control in controls(params).items():
        if name in names:
            _set(node, name, control, getattr(params, name))


def _set(node: nuke.Node, name: str, control: Control, value: Any) -> None:
    knob = node[knob_name(name)]
    match control:
        case Number(scaled=True):
            node[knob_name(name) + AUTO].setValue(value is None)
            if value is not None:
                knob.setValue(value)
        case Number() | Integer() | Toggle() | Choice() | Text():
            knob.setValue(value)
        case FrameList():
            knob.setValue(",".join(map(str, value)))
        case FrameFiles():
            knob.setValue(frame_file_lines(dict(value)))


def frame_file_lines(files: dict[int, str]) -> str:
    """Files of frames as their knob shows them, a line FRAME=FILE each."""
    return "\n".join(f"{number}={path}" for number, path in sorted(files.items()))


def keep_within_limits(node: nuke.Node, face: Node | Recipe, knob: str) -> None:
    """Bring a knob that was just changed back within its hard limits; a number that is given follows no height."""
    name = knob.removeprefix(PREFIX)
    control = {**controls(Shot), **controls(face.params), **controls(Output)}.get(name)
    match control:
        case Number(hard=(low, high)) | Integer(hard=(low, high)):
            value = node[knob].value()
            if not low <= value <= high:
                node[knob].setValue(min(max(value, low), high))
            if isinstance(control, Number) and control.scaled:
                node[knob + AUTO].setValue(False)
        case _:
            pass
