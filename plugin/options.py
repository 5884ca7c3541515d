"""Declared parameters as options of the shell, and back."""

import argparse
from collections.abc import Collection, Mapping
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
    option,
)

__all__ = ["add_options", "given_values", "read_options"]

P = TypeVar("P", bound=Params)
TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def add_options(
    parser: argparse.ArgumentParser, kind: type[Params], title: str, names: Collection[str] | None = None
) -> None:
    """Add options for the fields of a declaration.

    names  the fields to show; None shows all
    """
    group = parser.add_argument_group(title)
    for name, control in controls(kind).items():
        if names is None or name in names:
            _add(group, name, control)


def read_options(kind: type[P], values: argparse.Namespace) -> P:
    """The declaration's values from parsed options; what was not given keeps its default.

    raises  UsageError for a value outside its limits
    """
    return from_mapping(kind, given_values(kind, values))


def given_values(kind: type[Params], values: argparse.Namespace) -> Mapping[str, Any]:
    """Only what was given on the command line."""
    return {name: getattr(values, name) for name in controls(kind) if getattr(values, name, None) is not None}


def _add(group: argparse._ArgumentGroup, name: str, control: Control) -> None:
    spelt = option(name)
    match control:
        case Number(default=default, hard=(low, high), unit=unit):
            at = " at 480 lines, scaled with the height" if control.scaled else ""
            limits = f" [{default:g}{_behind(unit)}{at}; {low:g} to {high:g}]"
            group.add_argument(spelt, type=_real, metavar=_metavar(unit, "NUMBER"), help=_help(control) + limits)
        case Integer(default=default, hard=(first, last), unit=unit):
            limits = f" [{default}{_behind(unit)}; {first} to {last}]"
            group.add_argument(spelt, type=_whole, metavar=_metavar(unit, "N"), help=_help(control) + limits)
        case Toggle(default=default):
            group.add_argument(
                spelt,
                type=_toggle,
                nargs="?",
                const=True,
                metavar="true|false",
                help=f"{_help(control)} [{'true' if default else 'false'}]",
            )
        case Choice(default=default, options=options):
            group.add_argument(spelt, choices=options, help=f"{_help(control)} [{default}]")
        case Text(default=default, what=what):
            group.add_argument(spelt, metavar=what, help=_help(control) + (f" [{default}]" if default else ""))
        case FrameList():
            group.add_argument(spelt, metavar="LIST", help=f"{_help(control)} [1001-1020,1030-1040x2]")
        case FrameFiles():
            group.add_argument(
                spelt,
                metavar="FRAME=FILE",
                type=_frame_file,
                action="append",
                help=f"{_help(control)} May be repeated.",
            )


def _help(control: Control) -> str:
    return control.help.replace("%", "%%")  # argparse formats help


def _behind(unit: Unit) -> str:
    return f" {unit.value}" if unit.value else ""


def _metavar(unit: Unit, otherwise: str) -> str:
    return unit.value.upper() if unit.value else otherwise


def _real(words: str) -> float:
    try:
        return float(words)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{words!r} is not a number") from None


def _whole(words: str) -> int:
    try:
        return int(words)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{words!r} is not a whole number") from None


def _toggle(words: str) -> bool:
    if words.lower() in TRUE:
        return True
    if words.lower() in FALSE:
        return False
    raise argparse.ArgumentTypeError(f"{words!r} is neither true nor false")


def _frame_file(words: str) -> tuple[int, str]:
    frame, equals, path = words.partition("=")
    if not equals or not frame.lstrip("-").isdigit() or not path:
        raise argparse.ArgumentTypeError(f"{words!r} is not FRAME=FILE")
    return int(frame), path
