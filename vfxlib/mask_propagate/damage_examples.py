"""A key's damage laid over frames of its take: examples from which a classifier learns what it looks like."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from vfxlib.device import to_numpy
from vfxlib.layer_names import DAMAGE_THRESHOLD
from vfxlib.mask_propagate.damage_features import (
    DamageLook,
    FrameBeside,
    between,
    box_mean,
    damage_features,
    damage_look,
)
from vfxlib.mask_propagate.damage_lines import find_lines
from vfxlib.mask_propagate.damage_pieces import cut_pieces, strew

__all__ = ["Example", "KeyedFrame", "damage_content", "keyed_look", "make_examples"]

RANGE = (-0.25, 1.5)  # working code values


@dataclass(frozen=True)
class KeyedFrame:
    """A part of a frame that has a key.

    beside  the frame and its neighbours
    key     [h w]  0..1
    """

    beside: FrameBeside
    key: torch.Tensor


@dataclass(frozen=True)
class Example:
    """Features of a picture, and where it is damaged.

    features  [f h w]
    matte     [h w]  0..1
    """

    features: torch.Tensor
    matte: torch.Tensor


def damage_content(keyed: KeyedFrame) -> torch.Tensor:
    """The colours of damage by itself, as if nothing were seen through it: [3 h w] working code values.

    Where it hides less than half, the mean of what is around counts, for noise would be enlarged.
    """
    frame, key = keyed.beside.frame, keyed.key
    below = between(frame, keyed.beside.others[:2])
    own = below + (frame - below) / key.clamp(min=DAMAGE_THRESHOLD)
    weight = key * key * (key >= DAMAGE_THRESHOLD)
    smooth = box_mean(own * weight, 3, 3) / box_mean(weight[None], 3, 3).clamp(min=1e-4)
    return torch.where(key >= 0.5, own, smooth).clamp(*RANGE)


def keyed_look(frames: Sequence[KeyedFrame]) -> DamageLook:
    """What the damage of all keys looks like."""
    looks = [
        damage_look(each.beside, damage_content(each), each.key)
        for each in frames
        if each.key.max() >= DAMAGE_THRESHOLD
    ]
    return DamageLook(
        torch.stack([look.colour for look in looks]).median(0).values,
        torch.stack([look.change for look in looks]).mean(0),
        any(find_lines(to_numpy(each.key)) for each in frames),
    )


def make_examples(
    frames: Sequence[KeyedFrame], others: Sequence[FrameBeside], look: DamageLook, rng: torch.Generator
) -> list[Example]:
    """The keys as they are, the same pictures with more damage, and other frames with the damage of the keys.

    Other frames teach how the picture differs from its neighbours all over the take. They have damage of their own,
    of which nothing is known here.

    others   frames that have no key
    returns  first one for each of the keys, then one more for each, then one for each of the others
    """
    examples = [Example(damage_features(each.beside, look), each.key) for each in frames]
    pieces = [piece for each in frames for piece in cut_pieces(each.key, damage_content(each))]
    below = [
        *((each.beside, each.key) for each in frames),
        *((each, torch.zeros(each.frame.shape[1:])) for each in others),
    ]
    for beside, key in below:
        strewn, all_keys = strew(beside, key, pieces, rng)
        examples.append(Example(damage_features(strewn, look), all_keys))
    return examples
