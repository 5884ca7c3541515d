"""A job: a shot, the nodes to run on it and where the result goes; one JSON file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nodes.declare import Control, Params, Text, controls, from_mapping
from nodes.node import Node, Scope, Step
from nodes.shot import PORTS, Output, Shot
from vfxlib.errors import UsageError
from vfxlib.io.frames import chunks

__all__ = [
    "Job",
    "JobNode",
    "Task",
    "check_inputs",
    "job_from_mapping",
    "load_job",
    "matte_maker",
    "plan",
    "save_job",
    "with_frames",
]

FORMAT = 1  # grows when an old job file can no longer be read as it stands
PATHS = ("SEQ", "FILE", "DIR", "CONFIG")  # what a text that is a path stands for in the help


@dataclass(frozen=True)
class JobNode:
    """One node in a job, with its parameters."""

    node: Node
    params: Params


@dataclass(frozen=True)
class Job:
    """Everything that a run needs; what does not change a pixel is in ``output``."""

    shot: Shot
    nodes: tuple[JobNode, ...]
    output: Output

    @property
    def work(self) -> Path:
        """The work folder: the one given, else <name of the output>.work beside it."""
        if self.output.work:
            return Path(self.output.work)
        out = Path(self.output.out)
        name = out.name.split("#")[0].split("%")[0].split("$")[0].rstrip("._-") or out.stem
        return out.parent / f"{name}.work"

    def to_mapping(self, relative_to: Path | None = None) -> dict[str, Any]:
        """Plain values for JSON.

        relative_to  folder that paths are made relative to; None keeps them as they are
        """

        def portable(params: Params) -> dict[str, Any]:
            values = params.to_mapping()
            if relative_to is None:
                return values
            folder, known = relative_to.absolute(), controls(params)
            return {name: _relative(known[name], value, folder) for name, value in values.items()}

        return {
            "paintout": FORMAT,
            "shot": portable(self.shot),
            "nodes": [{"node": use.node.name, "params": portable(use.params)} for use in self.nodes],
            "output": portable(self.output),
        }


def _relative(control: Control, value: Any, folder: Path) -> Any:
    if isinstance(value, dict):  # files for single frames
        return {key: _seen_from(folder, path) for key, path in value.items()}
    return _seen_from(folder, value) if _is_path(control, value) else value


def _seen_from(folder: Path, path: str) -> str:
    return Path(os.path.relpath(Path(path).absolute(), folder)).as_posix()


def _absolute(control: Control | None, value: Any, folder: Path) -> Any:
    if isinstance(value, dict):
        return {key: os.path.normpath(folder / str(path)) for key, path in value.items()}
    return os.path.normpath(folder / value) if _is_path(control, value) else value


def _is_path(control: Control | None, value: Any) -> bool:
    """True of a path; a colour configuration may also be a name that begins with ocio://."""
    if not (isinstance(control, Text) and control.what in PATHS and isinstance(value, str) and value):
        return False
    return not (control.what == "CONFIG" and "://" in value)


def save_job(job: Job, path: Path) -> None:
    """Write a job file, whole or not at all; paths in it are relative to its folder.

    raises  OutputError if the place cannot be written
    """
    from vfxlib.io.atomic import write_text  # lazily: a host that only declares does not write

    write_text(path, json.dumps(job.to_mapping(path.parent), indent=2) + "\n")


