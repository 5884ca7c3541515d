"""A review is made where none was, or where one of ours was; anybody else's files keep their bytes."""

import os
from fractions import Fraction

import numpy as np
import pytest

from tests.vfxlib.review.made_page import bare_page
from vfxlib.errors import OutputError
from vfxlib.io.movie_writer import open_movie_writer
from vfxlib.review.page import render_page
from vfxlib.review.review_files import MOVIE_MARK, begin_review


def test_a_review_that_is_under_way_says_so(tmp_path):
    files = begin_review(tmp_path / "deep" / "review")
    assert "is being made" in files.page.read_text()
    assert not files.movie.exists()


@pytest.mark.parametrize("whole", [True, False])
def test_a_review_of_ours_is_made_anew(tmp_path, whole):
    files = begin_review(tmp_path)
    if whole:
        files.page.write_text(render_page(bare_page()))
    for path in (files.movie, files.sheet):
        path.write_text("old")
    assert begin_review(tmp_path) == files
    assert "is being made" in files.page.read_text()


@pytest.mark.parametrize("name", ["review.mp4", "sheet.png", "review.html"])
def test_a_file_of_somebody_else_s_keeps_its_bytes(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(OutputError, match=f"{name}: is there already, and is no review"):
        begin_review(tmp_path)
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [(name, "mine")]


def test_a_folder_of_somebody_else_s_pictures_keeps_them(tmp_path):
    (tmp_path / "review_frames").mkdir()
    (tmp_path / "review_frames/plate.1001.png").write_text("mine")
    with pytest.raises(OutputError, match="review_frames: is there already, and is no review"):
        begin_review(tmp_path)
    assert (tmp_path / "review_frames/plate.1001.png").read_text() == "mine"


def test_a_page_that_is_a_folder_is_not_ours(tmp_path):
    (tmp_path / "review.html").mkdir()
    with pytest.raises(OutputError, match="is no review"):
        begin_review(tmp_path)


def movie(path, comment):
    with open_movie_writer(path, Fraction(24), about={"comment": comment}) as writer:
        writer.add(np.zeros((64, 128, 3), np.uint8))
    return path.read_bytes()


def test_a_movie_of_somebody_else_s_beside_a_review_of_ours_keeps_its_bytes(tmp_path):
    begin_review(tmp_path)
    mine = movie(tmp_path / "review.wipe.mp4", "my dailies")
    page = (tmp_path / "review.html").read_bytes()
    with pytest.raises(OutputError, match=r"review\.wipe\.mp4: is there already, and is no review"):
        begin_review(tmp_path, ("side-by-side", "wipe"))
    assert (tmp_path / "review.wipe.mp4").read_bytes() == mine
    assert (tmp_path / "review.html").read_bytes() == page
    assert begin_review(tmp_path).movie == tmp_path / "review.mp4"


def test_a_movie_that_a_review_has_made_is_made_anew(tmp_path):
    begin_review(tmp_path)
    movie(tmp_path / "review.wipe.mp4", f"{MOVIE_MARK}; frames 1-3")
    files = begin_review(tmp_path, ("wipe", "overlay"))
    assert files.movie == tmp_path / "review.wipe.mp4"
    assert [path.name for path in files.paths] == [
        *("review.wipe.mp4", "review.overlay.mp4", "sheet.png", "review.html")
    ]


def test_a_pipe_is_not_waited_for(tmp_path):
    begin_review(tmp_path)
    os.mkfifo(tmp_path / "review.wipe.mp4")
    with pytest.raises(OutputError, match="is no review"):
        begin_review(tmp_path, ("wipe",))
