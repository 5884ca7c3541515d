"""What is handed on: wheel and sdist hold the packages whole, and nothing of the tests or of anybody's plates."""

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser

import pytest

from tests.places import ROOT

PACKAGES = ("plugin", "nodes", "vfxlib")
BESIDE = ("docs", "demo", "benchmarks", "tests")  # rooms of a checkout that are no part of a wheel
NOT_CODE = re.compile(
    r".*\.(py|toml)$|vfxlib/shipped/[\w-]+\.(safetensors|md|png)$|vfxlib/review/templates/\w+\.(html|css|js)$"
)
OF_AN_SDIST = {
    *("README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "constraints.txt", "package.py", "pyproject.toml"),
    *("MANIFEST.in", "PKG-INFO", "setup.cfg"),
}
STRAY = (  # what lies about in a checkout
    *("out/demo/clean.1001.exr", "shared/plates/plate.0001.exr", "demo/.work/x.exr", "roto.1001.exr", "docs/a.exr"),
    *(
        "plugin/plate.1001.exr",
        "vfxlib/nets/weights.safetensors",
        "vfxlib/shipped/a.exr",
        "clean.work/job.json",
        "nodes/notes.txt",
    ),
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with wheel and sdist, built from a checkout in which things lie about; the wheel from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    source = folder / "source"
    for name in (*PACKAGES, *BESIDE):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in OF_AN_SDIST - {"PKG-INFO", "setup.cfg"}:
        shutil.copy(ROOT / name, source)
    for name in STRAY:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(b"stray")
    run("build", "--no-isolation", "--outdir", folder, source)
    return folder


def run(module, *words):
    """Run a module of Python; it must succeed."""
    command = [sys.executable, "-m", module, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.fixture(scope="module")
def wheel(built):
    (path,) = built.glob("*.whl")
    return zipfile.ZipFile(path)


def files_of(*tops, endings=()):
    """The files of a checkout below some folders, those with these endings if any are named."""
    found = (path for top in tops for path in (ROOT / top).rglob("*"))
    files = [path for path in found if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(ROOT).as_posix() for path in files if not endings or path.suffix in endings}


def test_an_index_would_take_both(built):
    run("twine", "check", "--strict", *built.glob("paintout-*"))


def test_a_wheel_holds_the_packages_whole_and_nothing_else(wheel):
    names = [name for name in wheel.namelist() if ".dist-info/" not in name]
    assert set(names) == files_of(*PACKAGES)
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


def test_an_sdist_holds_the_packages_and_their_pages_and_neither_tests_nor_plates(built):
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as sdist:
        names = {member.name.partition("/")[2] for member in sdist.getmembers() if member.isfile()}
    names = {name for name in names if not name.startswith("paintout.egg-info/")}
    assert names == files_of(*PACKAGES) | files_of("docs", endings=(".md", ".png")) | OF_AN_SDIST
