"""The bundles of one job of the recipe, written out and kept: a change of them is seen, and meant.

PAINTOUT_GOLDENS=1 writes them anew.
"""

import os
import re

import pytest

from tests.hostile.place import Place
from tests.places import ROOT

GOLDENS = ROOT / "tests" / "plugin" / "farm" / "goldens"
NEEDS = {"openjd": "openjd.model", "deadline-cloud": "openjd.model", "opencue": "outline", "deadline": "json"}
ELSEWHERE = {("deadline", "submit.py"), ("deadline-cloud", "template.yaml")}  # a file of ours, and that of openjd


def plain(words, folder):
    """Text without what is another on every machine."""
    words = words.replace(str(folder), "/show").replace(str(ROOT), "/paintout")
    return re.sub(r"<(user|email|uid)>[^<]*<", r"<\1>somebody<", words)


@pytest.mark.parametrize("engine", NEEDS)
def test_the_bundle_is_the_one_that_was_kept(tmp_path, engine, monkeypatch):
    pytest.importorskip(NEEDS[engine], reason=f"the library of {engine} is not installed")
    monkeypatch.setenv("SHOW", "blue")
    monkeypatch.setenv("SHOT", "sh010")
    place, demo = Place(tmp_path), ROOT / "demo"
    words = ["--plate", f"{demo}/plate", "--key", f"1001={demo}/matte/matte.1001.exr", "--out", "out/clean.####.exr"]
    assert place.main("clean-plate", *words, "--save", "job.json") == 0
    assert place.main("submit", "job.json", "--to", engine, "--bundle", "farm", "--chunk", "4") == 0
    kept = [path for path in sorted((tmp_path / "farm").iterdir()) if (engine, path.name) not in ELSEWHERE]
    made = {path.name: plain(path.read_text(), tmp_path) for path in kept}
    folder = GOLDENS / engine
    if os.environ.get("PAINTOUT_GOLDENS"):
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for name, text in made.items():
            (folder / name).write_text(text)
    assert made == {path.name: path.read_text() for path in sorted(folder.iterdir())}
