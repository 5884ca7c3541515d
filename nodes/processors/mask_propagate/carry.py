"""Step carry: the keys' mattes carried through the shot by the fitted network, in order, and the frames to look at."""

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from nodes.engine.context import StepContext
from nodes.engine.fit_step import frame_store_bytes
from nodes.engine.shot_step import run_shot_step
from nodes.processors.mask_propagate.damage_carry import carry_damage
from nodes.processors.mask_propagate.dataset import ROOM, key_mattes, open_dataset
from nodes.processors.mask_propagate.fit import settings_of, size_of
from nodes.processors.mask_propagate.inputs import carrying_weights
from nodes.processors.mask_propagate.matte_file import carried_path, read_carried, write_carried
from nodes.processors.mask_propagate.method import finds_damage
from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.picture import LinearColour, Picture
from vfxlib.image.reframe import reframe, resize_nearest
from vfxlib.io.frames import format_frames
from vfxlib.layer_names import OBJECT_THRESHOLD
from vfxlib.mask_propagate.confidence import edge_band, matte_confidence, overlap
from vfxlib.mask_propagate.dataset import MatteDataset
from vfxlib.mask_propagate.effect import effect_of
from vfxlib.mask_propagate.frame import CarriedMatte
from vfxlib.mask_propagate.propagation import PropagatedFrame, propagate, segment, warp_along
from vfxlib.mask_propagate.warp import downsample_area
from vfxlib.mask_propagate.weights import read_masker
from vfxlib.nets.masker import Masker
from vfxlib.pipeline.fingerprint import FileState
from vfxlib.pipeline.frame_tasks import used_as_it_is
from vfxlib.review.matte_qc import FrameStats, check_carried_matte
from vfxlib.review.matte_report import SHEET, MatteThumbnail, describe_findings, group_by_frame, write_report
from vfxlib.train.determinism import deterministic

__all__ = ["run"]

