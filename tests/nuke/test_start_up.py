"""Nuke starts, whatever is wrong with Paintout; and imports of it are quick and light."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT

FAKE = Path(__file__).parent / "fake"
START = """
import os, runpy, sys
fake, host, gui = sys.argv[1:]
sys.path[:0] = [fake, host]  # as Nuke puts the folders of NUKE_PATH there
import nuke
nuke.GUI = gui == "gui"
runpy.run_path(os.path.join(host, "init.py"))
if nuke.GUI:
    runpy.run_path(os.path.join(host, "menu.py"))
print("STARTED", sorted(nuke._menus["Nodes"]._menus["Paintout"]._commands) if "Nodes" in nuke._menus else [])
print([name for name in ("torch", "numpy", "OpenEXR") if name in sys.modules])
try:
    import result
except ImportError:
    print("nothing of ours is on the path by an everyday name")
"""


def start(folder, root=ROOT, gui="gui", python=sys.executable, code=START, **more):
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PAINTOUT")}
    words = [python, "-S", "-W", "error", "-c", code, str(FAKE), str(root / "plugin" / "nukehost"), gui]
    done = subprocess.run(
        words, env={**env, **more}, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout.splitlines()


def copy(folder):
    """Paintout as somebody has it elsewhere, in a folder whose name is not easy."""
    root = folder / "tools é" / "paint out"
    for room in ("plugin", "nodes", "vfxlib"):
        shutil.copytree(ROOT / room, root / room, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def test_a_folder_on_nuke_path_is_all_that_it_takes(tmp_path):
    started, heavy, path = start(tmp_path)
    assert started.startswith("STARTED ['CleanPlate', 'FlowInpaint', ")
    assert heavy == "[]"
    assert path == "nothing of ours is on the path by an everyday name"


@pytest.mark.parametrize("version", ["3.10", "3.11", "3.13"])
def test_every_python_that_nuke_has_or_may_get_starts_it(tmp_path, version):
    from tests.laws.test_environment import interpreters

    python = interpreters().get(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    assert "CleanPlate" in start(tmp_path, python=python)[0]


def test_without_a_window_there_is_no_menu_and_paintout_can_be_imported(tmp_path):
    assert start(tmp_path, gui="")[0] == "STARTED []"


BROKEN = {
    "a file that is no Python": ("plugin/nukehost/group.py", "def ("),
    "a module that fails": ("nodes/shot.py", "raise RuntimeError('broken')"),
    "a module that is not there": ("nodes/declare.py", None),
    "a name that is not there": ("plugin/nukehost/group.py", '"""Empty."""'),
}


@pytest.mark.parametrize("what", BROKEN)
def test_nuke_starts_with_one_line_each_where_paintout_is_broken(tmp_path, what):
    root = copy(tmp_path)
    name, words = BROKEN[what]
    (root / name).unlink()
    if words is not None:
        (root / name).write_text(words)
    *told, started, _, _ = start(tmp_path, root)
    assert started == "STARTED []"
    assert told
    assert len(told) <= 2
    assert all(line.startswith("Paintout ") for line in told), told


@pytest.mark.parametrize("what", ["package", "file"])
def test_another_plugin_on_python_s_path_is_named(tmp_path, what):
    other = tmp_path / "studio" / ("plugin/__init__.py" if what == "package" else "plugin.py")
    other.parent.mkdir(parents=True)
    other.touch()
    told, *_, started, _, _ = start(tmp_path, PYTHONPATH=str(tmp_path / "studio"))
    assert started == "STARTED []"
    assert str(other.parent if what == "package" else other) in told


def test_an_older_paintout_that_is_installed_beside_is_not_taken_for_this_one(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.machinery, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'plugin':\n"
        f"            return importlib.machinery.PathFinder.find_spec(name, [{str(tmp_path / 'old')!r}])\n"
        "sys.meta_path.append(Finder())\n"
    )
    (tmp_path / "old" / "plugin").mkdir(parents=True)
    (tmp_path / "old" / "plugin" / "__init__.py").touch()
    code = f"import sitecustomize\n{START}"
    assert "CleanPlate" in start(tmp_path, code=code, PYTHONPATH=str(tmp_path))[0]


def test_nuke_starts_where_a_studio_s_node_cannot_be_had_or_the_command_is_not_there(tmp_path):
    told, started, _, _ = start(tmp_path, PAINTOUT_NODES="no_such_module:NODE")
    assert told.startswith("Paintout has no menu")
    assert "no_such_module" in told
    assert started == "STARTED []"
    assert "CleanPlate" in start(tmp_path, PAINTOUT="/no/such/program", PATH="/nowhere")[0]


def test_the_import_takes_less_than_a_tenth_of_a_second():
    code = (
        "import sys, time; sys.path[:0] = sys.argv[1:]; import nuke, json, subprocess, hashlib, pathlib, typing;"
        "begin = time.process_time(); import plugin.nukehost.toolbar; print(time.process_time() - begin)"
    )
    words = [sys.executable, "-c", code, str(FAKE), str(ROOT)]
    took = min(float(subprocess.run(words, capture_output=True, timeout=60, check=True).stdout) for _ in range(5))
    assert took < 0.1
