"""Every kind of control is an option of the shell, and what is typed becomes the value that was meant."""

import argparse
from dataclasses import dataclass
from typing import Any, NoReturn

import pytest

from nodes.declare import (
    Params,
    Unit,
    choice,
    frame_files,
    frame_list,
    integer,
    number,
    text,
    toggle,
)
from plugin.options import NEGATIVE, add_options, given_values, read_options
from vfxlib.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class Everything(Params):
    """A parameter of each kind."""

    gain: float = number(1.5, hard=(-4, 4), slider=(0, 2), label="Gain", help="By 100 % more or less.")
    edge_width: float | None = number(
        3, hard=(0, 99), slider=(0, 9), unit=Unit.PIXELS, scaled=True, label="Edge", help="How wide."
    )
    reach: int = integer(8, hard=(0, 64), slider=(1, 16), unit=Unit.FRAMES, label="Reach", help="How far.")
    fast: bool = toggle(False, label="Fast", help="In a hurry.")
    mode: str = choice("near", ("near", "far"), label="Mode", help="Which.")
    colorspace: str = text("", what="NAME", label="Space", help="What it holds.")
    frames: tuple[int, ...] = frame_list(label="Frames", help="Which.")
    key: tuple[tuple[int, str], ...] = frame_files(label="Keys", help="Which.")


class Strict(argparse.ArgumentParser):
    """Raises what it would print."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self._negative_number_matcher = NEGATIVE

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def options(names: Any = None) -> Strict:
    parser = Strict(prog="test")
    add_options(parser, Everything, "everything", names)
    return parser


def read(*words: str) -> Everything:
    return read_options(Everything, options().parse_args(list(words)))


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        (["--gain", "2"], "gain", 2.0),
        (["--gain", "-1.5"], "gain", -1.5),
        (["--gain", "-1.5e0"], "gain", -1.5),
        (["--gain", "-.5"], "gain", -0.5),
        (["--edge-width", "4.5"], "edge_width", 4.5),
        (["--reach", "64"], "reach", 64),
        (["--fast"], "fast", True),
        (["--fast", "yes"], "fast", True),
        (["--fast", "ON"], "fast", True),
        (["--fast", "1"], "fast", True),
        (["--fast", "false"], "fast", False),
        (["--fast", "No"], "fast", False),
        (["--fast", "off"], "fast", False),
        (["--fast", "0"], "fast", False),
        (["--mode", "far"], "mode", "far"),
        (["--colorspace", "ACES - ACEScg"], "colorspace", "ACES - ACEScg"),
        (["--frames", "1001-1003,1010"], "frames", (1001, 1002, 1003, 1010)),
        (["--frames=-3--1"], "frames", (-3, -2, -1)),
        (["--frames", "-3--1"], "frames", (-3, -2, -1)),
        (["--frames", "-3,-1"], "frames", (-3, -1)),
        (["--key", "1001=a/key.exr"], "key", ((1001, "a/key.exr"),)),
        (["--key", "7=b.exr", "--key", "3=a=1.exr"], "key", ((3, "a=1.exr"), (7, "b.exr"))),
        (["--key=-2=a.exr"], "key", ((-2, "a.exr"),)),
        (["--key", "-2=a.exr", "--key", "-3=b.exr"], "key", ((-3, "b.exr"), (-2, "a.exr"))),
    ],
)
def test_what_is_typed_becomes_the_value(words: list[str], name: str, value: object) -> None:
    values = read(*words)
    assert getattr(values, name) == value
    assert type(getattr(values, name)) is type(value)
    assert set(values.changed()) <= {name}


def test_what_is_not_given_keeps_its_default() -> None:
    assert read() == Everything()
    assert given_values(Everything, options().parse_args([])) == {}


def test_a_default_that_is_given_is_known_to_be_given() -> None:
    assert given_values(Everything, options().parse_args(["--gain", "1.5"])) == {"gain": 1.5}
    assert given_values(Everything, options().parse_args(["--fast", "no"])) == {"fast": False}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--gain", "much"], "'much' is not a number"),
        (["--reach", "1.5"], "'1.5' is not a whole number"),
        (["--fast", "maybe"], "'maybe' is neither true nor false"),
        (["--mode", "between"], "between"),
        (["--key", "a.exr"], "'a.exr' is not FRAME=FILE"),
        (["--key", "1001="], "'1001=' is not FRAME=FILE"),
        (["--key", "x=a.exr"], "'x=a.exr' is not FRAME=FILE"),
        (["--key", "--3=a.exr"], "--key"),
        (["--key", "²=a.exr"], "'²=a.exr' is not FRAME=FILE"),
        (["--key", "9" * 5000 + "=a.exr"], "is not FRAME=FILE"),
        (["--colorspace"], "--colorspace"),
    ],
)
def test_what_is_no_such_value_is_refused_while_it_is_parsed(words: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        options().parse_args(words)


@pytest.mark.parametrize(
    ("words", "option", "limits"),
    [
        (["--gain", "5"], "--gain", "-4 to 4"),
        (["--gain", "nan"], "--gain", "-4 to 4"),
        (["--edge-width", "inf"], "--edge-width", "0 to 99 px"),
        (["--reach=-1"], "--reach", "0 to 64 frames"),
        (["--frames", "5-1"], "--frames", "lower frame first"),
    ],
)
def test_a_value_outside_its_limits_is_refused_with_them(words: list[str], option: str, limits: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(*words)
    assert caught.value.where == option
    assert limits in str(caught.value)


def test_only_the_names_that_are_asked_for_are_shown() -> None:
    shown = {spelt for action in options(("gain", "key"))._actions for spelt in action.option_strings}
    assert shown == {"-h", "--help", "--gain", "--key"}


def test_the_help_tells_default_limits_and_unit() -> None:
    told = " ".join(options().format_help().split())
    for words in (
        "everything:",
        "By 100 % more or less. [1.5; -4 to 4]",
        "--edge-width PX How wide. [3 px at 480 lines, follows the height; 0 to 99 px]",
        "--reach FRAMES How far. [8 frames; 0 to 64 frames]",
        "--fast [true|false] In a hurry. [false]",
        "--mode {near,far} Which. [near]",
        "--colorspace NAME What it holds.",
        "--frames LIST",
        "--key FRAME=FILE Which. May be repeated.",
    ):
        assert words in told
