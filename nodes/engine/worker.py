"""A process that makes frames of a job's steps for the run that began it: ``worker_processes`` says when.

Each task is a line of JSON on standard input: the job, the step and the frames. On standard output it tells, a line
each, every frame and every warning, and the exit code that the task comes to. When its input ends, so does the process.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from nodes.engine.resources import trim_memory
from nodes.engine.runner import run_frames
from nodes.job import job_from_mapping
from vfxlib.errors import PaintoutError
from vfxlib.progress import Progress, Tick

__all__ = ["main"]

Tell = Callable[..., None]  # is given what to tell by name

log = logging.getLogger("paintout")


class _Warnings(logging.Handler):
    """Tells warnings; of errors the run hears where it tries the frame itself."""

    def __init__(self, tell: Tell) -> None:
        super().__init__(logging.WARNING)
        self._tell_run = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Tell one."""
        if record.levelno == logging.WARNING:
            self._tell_run(warning=record.getMessage())


def main() -> None:
    """Make what is asked for until nobody asks any more."""
    tasks: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_hear, args=(sys.stdin, tasks), daemon=True).start()
    out = sys.stdout  # what stands there later may keep back what libraries print

    def tell(**what: object) -> None:
        out.write(json.dumps(what) + "\n")
        out.flush()

    log.propagate = False
    log.addHandler(_Warnings(tell))
    while True:
        tell(ended=_make(json.loads(tasks.get()), tell))
        trim_memory()


def _make(task: dict[str, Any], tell_run: Tell) -> int:
    """Make the frames of a task; the exit code that it comes to."""

    def tell(tick: Tick) -> None:
        if tick.done > tick.first:  # or the step has only begun
            tell_run(frame=True)

    job = job_from_mapping(task["job"], Path(task["folder"]), "the task")
    try:
        run_frames(job, Progress(tell, lambda words: None), task["step"], tuple(task["frames"]))
    except PaintoutError as error:
        return error.exit_code
    return 0


def _hear(lines: TextIO, tasks: queue.SimpleQueue[str]) -> None:
    """Take tasks; end with whoever gives them, however that came: frames are written whole or not at all."""
    for line in lines:
        tasks.put(line)
    os._exit(1)


if __name__ == "__main__":
    main()
