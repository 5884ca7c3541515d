"""Every promise that docs/reliability.md makes names tests that are there."""

import ast
import re

import pytest

from tests.places import ROOT

PAGE = ROOT / "docs" / "reliability.md"
ROW = re.compile(r"^\| (?P<promise>[^|]+) \| (?P<tests>`[^|]+`) \|$", re.MULTILINE)
ROWS = [(row["promise"], re.findall(r"`([^`]+)`", row["tests"])) for row in ROW.finditer(PAGE.read_text("utf-8"))]


def test_the_page_makes_promises():
    assert len(ROWS) >= 20


@pytest.mark.parametrize(("promise", "named"), ROWS, ids=[promise for promise, _ in ROWS])
def test_every_promise_names_tests_that_are_there(promise, named):
    assert named
    for place in named:
        file, _, name = place.partition("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert (name in defined) if name else any(test.startswith("test_") for test in defined), place
