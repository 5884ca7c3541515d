import pytest
import torch

from vfxlib.mask_propagate.confidence import BAND, edge_band, matte_confidence, overlap


def vote(found: float, warped: float, alone: float) -> float:
    return matte_confidence(*(torch.full((1, 2, 3), each) for each in (found, warped, alone)))[0, 0, 0].item()


def test_where_all_agree_the_cut_is_certain():
    assert vote(1, 1, 1) == pytest.approx(1)
    assert vote(0, 0, 0) == pytest.approx(1)


def test_where_the_others_outvote_the_matte_it_needs_a_look():
    assert vote(0.6, 0, 0) < 0.5
    assert vote(0.4, 1, 1) < 0.5
    assert vote(1, 0, 1) > 0.5, "one alone does not outvote it"


def test_the_less_they_agree_the_less_certain_it_is():
    figures = [vote(0.9, warped, 0.9) for warped in (0.9, 0.6, 0.3, 0.0)]
    assert figures == sorted(figures, reverse=True)
    assert all(0 <= figure <= 1 for figure in figures)


def test_of_several_objects_each_place_counts_once():
    mattes = torch.zeros(3, 4, 5)
    mattes[1] = 1
    sure = matte_confidence(mattes, mattes.flip(0), mattes)
    assert sure.shape == (1, 4, 5)
    assert (sure == 1).all()


def test_overlap_is_intersection_over_union_of_the_cuts():
    one, other = torch.zeros(10, 10), torch.zeros(10, 10)
    one[:, :6], other[:, 4:] = 0.6, 0.9
    other[:, 0] = 0.4
    assert overlap(one, other) == pytest.approx(2 / 10)
    assert overlap(one, one) == 1
    assert overlap(one, one * 0) == 0
    assert overlap(one * 0, one * 0) == 1, "both say that nothing is there"


def test_the_band_is_around_the_edge_alone():
    matte = torch.zeros(30, 40)
    matte[10:26, 12:30] = 1
    band = edge_band(matte)
    assert band.dtype == torch.bool
    assert band[10 - BAND : 10 + BAND, 20].all()
    assert not band[18, 20]
    assert not band[3, 3]
    assert not edge_band(matte * 0).any()
    assert not edge_band(matte * 0 + 1).any()
