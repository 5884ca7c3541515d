"""A result on its way to a version, in the hands of pyblish: what it is asked, here or by the command outside a host.

Standard library only: pyblish runs inside Nuke and Blender too, where nothing of what reads pixels may be loaded.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plugin.launch import Command, call, find_command
from vfxlib.errors import UsageError

__all__ = ["JOBS", "ROOT", "Session", "outside_session", "sessions_of_environment"]

JOBS, ROOT = "PAINTOUT_PUBLISH", "PAINTOUT_PUBLISH_ROOT"  # environment: job files, and where versions go


@dataclass(frozen=True)
class Session:
    """One job's result.

    job        its file
    look_over  gives the report of ``Report.to_mapping``; runs nothing
    publish    makes the version; gives its folder
    repair     runs the job
    """

    job: Path
    look_over: Callable[[], Mapping[str, Any]]
    publish: Callable[[], str]
    repair: Callable[[], object]


def outside_session(command: Command, job: Path, root: str) -> Session:
    """A session whose every answer comes from the command, in a process of its own.

    root  where versions go; "" for a session that only looks
    """
    path = str(job)

    def look_over() -> Mapping[str, Any]:
        report: Mapping[str, Any] = json.loads(call(command, ("publish", path, "--check", "--json"), seconds=86400.0))
        return report

    def publish() -> str:
        if not root:
            raise UsageError("nobody has said where versions go", where=f"${ROOT}", fix="name a folder")
        told = json.loads(call(command, ("publish", path, "--root", root, "--json"), seconds=86400.0))
        return str(told["published"])

    return Session(job, look_over, publish, lambda: call(command, ("run", path, "--progress", "none"), 7 * 86400.0))


def sessions_of_environment() -> list[Session]:
    """Sessions of the job files that $PAINTOUT_PUBLISH names, joined as paths are in $PATH."""
    names = [name for name in os.environ.get(JOBS, "").split(os.pathsep) if name]
    return [outside_session(find_command(), Path(name), os.environ.get(ROOT, "")) for name in names]