def load_job(path: Path) -> Job:
    """Read a job file; relative paths in it count from its folder.

    raises  UsageError if it is no job file, or names a node or parameter that does not exist
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read the job file ({error.strerror})", where=path) from error
    except ValueError as error:
        raise UsageError(f"is no JSON ({error})", where=path, fix="write it with --save") from error
    if not isinstance(values, dict) or values.get("paintout") != FORMAT:
        raise UsageError("is no job file of this version of Paintout", where=path, fix="write it again with --save")
    return job_from_mapping(values, path.parent.absolute(), str(path))


def job_from_mapping(values: Mapping[str, Any], folder: Path, where: str) -> Job:
    """A job from plain values, as ``Job.to_mapping`` gives them."""
    from nodes import node_named  # here, because the list of nodes imports what declares them

    def read(kind: type[Any], given: Any) -> Any:
        if not isinstance(given, dict):
            raise UsageError("holds no parameters where it must", where=where, fix="write it again with --save")
        known = controls(kind)
        told = {name: _absolute(known.get(name), value, folder) for name, value in given.items()}
        return from_mapping(kind, told, where)

    given = values.get("nodes")
    if not isinstance(given, list) or not all(isinstance(use, dict) for use in given) or not given:
        raise UsageError("names no node to run", where=where, fix="write it again with --save")
    uses = []
    for use in given:
        node = node_named(str(use.get("node")))
        uses.append(JobNode(node, read(node.params, use.get("params", {}))))
    return Job(read(Shot, values.get("shot", {})), tuple(uses), read(Output, values.get("output", {})))


@dataclass(frozen=True)
class Task:
    """One step on one chunk of frames.

    job_node  node and parameters
    step    the step
    frames  frames that it makes; all of the job's for a SHOT step
    after   places of the tasks in the plan that must be done before
    """

    job_node: JobNode
    step: Step
    frames: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def name(self) -> str:
        """NODE/STEP."""
        return f"{self.job_node.node.name}/{self.step.name}"


def plan(job: Job, chunk: int | None = None) -> list[Task]:
    """The tasks of a job in an order that works; ``job.shot.frames`` must be set.

    chunk  most frames in a task of a FRAMES step; None makes one task of each step
    """
    frames = job.shot.frames
    tasks: list[Task] = []
    previous: tuple[int, ...] = ()  # a node waits for all of the node before it
    for use in job.nodes:
        made: dict[str, tuple[int, ...]] = {}
        for step in use.node.steps:
            after = tuple(i for name in step.depends_on for i in made[name]) or previous
            cuts = [frames] if step.scope is Scope.SHOT or chunk is None else chunks(frames, chunk)
            first = len(tasks)
            tasks.extend(Task(use, step, cut, after) for cut in cuts)
            made[step.name] = tuple(range(first, len(tasks)))
        previous = made[use.node.steps[-1].name]
    return tasks


def matte_maker(job: Job, use: JobNode) -> JobNode | None:
    """The node from which another takes its mattes: the last one before it that makes some; None if none does."""
    place = next(i for i, other in enumerate(job.nodes) if other is use)
    makers = [other for other in job.nodes[:place] if other.node.makes_mattes]
    return makers[-1] if makers and use.node.takes("matte") else None


def check_inputs(job: Job) -> None:
    """See that what the job gives is taken by one of its nodes, and that each has the mattes or keys that it needs.

    raises  UsageError for an input that none of them has, for one that is missing, and for a matte beside keys
    """
    for port in PORTS:
        given = getattr(job.shot, port)
        if given and not any(use.node.takes(port) for use in job.nodes):
            names = " and ".join(use.node.name for use in job.nodes)
            where = given if isinstance(given, str) else " ".join(f"--{port} {number}={path}" for number, path in given)
            raise UsageError(f"{names} takes no {port}", where=where, fix=f"take {port} out of the job's shot")
    for use in job.nodes:
        name = use.node.name
        if use.node.makes_mattes and job.shot.matte:
            raise UsageError(
                f"{name} makes the matte, and one is given as well",
                where=job.shot.matte,
                fix=f"leave out the matte, or {name}",
            )
        if use.node.takes("key") and job.shot.plate and not job.shot.key:
            raise UsageError(
                f"{name} is given no key", where="--key", fix="name a matte for a frame: --key 1001=matte.1001.exr"
            )
        if use.node.takes("matte") and not job.shot.matte and job.shot.key and matte_maker(job, use) is None:
            raise UsageError(
                f"{name} is given no matte, and no node before it makes one",
                where="--matte",
                fix="name a sequence such as matte/matte.####.exr, or run mask-propagate before it",
            )


def with_frames(job: Job, frames: tuple[int, ...]) -> Job:
    """The job with its frames set."""
    return replace(job, shot=replace(job.shot, frames=frames))
