"""A job: a shot, the nodes to run on it and where the result goes; one JSON file."""

import json
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from nodes.declare import FrameFiles, Params, controls, from_mapping, is_path
from nodes.names import shown, unknown
from nodes.node import Node
from nodes.shot import Output, Shot
from vfxlib.errors import OutputError, UsageError
from vfxlib.io.json_file import read_json
from vfxlib.io.os_errors import reason
from vfxlib.io.relative_path import from_folder, relative_to
from vfxlib.io.utf8_path import path_from_text, path_to_text

__all__ = ["Job", "JobNode", "job_from_mapping", "load_job", "record_job", "save_job"]

P = TypeVar("P", bound=Params)

FORMAT = 2  # 1 counted paths from the folder's name, which may be a link's, 2 counts them from its real place
FORMATS = (1, FORMAT)  # that can be read
RECORD = "record"  # stands in what a run has written, and not in what a user has saved
KEYS = ("paintout", "shot", "nodes", "output", RECORD)
NODE_KEYS = ("node", "params", "working_size")
MOST_SIZE = 65536  # pixels of a side
MOST_NODES = 100
AGAIN = "write it again with --save"


@dataclass(frozen=True)
class JobNode:
    """One node in a job, with its parameters.

    name          by which the job tells it from others, and its folder is called: the node's, numbered from a second
    working_size  longest side of the picture that it works on, pixels: a larger plate is reduced; 0 for the plate's own
    """

    node: Node
    params: Params
    name: str = ""
    working_size: int = 0

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
        return Path(self.output.out).parent / f"{self.name}.work"

    @property
    def name(self) -> str:
        """What the result is called, without its frames: "clean" of clean.####.exr."""
        out = Path(self.output.out)
        return out.name.split("#")[0].split("%")[0].split("$")[0].rstrip("._-") or out.stem

    def to_mapping(self, folder: Path | None = None) -> dict[str, Any]:
        """Plain values for JSON.

        folder  that paths are made relative to; None keeps them as they are
        """

        def portable(params: Params) -> dict[str, Any]:
            changed = _paths(params, lambda path: path_to_text(relative_to(path, folder) if folder else path))
            return {**params.to_mapping(), **changed}

        return {
            "paintout": FORMAT,
            "shot": portable(self.shot),
            "nodes": [
                {
                    "node": each.node.name,
                    "params": portable(each.params),
                    **({"working_size": each.working_size} if each.working_size else {}),
                }
                for each in self.nodes
            ],
            "output": portable(self.output),
        }


def _named(nodes: tuple[JobNode, ...]) -> tuple[JobNode, ...]:
    names: list[str] = []
    for job_node in nodes:
        own = job_node.node.name
        ways = (own, *(f"{own}-{count}" for count in range(2, len(nodes) + 2)))
        names.append(next(name for name in ways if name not in names))
    return tuple(replace(job_node, name=name) for job_node, name in zip(nodes, names, strict=True))


def _paths(params: Params, change: Callable[[str], str]) -> dict[str, Any]:
    """Every path in the parameters, changed; plain values by name."""
    changed: dict[str, Any] = {}
    for name, control in controls(params).items():
        value = getattr(params, name)
        if isinstance(control, FrameFiles):
            changed[name] = {str(number): change(path) for number, path in value}
        elif isinstance(value, str) and is_path(control, value):
            words = change(value)
            # a file in the folder that is called as the word for no file is
            changed[name] = words if is_path(control, words) else f"./{words}"
    return changed


def _as_paths_here(kind: type[Params], given: Mapping[str, Any]) -> dict[str, Any]:
    """What a file gives as parameters, with its paths as the system here takes them; what is no text stays."""
    known, here = controls(kind), dict(given)
    for name, value in given.items():
        control = known.get(name)
        if isinstance(value, str) and control is not None and is_path(control, value):
            here[name] = path_from_text(value)
        elif isinstance(value, dict) and isinstance(control, FrameFiles):
            here[name] = {number: path_from_text(p) if isinstance(p, str) else p for number, p in value.items()}
    return here


