"""Step fit where keys mark damage: a classifier learns what it looks like beside other frames, at full size."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from nodes.engine.context import StepContext
from nodes.processors.mask_propagate.check import check_damage
from nodes.processors.mask_propagate.cost import LEARNED
from nodes.processors.mask_propagate.damage_shot import DamageShot, open_damage_shot
from vfxlib.device import one_thread, to_tensor
from vfxlib.image.box import Box
from vfxlib.layer_names import DAMAGE_THRESHOLD
from vfxlib.mask_propagate.damage_classifier import DamageClassifier, fit_damage
from vfxlib.mask_propagate.damage_examples import KeyedFrame, keyed_look, make_examples
from vfxlib.mask_propagate.damage_features import DamageLook, FrameBeside
from vfxlib.mask_propagate.damage_method import DAMAGE, measure_key
from vfxlib.mask_propagate.damage_weights import DamageModel, write_damage
from vfxlib.pipeline.fingerprint import FINGERPRINT

__all__ = ["fit_to_damage", "looks_damaged", "spread"]

LINES = 640  # of the parts of frames that are learned from, at most
PARTS = 3  # of keys that are learned from
OTHERS, ENDS = 5, 2  # frames without a key that are learned from, of both kinds, at most
FILE = "damage.safetensors"


def looks_damaged(context: StepContext) -> bool:
    """True if the keys look like damage rather than like an object; says why."""
    if len(context.shot.frames) < 2:
        context.progress.message(f"{context.name}: method object: there is no other frame to tell damage by")
        return False
    mattes = ((number, context.keys.read(number).coverage) for number in context.keys.frames)
    number, key = next((each for each in mattes if (each[1] >= DAMAGE_THRESHOLD).any()), (None, None))
    if key is None:
        context.progress.message(
            f"{context.name}: method object: no pixel of the keys is as much as {DAMAGE_THRESHOLD:g}"
        )
        return False
    with one_thread(), open_damage_shot(context) as shot:
        index = context.shot.frames.index(number)
        beside = shot.beside(index, shot.others(index), shot.window)
        measured = measure_key(beside, shot.still(index), to_tensor(key, beside.frame.device))
    method = "corruption" if measured.is_damage else "object"
    context.progress.message(f"{context.name}: method {method}: {measured}")
    return measured.is_damage


def fit_to_damage(context: StepContext, fingerprint: str) -> Mapping[str, Any]:
    """Teach the classifiers: one for frames with others to both sides, one for the ends of a take.

    raises  as ``check_damage``
    """
    check_damage(context.shot)
    seed = context.job.output.seed
    with one_thread(), open_damage_shot(context) as shot:
        parts = _keyed_parts(context, shot)
        context.progress.begin(context.name, 2)
        inner = [_keyed(context, shot, index, box, 0) for index, box in parts]
        look = keyed_look(inner)
        both = _fit(inner, _unkeyed(context, shot, parts, OTHERS, ends=False), look, seed)
        context.progress.advance()
        ends = [_keyed(context, shot, index, box, side) for index, box in parts for side in (1, -1)]
        one = _fit(ends, _unkeyed(context, shot, parts, ENDS, ends=True), look, seed + 100)
        context.progress.advance()
    model = DamageModel(look, both, one)
    path = context.index_path.with_name(FILE)
    write_damage(path, model, {FINGERPRINT: fingerprint})
    expected = float(both.expected)
    context.progress.message(f"{context.name}: of damage like the key's {expected:.0%} is told, by parts held out")
    return {"weights": [path.name], "minutes": 0.0, "method": DAMAGE, "expected": round(expected, 4)}


def _fit(frames: Sequence[KeyedFrame], others: Sequence[FrameBeside], look: DamageLook, seed: int) -> DamageClassifier:
    examples = make_examples(frames, others, look, torch.Generator().manual_seed(seed))
    return fit_damage(examples, len(frames), seed)


def _unkeyed(
    context: StepContext, shot: DamageShot, parts: Sequence[tuple[int, Box]], count: int, ends: bool
) -> list[FrameBeside]:
    """Parts of frames that have no key, spread over the shot: of those at the ends of a take, or of all others."""
    numbers = context.shot.frames
    free = [i for i in range(len(numbers)) if numbers[i] not in context.keys.frames and shot.is_end(i) == ends]
    boxes = [box for _, box in parts]
    return [shot.beside(i, shot.others(i), boxes[n % len(boxes)]) for n, i in enumerate(spread(free, count))]


def spread(indices: Sequence[int], count: int) -> list[int]:
    """So many of them, or all if there are fewer, from the first to the last, evenly."""
    count = min(count, len(indices))
    return [indices[i * (len(indices) - 1) // max(1, count - 1)] for i in range(count)]


def _keyed(context: StepContext, shot: DamageShot, index: int, box: Box, side: int) -> KeyedFrame:
    key = context.keys.read(context.shot.frames[index]).coverage[box.slices(shot.window)]
    beside = shot.beside(index, shot.others(index, side), box)
    return KeyedFrame(beside, to_tensor(np.ascontiguousarray(key), beside.frame.device))


def _keyed_parts(context: StepContext, shot: DamageShot) -> list[tuple[int, Box]]:
    """Parts of the frames that have keys, those with most damage; all of one size."""
    found = []
    for number in context.keys.frames:
        index = context.shot.frames.index(number)
        marked = context.keys.read(number).coverage >= DAMAGE_THRESHOLD
        for box in _windows(shot.window):
            found.append((-int(marked[box.slices(shot.window)].sum()), index, box))
    found.sort(key=lambda each: each[0])
    return [(index, box) for _, index, box in found[:PARTS]]


def _windows(window: Box) -> Iterator[Box]:
    """Boxes of one size that cover a frame."""
    height = min(window.height, LINES)
    width = min(window.width, LEARNED // height)
    for y in _starts(window.height, height):
        for x in _starts(window.width, width):
            yield Box(x, y, x + width, y + height)


def _starts(whole: int, part: int) -> list[int]:
    count = -(-whole // part)
    return [round(i * (whole - part) / max(1, count - 1)) for i in range(count)]
