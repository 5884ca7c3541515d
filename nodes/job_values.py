"""Values of a job replaced by words, as a farm or a shell gives them: ``flow-inpaint.grow=3``."""

from collections.abc import Callable, Sequence
from dataclasses import replace
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
    controls,
    from_mapping,
)
from nodes.job import Job
from nodes.names import shown, unknown
from vfxlib.errors import UsageError

__all__ = ["FALSE", "TRUE", "from_words", "to_words", "with_values"]

P = TypeVar("P", bound=Params)

WHERE = "--set"
TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def with_values(job: Job, given: Sequence[str]) -> Job:
    """The job with some of its values replaced; of a frame's file only that frame's.

    given   ``shot.NAME=VALUE``, ``output.NAME=VALUE``, or ``NODE.NAME=VALUE`` with the name of the node in the job; ""
            stands for a default that follows the height of the picture
    raises  UsageError for what is no such name, and for a value of another type or outside its limits
    """
    values: dict[str, dict[str, Any]] = {}
    parts: dict[str, Params] = {
        "shot": job.shot,
        "output": job.output,
        **{each.name: each.params for each in job.nodes},
    }
    for words in given:
        address, found, value = words.partition("=")
        part, _, name = address.partition(".")
        if not found or not name:
            raise UsageError(
                f"{shown(words)} is not NODE.NAME=VALUE", where=WHERE, fix="write flow.grow=3, shot.plate=FILE"
            )
        if part not in parts:
            raise unknown("part of the job", part, parts, WHERE)
        known = controls(parts[part])
        if name not in known:
            raise unknown("parameter", name, known, f"{WHERE} {part}")
        own = values.setdefault(part, {})
        before = own.get(name, getattr(parts[part], name))
        own[name] = from_words(known[name], value, before, f"{WHERE} {address}")

    def changed(part: str, params: P) -> P:
        kept = {name: getattr(params, name) for name in controls(params)}
        return from_mapping(type(params), {**kept, **values[part]}, f"{WHERE} {part}") if part in values else params

    nodes = tuple(replace(each, params=changed(each.name, each.params)) for each in job.nodes)
    return Job(changed("shot", job.shot), nodes, changed("output", job.output))


def from_words(control: Control, words: str, before: Any, where: str) -> Any:
    """A value from its words.

    before  what it was, for a parameter that holds files of frames
    where   what names it, for errors
    raises  UsageError for words that mean no value of its type
    """
    match control:
        case Number(scaled=scaled):
            return None if scaled and not words else _as(float, words, "a number", where)
        case Integer():
            return _as(int, words, "a whole number", where)
        case Toggle():
            if words.lower() not in (*TRUE, *FALSE):
                raise UsageError(f"{shown(words)} is neither true nor false", where=where, fix="give true or false")
            return words.lower() in TRUE
        case Choice() | Text() | FrameList():
            return words
        case FrameFiles():
            number, found, path = words.partition("=")
            if not found or not path:
                raise UsageError(f"{shown(words)} is not FRAME=FILE", where=where, fix="write 1001=FILE")
            frame = _as(int, number, "a frame", where)
            return tuple({**dict(before), frame: path}.items())


def to_words(control: Control, value: Any) -> str:
    """A value of one of the kinds that ``from_words`` reads whole, as words; files of frames are several."""
    match control:
        case Number() | Integer():
            return "" if value is None else _exact(value) if isinstance(value, float) else str(value)
        case Toggle():
            return "true" if value else "false"
        case _:
            return str(value)


def _exact(value: float) -> str:
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def _as(kind: Callable[[str], Any], words: str, wants: str, where: str) -> Any:
    try:
        return kind(words)
    except ValueError:
        raise UsageError(f"{shown(words)} is not {wants}", where=where, fix=f"give {wants}") from None
