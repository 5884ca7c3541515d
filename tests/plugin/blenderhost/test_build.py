"""The extension's zip: whole, self-contained, and Blender's own tool takes it."""

import ast
import re
import subprocess
import sys
import zipfile

import pytest

from plugin.blenderhost import build as module
from plugin.blenderhost.build import build, imported_modules, main, rewritten
from tests.blender.process import blender_python
from tests.places import ROOT
from vfxlib.errors import OutputError, UsageError
from vfxlib.version import VERSION


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The zip."""
    return build(tmp_path_factory.mktemp("with space"))


@pytest.fixture(scope="module")
def blender_ext():
    """Blender's own tool for extensions."""
    found = sorted((blender_python().parent.parent).glob("lib/*/site-packages/bpy/*/scripts/addons_core/bl_pkg/cli"))
    assert found
    return found[0] / "blender_ext.py"


def test_every_import_of_ours_is_relative_and_of_a_module_that_is_there(made):
    with zipfile.ZipFile(made) as archive:
        names = set(archive.namelist())
        for name in names:
            if not name.endswith(".py"):
                continue
            for node in ast.walk(ast.parse(archive.read(name).decode("utf-8"), feature_version=(3, 10))):
                tops = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and not node.level:
                    tops = [node.module]
                assert not {top.split(".")[0] for top in tops} & {"plugin", "nodes", "vfxlib"}, name
                if isinstance(node, ast.ImportFrom) and node.level:
                    place = "/".join([*name.split("/")[: -node.level], *node.module.split(".")])
                    assert {f"{place}.py", f"{place}/__init__.py"} & names or "engine" in place, (name, place)


def test_it_holds_what_the_host_needs_and_neither_nodes_work_nor_the_farm_s(made):
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
    assert {"__init__.py", "blender_manifest.toml", "LICENSE", "plugin/launch.py", "nodes/declare.py"} <= set(names)
    assert not [
        name
        for name in names
        if re.search(r"processors|nodes/engine/|farm/(?!__init__|engines)|build|commands\.py|colour/|motion/", name)
    ]
    assert made.stat().st_size < 300_000


def test_the_same_sources_make_the_same_bits(made, tmp_path):
    assert build(tmp_path).read_bytes() == made.read_bytes()


def test_blender_s_own_tool_takes_it(made, blender_ext, tmp_path, capsys):
    assert main(["--out", str(tmp_path), "--blender-ext", str(blender_ext)]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / made.name)


def test_blender_s_own_tool_builds_the_same_of_its_files(made, blender_ext, tmp_path):
    with zipfile.ZipFile(made) as archive:
        archive.extractall(tmp_path / "source")
    words = ["build", "--source-dir", str(tmp_path / "source"), "--output-dir", str(tmp_path)]
    subprocess.run([sys.executable, blender_ext, *words], check=True, timeout=60, capture_output=True)
    with zipfile.ZipFile(made) as ours, zipfile.ZipFile(tmp_path / made.name) as theirs:
        assert sorted(ours.namelist()) == sorted(name for name in theirs.namelist() if not name.endswith("/"))


def test_what_blender_does_not_take_is_told(blender_ext, tmp_path, monkeypatch):
    manifest = tmp_path / "blender_manifest.toml"
    manifest.write_text(module.MANIFEST.read_text().replace("4.5.0", "x"))
    monkeypatch.setattr(module, "MANIFEST", manifest)
    with pytest.raises(OutputError, match="Blender does not take it"):
        main(["--out", str(tmp_path), "--blender-ext", str(blender_ext)])


def test_the_manifest_has_the_version_and_the_licence_of_the_project():
    words = module.MANIFEST.read_text(encoding="utf-8")
    assert f'\nversion = "{VERSION}"' in words
    assert '"SPDX:Apache-2.0"' in words
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from nodes.declare import a", "from ...nodes.declare import a"),
        ("x = 'é'; from nodes import (\n    a,\n)", "x = 'é'; from ...nodes import (\n    a,\n)"),
        (
            "def f():\n    from plugin.a import b  # from plugin.a",
            "def f():\n    from ...plugin.a import b  # from plugin.a",
        ),
        (
            "from nodesque import a\nimport json\nfrom . import b",
            "from nodesque import a\nimport json\nfrom . import b",
        ),
    ],
)
def test_imports_of_ours_are_rewritten_and_nothing_else(before, after):
    assert rewritten(before, 2) == after


def test_an_import_that_cannot_be_rewritten_is_refused():
    with pytest.raises(UsageError, match=r"line 2: import nodes\.declare"):
        rewritten("a = 1\nimport nodes.declare", 2)


def test_a_host_that_imports_more_than_the_standard_library_is_refused(monkeypatch, tmp_path):
    extra = tmp_path / "plugin" / "blenderhost"
    extra.mkdir(parents=True)
    (extra / "__init__.py").write_text("import numpy\n")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    with pytest.raises(UsageError, match="imports numpy"):
        imported_modules()
