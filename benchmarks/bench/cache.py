"""Records of what was measured, as JSON with what it was measured on: tables are drawn again without measuring."""

from __future__ import annotations

import datetime
import hashlib
import json
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.bench.report import machine
from benchmarks.bench.sets import ROOT
from vfxlib.io.atomic import write_text

__all__ = ["Origin", "code_digest", "load_record", "origin", "origin_text", "save_record"]


@dataclass(frozen=True)
class Origin:
    """Where a figure comes from.

    state    of the repository, "+" behind it where files had changed since
    when     day
    machine  one line
    """

    state: str
    when: str
    machine: str


def origin() -> Origin:
    """Of what is measured now."""
    words = ["git", "describe", "--always", "--dirty=+", "--match", "no tag"]
    found = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    state = found.stdout.strip() if found.returncode == 0 else "no repository"
    return Origin(state, datetime.date.today().isoformat(), machine())


def origin_text(origins: Iterable[Origin]) -> str:
    """A line for the page: everything that the figures come from."""
    different = list(dict.fromkeys(origins))
    moments = " and ".join(dict.fromkeys(f"on {one.when} at {one.state}" for one in different))
    machines = " and ".join(dict.fromkeys(one.machine for one in different))
    return f"Measured {moments}. Machine: {machines}."


def code_digest(places: Iterable[str]) -> str:
    """Changes when the code does that a result follows from.

    places  files and folders, from the root of the repository
    """
    total = hashlib.sha256()
    for place in places:
        path = ROOT / place
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            total.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return total.hexdigest()[:16]


def save_record(path: Path, values: dict[str, Any]) -> None:
    """Write figures and where they come from."""
    write_text(path, json.dumps({**values, "origin": asdict(origin())}, indent=1) + "\n")


def load_record(path: Path) -> tuple[dict[str, Any], Origin] | None:
    """Figures and where they come from; None if there are none."""
    if not path.exists():
        return None
    values = json.loads(path.read_text(encoding="utf-8"))
    return values, Origin(**values.pop("origin"))
