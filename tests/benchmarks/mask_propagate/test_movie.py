"""Carried mattes are drawn to be looked at."""

from fractions import Fraction

import cv2

from benchmarks.mask_propagate.iou import score_mattes
from benchmarks.mask_propagate.movie import draw_mattes
from benchmarks.mask_propagate.run import propagate
from tests.benchmarks.mask_propagate.shots import our_command
from vfxlib.io.movie import open_movie


def test_mattes_are_drawn_to_be_looked_at(shot, tmp_path):
    made = propagate(shot, "ours", execute=our_command(shot, []))
    score = score_mattes(shot.mattes(made.folder, made.channel), shot.truths(), shot.keys)
    movie, sheet = draw_mattes(shot, made, "ours", score, tmp_path / "look")
    opened = open_movie(movie)
    assert (len(opened.frames), opened.rate) == (5, Fraction(24))
    assert cv2.imread(str(sheet)).shape[1] == 1920
