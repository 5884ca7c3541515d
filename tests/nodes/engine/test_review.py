"""A review of a clean plate has a head, and is told what the job was."""

import json
from types import SimpleNamespace

import pytest

from nodes.engine import review
from nodes.engine.review import job_facts
from tests.nodes.engine.made import fit, flow, job, matted, write_shot
from vfxlib.io.footage import open_footage
from vfxlib.review.movie_options import MovieOptions


def test_a_clean_plate_is_shown_under_the_title_that_was_asked_for(tmp_path, monkeypatch):
    titles = []
    options = MovieOptions(("wipe",))

    def make(output, plate, colours, folder, *, title, keys, options, facts):
        titles.append((title, options))
        assert keys == []
        assert [each.name for each in facts.nodes] == ["flow-inpaint"]
        return SimpleNamespace(paths=(folder / "m", folder / "s", folder / "p"))

    monkeypatch.setattr(review, "make_review", make)
    made = job(matted(write_shot(tmp_path)), tmp_path, flow())
    plate = open_footage(made.shot.plate)
    for title in ("", "shot 10"):
        files = review.clean_plate_review(made, None, plate, None, tmp_path, title, options)
        assert files == (tmp_path / "m", tmp_path / "s", tmp_path / "p")
    assert titles == [("clean plate", options), ("shot 10", options)]


def facts_of(tmp_path, *nodes):
    made = job(matted(write_shot(tmp_path)), tmp_path, *nodes)
    return made, job_facts(made, open_footage(made.shot.plate))


def test_parameters_are_told_as_they_are_declared_and_used(tmp_path):
    _, facts = facts_of(tmp_path, flow(reach=7))
    (node,) = facts.nodes
    told = {each.label: (each.value, each.changed) for each in node.parameters}
    assert told["Reach"] == ("7 frames", True)
    assert told["Flow margin"] == ("0.3 px", False)  # of 12 lines
    assert told["Cuts"] == ("none", False)
    assert dict(facts.inputs)["Matte"].endswith("matte.#.exr")


def index(made, content):
    path = made.work / made.nodes[-1].name / "fit/fit.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(content) if not isinstance(content, str) else content)


def test_the_curve_of_a_fit_is_read_from_its_index(tmp_path):
    made, before = facts_of(tmp_path, fit())
    assert before.held_out == ()
    index(made, {"weights": [], "a.safetensors": {"steps": 9, "history": [[1, 60.0, 20.5], [9, 120.0, 25]]}})
    (curve,) = job_facts(made, open_footage(made.shot.plate)).held_out
    assert (curve.name, curve.points) == (made.nodes[-1].name, ((1.0, 20.5), (2.0, 25.0)))


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"a": {"history": [[1, 2]]}}',
        '{"a": {"history": [[1, 2, NaN]]}}',
        '{"a": {"history": [["", 2, 3]]}}',
    ],
)
def test_an_index_that_cannot_be_read_is_told_and_the_page_goes_without_it(content, tmp_path, caplog):
    made, _ = facts_of(tmp_path, fit())
    index(made, content)
    assert job_facts(made, open_footage(made.shot.plate)).held_out == ()
    assert "the page goes without its curve" in caplog.text