MESSAGES = 8  # frames that are named while it runs; the report holds all


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Carry, unless it is done already."""
    run_shot_step(context, lambda fingerprint: _carry_all(context, fingerprint))


def _carry_all(context: StepContext, fingerprint: str) -> Mapping[str, Any]:
    if finds_damage(context):
        return carry_damage(context, fingerprint)
    weights, keys = carrying_weights(context), context.keys
    network, colours = read_masker(weights[-1], context.device, settings_of(keys), keys.objects)
    with deterministic(context.device), open_dataset(context, colours) as dataset:
        _carry(context, dataset, network, fingerprint)
    return {"frames": format_frames(context.shot.frames)}


def _carry(context: StepContext, dataset: MatteDataset, network: Masker, fingerprint: str) -> None:
    objects, keys = context.keys.objects, key_mattes(context, dataset.shape)
    size, folder = size_of(keys), context.folder
    files = {number: carried_path(context.index_path, number) for number in context.shot.frames}
    reach = float(context.values["effect"]) * dataset.shape[0] / context.shot.display.height
    stats: dict[int, dict[int, FrameStats]] = {number: {} for number in objects}
    context.progress.begin(context.name, len(dataset))
    for propagated in propagate(network, dataset, keys, size, room=frame_store_bytes(context, ROOM), folder=folder):
        number, features = dataset.numbers[propagated.index], dataset.features(propagated.index)
        alone = segment(network, dataset, propagated.index, torch.zeros_like(propagated.mattes))
        is_key = propagated.index in keys
        mattes, path = propagated.mattes, files[number]
        confidence = torch.ones_like(mattes[:1]) if is_key else matte_confidence(mattes, propagated.warped, alone)
        effect = effect_of(features, mattes, reach) if reach > 0 else torch.zeros_like(confidence)
        union, which = mattes.max(0)
        numbers = to_tensor(np.array(objects, np.int32), context.device)[which]
        carried = CarriedMatte(
            to_numpy(union),
            to_numpy(torch.where(union >= OBJECT_THRESHOLD, numbers, torch.zeros_like(numbers))).astype(np.int32),
            to_numpy(confidence[0]),
            to_numpy(effect[0]),
        )
        if context.job.output.overwrite or context.state(path, fingerprint) is not FileState.FOREIGN:
            write_carried(path, carried, fingerprint)
        else:  # what an artist has put there is used as it is, and is sure
            context.progress.message(used_as_it_is(context.name, [number]))
            nothing = torch.zeros_like(mattes)
            propagated = PropagatedFrame(propagated.index, _read_mattes(path, dataset, objects), nothing)
            confidence = torch.ones_like(confidence)
        for each, ident in enumerate(objects):
            stats[ident][propagated.index] = _stats(dataset, propagated, each, confidence[0], alone if is_key else None)
        context.progress.advance()
    _compare_with_previous(dataset, files, objects, stats)
    _report(context, folder, {ident: [of[index] for index in sorted(of)] for ident, of in stats.items()}, files)


def _stats(
    dataset: MatteDataset, propagated: PropagatedFrame, each: int, confidence: torch.Tensor, alone: torch.Tensor | None
) -> FrameStats:
    """What the report needs of one object on one frame.

    each        which of the mattes
    confidence  [h w]  of the frame
    alone       [k h w]  on a key, what the network segments without what was propagated
    """
    matte, carried = propagated.mattes[each], propagated.warped[each]
    inside = matte > OBJECT_THRESHOLD
    rows, columns = torch.nonzero(inside, as_tuple=True)
    centre = (float(columns.float().mean()), float(rows.float().mean())) if len(rows) else (0.0, 0.0)
    band = edge_band(matte)
    return FrameStats(
        number=dataset.numbers[propagated.index],
        area=float(inside.sum()),
        centre=centre,
        agreement=overlap(matte, carried) if bool((carried > OBJECT_THRESHOLD).any()) else math.nan,
        confidence=float(confidence[band].mean()) if bool(band.any()) else 1.0,
        previous=math.nan,
        key=alone is not None,
        take=dataset.takes[propagated.index],
        matched=math.nan if alone is None else overlap(matte, alone[each]),
    )


def _read_mattes(path: Path, dataset: MatteDataset, objects: tuple[int, ...]) -> torch.Tensor:
    """The mattes of a frame's file as they are carried, [k h w]; an artist's file may have any size."""
    carried = read_carried(path)
    matte, index = (to_tensor(each, dataset.device) for each in (carried.matte, carried.index))
    mattes = torch.stack([matte * (index == ident) for ident in objects])
    return mattes if mattes.shape[1:] == dataset.shape else downsample_area(mattes, dataset.shape)


def _compare_with_previous(
    dataset: MatteDataset, files: Mapping[int, Path], objects: tuple[int, ...], stats: dict[int, dict[int, FrameStats]]
) -> None:
    """Compare every frame with the one before it in the shot: carrying went both ways from the keys."""
    before: torch.Tensor | None = None
    for index, number in enumerate(dataset.numbers):
        mattes = _read_mattes(files[number], dataset, objects)
        if before is not None and dataset.takes[index] == dataset.takes[index - 1]:
            warped = warp_along(dataset, before, index - 1, index)
            for each, ident in enumerate(objects):
                stats[ident][index] = replace(stats[ident][index], previous=overlap(mattes[each], warped[each]))
        before = mattes


def _report(
    context: StepContext, folder: Path, stats: Mapping[int, list[FrameStats]], files: Mapping[int, Path]
) -> None:
    """Write the frames to look at, and say them."""
    shot = context.shot
    findings = check_carried_matte(stats)

    def thumb(number: int) -> MatteThumbnail:
        carried = read_carried(files[number])
        plate = shot.read(number).plate
        light = Picture[LinearColour](reframe(plate.pixels, plate.window, shot.display), shot.display)
        picture = resize_nearest(shot.colours.display(light), carried.matte.shape)
        return MatteThumbnail(picture, carried.matte, carried.confidence, carried.index)

    write_report(folder, findings, stats, thumb, aspect=shot.header(shot.frames[0]).aspect)
    for number, of_frame in list(group_by_frame(findings).items())[:MESSAGES]:
        words = "; ".join(describe_findings(of_frame, len(stats) > 1))
        context.progress.message(f"look at frame {number}: {words}")
    if findings:
        context.progress.message(f"frames to look at: {folder / SHEET}")
