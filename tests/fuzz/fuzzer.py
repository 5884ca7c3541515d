"""Shares the time among the targets, watches the processes that try, and tells what came of it."""

import multiprocessing
import os
import platform
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from multiprocessing.connection import wait
from pathlib import Path

from tests.fuzz.findings import Finding, Findings
from tests.fuzz.memory import growth
from tests.fuzz.seeds import make_seed
from tests.fuzz.target import Target, make_try
from tests.fuzz.tries import Limits, Outcome, lay_out
from tests.fuzz.worker import Worker

__all__ = ["Fuzzer"]

# what is slow to load: done once, so that every fork has it
LOADED = (
    *("nodes.engine.runner", "nodes.engine.status", "vfxlib.io.check", "vfxlib.metrics.sequences"),
    *("vfxlib.review.clean_plate", "vfxlib.internal_fit.weights", "vfxlib.mask_propagate.weights"),
)
LIFE = 60.0  # seconds that a process tries before another takes over, so that what is left behind does not add up
SHORTEST = 1.0
_FORK = multiprocessing.get_context("fork")


class Fuzzer:
    """Tries, for as long as it is told.

    folder  for what is fuzzed
    keep    for what is found; None keeps nothing
    """

    def __init__(self, folder: Path, keep: Path | None, seed: int, limits: Limits) -> None:
        self.folder, self.seed, self.limits = folder, seed, limits
        self.findings = Findings(keep)
        self.tries: Counter[str] = Counter()
        self.codes: Counter[int] = Counter()
        self.asides: Counter[str] = Counter()
        self.next: dict[str, int] = {}
        self.resident: dict[str, tuple[int, int]] = {}  # of the first process of a target, and of its last one
        self.slowest: dict[str, float] = {}
        self.began = time.monotonic()

    def run(self, targets: Sequence[Target], *, minutes: float, jobs: int, tries: int = 0, first: int = 0) -> None:
        """Try the targets, one after another, over and over.

        minutes  all in all
        jobs     processes at once
        tries    so many of each and then no more; 0 for as many as there is time for
        first    number of the first try of each
        """
        for name in LOADED:
            import_module(name)
        for seed in dict.fromkeys(target.seed for target in targets):
            self._make_seed(seed)
        self.began = time.monotonic()
        end = self.began + 60 * minutes
        life = min(LIFE, max(SHORTEST, 60 * minutes * jobs / len(targets)))
        self.next = {target.name: first for target in targets}
        waiting, workers = list(targets), list[Worker]()
        while workers or (waiting and time.monotonic() < end):
            while waiting and len(workers) < jobs and time.monotonic() < end:
                target, until = waiting.pop(0), min(end, time.monotonic() + life)
                left = first + tries - self.next[target.name] if tries else 0
                workers.append(self._start(target, end if tries else until, left))
            ready = wait([worker.connection for worker in workers], timeout=0.5)
            for worker in list(workers):
                if (worker.connection in ready and not self._hear(worker)) or self._is_late(worker):
                    workers.remove(worker)
                    if not tries or self.next[worker.target.name] < first + tries:
                        waiting.append(worker.target)

    def _template(self, seed: str) -> Path:
        return self.folder / "seeds" / seed

    def _make_seed(self, name: str) -> None:
        """In a process of its own: this one must stay as it is, for others are forked from it."""
        folder = self._template(name)
        if folder.exists():
            return
        folder.mkdir(parents=True)
        process = _FORK.Process(target=make_seed, args=(name, folder))
        process.start()
        process.join()
        if process.exitcode != 0:
            raise RuntimeError(f"the seed {name} could not be made")

    def _start(self, target: Target, until: float, most: int) -> Worker:
        folder = self.folder / "tries" / f"{target.name} {self.next[target.name]}".replace(" ", "-")
        template = self._template(target.seed)
        return Worker(target, self.seed, self.next[target.name], template, folder, until, most, self.limits)

    def _hear(self, worker: Worker) -> bool:
        """Take in what a process says; False if it has ended."""
        heard = worker.hear()
        if heard is not None:
            self._count(worker.target, *heard)
            return True
        crash = worker.ended()
        if crash is not None:
            self._found(worker.target, worker.now, crash)
            self.tries[worker.target.name] += 1
            worker.now += 1
        self._finish(worker)
        return False

    def _is_late(self, worker: Worker) -> bool:
        if worker.connection.closed or worker.connection.poll() or not worker.is_late():
            return False
        self._found(worker.target, worker.now, worker.stop_late())
        self.tries[worker.target.name] += 1
        worker.now += 1
        self._finish(worker)
        return True

    def _finish(self, worker: Worker) -> None:
        self.next[worker.target.name] = worker.now
        worker.close()
        if worker.sizes:
            before = self.resident.get(worker.target.name, (worker.sizes[0], 0))[0]
            self.resident[worker.target.name] = before, worker.sizes[-1]
        grown = growth(worker.sizes)
        if grown:
            words = f"{grown >> 20} MiB in {len(worker.sizes)} tries from {worker.first} on: {worker.sizes[::50]}"
            self._found(worker.target, worker.first, Finding("growth", worker.target.name, words))

    def _count(self, target: Target, number: int, outcome: Outcome) -> None:
        self.tries[target.name] += 1
        self.codes[outcome.code] += 1
        self.asides.update([outcome.aside] if outcome.aside else [])
        self.slowest[target.name] = max(self.slowest.get(target.name, 0.0), outcome.seconds)
        for finding in outcome.findings:
            self._found(target, number, finding)

    def _found(self, target: Target, number: int, finding: Finding) -> None:
        repeat = f'python -m tests.fuzz --seed {self.seed} --only "{target.name}" --try {number}'
        template, place = self._template(target.seed), self.folder / "found"
        one = make_try(target, template, self.seed, number)
        new = finding.key not in self.findings.found
        if new:
            lay_out(template, place, one)
        self.findings.add(finding, repeat, one.words, place if new else None)
        if new:
            shutil.rmtree(place, ignore_errors=True)
            first = next((line for line in finding.words.splitlines() if line.strip()), "")
            print(f"{finding.kind}: {finding.place}\n  {first[:200]!r}\n  {repeat}", flush=True)

    def summary(self) -> str:
        """Tries, exit codes, findings, memory, machine and date."""
        seconds = time.monotonic() - self.began
        lines = [f"{'target':16}{'tries':>9}{'slowest':>10}{'memory':>18}"]
        for name, count in self.tries.items():
            before, after = self.resident.get(name, (0, 0))
            lines.append(
                f"{name:16}{count:>9}{self.slowest.get(name, 0.0):>8.1f} s{before >> 20:>8} -> {after >> 20:>3} MiB"
            )
        lines += [
            f"{self.findings.counts[key]:>6} times {finding.kind}: {finding.place}"
            for key, finding in self.findings.found.items()
        ]
        lines += [f"{count:>6} times on standard error: {words}" for words, count in self.asides.most_common(12)]
        codes = ", ".join(f"{code}: {count}" for code, count in sorted(self.codes.items()))
        lines.append(
            f"{self.tries.total()} tries in {seconds / 60:.1f} minutes, seed {self.seed}; exit codes {codes}; "
            f"{len(self.findings.found)} findings; {platform.machine()}, {os.cpu_count()} cores, "
            f"Python {platform.python_version()}, {date.today().isoformat()}"
        )
        return "\n".join(lines)
