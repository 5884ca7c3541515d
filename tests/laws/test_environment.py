"""Paintout runs where only run-time packages are; what hosts import runs on every Python that they have."""

import functools
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT

IN_HOSTS = ("nukehost",)  # which import what only their host has: tests/nuke
OTHERS = [
    f"3.{minor}" for minor in range(10, 14)
]  # Nuke 15 and Blender 4.5 have the oldest, VFX platform 2026 the newest
ROUND_TRIP = """
import sys
from pathlib import Path
from nodes import NODES, all_nodes
from nodes.job import Job, JobNode, load_job, save_job
from nodes.plan import plan, with_frames
from nodes.shot import Output, Shot
folder = Path(sys.argv[1])
shot = Shot(plate="plate.####.exr", key={1: "key.exr"}, frames=(1, 2, 3))
job = Job(shot, tuple(JobNode(node, node.params()) for node in NODES), Output(out=str(folder / "clean.####.exr")))
save_job(job, folder / "job.json")
again = load_job(folder / "job.json")
assert [task.name for task in plan(again)] == [task.name for task in plan(job)]
assert [each.params for each in again.nodes] == [each.params for each in job.nodes]
print(len(plan(with_frames(again, (1, 2)))), [name for name in ("numpy", "torch") if name in sys.modules])
"""


def needed(name, extras=frozenset()):
    """The packages that one needs to run, itself included, by their names here."""
    found, todo = {}, [name]
    while todo:
        package = importlib.metadata.distribution(todo.pop())
        key = package.metadata["Name"].lower().replace("_", "-")
        if key in found:
            continue
        found[key] = package
        for line in package.requires or ():
            words, _, marker = line.partition(";")
            other = re.match(r"[\w.-]+", words)[0]
            if "extra" not in marker and "sys_platform == 'win32'" not in marker:
                with_it = _installed(other)
                todo += [other] if with_it else []
    return found


INSIDE_BLENDER = (  # of plugin/blenderhost: they import bpy, and are tried in tests/blender
    *("compositor", "masks", "operators", "panel", "result", "settings", "source_operators"),
)


@functools.cache
def _installed(name):
    try:
        return importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return None  # a need of another platform


@pytest.fixture(scope="module")
def run_time(tmp_path_factory):
    """A folder with the run-time packages and no other, as an installation without extras has them."""
    folder = tmp_path_factory.mktemp("site")
    if _installed("paintout") is None:
        pytest.skip("paintout is not installed here, only its sources are")
    for package in needed("paintout").values():
        for file in package.files or ():
            top = file.parts[0]
            there = Path(package.locate_file(top)).resolve()
            if top not in ("..", "__pycache__") and there.exists() and not (folder / top).exists():
                (folder / top).symlink_to(there)
    return folder


def python(run_time, *words):
    """Python without any other package."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(run_time)])}
    command = [sys.executable, "-S", "-W", "error", *words]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)


OF_AN_EXTRA = ("pyblish_engine", "paintout_publish")  # imported by those who have pyblish


def test_no_test_package_is_among_the_run_time_packages(run_time):
    assert (run_time / "numpy").exists()
    assert (run_time / "torch").exists()
    assert not [name for name in ("pytest", "_pytest", "hypothesis", "mypy", "pyblish") if (run_time / name).exists()]


def test_every_module_is_imported_where_only_run_time_packages_are(run_time):
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for top in ("plugin", "nodes", "vfxlib")
        for path in sorted((ROOT / top).rglob("*.py"))
        if path.stem not in ("__main__", "__init__", *OF_AN_EXTRA, *INSIDE_BLENDER) and path.parent.name not in IN_HOSTS
    ]
    done = python(run_time, "-c", f"import importlib\nfor name in {modules!r}: importlib.import_module(name)")
    assert done.returncode == 0, done.stderr


def test_the_command_runs_where_only_run_time_packages_are(run_time, tmp_path):
    out = str(tmp_path / "clean.####.exr")
    shot = ["--plate", "demo/plate/plate.####.exr", "--matte", "demo/matte/matte.####.exr", "--frames", "1001"]
    done = python(run_time, "-m", "plugin", "flow-inpaint", *shot, "--out", out, "--dry-run")
    assert done.returncode == 0, done.stderr
    done = python(run_time, "-m", "plugin", "check", "demo/matte", "--json")
    assert json.loads(done.stdout)["status"] == 0, done.stderr


def interpreters():
    """Every Python of a version that some host has, by version."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = {version: shutil.which(f"python{version}") for version in OTHERS}
    for version in OTHERS:
        beside = sorted(versions.glob(f"{version}.*/bin/python{version}"))
        found[version] = str(beside[-1]) if beside else found[version]
    return {version: path for version, path in found.items() if path}


@pytest.mark.parametrize("version", OTHERS)
def test_declarations_jobs_and_plans_survive_on_every_python_that_hosts_have(version, tmp_path):
    path = interpreters().get(version)
    if path is None:
        pytest.skip(f"there is no Python {version} here")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [path, "-S", "-W", "error", "-c", ROUND_TRIP, str(tmp_path)]
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split(maxsplit=1)[1].strip() == "[]"
