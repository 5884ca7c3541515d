"""A job: a shot, the nodes to run on it and where the result goes; one JSON file."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nodes.declare import Control, Params, Text, controls, from_mapping
from nodes.node import Node
from nodes.shot import Output, Shot
from vfxlib.errors import OutputError, UsageError
from vfxlib.io.json_file import read_json

__all__ = ["Job", "JobNode", "job_from_mapping", "load_job", "record_job", "save_job"]

FORMAT = 1  # grows when an old job file can no longer be read as it stands
RECORD = "record"  # stands in what a run has written, and not in what a user has saved
PATHS = ("SEQ", "FILE", "DIR", "CONFIG")  # what a text that is a path stands for in the help


@dataclass(frozen=True)
class JobNode:
    """One node in a job, with its parameters.

    name  by which the job tells it from others, and its folder is called: the node's, numbered from a second one on
    """

    node: Node
    params: Params
    name: str = ""

    def address(self, step: str) -> str:
        """How a step of it is called: NODE/STEP."""
        return f"{self.name}/{step}"


@dataclass(frozen=True)
class Job:
    """Everything that a run needs; what does not change a pixel is in ``output``."""

    shot: Shot
    nodes: tuple[JobNode, ...]
    output: Output

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", _named(self.nodes))

    def index(self, job_node: JobNode) -> int:
        """Which of the job's nodes it is, counted from 0."""
        return next(i for i, other in enumerate(self.nodes) if other.name == job_node.name)

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
            "nodes": [{"node": each.node.name, "params": portable(each.params)} for each in self.nodes],
            "output": portable(self.output),
        }


def _named(nodes: tuple[JobNode, ...]) -> tuple[JobNode, ...]:
    names: list[str] = []
    for job_node in nodes:
        own = job_node.node.name
        ways = (own, *(f"{own}-{count}" for count in range(2, len(nodes) + 2)))
        names.append(next(name for name in ways if name not in names))
    return tuple(replace(job_node, name=name) for job_node, name in zip(nodes, names, strict=True))


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

    raises  OutputError if the place cannot be written, or something lies there that is no job file
    """
    _job_file_at(path)
    _write(job.to_mapping(path.parent), path)


def record_job(job: Job) -> Path | None:
    """Write what is run as job.json into its work folder, unless somebody has saved a job file of their own there.

    returns  the file that was left as it is
    raises   as ``save_job``
    """
    path = job.work / "job.json"
    found = _job_file_at(path)
    if found and RECORD not in found:
        return path
    _write({**job.to_mapping(path.parent), RECORD: True}, path)
    return None


def _write(values: Mapping[str, Any], path: Path) -> None:
    from vfxlib.io.atomic import write_text  # lazily: a host that only declares does not write

    write_text(path, json.dumps(values, indent=2) + "\n")


def load_job(path: Path) -> Job:
    """Read a job file; relative paths in it count from its folder.

    raises  UsageError if it is no job file, or names a node or parameter that does not exist
    """
    try:
        values = read_json(path)
    except OSError as error:
        problem = f"cannot read the job file ({error.strerror})"
        raise UsageError(problem, where=path, fix="give a work folder's job.json, or write one with --save") from error
    except ValueError as error:
        raise UsageError(f"is no JSON ({error})", where=path, fix="write it with --save") from error
    if not isinstance(values, dict) or values.get("paintout") != FORMAT:
        raise UsageError("is no job file of this version of Paintout", where=path, fix="write it again with --save")
    return job_from_mapping(values, path.parent.absolute(), str(path))


def _job_file_at(path: Path) -> Mapping[str, Any]:
    """What a job file of any version that lies at a place holds; empty if nothing lies there.

    raises  OutputError if it is no job file: nothing else is ever replaced by one
    """
    if not os.path.exists(path):
        return {}
    try:
        values = read_json(path)  # a plate need not be read to know that it is none
        if isinstance(values, dict) and "paintout" in values and "nodes" in values:
            return values
    except (OSError, ValueError):
        pass
    raise OutputError("is there already, and is no job file", where=path, fix="choose another name or folder")


def job_from_mapping(values: Mapping[str, Any], folder: Path, where: str) -> Job:
    """A job from plain values, as ``Job.to_mapping`` gives them."""
    from nodes import node_named  # here, because the list of nodes imports what declares them

    def read(kind: type[Any], given: Any) -> Any:
        if not isinstance(given, dict):
            raise UsageError("holds no parameters where it must", where=where, fix="write it again with --save")
        known = controls(kind)
        params = {name: _absolute(known.get(name), value, folder) for name, value in given.items()}
        return from_mapping(kind, params, where)

    given = values.get("nodes")
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given) or not given:
        raise UsageError("names no node to run", where=where, fix="write it again with --save")
    nodes = []
    for each in given:
        node = node_named(str(each.get("node")))
        nodes.append(JobNode(node, read(node.params, each.get("params", {}))))
    return Job(read(Shot, values.get("shot", {})), tuple(nodes), read(Output, values.get("output", {})))
