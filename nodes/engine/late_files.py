"""What an earlier step has made on another machine, and a file server shows a while later."""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from nodes.engine.workspace import require_file
from nodes.job import JobNode
from nodes.node import Step
from vfxlib.progress import Progress

__all__ = ["LateFiles"]

LOOK_EVERY = 0.1  # seconds


class LateFiles:
    """Waits for files of earlier steps, for all of them together no longer than its patience.

    A machine remembers what it has looked for in vain, on NFS for up to a minute. To open the folder asks the server
    anew, so most files are there at the second look.

    patience  seconds; 0 looks twice and does not wait
    progress  is told of the first wait
    """

    def __init__(self, patience: float, progress: Progress) -> None:
        self._patience, self._progress = patience, progress
        self._until: float | None = None

    def require(self, job_node: JobNode, step: Step, number: int, path: Path) -> None:
        """See that a step's file is there, or comes.

        raises  UsageError if it does not
        """
        if not path.exists():
            self._wait(path)
        require_file(job_node, step, number, path)

    def _wait(self, path: Path) -> None:
        _ask_anew(path.parent)
        # a stop reaches the main thread alone, so no other one may sleep
        if path.exists() or not self._patience or threading.current_thread() is not threading.main_thread():
            return
        if self._until is None:
            self._until = time.monotonic() + self._patience
            self._progress.message(f"{path}: is not there; waits {self._patience:g} s, a share may show it late")
        while not path.exists() and time.monotonic() < self._until:
            time.sleep(LOOK_EVERY)
            _ask_anew(path.parent)


def _ask_anew(folder: Path) -> None:
    with suppress(OSError):
        os.listdir(folder)
