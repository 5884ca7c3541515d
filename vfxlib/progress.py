"""How far the work is: a bar on a terminal, lines elsewhere, JSON for hosts, openjd lines on a farm."""

import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, TextIO

from vfxlib.streams import Listener, as_listener

__all__ = ["Mode", "Progress", "Tick", "open_progress"]

Mode = Literal["auto", "bar", "plain", "json", "none"]
PLAIN_EVERY = 5.0  # seconds between lines; a log of a long job stays readable


@dataclass(frozen=True)
class Tick:
    """What is told of a task.

    task     its name
    done     units done of all, those of an earlier run among them
    total    units of the whole task
    seconds  since it began in this run
    first    units that were done when it began
    unit     what is counted: frame, step
    note     a few words on how it goes; "" for none
    """

    task: str
    done: int
    total: int
    seconds: float
    first: int = 0
    unit: str = "frame"
    note: str = ""

    @property
    def left(self) -> float:
        """Seconds left at the rate so far."""
        done_now = self.done - self.first
        return self.seconds / done_now * (self.total - self.done) if done_now else 0.0

    @property
    def rate(self) -> float:
        """Units a second."""
        return (self.done - self.first) / self.seconds if self.seconds > 0 else 0.0


Told = tuple[Callable[[Tick], None], Callable[[str], None]]  # what is called with a tick, and with a message


class Progress:
    """Tells one listener about one task after another; ``advanced`` counts what was done of all of them."""

    def __init__(self, tell: Callable[[Tick], None], message: Callable[[str], None]) -> None:
        self._tell, self._message = tell, message
        self.advanced = 0  # units of all tasks together
        self._tick, self._start = Tick("", 0, 0, 0.0), 0.0

    def begin(self, task: str, total: int, *, done: int = 0, unit: str = "frame") -> None:
        """A task begins.

        total  units of the whole task
        done   units that an earlier run has done
        unit   what is counted
        """
        self._start = time.monotonic()
        self._tick = Tick(task, done, total, 0.0, done, unit)
        self._tell(self._tick)

    def advance(self, note: str = "", *, by: int = 1, total: int | None = None) -> None:
        """One unit more is done.

        note   a few words on how it goes
        by     units done since the last call
        total  units of the whole task, if that is known better now
        """
        before = self._tick
        self.advanced += by
        self._tick = replace(
            before,
            done=before.done + by,
            total=before.total if total is None else total,
            seconds=time.monotonic() - self._start,
            note=note,
        )
        self._tell(self._tick)

    def message(self, words: str) -> None:
        """A sentence for whoever watches: a warning, what was found."""
        self._message(words)


def open_progress(
    mode: Mode = "auto", stream: TextIO | None = None, log: Callable[[str], None] | None = None
) -> Progress:
    """Progress on a stream, standard error by default; one that nobody hears any more ends nothing.

    mode  auto: openjd lines inside an OpenJD task, a bar on a terminal, plain lines elsewhere
    log   is given the plain lines as well, whatever the mode
    """
    out = as_listener(stream or sys.stderr)
    if mode == "auto":
        if "OPENJD_SESSION_WORKING_DIR" in os.environ:
            return Progress(*_with_log(_openjd(as_listener(sys.stdout)), log))
        mode = "bar" if out.isatty() else "plain"
    if mode == "bar" and importlib.util.find_spec("tqdm") is None:
        mode = "plain"  # on a machine that has little more than torch
    match mode:
        case "bar":
            told = _bar(out)
        case "plain":
            told = _plain(_lines(out))
        case "json":
            told = _json(_lines(out))
        case "none":
            told = (lambda tick: None, lambda words: None)
    return Progress(*_with_log(told, log))


def _lines(out: Listener) -> Callable[[str], None]:
    return lambda words: print(words, file=out, flush=True)


def _with_log(told: Told, log: Callable[[str], None] | None) -> Told:
    if log is None:
        return told
    (tell, message), (tell_log, message_log) = told, _plain(log)

    def tell_both(tick: Tick) -> None:
        tell(tick)
        tell_log(tick)

    def message_both(words: str) -> None:
        message(words)
        message_log(words)

    return tell_both, message_both


def _bar(out: Listener) -> Told:
    from tqdm import tqdm  # where networks are trained it may be missing

    bars: list[Any] = []

    def tell(tick: Tick) -> None:
        if tick.done == tick.first:
            while bars:
                bars.pop().close()
            bars.append(
                tqdm(total=tick.total, initial=tick.first, desc=tick.task, unit=tick.unit, file=out, dynamic_ncols=True)
            )
        elif bars:
            bars[0].total = tick.total
            bars[0].set_postfix_str(tick.note, refresh=False)
            bars[0].update(tick.done - bars[0].n)
            if tick.done == tick.total:
                bars.pop().close()

    return tell, lambda words: tqdm.write(words, file=out)


def _plain(say: Callable[[str], None]) -> Told:
    last = [0.0]

    def tell(tick: Tick) -> None:
        now = time.monotonic()
        if tick.done not in (tick.first, tick.total) and now - last[0] < PLAIN_EVERY:
            return
        last[0] = now
        if tick.done == tick.first:
            before = f", {tick.first} done before" if tick.first else ""
            say(f"{tick.task}: {tick.total} {tick.unit}s{before}")
        else:
            parts = [f"{tick.done}/{tick.total}", f"{tick.rate:.2f} {tick.unit}s/s", f"{tick.left:.0f} s left"]
            say(f"{tick.task}: {', '.join([*parts, *_noted(tick)])}")

    return tell, say


def _json(say: Callable[[str], None]) -> Told:
    def tell(tick: Tick) -> None:
        values = {
            "task": tick.task,
            "done": tick.done,
            "total": tick.total,
            "seconds": round(tick.seconds, 2),
            "left": round(tick.left, 2),
            "unit": tick.unit,
            "note": tick.note,
        }
        say(json.dumps(values, allow_nan=False))

    return tell, lambda words: say(json.dumps({"message": words}, allow_nan=False))


def _openjd(out: Listener) -> Told:
    say = _lines(out)

    def tell(tick: Tick) -> None:
        say(f"openjd_progress: {100 * tick.done / max(1, tick.total):.1f}")
        parts = [f"{tick.task} {tick.done}/{tick.total}", f"{tick.left:.0f} s left", *_noted(tick)]
        say(f"openjd_status: {', '.join(parts)}")

    return tell, say


def _noted(tick: Tick) -> list[str]:
    return [tick.note] if tick.note else []
