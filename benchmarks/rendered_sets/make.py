"""Makes a rendered set where it is not there yet: Blender as a process with a time limit, then its files."""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.bench.rendered import RENDERED, RenderedSet, bpy_python
from benchmarks.bench.sets import ROOT
from benchmarks.rendered_sets.finish import SetFigures, finish_set

__all__ = ["Made", "blender_python", "make_set", "render_fingerprint"]

LIMIT = 1800.0  # seconds for the rendering of a set
BLENDER_SIDE = "benchmarks/rendered_sets/in_blender"
SHARED_SCRIPTS = ("light", "motion", "render", "shapes", "surfaces", "things")
DEMO_SCRIPTS = ("demo/courtyard.py", "demo/materials.py")
FINISHING = ("finish", "grain", "seen")


@dataclass(frozen=True)
class Made:
    """A set that is there, and the seconds that making it took, now or before."""

    declared: RenderedSet
    figures: SetFigures
    seconds: float


def blender_python(chosen: Path | None) -> Path | None:
    """The Python that has bpy; None if there is none."""
    found = chosen or bpy_python()
    return found if found.exists() else None


def render_fingerprint(declared: RenderedSet) -> str:
    """Changes when a script or setting does that a set's rendering follows from."""
    scripts = [f"{BLENDER_SIDE}/{name}.py" for name in (*SHARED_SCRIPTS, declared.kind)]
    return _digest(_program([*scripts, *DEMO_SCRIPTS]), dataclasses.asdict(declared))


def _set_fingerprint(declared: RenderedSet) -> str:
    scripts = [f"benchmarks/rendered_sets/{name}.py" for name in FINISHING]
    return _digest(render_fingerprint(declared), _program(scripts))


def _program(places: Iterable[str]) -> list[str]:
    """What scripts do, whatever their comments and line breaks: those must not cost minutes of rendering."""
    found = []
    for place in places:
        tree = ast.parse((ROOT / place).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
                node.body = node.body[1:]
        found.append(ast.dump(tree))
    return found


def _digest(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def make_set(declared: RenderedSet, python: Path | None, threads: int = 2, keep_raw: bool = False) -> Made | str:
    """Make a set below build/sets, or take the one that is there.

    python    that has bpy; None if there is none
    keep_raw  keep what Blender wrote, from which a set is finished anew without rendering
    returns   the set, or why there is none
    """
    folder = RENDERED / declared.name
    if (before := _read_stamp(folder / "made.json")) and before["fingerprint"] == _set_fingerprint(declared):
        return Made(declared, SetFigures(**before["figures"]), before["seconds"])
    raw, begin = folder / "raw", time.monotonic()
    rendered = _read_stamp(raw / "made.json")
    if rendered is None or rendered["fingerprint"] != render_fingerprint(declared):
        if python is None:
            return f"needs {bpy_python()}, which `make test` makes, or --blender-python"
        shutil.rmtree(raw, ignore_errors=True)
        if failure := _render(declared, python, raw, threads):
            return failure
        rendered = {"fingerprint": render_fingerprint(declared), "seconds": time.monotonic() - begin}
        (raw / "made.json").write_text(json.dumps(rendered), encoding="utf-8")
    finishing = time.monotonic()
    for part in ("plate", "truth", "matte", "seen"):
        shutil.rmtree(folder / part, ignore_errors=True)
    figures = finish_set(declared, raw, folder)
    seconds = rendered["seconds"] + time.monotonic() - finishing
    stamp = {"fingerprint": _set_fingerprint(declared), "seconds": seconds, "figures": dataclasses.asdict(figures)}
    (folder / "made.json").write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    if not keep_raw:
        shutil.rmtree(raw)
    return Made(declared, figures, seconds)


def _read_stamp(path: Path) -> dict[str, Any] | None:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def _render(declared: RenderedSet, python: Path, raw: Path, threads: int) -> str:
    """Render a set; what went wrong, "" for nothing."""
    words = [str(python), "-m", "benchmarks.rendered_sets.in_blender.render", declared.name, str(raw)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "demo")])}
    try:
        done = subprocess.run([*words, "--threads", str(threads)], cwd=ROOT, env=env, capture_output=True, text=True,
                              timeout=LIMIT, check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"Blender took more than {LIMIT:.0f} s"
    return "" if done.returncode == 0 else f"Blender ended with {done.returncode}: {done.stderr.strip()[-400:]}"
