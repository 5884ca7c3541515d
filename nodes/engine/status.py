"""What of a job is done, known without running anything: neither torch nor a network is loaded for it."""

import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from nodes.engine.context import StepContext
from nodes.engine.digest_cache import open_digests
from nodes.engine.failures import read_failures
from nodes.engine.fingerprints import (
    FingerprintBase,
    fingerprint_base,
    frame_fingerprint,
    input_digests,
    shot_fingerprint,
)
from nodes.engine.freed import read_freed
from nodes.engine.open_job import OpenJob, open_job, seen_by_step
from nodes.engine.shot_step import shot_state
from nodes.engine.took import read_took
from nodes.engine.workspace import Workspace, require_file
from nodes.job import Job, JobNode
from nodes.node import Scope, Step
from nodes.plan import own_steps
from vfxlib.errors import DeviceError, PaintoutError
from vfxlib.pipeline.fingerprint import FileState
from vfxlib.progress import open_progress

__all__ = ["FrameStatus", "StepStatus", "job_status"]

DEVICES = ("cpu", "cuda", "mps")  # kinds that --device auto may have chosen, here or on another machine


class FrameStatus(Enum):
    """What is known of a step's frame."""

    DONE = "done"
    STALE = "stale"  # ours, made from what has changed since, or from what is stale itself
    FOREIGN = "foreign"  # somebody else's; in the work folder it is used, at the output it is in the way
    FAILED = "failed"  # not there, or stale, for the step failed on it when it ran last
    FREED = "freed"  # was done, and was removed when the result was there; what is built on it is done
    MISSING = "missing"


@dataclass(frozen=True)
class StepStatus:
    """A step of a job.

    name    NODE/STEP
    scope   frames, or shot: then all frames have one status
    kept    what a run leaves as it is: an artist's files too, in the work folder and without --overwrite
    frames  frame -> what is known of it
    reasons frame -> why it failed, of those that did
    took    seconds that its tasks took, all workers and all runs together; 0 if none has ended
    """

    name: str
    scope: Scope
    kept: frozenset[FrameStatus]
    frames: Mapping[int, FrameStatus]
    reasons: Mapping[int, str]
    took: float

    @property
    def done(self) -> bool:
        """True if a run would leave all of it as it is."""
        return set(self.frames.values()) <= self.kept


class _NotDone(Exception):
    """An earlier step's frame is not done, so what is built on it cannot be."""


def job_status(job: Job) -> list[StepStatus]:
    """What is known of every frame of every step, in the order in which they run.

    With --device auto a frame counts as done whatever kind of device has made it: a farm's workers need not be like
    this machine. What is built on a frame that is not done is not done either. Content of files that did not change is
    known from the run before.

    raises  UsageError, InputError for a job that could not be begun; DeviceError for a word that names no device
    """
    opened = open_job(job)
    kinds = DEVICES if job.output.device == "auto" else (job.output.device.split(":")[0],)
    if not set(kinds) <= set(DEVICES):
        raise DeviceError(f"no device is called {job.output.device}", fix="auto, cpu, cuda:0 or mps")
    return _Status(opened, kinds).all()


class _Status:
    def __init__(self, opened: OpenJob, kinds: tuple[str, ...]) -> None:
        self._opened, self._kinds = opened, kinds
        self._known: dict[str, Mapping[int, FrameStatus]] = {}
        self._workspace = Workspace(opened.job, self._require)
        freed = {os.path.abspath(opened.job.work / name): own for name, own in read_freed(opened.job.work).items()}
        self._digests = replace(open_digests(opened.job.work), freed=freed)

    def all(self) -> list[StepStatus]:
        steps = []
        try:
            for job_node in self._opened.job.nodes:
                for step in own_steps(self._opened.job, job_node):
                    name, folder = job_node.address(step.name), self._workspace.folder(job_node, step)
                    failures = read_failures(folder)
                    self._known[name] = self._step(job_node, step, failures)
                    failed = {n for n, status in self._known[name].items() if status is FrameStatus.FAILED}
                    reasons = {number: failures[number] for number in sorted(failed & set(failures))}
                    kept = self._kept(job_node, step)
                    steps.append(StepStatus(name, step.scope, kept, self._known[name], reasons, read_took(folder)))
        finally:
            self._digests.save()
        return steps

    def _require(self, job_node: JobNode, step: Step, number: int, path: Path) -> None:
        if os.path.abspath(path) not in self._digests.freed:
            require_file(job_node, step, number, path)
        if self._known[job_node.address(step.name)][number] not in self._kept(job_node, step):
            raise _NotDone

    def _kept(self, job_node: JobNode, step: Step) -> frozenset[FrameStatus]:
        used = not self._workspace.is_result(job_node, step) and not self._opened.job.output.overwrite
        return frozenset({FrameStatus.DONE, FrameStatus.FOREIGN, FrameStatus.FREED} if used else {FrameStatus.DONE})

    def _step(self, job_node: JobNode, step: Step, failures: Collection[int]) -> dict[int, FrameStatus]:
        contexts = [self._context(job_node, step, kind) for kind in (self._kinds if step.gpu else ("cpu",))]
        frames = contexts[0].shot.frames
        if step.scope is Scope.SHOT:
            return dict.fromkeys(frames, _best([_of_shot(context) for context in contexts]))
        bases = [fingerprint_base(context) for context in contexts]
        for context in contexts:
            with suppress(_NotDone, PaintoutError):
                input_digests(context, frames)  # side by side; what is missing is met again below
        statuses = {}
        for number in frames:
            pairs = zip(contexts, bases, strict=True)
            statuses[number] = _best([_of_frame(context, number, base) for context, base in pairs])
            if number in failures and statuses[number] in (FrameStatus.MISSING, FrameStatus.STALE):
                statuses[number] = FrameStatus.FAILED
        return statuses

    def _context(self, job_node: JobNode, step: Step, kind: str) -> StepContext:
        job, shot = self._opened.job, seen_by_step(self._opened, job_node, step)
        return StepContext(job, job_node, step, shot, self._workspace, self._digests, kind, open_progress("none"))


STATUS = {
    FileState.ABSENT: FrameStatus.MISSING,
    FileState.DONE: FrameStatus.DONE,
    FileState.STALE: FrameStatus.STALE,
    FileState.FOREIGN: FrameStatus.FOREIGN,
}


def _of_frame(context: StepContext, number: int, base: FingerprintBase) -> FrameStatus:
    try:
        wanted = frame_fingerprint(context, base, number)
    except (_NotDone, PaintoutError):  # what it is made from is not there, or cannot be read
        wanted = ""
    path = context.path(number)
    state = context.state(path, wanted)
    if state is FileState.ABSENT and wanted and context.digests.freed.get(os.path.abspath(path)) == wanted:
        return FrameStatus.FREED
    return STATUS[state]


def _of_shot(context: StepContext) -> FrameStatus:
    try:
        wanted = shot_fingerprint(context)
    except (_NotDone, PaintoutError):
        return STATUS[context.state(context.index_path, "")]
    try:
        return STATUS[shot_state(context, wanted)]
    except PaintoutError:
        return FrameStatus.STALE  # a run cannot read it either


def _best(statuses: list[FrameStatus]) -> FrameStatus:
    """Of what is seen from several kinds of device: done if one of them has made it."""
    return next((each for each in (FrameStatus.DONE, FrameStatus.FREED) if each in statuses), statuses[0])
