"""Declared parameters as options of the shell, and back."""

import argparse
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

from nodes import declare
from nodes.declare import Control, Params, controls, from_mapping, option
from nodes.job_values import FALSE, TRUE
from nodes.names import path_text
from vfxlib.errors import UsageError
from vfxlib.io.frames import parse_frame

__all__ = ["NEGATIVE", "add_options", "add_telling", "default_and_limits", "given_path", "given_values", "read_options"]

P = TypeVar("P", bound=Params)
# what a value begins with that an option never does: -3--1, -3=key.exr, -1.5e0. Python has taken the same for it since
# 3.14; before, a parser is given it as ``_negative_number_matcher``
NEGATIVE = re.compile(r"-\.?\d", re.ASCII)


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


def add_telling(word: argparse.ArgumentParser) -> None:
    """Add how progress is told, and the log."""
    word.add_argument(
        "--progress", choices=("auto", "bar", "plain", "json", "none"), default="auto", help="How to tell it. [auto]"
    )
    word.add_argument("--log", metavar="FILE", help="Write what happens to a file as well.")


def read_options(kind: type[P], values: argparse.Namespace) -> P:
    """The declaration's values from parsed options; what was not given keeps its default.

    raises  UsageError for a value outside its limits
    """
    return from_mapping(kind, given_values(kind, values))


def given_values(kind: type[Params], values: argparse.Namespace) -> Mapping[str, Any]:
    """Only what was given on the command line."""
    return {name: getattr(values, name) for name in controls(kind) if getattr(values, name, None) is not None}


def given_path(words: str, where: str) -> Path:
    """A path of the command line, with the home that ~ stands for.

    where   the option, for the error
    raises  UsageError if it is empty, or no file can be called so
    """
    if not words:
        raise UsageError("no name is given", where=where, fix="give the name of a file")
    return Path(path_text(words, where))


def default_and_limits(control: Control) -> tuple[str, str]:
    """The default of a control in words, and what it may be; "" for no default."""
    match control:
        case declare.Number(default=default, hard=(low, high), unit=unit):
            scaled = " at 480 lines, follows the height" if control.scaled else ""
            return f"{default:g}{_behind(unit)}{scaled}", f"{low:g} to {high:g}{_behind(unit)}"
        case declare.Integer(default=default, hard=(first, last), unit=unit):
            return f"{default}{_behind(unit)}", f"{first} to {last}{_behind(unit)}"
        case declare.Toggle(default=default):
            return ("true" if default else "false"), "true, false"
        case declare.Choice(default=default, options=options):
            return default, ", ".join(options)
        case declare.Text(default=default, what=what, nothing=nothing):
            return default or nothing, f"{nothing}, {what}" if nothing else what
        case declare.FrameList():
            return "", "1001-1020,1030-1040x2"
        case declare.FrameFiles():
            return "", "FRAME=FILE, may be repeated"


def _behind(unit: declare.Unit) -> str:
    return f" {unit.value}" if unit.value else ""


def _add(group: argparse._ArgumentGroup, name: str, control: Control) -> None:
    spelt, words = option(name), control.help.replace("%", "%%")  # argparse formats help
    default, limits = default_and_limits(control)
    match control:
        case declare.Number(unit=unit):
            group.add_argument(
                spelt, type=_real, metavar=unit.value.upper() or "NUMBER", help=f"{words} [{default}; {limits}]"
            )
        case declare.Integer(unit=unit):
            group.add_argument(
                spelt, type=_whole, metavar=unit.value.upper() or "N", help=f"{words} [{default}; {limits}]"
            )
        case declare.Toggle():
            group.add_argument(
                spelt, type=_toggle, nargs="?", const=True, metavar="true|false", help=f"{words} [{default}]"
            )
        case declare.Choice(options=options):
            group.add_argument(spelt, choices=options, help=f"{words} [{default}]")
        case declare.Text():
            spelt_limits = limits.replace(", ", "|")
            group.add_argument(spelt, metavar=spelt_limits, help=words + (f" [{default}]" if default else ""))
        case declare.FrameList():
            group.add_argument(spelt, metavar="LIST", help=f"{words} [{limits}]")
        case declare.FrameFiles():
            group.add_argument(
                spelt, metavar="FRAME=FILE", type=_frame_file, action="append", help=f"{words} May be repeated."
            )


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
    frame, _, path = words.partition("=")
    number = parse_frame(frame)
    if number is None or not path:
        raise argparse.ArgumentTypeError(f"{words!r} is not FRAME=FILE")
    return number, path
