"""A key's damage laid over other places of its frame: examples from which a classifier learns what it looks like."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from vfxlib.mask_propagate.damage_features import (
    SEEN,
    DamageLook,
    FrameBeside,
    between,
    box_mean,
    damage_features,
    damage_look,
)

__all__ = ["Example", "KeyedFrame", "damage_content", "keyed_look", "make_examples"]

WEAKEST = 0.5  # share of its strength that damage which is laid over has at least: other frames have it fainter
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
    own = below + (frame - below) / key.clamp(min=SEEN)
    weight = key * key * (key >= SEEN)
    smooth = box_mean(own * weight, 3, 3) / box_mean(weight[None], 3, 3).clamp(min=1e-4)
    return torch.where(key >= 0.5, own, smooth).clamp(*RANGE)


def keyed_look(frames: Sequence[KeyedFrame]) -> DamageLook:
    """What the damage of all keys looks like."""
    looks = [damage_look(each.beside, damage_content(each), each.key) for each in frames if each.key.max() >= SEEN]
    return DamageLook(
        torch.stack([look.colour for look in looks]).median(0).values,
        torch.stack([look.change for look in looks]).mean(0),
    )


def make_examples(frames: Sequence[KeyedFrame], look: DamageLook, copies: int, rng: torch.Generator) -> list[Example]:
    """The keys as they are, and the same pictures with more damage: that of a key, moved, turned over, and weaker.

    copies   pictures of the second kind
    returns  first one for each of the keys
    """
    examples = [Example(damage_features(each.beside, look), each.key) for each in frames]
    sources = [each for each in frames if each.key.max() >= SEEN]
    for copy in range(copies):
        source, below = sources[copy % len(sources)], frames[copy % len(frames)]
        height, width = below.key.shape
        key, content = source.key[:height, :width], damage_content(source)[:, :height, :width]
        if key.shape != below.key.shape:
            continue
        shift = [int(torch.randint(size, (1,), generator=rng)) for size in (height, width)]
        over = bool(torch.randint(2, (1,), generator=rng))
        strength = WEAKEST + (1 - WEAKEST) * float(torch.rand(1, generator=rng))
        key, content = (_moved(each, shift, over) for each in (key * strength, content))
        frame = torch.lerp(below.beside.frame, content, key)
        features = damage_features(FrameBeside(frame, below.beside.others), look)
        examples.append(Example(features, torch.maximum(key, below.key)))
    return examples


def _moved(x: torch.Tensor, shift: Sequence[int], over: bool) -> torch.Tensor:
    return (x.flip(-1) if over else x).roll(tuple(shift), (-2, -1))
