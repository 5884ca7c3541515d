"""Where everything of a job lies: the results, and what the steps leave in the work folder."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nodes.job import Job, JobNode
from nodes.node import Scope, Step
from nodes.plan import step_maker
from vfxlib.errors import UsageError
from vfxlib.io.sequence import SequenceName, parse_sequence

__all__ = ["Require", "Workspace", "require_file"]

Require = Callable[[JobNode, Step, int, Path], None]
"""Sees that what an earlier step made of a frame can be built on; raises if it cannot."""


def require_file(job_node: JobNode, step: Step, number: int, path: Path) -> None:
    """See that a step's file is there.

    raises  UsageError if it is not
    """
    if not path.exists():
        raise UsageError(
            f"step {step.name} has not been run for frame {number}",
            where=path,
            fix=f"run --step {job_node.address(step.name)} first, or the whole job",
        )


@dataclass(frozen=True)
class Workspace:
    """The folders and files of a job.

    require  is asked of every file of an earlier step before it is built on
    """

    job: Job
    require: Require = require_file

    @cached_property
    def out(self) -> SequenceName:
        """Where the result goes."""
        return parse_sequence(self.job.output.out)

    def is_result(self, job_node: JobNode, step: Step) -> bool:
        """True for the step that writes the job's result."""
        last = self.job.nodes[-1]
        return job_node.name == last.name and step.name == last.node.steps[-1].name

    def files(self, job_node: JobNode, step: Step) -> SequenceName:
        """How a step's own files are called; a SHOT step has one file for all frames, its index."""
        if self.is_result(job_node, step):
            return self.out
        folder = self.folder(job_node, step)
        if step.scope is Scope.SHOT:
            return SequenceName(folder, step.name, 0, ".json")
        return SequenceName(folder, f"{step.name}.", 4, ".exr")

    def folder(self, job_node: JobNode, step: Step) -> Path:
        """The folder of a step's own files in the work folder; of an earlier node that runs it for this one too."""
        return self.job.work / self._maker(job_node, step).name / step.name

    def file(self, job_node: JobNode, step: Step, number: int) -> Path:
        """The file of an earlier step's frame.

        raises  what ``require`` raises
        """
        path = self.files(job_node, step).path(number)
        self.require(self._maker(job_node, step), step, number, path)
        return path

    def _maker(self, job_node: JobNode, step: Step) -> JobNode:
        known = self._makers.get((job_node.name, step.name))
        if known is None:
            known = self._makers[job_node.name, step.name] = step_maker(self.job, job_node, step)
        return known

    @cached_property
    def _makers(self) -> dict[tuple[str, str], JobNode]:
        return {}
