"""How far the work is: a bar on a terminal, lines elsewhere, JSON for hosts, openjd lines on a farm."""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, TextIO

from tqdm import tqdm

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


class Progress:
    """Tells one listener about one task after another."""

    def __init__(self, tell: Callable[[Tick], None], message: Callable[[str], None]) -> None:
        self._tell, self._message = tell, message
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


def open_progress(mode: Mode = "auto", stream: TextIO | None = None) -> Progress:
    """Progress on a stream, standard error by default.

    mode  auto: openjd lines inside an OpenJD task, a bar on a terminal, plain lines elsewhere
    """
    out = stream or sys.stderr
    if mode == "auto":
        if "OPENJD_SESSION_WORKING_DIRECTORY" in os.environ or "OPENJD_TASK" in os.environ:
            return _openjd(sys.stdout)
        mode = "bar" if out.isatty() else "plain"
    match mode:
        case "bar":
            return _bar(out)
        case "plain":
            return _plain(out)
        case "json":
            return _json(out)
        case "none":
            return Progress(lambda tick: None, lambda words: None)


def _bar(out: TextIO) -> Progress:
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

    return Progress(tell, lambda words: tqdm.write(words, file=out))


def _plain(out: TextIO) -> Progress:
    last = [0.0]

    def tell(tick: Tick) -> None:
        now = time.monotonic()
        if tick.done not in (tick.first, tick.total) and now - last[0] < PLAIN_EVERY:
            return
        last[0] = now
        if tick.done == tick.first:
            before = f", {tick.first} done before" if tick.first else ""
            print(f"{tick.task}: {tick.total} {tick.unit}s{before}", file=out, flush=True)
        else:
            parts = [f"{tick.done}/{tick.total}", f"{tick.rate:.2f} {tick.unit}s/s", f"{tick.left:.0f} s left"]
            print(f"{tick.task}: {', '.join([*parts, *_noted(tick)])}", file=out, flush=True)

    return Progress(tell, lambda words: print(words, file=out, flush=True))


def _json(out: TextIO) -> Progress:
    def say(**values: object) -> None:
        print(json.dumps(values, allow_nan=False), file=out, flush=True)

    return Progress(
        lambda tick: say(
            task=tick.task,
            done=tick.done,
            total=tick.total,
            seconds=round(tick.seconds, 2),
            left=round(tick.left, 2),
            unit=tick.unit,
            note=tick.note,
        ),
        lambda words: say(message=words),
    )


def _openjd(out: TextIO) -> Progress:
    def tell(tick: Tick) -> None:
        print(f"openjd_progress: {100 * tick.done / max(1, tick.total):.1f}", file=out, flush=True)
        parts = [f"{tick.task} {tick.done}/{tick.total}", f"{tick.left:.0f} s left", *_noted(tick)]
        print(f"openjd_status: {', '.join(parts)}", file=out, flush=True)

    return Progress(tell, lambda words: print(words, file=out, flush=True))


def _noted(tick: Tick) -> list[str]:
    return [tick.note] if tick.note else []
