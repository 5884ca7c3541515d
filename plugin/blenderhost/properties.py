"""Declared parameters as Blender's properties, and back: the one place that knows both (it needs no bpy).

A property is the name of the function of bpy.props that makes it, and its keywords. Blender holds numbers in 32 bits,
so 0.1 comes back as 0.10000000149: what is read is the shortest number that those bits stand for.
"""

import os
import struct
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar

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
)
from nodes.names import path_text
from vfxlib.errors import UsageError

__all__ = ["AUTO", "FILES", "Property", "blender_path", "identifier", "properties_of", "read_params", "write_params"]

P = TypeVar("P", bound=Params)

AUTO = "_auto"  # behind the name of a number that may follow the frame's height: on, it does
FILES = "CollectionProperty"  # of frames with a file each; whoever registers it says of what class
RESERVED = {  # names that every group of properties has already
    *("name", "rna_type", "bl_rna", "id_data", "keys", "items", "values", "get", "pop", "path_from_id", "update"),
}
FOLDERS = ("DIR",)


@dataclass(frozen=True)
class Property:
    """A property as it is defined.

    kind      function of bpy.props: "FloatProperty"
    keywords  its arguments
    """

    kind: str
    keywords: dict[str, Any]


def identifier(name: str) -> str:
    """How a field is called as a property."""
    return f"{name}_" if name in RESERVED else name


def properties_of(kind: type[Params], names: Collection[str] | None = None) -> dict[str, Property]:
    """The properties that hold a declaration's values, by identifier.

    names  the fields to show; None shows all
    """
    made: dict[str, Property] = {}
    for name, control in controls(kind).items():
        if names is not None and name not in names:
            continue
        made[identifier(name)] = _property(control)
        if isinstance(control, Number) and control.scaled:
            words = f"{control.label}: by the height of the picture, {control.default:g} at 480 lines"
            keywords = {"name": f"{control.label}: automatic", "description": words, "default": True, "options": set()}
            made[identifier(name) + AUTO] = Property("BoolProperty", keywords)
    return made


def _property(control: Control) -> Property:
    shown: dict[str, Any] = {"description": control.help.rstrip("."), "options": set()}
    match control:
        case (
            Number(default=value, hard=hard, slider=slider, unit=unit)
            | Integer(default=value, hard=hard, slider=slider, unit=unit)
        ):
            named = control.label if unit is Unit.NONE else f"{control.label} ({unit.value})"
            limits = {"min": hard[0], "max": hard[1], "soft_min": slider[0], "soft_max": slider[1]}
            kind = "FloatProperty" if isinstance(control, Number) else "IntProperty"
            return Property(kind, {"name": named, **shown, "default": value, **limits})
        case Toggle(default=on):
            return Property("BoolProperty", {"name": control.label, **shown, "default": on})
        case Choice(default=word, options=options):
            items = [(each, each, "") for each in options]
            return Property("EnumProperty", {"name": control.label, **shown, "items": items, "default": word})
        case Text(default=words, what=what):
            subtype = "DIR_PATH" if what in FOLDERS else "FILE_PATH" if is_path(control, "x") else "NONE"
            return Property("StringProperty", {"name": control.label, **shown, "default": words, "subtype": subtype})
        case FrameList():
            return Property("StringProperty", {"name": control.label, **shown, "default": ""})
        case FrameFiles():
            return Property(FILES, {"name": control.label, **shown})


def read_params(
    kind: type[P], held: Any, names: Collection[str] | None = None, path: Callable[[str], str] = lambda words: words
) -> P:
    """A declaration's values from the properties that hold them.

    held    has the properties as attributes
    names   the fields to read; None reads all, and what is not read keeps its default
    path    what makes a path of Blender's one of the system's
    raises  UsageError for a value that the declaration does not take
    """
    known = {name: control for name, control in controls(kind).items() if names is None or name in names}
    return from_mapping(kind, {name: _read(control, held, identifier(name), path) for name, control in known.items()})


def _read(control: Control, held: Any, name: str, path: Callable[[str], str]) -> Any:
    value = getattr(held, name)
    match control:
        case Number(scaled=scaled):
            return None if scaled and getattr(held, name + AUTO) else _shortest(value)
        case Text():
            return path(value) if is_path(control, value) else value
        case FrameFiles():
            return [(each.frame, path(each.file)) for each in value]
        case Integer() | Toggle() | Choice() | FrameList():
            return value


def write_params(params: Params, held: Any, names: Collection[str] | None = None) -> None:
    """Set the properties to a declaration's values.

    held   has the properties as attributes
    names  the fields to set; None sets all
    """
    plain = params.to_mapping()
    for name, control in controls(params).items():
        if names is not None and name not in names:
            continue
        _write(control, held, identifier(name), plain[name])


def _write(control: Control, held: Any, name: str, value: Any) -> None:
    match control:
        case Number(scaled=True):
            setattr(held, name + AUTO, value is None)
            setattr(held, name, control.default if value is None else value)
        case FrameFiles():
            files = getattr(held, name)
            files.clear()
            for number, file in value.items():
                each = files.add()
                each.frame, each.file = int(number), file
        case Number() | Integer() | Toggle() | Choice() | Text() | FrameList():
            setattr(held, name, value)


def _shortest(value: float) -> float:
    """The shortest decimal number that 32 bits hold as this one."""
    bits = struct.pack("f", value)
    near = (float(f"{value:.{digits}g}") for digits in range(1, 10))
    return next((each for each in near if _fits(each) and struct.pack("f", each) == bits), value)


def _fits(value: float) -> bool:
    return abs(value) <= 3.4e38  # what rounds up beyond 32 bits cannot be packed


def blender_path(words: str, blend: str) -> str:
    """A path as the system has it: what begins with // counts from the .blend's folder.

    blend   the .blend, "" if it was never saved
    raises  UsageError if it counts from a file that is not there, or from wherever Blender was started
    """
    if not words:
        return ""
    if not words.startswith("//"):
        path = path_text(words, "a path")
        if not os.path.isabs(path):
            fix = "begin it with // to count from the .blend, or give the whole path"
            raise UsageError("does not say from where it counts", where=words, fix=fix)
        return os.path.normpath(path)
    if not blend:
        fix = "save the .blend first, or give the whole path"
        raise UsageError("counts from the .blend, which was never saved", where=words, fix=fix)
    return os.path.normpath(os.path.join(os.path.dirname(blend), words[2:]))
