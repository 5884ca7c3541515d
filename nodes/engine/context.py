"""What a task has at hand: the opened shot, its parameters in pixels, the folders of the steps, the fingerprints."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil
import torch

from nodes.declare import FrameFiles, Text, controls
from nodes.job import Job, JobNode, matte_maker
from nodes.node import Scope, Step
from vfxlib.errors import UsageError
from vfxlib.image.box import Box
from vfxlib.inputs.matte import Matte
from vfxlib.inputs.prior_fill import FillFrame, GivenFill, given_fill
from vfxlib.inputs.shot import OpenShot
from vfxlib.io.footage import Footage, file_digest
from vfxlib.io.sequence import SequenceName, parse_sequence
from vfxlib.pipeline.fingerprint import FingerprintBase, fingerprint_base, identity
from vfxlib.pipeline.frame_tasks import FrameTasks, Target
from vfxlib.progress import Progress

__all__ = ["StepContext"]


@dataclass
class StepContext:
    """One node of a job at work.

    job, job_node  the job, and the node with its parameters
    shot       plate, matte or keys, and colour; of a node whose mattes another makes, those mattes and no keys
    device     where torch computes
    progress   is told of every frame
    """

    job: Job
    job_node: JobNode
    shot: OpenShot
    device: torch.device
    progress: Progress
    _identities: dict[Path, str] = field(default_factory=dict)
    _contents: dict[Path, str] = field(default_factory=dict)
    _digests: dict[int, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.mattes_from is None:
            return
        self.shot = replace(self.shot, matte=Matte(self._result(self.mattes_from), "matte.A"), keys=None)

    @cached_property
    def mattes_from(self) -> JobNode | None:
        """The node of the job that makes this one's mattes; None if they are given, or none are needed."""
        return matte_maker(self.job, self.job_node)

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The node's parameters as processors use them: pixels of the plate."""
        return self.job_node.params.at(self.shot.display.height)

    @property
    def threads(self) -> int:
        """Frames to work on at once."""
        if self.job.output.threads:
            return self.job.output.threads
        # a farm gives a task some of the cores; only Linux tells which
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def threads_within(self, each: int) -> int:
        """Frames to work on at once if each takes so many bytes; one at least."""
        return max(1, min(self.threads, int(self.budget(0.5) // max(1, each))))

    def budget(self, share: float) -> int:
        """Bytes that a cache may take: its share of what the process does not use yet."""
        free = self.job.output.memory * 2**30 - psutil.Process().memory_info().rss
        return max(0, int(free * share))

    @cached_property
    def out(self) -> SequenceName:
        """Where the clean plate goes."""
        return parse_sequence(self.job.output.out)

    def is_last(self, step: Step) -> bool:
        """True for the step that writes the job's result."""
        return self.job_node is self.job.nodes[-1] and step is self.job_node.node.steps[-1]

    def path(self, step: Step, number: int) -> Path:
        """The file of a step's frame; a SHOT step has one file for all."""
        if self.is_last(step):
            return self.out.path(number)
        return _files(self.job, self.job_node, step).path(number)

    def folder(self, step: Step) -> Path:
        """The folder of a step's own files in the work folder."""
        return _files(self.job, self.job_node, step).folder

    def file(self, name: str, number: int) -> Path:
        """The file of an earlier step's frame.

        raises  UsageError if that step has not run
        """
        return _made(self.path(self.job_node.node.step(name), number), self.job_node, name, number)

    @cached_property
    def before(self) -> JobNode | None:
        """The node whose result this one takes for its fill: the one before it in the job, if no other is given."""
        place = next(i for i, use in enumerate(self.job.nodes) if use is self.job_node)
        if not self.job_node.node.takes("fill") or self.shot.fill is not None or place == 0:
            return None
        before = self.job.nodes[place - 1]
        return before if before.node.writes("fill") else None

    @cached_property
    def given(self) -> GivenFill | None:
        """The fill that this node takes; None if there is none. Files of the node before may not be there yet."""
        if self.before is None:
            return self.shot.fill if self.job_node.node.takes("fill") else None
        return given_fill(self._result(self.before), self.shot.colours, self.shot.plate.format)

    def _result(self, use: JobNode) -> Footage:
        """What an earlier node leaves in the work folder; its files may not be there yet."""
        name = _files(self.job, use, use.node.steps[-1])
        return Footage(name.spelling, self.shot.frames, "exr", name)

    def fill(self, number: int, window: Box) -> FillFrame | None:
        """A frame of the fill that this node takes, over a window; None if there is none.

        window  the plate's data window as a rule
        raises  UsageError if the node before has not made it, SequenceError and PictureError if it cannot be used
        """
        if self.given is None:
            return None
        self._fill_made(number)
        return self.given.read(number, self.shot.display, window)

    def _fill_made(self, number: int) -> None:
        if self.before is not None and self.given is not None:
            _made(self.given.footage.path(number), self.before, self.before.node.steps[-1].name, number)

    def _fill_identity(self, fill: GivenFill, number: int) -> str:
        self._fill_made(number)
        return self.identity(fill.footage.path(number)) if self.before is not None else fill.digest(number)

    def identity(self, path: Path) -> str:
        """What a file of an earlier step counts as; read once a task."""
        if path not in self._identities:
            self._identities[path] = identity(path)
        return self._identities[path]

    def content(self, path: Path) -> str:
        """SHA-256 of a file that this run no longer changes, read once; "" if it is not there."""
        if path not in self._contents:
            if not path.exists():
                return ""
            self._contents[path] = file_digest(path)
        return self._contents[path]

    def fingerprint_base(self, step: Step) -> FingerprintBase:
        """The part of the fingerprint that all frames of a step share."""
        shot, matte = self.job.shot, self.shot.matte
        return fingerprint_base(
            node=self.job_node.node.name,
            step=step.name,
            params=self._told(step),
            device=self.device.type if step.gpu else "cpu",
            shot={
                "colour": self.shot.colours.identity,
                "plate_layer": shot.plate_layer,
                "matte_channel": "" if matte is None else matte.channel,
                "matte_id": -1 if matte is None or matte.ident is None else matte.ident,
                "seed": self.job.output.seed if step.random else 0,
                "layers": [self.job.output.layers, self.job.output.keep_layers] if self.is_last(step) else [],
            },
        )

    def _told(self, step: Step) -> dict[str, Any]:
        """The parameters that a fingerprint holds: never paths, but what the file holds."""
        values, told = self.job_node.params.to_mapping(), {}
        for name, control in controls(self.job_node.params).items():
            if name not in step.uses or isinstance(control, FrameFiles):
                continue  # files for single frames belong to the frames that they change
            is_file = isinstance(control, Text) and control.what == "FILE" and values[name]
            told[name] = file_digest(Path(values[name])) if is_file else values[name]
        return told

    def fingerprint(self, step: Step, extra: Mapping[str, Any] | None = None) -> str:
        """The fingerprint of a SHOT step that is made from every frame, and from all keys.

        extra  what else it is made from, by name
        """
        numbers = list(self.shot.frames)
        keys = {"keys": self.keys} if self.keys else {}
        return self.fingerprint_base(step).of({"frames": numbers, **self.digests(numbers), **keys, **(extra or {})})

    @cached_property
    def keys(self) -> Mapping[str, Any]:
        """What all keys hold, for the fingerprint of a step that any of them changes; empty without keys."""
        keys, shot = self.shot.keys, self.job.shot
        if keys is None:
            return {}
        frames = {str(number): keys.digest(number) for number in keys.frames}
        return {"channel": shot.matte_channel, "id": shot.matte_id, "apart": keys.apart, "frames": frames}

    def work(self, step: Step, frames: tuple[int, ...], extra: Callable[[int], Mapping[str, Any]]) -> FrameTasks:
        """The work of a FRAMES step on some frames.

        extra  what else a frame is made from, by name, for its fingerprint
        """
        shared = self.fingerprint_base(step)
        reach = step.reach(self.job_node.params)
        targets = {}
        for number in frames:
            around = self.around(number, reach)
            inputs = {
                "frame": number,
                **self.digests(around),
                **extra(number),
            }
            targets[number] = Target(self.path(step, number), shared.of(inputs))
        return FrameTasks(
            name=f"{self.job_node.node.name}/{step.name}",
            targets=targets,
            overwrite=self.job.output.overwrite,
            keep_foreign=not self.is_last(step),
            progress=self.progress,
        )

    def digests(self, frames: list[int]) -> dict[str, dict[str, str]]:
        """What plate, matte and the node's fill hold on some frames: SHA-256, each file read once a run."""
        absent = [n for n in frames if n not in self._digests]
        if absent:
            with ThreadPoolExecutor(self.threads) as pool:
                self._digests.update(zip(absent, pool.map(self._digest, absent), strict=True))
        names = self._digests[frames[0]] if frames else {}
        return {name: {str(n): self._digests[n][name] for n in frames} for name in names}

    def _digest(self, number: int) -> dict[str, str]:
        found = {"plate": self.shot.plate.digest(number)}
        if self.shot.matte is not None:
            found["matte"] = self._matte_identity(self.shot.matte, number)
        if self.given is not None:
            found["fill"] = f"{self.given.identity} {self._fill_identity(self.given, number)}"
        return found

    def _matte_identity(self, matte: Matte, number: int) -> str:
        if self.mattes_from is None:
            return matte.digest(number)
        path = matte.footage.path(number)
        return self.identity(_made(path, self.mattes_from, self.mattes_from.node.steps[-1].name, number))

    def around(self, number: int, reach: int) -> list[int]:
        """The job's frames within ``reach`` places of one."""
        place = self.shot.frames.index(number)
        return list(self.shot.frames[max(0, place - reach) : place + reach + 1])

    def identities(self, name: str, frames: list[int]) -> dict[str, str]:
        """What the files of an earlier FRAMES step count as, by frame."""
        return {str(n): self.identity(self.file(name, n)) for n in frames}


def _files(job: Job, use: JobNode, step: Step) -> SequenceName:
    """How a step's files in the work folder are called; a SHOT step has one file for all."""
    folder = job.work / use.node.name / step.name
    if step.scope is Scope.SHOT:
        return SequenceName(folder, step.name, 0, ".json")
    return SequenceName(folder, f"{step.name}.", 4, ".exr")


def _made(path: Path, use: JobNode, step: str, number: int) -> Path:
    if not path.exists():
        raise UsageError(
            f"step {step} has not been run for frame {number}",
            where=path,
            fix=f"run --step {use.node.name}/{step} first, or the whole job",
        )
    return path
