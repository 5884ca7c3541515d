"""Examples made of a key."""

import torch

from tests.vfxlib.mask_propagate.damaged import keyed
from vfxlib.mask_propagate.damage_examples import KeyedFrame, damage_content, keyed_look, make_examples
from vfxlib.mask_propagate.damage_features import FrameBeside, damage_features


def test_content_of_faint_damage_is_its_own_colour():
    solid = keyed([(20, 30), (40, 60)])
    half = torch.lerp(keyed([]).beside.frame, solid.beside.frame, 0.5)
    content = damage_content(KeyedFrame(FrameBeside(half, solid.beside.others), 0.5 * solid.key))
    assert torch.allclose(content[:, solid.key > 0], torch.tensor(0.75), atol=0.03)


def test_what_damage_looks_like_is_its_colour_and_its_change():
    look = keyed_look([keyed([(20, 30)]), keyed([])])
    assert torch.allclose(look.colour, torch.full((3,), 0.75), atol=0.01)
    assert (look.change > 0.1).all()


def test_a_key_with_a_line_asks_for_features_of_lines():
    frame = keyed([(20, 30)])
    assert not keyed_look([frame]).lines
    key = frame.key.clone()
    key[4:60, 70] = 1
    look = keyed_look([KeyedFrame(frame.beside, key)])
    assert look.lines
    assert len(damage_features(frame.beside, look)) == look.features > keyed_look([frame]).features


def test_copies_and_other_frames_hold_more_damage_the_key_s_own_stays_and_the_same_seed_repeats():
    frames = [keyed([(20, 30)])]
    others = [keyed([], seed=5).beside]
    look = keyed_look(frames)
    made = [make_examples(frames, others, look, torch.Generator().manual_seed(0)) for _ in range(2)]
    first, copy, other = made[0]
    assert torch.equal(first.matte, frames[0].key)
    assert (copy.matte > 0).sum() > (first.matte > 0).sum()
    assert (copy.matte[first.matte > 0] == 1).all()
    assert (other.matte > 0).any()
    assert all(torch.equal(a.features, b.features) for a, b in zip(*made, strict=True))
