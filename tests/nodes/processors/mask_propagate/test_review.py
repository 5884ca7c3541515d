"""A review of mattes is told what its own job reports."""

from types import SimpleNamespace

import pytest

from nodes.engine.review import job_facts
from nodes.processors.mask_propagate import review
from tests.nodes.engine.made import job, keyed, mask, write_shot
from vfxlib.errors import PaintoutError
from vfxlib.io.footage import open_footage
from vfxlib.review.matte_report import REPORT
from vfxlib.review.movie_options import MovieOptions


def test_the_report_of_the_last_node_is_shown_under_the_title_that_was_asked_for(tmp_path, monkeypatch):
    told = {}

    def make(output, plate, colours, folder, *, findings, title, options, facts):
        told.update(findings=findings, title=title, facts=facts)
        assert options == MovieOptions()
        return SimpleNamespace(paths=(folder / "m", folder / "s", folder / "p"))

    monkeypatch.setattr(review, "make_matte_review", make)
    monkeypatch.setattr(review, "read_report", lambda path: f"read from {path.parent.relative_to(tmp_path)}")
    made = job(keyed(write_shot(tmp_path)), tmp_path, mask(), mask())
    plate = open_footage(made.shot.plate)

    def shown(title=""):
        return review.matte_review(made, None, plate, None, tmp_path, title)

    assert shown() == (tmp_path / "m", tmp_path / "s", tmp_path / "p")
    assert told == {"findings": None, "title": "matte", "facts": job_facts(made, plate)}
    for name in ("mask-propagate", "mask-propagate-2"):
        path = made.work / name / "carry" / REPORT
        path.parent.mkdir(parents=True)
        path.write_text("{}")
    shown("shot 10")
    assert told == {
        "findings": "read from out.work/mask-propagate-2/carry",
        "title": "shot 10",
        "facts": job_facts(made, plate),
    }


def test_a_report_that_is_none_is_named(tmp_path):
    made = job(keyed(write_shot(tmp_path)), tmp_path, mask())
    path = made.work / "mask-propagate" / "carry" / REPORT
    path.parent.mkdir(parents=True)
    path.write_text("nonsense")
    with pytest.raises(PaintoutError, match="is no report"):
        review.matte_review(made, None, None, None, tmp_path, "")
