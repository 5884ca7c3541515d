"""A review of a clean plate has a head."""

from types import SimpleNamespace

from nodes.engine import review
from tests.nodes.engine.made import flow, job, matted
from vfxlib.review.movie_options import MovieOptions


def test_a_clean_plate_is_shown_under_the_title_that_was_asked_for(tmp_path, monkeypatch):
    titles = []
    options = MovieOptions(("wipe",))

    def make(output, plate, colours, folder, *, title, keys, options):
        titles.append((title, options))
        assert keys == []
        return SimpleNamespace(paths=(folder / "m", folder / "s", folder / "p"))

    monkeypatch.setattr(review, "make_review", make)
    made = job(matted(tmp_path), tmp_path, flow())
    for title in ("", "shot 10"):
        files = review.clean_plate_review(made, None, None, None, tmp_path, title, options)
        assert files == (tmp_path / "m", tmp_path / "s", tmp_path / "p")
    assert titles == [("clean plate", options), ("shot 10", options)]
