"""What a step has at hand: the opened shot, its parameters in pixels, files of earlier steps, the machine's means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from nodes.engine.digest_cache import DigestCache
from nodes.engine.kept import Kept
from nodes.engine.layers import written_layers
from nodes.engine.resources import Resources
from nodes.engine.upstream import Upstream
from nodes.engine.workspace import Workspace
from nodes.job import Job, JobNode
from nodes.node import Step
from vfxlib.inputs.keys import Keys
from vfxlib.inputs.shot import OpenShot, ShotFrame
from vfxlib.io.open_file import reading_own
from vfxlib.pipeline.fingerprint import FileState, file_state, identity
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.progress import Progress

if TYPE_CHECKING:  # whoever asks only what is done needs no torch
    import torch

__all__ = ["StepContext"]

T = TypeVar("T")
K = TypeVar("K", bound=AbstractContextManager[Any])

CLIP = 0.08  # of the memory may be frames of the plate


@dataclass
class StepContext:
    """One step of one node of a job.

    job, job_node, step  the job, the node with its parameters, and the step
    shot                 the shot as the node sees it
    workspace            where everything lies
    digests              what files hold
    device_kind          kind of device, "cpu", "cuda" or "mps"; a part of what a step's result follows from
    progress             is told of every frame
    kept                 what the steps of a run share
    input_digests        what plate, matte and fill hold, by frame and name, as far as it is known
    """

    job: Job
    job_node: JobNode
    step: Step
    shot: OpenShot
    workspace: Workspace
    digests: DigestCache
    device_kind: str
    progress: Progress
    opened_device: torch.device | None = None
    kept: Kept = field(default_factory=Kept)
    input_digests: dict[int, dict[str, str]] = field(default_factory=dict)
    _read: dict[Callable[..., Any], Any] = field(default_factory=dict)
    _identities: dict[Path, str] = field(default_factory=dict)
    _step_identities: dict[str, dict[int, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """NODE/STEP."""
        return self.job_node.address(self.step.name)

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The node's parameters as processors use them: pixels of the picture that the step works on."""
        reduction = self.shot.reduction
        return self.job_node.params.at(self.shot.display.height, 1.0 if reduction is None else reduction.scale)

    @property
    def device(self) -> torch.device:
        """Where torch computes."""
        assert self.opened_device is not None, "whoever asks only what is done computes nothing"
        return self.opened_device

    @property
    def keys(self) -> Keys:
        """The mattes of single frames; only of a node that takes them."""
        assert self.shot.keys is not None, "a job without keys is not begun"
        return self.shot.keys

    def once(self, read: Callable[[StepContext], T]) -> T:
        """What a function reads for this step, read once however often it is asked for."""
        if read not in self._read:
            self._read[read] = read(self)
        value: T = self._read[read]
        return value

    def keep(self, make: Callable[[StepContext], K]) -> K:
        """What a function opens for this node, opened once for all of its steps in a run, which closes it."""
        return self.kept.get(self.shot, lambda: make(self), make)

    @cached_property
    def clip(self) -> FrameCache[ShotFrame]:
        """The plate's frames as the node sees them, by number; kept from step to step as far as there is room."""
        return self.keep(_open_clip)

    @cached_property
    def resources(self) -> Resources:
        """Cores and memory."""
        return Resources(self.job.output, self.kept.memory(self.job.output.memory))

    @cached_property
    def upstream(self) -> Upstream:
        """The fill of the node before, or the one that was given."""
        return Upstream(self.job, self.job_node, self.shot, self.workspace)

    @property
    def reach(self) -> int:
        """Frames to either side of a frame that the step reads from the plate."""
        return self.step.reach(self.job_node.params)

    def around(self, number: int, reach: int | None = None) -> list[int]:
        """The job's frames within ``reach`` frames of one; within the step's own by default."""
        within = self.reach if reach is None else reach
        index = self.shot.frames.index(number)
        return list(self.shot.frames[max(0, index - within) : index + within + 1])

    @property
    def folder(self) -> Path:
        """The folder of the step's own files in the work folder."""
        return self.workspace.folder(self.job_node, self.step)

    def path(self, number: int) -> Path:
        """The file that the step makes of a frame."""
        return self.workspace.files(self.job_node, self.step).path(number)

    @property
    def index_path(self) -> Path:
        """The file that a SHOT step makes."""
        return self.path(self.shot.frames[0])

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """The layers that the step writes, by name; a node's last step writes them."""
        if self.step is not self.job_node.node.steps[-1]:
            return ()
        return tuple(layer.name for layer in written_layers(self.job, self.job_node, self.is_result))

    @property
    def is_result(self) -> bool:
        """True if the step writes the job's result."""
        return self.workspace.is_result(self.job_node, self.step)

    def file(self, step: str, number: int) -> Path:
        """The file of a frame that an earlier step of the node has made.

        raises  UsageError if that step has not run
        """
        return self.workspace.file(self.job_node, self.job_node.node.step(step), number)

    def index_file(self, step: str) -> Path:
        """The file that an earlier SHOT step of the node has made.

        raises  UsageError if that step has not run
        """
        return self.file(step, self.shot.frames[0])

    def identity(self, path: Path) -> str:
        """What a file of an earlier step counts as; read once a task."""
        if path not in self._identities:
            with reading_own():
                self._identities[path] = identity(path, self.digests.file, self.digests.fingerprint)
        return self._identities[path]

    def identities(self, step: str, frames: Sequence[int]) -> dict[str, str]:
        """What the files of an earlier FRAMES step count as, by frame."""
        known = self._step_identities.setdefault(step, {})
        for number in frames:
            if number not in known:
                known[number] = self.identity(self.file(step, number))
        return {str(number): known[number] for number in frames}

    def state(self, path: Path, wanted: str) -> FileState:
        """What lies at a place, seen from the fingerprint that is wanted there."""
        return file_state(path, wanted, self.digests.fingerprint)

    def content(self, path: Path) -> str:
        """SHA-256 of a file; "" if it is not there."""
        return self.digests.file(path) if path.exists() else ""


def _open_clip(context: StepContext) -> FrameCache[ShotFrame]:
    return FrameCache(context.shot.read, context.shot.frames, context.resources.kept_budget(CLIP))
