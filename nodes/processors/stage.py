"""What a task has at hand: the opened shot, its parameters in pixels, the folders of the steps, the fingerprints."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil
import torch

from nodes.job import Job, Use
from nodes.node import Scope, Step
from vfxlib.errors import UsageError
from vfxlib.progress import Progress
from vfxlib.sequence import SequenceName, parse_sequence
from vfxlib.shot import OpenShot
from vfxlib.store import Recipe, identity, recipe
from vfxlib.work import Target, Work

__all__ = ["Stage"]


@dataclass
class Stage:
    """One node of a job at work.

    job, use   the job, and the node with its parameters
    shot       plate, matte and colour
    device     where torch computes
    progress   is told of every frame
    """

    job: Job
    use: Use
    shot: OpenShot
    device: torch.device
    progress: Progress
    _identities: dict[Path, str] = field(default_factory=dict)
    _contents: dict[Path, str] = field(default_factory=dict)
    _digests: dict[int, tuple[str, str]] = field(default_factory=dict)

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The node's parameters as processors use them: pixels of the plate."""
        return self.use.params.at(self.shot.display.height)

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
        return self.use is self.job.uses[-1] and step is self.use.node.steps[-1]

    def path(self, step: Step, number: int) -> Path:
        """The file of a step's frame; a SHOT step has one file for all."""
        if self.is_last(step):
            return self.out.path(number)
        folder = self.job.work / self.use.node.name / step.name
        return folder / (f"{step.name}.json" if step.scope is Scope.SHOT else f"{step.name}.{number:04d}.exr")

    def file(self, name: str, number: int) -> Path:
        """The file of an earlier step's frame.

        raises  UsageError if that step has not run
        """
        path = self.path(self.use.node.step(name), number)
        if not path.exists():
            raise UsageError(
                f"step {name} has not been run for frame {number}",
                where=path,
                fix=f"run --step {self.use.node.name}/{name} first, or the whole job",
            )
        return path

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
            with open(path, "rb") as file:
                self._contents[path] = hashlib.file_digest(file, "sha256").hexdigest()
        return self._contents[path]

    def recipe(self, step: Step) -> Recipe:
        """The part of the fingerprint that all frames of a step share."""
        given, shot = self.use.params.to_mapping(), self.job.shot
        return recipe(
            node=self.use.node.name,
            step=step.name,
            params={name: given[name] for name in step.uses if name != "paint"},
            device=self.device.type if step.gpu else "cpu",
            shot={
                "colour": self.shot.colours.identity,
                "plate_layer": shot.plate_layer,
                "matte_channel": shot.matte_channel,
                "matte_id": shot.matte_id,
                "seed": self.job.output.seed if "grain" in step.uses else 0,
                "layers": [self.job.output.layers, self.job.output.keep_layers] if self.is_last(step) else [],
            },
        )

    def work(self, step: Step, frames: tuple[int, ...], extra: Callable[[int], Mapping[str, Any]]) -> Work:
        """The work of a FRAMES step on some frames.

        extra  what else a frame is made from, by name, for its fingerprint
        """
        shared = self.recipe(step)
        reach = step.reach(self.use.params)
        targets = {}
        for number in frames:
            around = self.around(number, reach)
            inputs = {
                "frame": number,
                **self.digests(around),
                **extra(number),
            }
            targets[number] = Target(self.path(step, number), shared.of(inputs))
        return Work(
            name=f"{self.use.node.name}/{step.name}",
            targets=targets,
            overwrite=self.job.output.overwrite,
            keep_foreign=not self.is_last(step),
            progress=self.progress,
        )

    def digests(self, frames: list[int]) -> dict[str, dict[str, str]]:
        """What plate and matte hold on some frames: SHA-256, each file read once a run."""
        absent = [n for n in frames if n not in self._digests]
        if absent:
            with ThreadPoolExecutor(self.threads) as pool:
                found = pool.map(lambda n: (self.shot.plate.digest(n), self.shot.matte.digest(n)), absent)
                self._digests.update(zip(absent, found, strict=True))
        plate, matte = ({str(n): self._digests[n][which] for n in frames} for which in (0, 1))
        return {"plate": plate, "matte": matte}

    def around(self, number: int, reach: int) -> list[int]:
        """The job's frames within ``reach`` places of one."""
        place = self.shot.frames.index(number)
        return list(self.shot.frames[max(0, place - reach) : place + reach + 1])

    def identities(self, name: str, frames: list[int]) -> dict[str, str]:
        """What the files of an earlier FRAMES step count as, by frame."""
        return {str(n): self.identity(self.file(name, n)) for n in frames}
