"""Runs a program and measures it: time, the most memory that its processes held, and when each task began."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO

import psutil

from benchmarks.bench.sets import ROOT

__all__ = ["OURS", "Run", "paintout_command", "run"]

OURS = "ours"  # what our command is called among the methods

EVERY = 0.05  # seconds between two looks at the memory


@dataclass(frozen=True)
class Run:
    """What a program took.

    seconds    wall time
    memory     bytes, the highest resident size of it and its children together
    steps      task -> seconds, for a program that tells its progress as JSON lines
    ticks      task -> seconds and units done, each time that it told
    start      seconds until it first told anything as a JSON line: loading libraries and opening its inputs
    processor  seconds of processor time, all threads and processes together: what a busy machine changes least
    """

    seconds: float
    memory: int
    steps: dict[str, float] = field(default_factory=dict)
    ticks: dict[str, tuple[tuple[float, int], ...]] = field(default_factory=dict)
    start: float = 0.0
    processor: float = 0.0


def paintout_command(*words: str) -> list[str]:
    """Our command, as this checkout has it."""
    return [sys.executable, "-m", "plugin", *words]


def run(words: Sequence[str]) -> Run:
    """Run a program to its end.

    raises  RuntimeError with its last lines if it fails
    """
    begin, before = time.monotonic(), _processor()
    lines: list[tuple[float, str]] = []
    highest = 0
    with subprocess.Popen(
        list(words), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        listener = threading.Thread(target=_listen, args=(process.stderr, lines, begin))
        listener.start()
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            highest = max(highest, _resident(watched))
            time.sleep(EVERY)
        seconds = time.monotonic() - begin
        listener.join()
    said = "\n".join(line for _, line in lines[-12:])
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}:\n{said}")
    start = next((moment for moment, line in lines if line.startswith("{")), 0.0)
    return Run(seconds, highest, _steps(lines, seconds), _ticks(lines), start, _processor() - before)


def _processor() -> float:
    """Seconds of processor time that ended child processes have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _listen(stream: IO[str], lines: list[tuple[float, str]], begin: float) -> None:
    for line in stream:
        lines.append((time.monotonic() - begin, line.rstrip()))


def _resident(process: psutil.Process) -> int:
    total = 0
    try:
        for one in (process, *process.children(recursive=True)):
            total += one.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def _steps(lines: Sequence[tuple[float, str]], end: float) -> dict[str, float]:
    """From where a task begins to where the next one does."""
    began: list[tuple[float, str]] = []
    for moment, line in lines:
        if line.startswith('{"task"'):
            tick = json.loads(line)
            if tick["done"] == 0:
                began.append((moment, tick["task"]))
    stops = [*(moment for moment, _ in began), end][1:]
    return {task: stop - start for (start, task), stop in zip(began, stops, strict=False)}


def _ticks(lines: Sequence[tuple[float, str]]) -> dict[str, tuple[tuple[float, int], ...]]:
    found: dict[str, list[tuple[float, int]]] = {}
    for moment, line in lines:
        if line.startswith('{"task"'):
            tick = json.loads(line)
            found.setdefault(tick["task"], []).append((moment, tick["done"]))
    return {task: tuple(ticks) for task, ticks in found.items()}
