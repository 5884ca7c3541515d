"""The benchmarks' rooms: what is shared lies in bench, and every command that a text names is one."""

import ast
import re
from collections import Counter

import pytest

from tests.places import ROOT

FOLDER = ROOT / "benchmarks"
MODULES = sorted(FOLDER.rglob("*.py"))
TEXTS = [ROOT / "README.md", ROOT / "Makefile", *sorted((ROOT / "docs").glob("*.md")), *MODULES]
BY_MODULE = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in MODULES}


def is_command(path):
    return 'if __name__ == "__main__":' in path.read_text(encoding="utf-8")


def imported(path):
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [(node.module, {name.name for name in node.names}) for node in nodes if isinstance(node, ast.ImportFrom)]


def name(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_every_command_that_a_text_names_is_one(path):
    named = re.findall(r"python -m (benchmarks[\w.]*\w)", path.read_text(encoding="utf-8"))
    commands = [BY_MODULE.get(module) or BY_MODULE.get(f"{module}.__main__") for module in named]
    assert all(command is not None and is_command(command) for command in commands), named


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent != FOLDER], ids=name)
def test_no_room_imports_a_command_of_another(path):
    strange = [
        module
        for module, _ in imported(path)
        if module in BY_MODULE and BY_MODULE[module].parent not in (path.parent, FOLDER / "bench")
    ]
    assert not [module for module in strange if is_command(BY_MODULE[module])]
    assert not (strange and path.parent.name == "bench"), "what is shared needs no room"


def test_no_two_classes_have_one_name():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in MODULES]
    names = Counter(node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert not [name for name, count in names.items() if count > 1]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_benchmark_patches_what_it_measures_or_reaches_for_its_private_names(path):
    text = path.read_text(encoding="utf-8")
    assert "mock" not in text
    assert "setattr" not in text
    for module, names in imported(path):
        assert not [one for one in names if one.startswith("_")], module
