"""What a plate can be damaged with is what the training ground can do."""

from nodes.corruption import CORRUPTIONS
from vfxlib.training_ground.corruption_kinds import KINDS


def test_every_kind_of_damage_can_be_asked_for():
    assert sorted(CORRUPTIONS) == sorted(KINDS)
