"""The real rez builds, resolves, tests and runs the package, alone and beside a host."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.places import ROOT

REZ = Path(sys.executable).parent / "rez"
pytestmark = pytest.mark.skipif(not REZ.exists(), reason="rez is not installed")
DISTRIBUTIONS = {"openexr": "OpenEXR", "openimageio": "OpenImageIO", "opencv": "opencv-python-headless"}
PACKAGE = """name = {name!r}
version = {version!r}
build_command = ""
def commands():
    {commands}
"""


def needed():
    """The packages that the command's own variant asks for."""
    words = (ROOT / "package.py").read_text()
    return re.findall(r'"([a-z]+)-[\d.]+\+"', words[words.index("variants = [") : words.index("tools = ")])


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """A studio's rez: python and the libraries as they are here, and two hosts."""
    folder = tmp_path_factory.mktemp("rez")
    site = sysconfig.get_paths()["purelib"]

    def package(name, version, commands):
        place = folder / "packages" / name / version
        place.mkdir(parents=True)
        (place / "package.py").write_text(PACKAGE.format(name=name, version=version, commands=commands))

    python = ".".join(map(str, sys.version_info[:3]))
    package("python", python, f"env.PATH.prepend({str(Path(sys.executable).parent)!r})")
    for name in dict.fromkeys(needed()):
        if name not in ("python", "nuke", "blender"):
            version = importlib.metadata.version(DISTRIBUTIONS.get(name, name)).split("+")[0]
            package(name, version, f"env.PYTHONPATH.append({site!r})")
    tools = folder / "tools"
    tools.mkdir()  # rez by pip is not on the PATH of its own environments, one that is installed as it should be is
    (tools / "rez").symlink_to(REZ)
    for host, number in (("nuke", "16.0"), ("blender", "5.0.1")):
        package(host, number, f"env.PATH.append({str(tools)!r})")
    package("pyblish_base", "1.8.12", f"env.PYBLISH_HERE = {site!r}")
    config = folder / "rezconfig.py"
    config.write_text(
        f"packages_path = [{str(folder / 'local')!r}, {str(folder / 'packages')!r}]\n"
        f"local_packages_path = {str(folder / 'local')!r}\n"
        "package_definition_python_path = ''\nquiet = True\n"
    )
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PAINTOUT")}
    env |= {"REZ_CONFIG_FILE": str(config), "PATH": f"{REZ.parent}{os.pathsep}/usr/bin{os.pathsep}/bin"}

    def rez(*words, cwd=folder):
        done = subprocess.run([REZ, *words], cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    sources = folder / "sources"
    for name in ("plugin", "nodes", "vfxlib"):
        shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "package.py", sources)
    rez("build", "--install", cwd=sources)
    return rez


def test_the_command_runs_in_an_environment_of_its_own(studio):
    told = studio("env", "paintout", "python", "--", "paintout", "--version")
    version = re.search(r'VERSION = "([^"]+)"', (ROOT / "vfxlib/version.py").read_text())[1]
    assert told.splitlines()[-13:][0].startswith("paintout") or f"paintout {version}" in told


def test_beside_a_host_no_library_of_ours_comes_in_and_the_command_is_apart(studio):
    told = studio("env", "paintout", "nuke", "--", "env")
    found = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    assert found["NUKE_PATH"].endswith("/python/plugin/nukehost")
    assert Path(found["NUKE_PATH"]).parent.is_dir()
    assert "site-packages" not in found.get("PYTHONPATH", "")
    assert found["PAINTOUT"].startswith("rez env paintout-")
    assert "paintout " in studio("env", "paintout", "nuke", "--", "paintout", "--version")


def test_pyblish_finds_the_plug_ins_where_it_is_asked_for(studio):
    told = studio("env", "paintout", "blender", "pyblish_base", "--", "env")
    found = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    assert (Path(found["PYBLISHPLUGINPATH"]) / "paintout_publish.py").is_file()


def test_the_package_s_own_tests_pass(studio):
    studio("test", "paintout")
