"""Whether a key marks damage, or a thing."""

import torch

from tests.vfxlib.mask_propagate.damaged import HEIGHT, WIDTH, keyed, picture
from vfxlib.mask_propagate.damage_features import FrameBeside
from vfxlib.mask_propagate.damage_method import measure_key


def test_a_scratch_that_no_other_frame_has_is_damage():
    frame = keyed([])
    key = torch.zeros(HEIGHT, WIDTH)
    key[:, 40] = 1
    scratched = torch.where(key > 0, frame.beside.frame + 0.2, frame.beside.frame)
    nature = measure_key(FrameBeside(scratched, frame.beside.others), frame.beside.others[0], key)
    assert nature.thin == 1
    assert nature.differs > 5
    assert nature.is_damage
    assert "thin" in str(nature)


def test_what_moves_with_the_picture_is_a_thing():
    frame = keyed([])
    key = torch.zeros(HEIGHT, WIDTH)
    key[10:50, 20:60] = 1
    moved = picture().roll(5, -1)
    nature = measure_key(frame.beside, moved, key)
    assert nature.thin < 0.5
    assert nature.stays > 0.5
    assert nature.pieces == 0
    assert not nature.is_damage
