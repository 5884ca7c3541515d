"""What all pages of figures are made with: a table, a number in it, and the line that names the machine."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import psutil

__all__ = ["GIB", "decimal", "machine", "table"]

GIB = 2**30


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns stand under each other on a terminal too; the first column to the left."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        placed = [c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(cells, widths, strict=True))]
        return f"| {' | '.join(placed)} |"

    rule = ["-" * widths[0], *("-" * (w - 1) + ":" for w in widths[1:])]
    return "\n".join([line(head), line(rule), *map(line, rows)])


def decimal(value: float | None, digits: int) -> str:
    """A figure with so many digits behind the point; "-" where there is none."""
    return "-" if value is None else f"{value:.{digits}f}"


def machine() -> str:
    """What was measured on, in one line."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        names = [line.split(":", 1)[1].strip() for line in information.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    memory = psutil.virtual_memory().total / GIB
    libraries = ", ".join(f"{name} {version(name)}" for name in ("torch", "numpy", "opencv-python-headless"))
    cores = len(psutil.Process().cpu_affinity())
    return f"{model}, {cores} cores, {memory:.0f} GiB; Python {platform.python_version()}, {libraries}"