def save_job(job: Job, path: Path, whole: bool = False) -> None:
    """Write a job file, all of it or nothing; paths in it are relative to its folder.

    whole   True leaves the paths whole, so that the file can be taken elsewhere
    raises  OutputError if the place cannot be written, or something lies there that is no job file
    """
    _job_file_at(path)
    _write(job.to_mapping(None if whole else path.parent), path)


def record_job(job: Job) -> Path | None:
    """Write what is run as job.json into its work folder, unless somebody has saved a job file of their own there.

    returns  the file that was left as it is
    raises   as ``save_job``
    """
    path = job.work / "job.json"
    found = _job_file_at(path)
    if found and found.get(RECORD) is not True:
        return path
    _write({**job.to_mapping(path.parent), RECORD: True}, path)
    return None


def _write(values: Mapping[str, Any], path: Path) -> None:
    from vfxlib.io.atomic import write_text  # lazily: a host that only declares does not write

    write_text(path, json.dumps(values, indent=2, allow_nan=False) + "\n")


def load_job(path: Path) -> Job:
    """Read a job file; relative paths in it count from its folder.

    raises  UsageError if it is no job file, names a node or parameter that does not exist, or holds a value of another
            type or outside its limits
    """
    try:
        values = read_json(path, unique=True)
    except OSError as error:
        problem = f"cannot read the job file ({reason(error)})"
        raise UsageError(problem, where=path, fix="give a work folder's job.json, or write one with --save") from error
    except ValueError as error:
        raise UsageError(f"cannot be read as a job file ({error})", where=path, fix=AGAIN) from error
    if not isinstance(values, dict) or not any(_is(values.get("paintout"), each) for each in FORMATS):
        raise UsageError("is no job file of this version of Paintout", where=path, fix=AGAIN)
    first = _is(values["paintout"], 1)
    folder = path.parent.absolute() if first else Path(os.path.realpath(path)).parent
    return job_from_mapping(values, folder, str(path))


def _is(value: object, number: int) -> bool:
    """True of this whole number, and not of true or 1.0, which equal it."""
    return type(value) is int and value == number


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
    """A job from plain values, as ``Job.to_mapping`` gives them.

    folder  absolute, from which relative paths count
    where   what holds them, for errors
    raises  as ``load_job``
    """
    from nodes import node_named  # here, because the list of nodes imports what declares them

    def read(kind: type[P], given: Any, place: str) -> P:
        there = f"{where}, {place}"
        params = from_mapping(kind, _as_paths_here(kind, _object(given, there)), there)
        return replace(params, **_paths(params, lambda path: from_folder(path, folder)))

    _check_keys(values, KEYS, where)
    if not isinstance(values.get(RECORD, True), bool):
        raise UsageError(f"its {RECORD!r} is neither true nor false", where=where, fix=f"take {RECORD!r} out of it")
    given = values.get("nodes")
    if not isinstance(given, list) or not given:
        raise UsageError("names no node to run", where=where, fix=AGAIN)
    if len(given) > MOST_NODES:
        raise UsageError(f"has {len(given)} nodes", where=where, fix=f"give a job at most {MOST_NODES}")
    nodes = []
    for index, each in enumerate(given):
        place = f"nodes[{index}]"
        _check_keys(_object(each, f"{where}, {place}"), NODE_KEYS, f"{where}, {place}")
        node = node_named(each.get("node"), f"{where}, {place}.node")
        params = read(node.params, each.get("params", {}), f"{place}.params")
        nodes.append(JobNode(node, params, working_size=_size(each.get("working_size", 0), f"{where}, {place}")))
    shot = read(Shot, values.get("shot", {}), "shot")
    return Job(shot, tuple(nodes), read(Output, values.get("output", {}), "output"))


def _size(given: Any, where: str) -> int:
    if type(given) is not int or not 0 <= given <= MOST_SIZE:
        wants = f"a whole number of pixels up to {MOST_SIZE}, or 0"
        raise UsageError(f"{shown(given)} is no working size", where=f"{where}.working_size", fix=f"give {wants}")
    return given


def _object(given: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise UsageError("holds no names and values where it must", where=where, fix=AGAIN)
    return given


def _check_keys(given: Mapping[str, Any], known: Collection[str], where: str) -> None:
    for name in given:
        if name not in known:
            raise unknown("key", name, known, where)
