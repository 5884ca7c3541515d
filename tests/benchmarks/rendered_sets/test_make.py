"""A set is made once, left as it is while nothing changed, and left out with a reason where Blender is not there."""

import dataclasses
import json

import pytest

from benchmarks.bench.rendered import RENDERED_SETS, find_rendered_set
from benchmarks.rendered_sets import make
from benchmarks.rendered_sets.finish import SetFigures
from benchmarks.rendered_sets.make import blender_python, make_set, render_fingerprint

DECLARED = find_rendered_set("wires_quarry")
FIGURES = SetFigures(0.1, 0.5, 5.0, 3.0, 2.0, 0.2)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setattr(make, "RENDERED", tmp_path)


@pytest.fixture
def finished(monkeypatch):
    """Folders that were finished from Blender's files."""
    calls = []
    monkeypatch.setattr(make, "finish_set", lambda declared, raw, out: calls.append(out) or FIGURES)
    return calls


@pytest.fixture
def rendered(monkeypatch):
    calls = []

    def render(declared, python, raw, threads):
        calls.append(declared.name)
        raw.mkdir(parents=True)
        return ""

    monkeypatch.setattr(make, "_render", render)
    return calls


def test_without_blender_a_set_is_left_out_with_a_reason(finished, rendered):
    assert "needs" in make_set(DECLARED, None)
    assert not finished
    assert not rendered


def test_a_set_that_is_there_is_not_made_again(tmp_path, finished, rendered):
    first = make_set(DECLARED, tmp_path / "python")
    again = make_set(DECLARED, None)
    assert (len(rendered), len(finished)) == (1, 1)
    assert again == first
    assert not (tmp_path / DECLARED.name / "raw").exists()


def test_other_settings_make_it_again(tmp_path, finished, rendered):
    make_set(DECLARED, tmp_path / "python")
    make_set(dataclasses.replace(DECLARED, grain=0.02), tmp_path / "python")
    assert len(rendered) == 2


def test_what_blender_wrote_is_finished_anew_without_rendering(tmp_path, finished, rendered):
    make_set(DECLARED, tmp_path / "python", keep_raw=True)
    stamp = tmp_path / DECLARED.name / "made.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "fingerprint": "of older scripts"}))
    make_set(DECLARED, None, keep_raw=True)
    assert (len(rendered), len(finished)) == (1, 2)


def test_what_went_wrong_in_blender_is_the_reason(tmp_path, monkeypatch, finished):
    monkeypatch.setattr(make, "_render", lambda *_: "Blender ended with 1: no such engine")
    assert make_set(DECLARED, tmp_path / "python") == "Blender ended with 1: no such engine"
    assert not finished
    assert not (tmp_path / DECLARED.name / "made.json").exists()


def test_a_fingerprint_follows_what_scripts_do_and_not_how_they_are_written(monkeypatch, tmp_path):
    monkeypatch.setattr(make, "ROOT", tmp_path)
    places = [f"{make.BLENDER_SIDE}/{name}.py" for name in (*make.SHARED_SCRIPTS, DECLARED.kind)]
    for place in (*places, *make.DEMO_SCRIPTS):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("SIZE = 1\n")
    before = render_fingerprint(DECLARED)
    (tmp_path / places[-1]).write_text('"""Said anew."""\n\nSIZE = (\n    1\n)  # a comment\n')
    assert render_fingerprint(DECLARED) == before
    (tmp_path / places[-1]).write_text("SIZE = 2\n")
    assert render_fingerprint(DECLARED) != before


def test_the_scripts_that_a_fingerprint_follows_are_all_there_are():
    folder = make.ROOT / make.BLENDER_SIDE
    kinds = {one.kind for one in RENDERED_SETS}
    assert {path.stem for path in folder.glob("*.py")} == {"__init__", *make.SHARED_SCRIPTS, *kinds}


def test_a_python_that_is_not_there_is_none(tmp_path):
    assert blender_python(tmp_path / "python") is None
    (tmp_path / "python").touch()
    assert blender_python(tmp_path / "python") == tmp_path / "python"
