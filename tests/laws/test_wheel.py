"""What is installed: the three packages whole, and nothing of the tests, the demo or anybody's plates."""

import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser

import pytest

from tests.places import ROOT

PACKAGES = ("plugin", "nodes", "vfxlib")
NOT_CODE = re.compile(r".*\.(py|toml|safetensors|md)$")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from the sources alone."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / "source" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "source")
    words = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    built = [sys.executable, *words, str(folder / "source")]
    done = subprocess.run(built, capture_output=True, text=True, timeout=200, check=False)
    if "No module named 'setuptools" in done.stderr:
        pytest.skip("setuptools is not installed here")
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_a_wheel_holds_the_packages_whole_and_nothing_else(wheel):
    names = [name for name in wheel.namelist() if ".dist-info/" not in name]
    there = {
        path.relative_to(ROOT).as_posix()
        for top in PACKAGES
        for path in (ROOT / top).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert set(names) == there
    assert not [name for name in names if not NOT_CODE.fullmatch(name)]


def test_a_wheel_says_what_it_is_and_gives_the_command(wheel):
    (about,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    told = Parser().parsestr(wheel.read(about).decode())
    assert told["Name"] == "paintout"
    assert told["License-Expression"] == "Apache-2.0"
    assert told["Requires-Python"] == ">=3.11"
    assert told["Description-Content-Type"] == "text/markdown"
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())
    (entries,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "paintout = plugin.__main__:entry" in wheel.read(entries).decode()
