"""Pieces of a key, strewn over frames."""

import torch

from tests.vfxlib.mask_propagate.damaged import HEIGHT, WIDTH, keyed
from vfxlib.mask_propagate.damage_pieces import cut_pieces, strew

SPECKS = keyed([(20, 30), (40, 60)])
LINE = torch.zeros(HEIGHT, WIDTH)
LINE[4:60, 70:72] = 0.8
GREY = torch.full((3, HEIGHT, WIDTH), 0.75)


def rng():
    return torch.Generator().manual_seed(4)


def test_pieces_hang_together_and_say_whether_they_are_lines():
    key = torch.maximum(SPECKS.key, LINE)
    key[0, 0] = 0.1  # too faint to be one
    pieces = cut_pieces(key, GREY)
    assert [(tuple(each.key.shape), each.line, each.corner) for each in pieces] == [
        ((56, 2), True, (4, 70)),
        ((4, 4), False, (20, 30)),
        ((4, 4), False, (40, 60)),
    ]


def test_strewn_specks_are_on_the_frame_alone_and_its_key_says_where():
    clean = keyed([]).beside
    strewn, key = strew(clean, torch.zeros(HEIGHT, WIDTH), cut_pieces(SPECKS.key, GREY), rng())
    changed = (strewn.frame != clean.frame).any(0)
    assert changed.sum() > 20
    assert not changed[key == 0].any()
    assert torch.equal(strewn.others, clean.others)
    again, same = strew(clean, torch.zeros(HEIGHT, WIDTH), cut_pieces(SPECKS.key, GREY), rng())
    assert torch.equal(again.frame, strewn.frame)
    assert torch.equal(same, key)


def test_strewn_lines_keep_their_direction_and_are_on_the_frames_beside_too():
    clean = keyed([]).beside
    strewn, key = strew(clean, torch.zeros(HEIGHT, WIDTH), cut_pieces(LINE, GREY), rng())
    assert (key >= 0.25).any(0).sum() <= 2 * 6
    assert (key >= 0.25).any(1)[4:60].all()
    assert (strewn.others != clean.others).any()


def test_what_is_larger_than_the_frame_that_it_is_laid_over_is_cut_off():
    small = keyed([]).beside
    small = type(small)(small.frame[:, :20, :20], small.others[..., :20, :20])
    _, key = strew(small, torch.zeros(20, 20), cut_pieces(LINE, GREY), rng())
    assert key.shape == (20, 20)
