"""A script run by the Python that has Blender, with a time limit."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parent / "scripts"
OVERRIDE = "PAINTOUT_BPY_PYTHON"


def blender_python() -> Path:
    """The interpreter to use; the test is skipped if there is none."""
    given = os.environ.get(OVERRIDE)
    beside = Path(__file__).parents[2] / ".venv-bpy"
    places = [Path(given)] if given else [beside / "bin/python", beside / "Scripts/python.exe"]
    for python in places:
        # .resolve() would follow the link out of the environment
        if python.is_file() and _has_bpy(python):
            return python.absolute()
    pytest.skip(
        f"no Python with bpy at {' or '.join(map(str, places))}; make test builds one, {OVERRIDE} names another"
    )


def _has_bpy(python: Path) -> bool:
    look = "import importlib.util, sys; sys.exit(importlib.util.find_spec('bpy') is None)"
    return subprocess.run([python, "-c", look], env=_environment(), timeout=30, check=False).returncode == 0


def _environment() -> dict[str, str]:
    ours = {"PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "OCIO"}
    return {name: value for name, value in os.environ.items() if name not in ours}


def run_script(python: Path, script: Path, *words: str | Path, seconds: float = 60.0) -> str:
    """What the script printed; the test fails, with what it said, if it fails or takes longer than ``seconds``."""
    command = [str(python), "-B", str(script), *map(str, words)]
    try:
        done = subprocess.run(command, env=_environment(), capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as late:
        pytest.fail(f"{script.name} was still running after {seconds:g} s\n{late.stdout or b''!r}")
    if done.returncode:
        pytest.fail(f"{script.name} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def answer(printed: str) -> Any:
    """The JSON in the last line of what a script printed; Blender writes lines of its own before it."""
    return json.loads(printed.strip().splitlines()[-1])
