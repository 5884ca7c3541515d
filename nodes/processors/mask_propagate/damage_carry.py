"""Step carry where keys mark damage: it is told on every frame, at full size, and what stays keeps its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.processors.mask_propagate.damage_shot import DamageShot, open_damage_shot
from nodes.processors.mask_propagate.inputs import carrying_weights
from nodes.processors.mask_propagate.matte_file import carried_path, read_carried, write_carried
from vfxlib.device import one_thread, to_numpy
from vfxlib.image.picture import Array
from vfxlib.image.tiles import Tiling, bounds, plan_tiles
from vfxlib.io.frames import format_frames
from vfxlib.layer_names import DAMAGE_THRESHOLD
from vfxlib.mask_propagate.damage_coverage import Coverage, DamageLight, damage_light, fit_parts, weigh_specks
from vfxlib.mask_propagate.damage_features import REACH, FrameBeside, damage_features
from vfxlib.mask_propagate.damage_lines import (
    Figures,
    KeyLine,
    drop_weak,
    find_lines,
    follow_line,
    has_moved,
    lay_line,
    mostly_lines,
)
from vfxlib.mask_propagate.damage_matte import damage_confidence, damage_matte, key_rim, lay_staying
from vfxlib.mask_propagate.damage_places import KeyParts, SeenParts, find_parts, staying_parts
from vfxlib.mask_propagate.damage_profile import (
    LineLight,
    LineProfile,
    box_around,
    fit_profile,
    light_around,
    measure_profile,
)
from vfxlib.mask_propagate.damage_weights import DamageModel, read_damage
from vfxlib.mask_propagate.frame import CarriedMatte
from vfxlib.pipeline.fingerprint import FileState
from vfxlib.pipeline.frame_tasks import used_as_it_is

__all__ = ["carry_damage"]

TILE = 1024  # pixels of a part of a frame that is told at once


@dataclass(frozen=True)
class _Damage:
    """What keys tell of their damage beside what the fit has learned.

    lines        of each key, by its place among them, as they are on its frame
    lines_alone  True if there is little else
    light        of what is no line
    """

    lines: Sequence[tuple[int, KeyLine, LineProfile]]
    lines_alone: bool
    light: DamageLight


def carry_damage(context: StepContext, fingerprint: str) -> Mapping[str, Any]:
    """Tell the damage of every frame from what the fit has learned, and write its matte."""
    model = read_damage(carrying_weights(context)[-1])
    numbers, keys = context.shot.frames, context.keys
    sights: dict[int, list[SeenParts]] = {}  # of each key's parts, by frame
    told = 0
    context.progress.begin(context.name, len(numbers))
    with one_thread(), open_damage_shot(context) as shot:
        of_keys = {n: find_parts(keys.read(n).coverage, shot.picture(numbers.index(n))) for n in keys.frames}
        parts = list(of_keys.values())
        rim = key_rim(each.key for each in parts)
        damage = _measured(shot, {numbers.index(number): each for number, each in of_keys.items()})
        moving: list[set[int]] = [set() for _ in parts]  # parts of each key, lines that do not keep their place
        for index, number in enumerate(numbers):
            path = carried_path(context.index_path, number)
            kept = not context.job.output.overwrite and context.state(path, fingerprint) is FileState.FOREIGN
            if kept:  # what an artist has put there is used as it is
                context.progress.message(used_as_it_is(context.name, [number]))
            elif number in of_keys:
                key = of_keys[number].key
                write_carried(path, _carried(context, key, np.ones_like(key)), fingerprint)
            else:
                found, confidence, moved = _found(shot, model, damage, index)
                for at, part in moved:
                    moving[at].add(part)
                write_carried(path, _carried(context, damage_matte(found, rim), confidence), fingerprint)
                sights[number] = [each.seen(shot.picture(index), found) for each in parts]
                told += bool(found.any())
            context.progress.advance()
    staying = [staying_parts(each, [of[i] for of in sights.values()], moving[i]) for i, each in enumerate(parts)]
    stay, count = sum(int(each.stays.sum()) for each in staying), sum(each.count for each in parts)
    if stay:
        for number, seen in sights.items():
            path = carried_path(context.index_path, number)
            before = read_carried(path)
            # where all that is marked stays at its place, damage of another place is none that was asked for
            found = (before.matte >= DAMAGE_THRESHOLD) & (stay < count)
            matte, sure = lay_staying(found, before.confidence, list(zip(staying, seen, strict=True)), rim)
            write_carried(path, _carried(context, matte, sure), fingerprint)
    context.progress.message(
        f"{context.name}: damage is told on {told} of {len(sights)} frames without a key; {stay} of the {count} parts "
        "of the keys stay at their place"
    )
    return {"frames": format_frames(numbers), "staying": stay}


def _measured(shot: DamageShot, of_keys: Mapping[int, KeyParts]) -> _Damage:
    """What keys tell of their damage; of_keys by the index of their frames."""
    lines = [
        (at, line, measure_profile(line, each.key, _around(shot, index, line, line.centre)))
        for at, (index, each) in enumerate(of_keys.items())
        for line in find_lines(each.key)
    ]
    return _Damage(
        lines,
        mostly_lines([line for _, line, _ in lines], [each.key for each in of_keys.values()]),
        damage_light(_keyed(shot, index, each.key) for index, each in of_keys.items() if each.count),
    )


def _found(
    shot: DamageShot, model: DamageModel, damage: _Damage, index: int
) -> tuple[NDArray[np.bool_], Array, list[tuple[int, int]]]:
    """What is found on a frame, the confidence of it [h w] each, and which lines have moved: their key and part."""
    score, coverage = _told(shot, model, damage.light, index)
    fitted = damage.light.trusted and not damage.lines_alone
    found = model.classifier(shot.is_end(index)).find(score, sure=fitted)
    if fitted:  # what is found because the threshold went down has to be a speck by its coverage too
        found = weigh_specks(fit_parts(found, score, coverage.share), score, coverage, damage.light.largest)
    laid, moved = np.zeros_like(found), []
    for at, line, profile in damage.lines:
        centre = follow_line(line, score)
        if centre is not None:
            centre, half = fit_profile(line, profile, centre, _around(shot, index, line, centre))
            found, laid = (lay_line(line, centre, half, mask) for mask in (found, laid))
            if has_moved(line, centre):
                moved.append((at, line.part))
    if damage.lines_alone:
        found = drop_weak(found, laid, score)
    found &= shot.known(index)
    return found, damage_confidence(score, found), moved


def _carried(context: StepContext, matte: Array, confidence: Array) -> CarriedMatte:
    index = np.where(matte >= DAMAGE_THRESHOLD, context.keys.objects[0], 0).astype(np.int32)
    return CarriedMatte(matte, index, confidence, np.zeros_like(matte))


def _around(shot: DamageShot, index: int, line: KeyLine, centre: Figures) -> LineLight:
    box = box_around(line, centre, shot.window)
    return light_around(line, centre, shot.beside(index, shot.others(index), box), box)


def _keyed(shot: DamageShot, index: int, key: Array) -> tuple[FrameBeside, Array]:
    """The part of a frame that holds its key's damage."""
    box = bounds(key > 0, shot.window)
    return shot.beside(index, shot.others(index), box), key[box.slices(shot.window)]


def _told(shot: DamageShot, model: DamageModel, light: DamageLight, index: int) -> tuple[Array, Coverage]:
    """Scores of a frame [h w], 0 where the threshold is, and how much of each pixel damage covers.

    The parts that it is told in hang on the display window.
    """
    window, classifier = shot.window, model.classifier(shot.is_end(index))
    score, share, apart = (np.empty((window.height, window.width), np.float32) for _ in range(3))
    others = shot.others(index)
    for box in plan_tiles(np.ones(score.shape, np.bool_), window, Tiling(TILE)):
        around = box.grown(REACH) & window
        beside = shot.beside(index, others, around)
        told = to_numpy(classifier.score(damage_features(beside, model.look)))
        score[box.slices(window)] = told[box.slices(around)]
        covered = light.coverage(beside)
        share[box.slices(window)] = covered.share[box.slices(around)]
        apart[box.slices(window)] = covered.apart[box.slices(around)]
    return score, Coverage(share, apart)
