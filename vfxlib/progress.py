"""How far the work is: a bar on a terminal, lines elsewhere, JSON for hosts, openjd lines on a farm."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TextIO

from tqdm import tqdm

__all__ = ["Mode", "Progress", "open_progress"]

Mode = Literal["auto", "bar", "plain", "json", "none"]
PLAIN_EVERY = 5.0  # seconds between lines; a log of a long job stays readable


@dataclass(frozen=True)
class Tick:
    """What is told: a task, frames done of all, seconds since it began."""

    task: str
    done: int
    total: int
    seconds: float

    @property
    def left(self) -> float:
        """Seconds left at the rate so far."""
        return self.seconds / self.done * (self.total - self.done) if self.done else 0.0

    @property
    def rate(self) -> float:
        """Frames a second."""
        return self.done / self.seconds if self.seconds > 0 else 0.0


class Progress:
    """Tells one listener about one task after another."""

    def __init__(self, tell: Callable[[Tick], None], message: Callable[[str], None]) -> None:
        self._tell, self._message = tell, message
        self._task, self._total, self._done, self._start = "", 0, 0, 0.0

    def begin(self, task: str, total: int) -> None:
        """A task begins."""
        self._task, self._total, self._done, self._start = task, total, 0, time.monotonic()
        self._tell(Tick(task, 0, total, 0.0))

    def advance(self) -> None:
        """One frame more is done."""
        self._done += 1
        self._tell(Tick(self._task, self._done, self._total, time.monotonic() - self._start))

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
        if tick.done == 0:
            while bars:
                bars.pop().close()
            bars.append(tqdm(total=tick.total, desc=tick.task, unit="frame", file=out, dynamic_ncols=True))
        elif bars:
            bars[0].update(1)
            if tick.done == tick.total:
                bars.pop().close()

    return Progress(tell, lambda words: tqdm.write(words, file=out))


def _plain(out: TextIO) -> Progress:
    last = [0.0]

    def tell(tick: Tick) -> None:
        now = time.monotonic()
        if tick.done not in (0, tick.total) and now - last[0] < PLAIN_EVERY:
            return
        last[0] = now
        if tick.done == 0:
            print(f"{tick.task}: {tick.total} frames", file=out, flush=True)
        else:
            print(
                f"{tick.task}: {tick.done}/{tick.total}, {tick.rate:.2f} frames/s, {tick.left:.0f} s left",
                file=out,
                flush=True,
            )

    return Progress(tell, lambda words: print(words, file=out, flush=True))


def _json(out: TextIO) -> Progress:
    def say(**values: object) -> None:
        print(json.dumps(values), file=out, flush=True)

    return Progress(
        lambda tick: say(
            task=tick.task, done=tick.done, total=tick.total, seconds=round(tick.seconds, 2), left=round(tick.left, 2)
        ),
        lambda words: say(message=words),
    )


def _openjd(out: TextIO) -> Progress:
    def tell(tick: Tick) -> None:
        print(f"openjd_progress: {100 * tick.done / max(1, tick.total):.1f}", file=out, flush=True)
        print(f"openjd_status: {tick.task} {tick.done}/{tick.total}, {tick.left:.0f} s left", file=out, flush=True)

    return Progress(tell, lambda words: print(words, file=out, flush=True))
