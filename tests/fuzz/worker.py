"""Processes that try: each is a fork that does tries of one target, is watched, and ends before it is old."""

import faulthandler
import functools
import gc
import multiprocessing
import os
import shutil
import signal
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

from plugin import cli
from tests.fuzz.findings import Finding, place_of
from tests.fuzz.sandbox import limit_memory, stay_within
from tests.fuzz.target import Target, make_try
from tests.fuzz.tries import Limits, Outcome, run_try

__all__ = ["Worker"]

_FORK = multiprocessing.get_context("fork")  # all that is slow to load has been loaded already
ADDRESS_SPACE = 6 * 2**30  # bytes that a try may ask for at all
PATIENCE = 6.0  # so many times the seconds of processor time may pass on the clock, on a busy machine
_CHATTER = "Extension modules:"


@dataclass
class Worker:
    """A process that tries one target.

    target    what it tries
    seed      of all tries
    first     number of the first try
    template  the folder of the target's seed
    folder    for this process alone
    until     when it is to end, as time.monotonic says it; it ends after the try then under way
    most      tries; 0 for as many as there is time for
    """

    target: Target
    seed: int
    first: int
    template: Path
    folder: Path
    until: float
    most: int
    limits: Limits
    sizes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.now: int = self.first  # the try that is under way, or the next one
        self._busy = False
        self.connection, other = _FORK.Pipe(duplex=False)
        self.process = _FORK.Process(target=self._work, args=(other,), daemon=True)
        self.process.start()
        other.close()
        self._begin()

    def _begin(self) -> None:
        self._clock, self._used = time.monotonic(), self._processor_time()

    def _processor_time(self) -> float:
        try:
            times = psutil.Process(self.process.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    def hear(self) -> tuple[int, Outcome] | None:
        """The next try that is done, and its number; None if the process has ended.

        Only to be called when the connection has something.
        """
        try:
            number, outcome = self.connection.recv()
        except (EOFError, OSError):
            return None
        self.now = number + 1
        self._begin()
        if outcome.code >= 0:
            self.sizes.append(outcome.resident)
        return number, outcome

    def is_late(self) -> bool:
        """True if the try under way takes longer than it may."""
        used, passed = self._processor_time() - self._used, time.monotonic() - self._clock
        return used > 1.5 * self.limits.seconds or passed > PATIENCE * self.limits.seconds

    def stop_late(self) -> Finding:
        """End a process that hangs; where it hung."""
        pid = self.process.pid
        assert pid is not None
        os.kill(pid, signal.SIGUSR1)
        time.sleep(0.5)
        self.process.kill()
        self.process.join()
        dump = self._dump()
        return Finding("hang", place_of(dump, deepest_last=False) or self.target.name, dump)

    def ended(self) -> Finding | None:
        """What the end of a process was: None if it ended as it should, else a crash.

        raises  RuntimeError for a fault of the fuzzer's own, which has said what it is
        """
        self.process.join(timeout=60)
        code = self.process.exitcode
        if code == 0:
            return None
        if code is None or code > 0:
            raise RuntimeError(f"a process that tries {self.target.name} failed at try {self.now}")
        dump = self._dump()
        words = f"{signal.Signals(-code).name}\n{dump}"
        return Finding("crash", place_of(dump, deepest_last=False) or self.target.name, words)

    def close(self) -> None:
        """Take away what it has left."""
        self.connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _dump(self) -> str:
        try:
            return (self.folder / "dump.txt").read_text(errors="replace").partition(_CHATTER)[0]
        except OSError:
            return ""

    def _work(self, connection: Connection) -> None:
        """What the forked process does."""
        with open(self.folder / "dump.txt", "w") as dump:
            faulthandler.enable(dump)
            faulthandler.register(signal.SIGUSR1, dump, all_threads=True)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us decides
            os.environ["TMPDIR"] = str(self.folder)
            os.chdir(self.folder)
            stay_within(self.folder)
            limit_memory(ADDRESS_SPACE)
            cli.parser = functools.cache(cli.parser)  # to make it takes longer than most of what it is made for
            gc.freeze()  # nobody needs to look again through all that is loaded at each collection
            number = self.first
            while (not self.most or number < self.first + self.most) and time.monotonic() < self.until:
                one = make_try(self.target, self.template, self.seed, number)
                connection.send((number, run_try(self.target, one, self.template, self.folder / "try", self.limits)))
                number += 1
            connection.close()
            faulthandler.disable()
