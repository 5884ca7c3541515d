"""Step carry: the keys' mattes carried through the shot by the fitted network, in order, and the frames to look at."""

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from nodes.engine.context import StepContext
from nodes.engine.fit_step import frame_store_bytes
from nodes.engine.shot_step import run_shot_step
from nodes.processors.mask_propagate.dataset import ROOM, key_mattes, open_dataset
from nodes.processors.mask_propagate.fit import settings_of, size_of
from nodes.processors.mask_propagate.inputs import carrying_weights
from nodes.processors.mask_propagate.matte_file import carried_path, read_carried, write_carried
from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.picture import LinearColour, Picture
from vfxlib.image.reframe import reframe
from vfxlib.io.frames import format_frames
from vfxlib.mask_propagate.confidence import edge_band, matte_confidence, overlap
from vfxlib.mask_propagate.dataset import MatteDataset
from vfxlib.mask_propagate.effect import effect_of
from vfxlib.mask_propagate.frame import OBJECT_THRESHOLD, CarriedMatte
from vfxlib.mask_propagate.propagation import PropagatedFrame, propagate, segment, warp_along
from vfxlib.mask_propagate.weights import read_masker
from vfxlib.nets.masker import Masker
from vfxlib.pipeline.fingerprint import FileState, file_state
from vfxlib.review.matte_qc import FrameStats, check_carried_matte
from vfxlib.review.matte_report import SHEET, MatteThumbnail, describe_findings, group_by_frame, write_report
from vfxlib.train.determinism import deterministic

__all__ = ["run"]

SAID = 8  # frames that are said while it runs; the report holds all


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Carry, unless it is done already."""
    run_shot_step(context, lambda fingerprint: _carry_all(context, fingerprint))


def _carry_all(context: StepContext, fingerprint: str) -> Mapping[str, Any]:
    weights, keys = carrying_weights(context), context.keys
    network, colours = read_masker(weights[-1], context.device, settings_of(keys), keys.objects)
    with deterministic(context.device), open_dataset(context, colours) as dataset:
        _carry(context, dataset, network, fingerprint)
    return {"frames": format_frames(context.shot.frames)}


def _carry(context: StepContext, material: MatteDataset, network: Masker, fingerprint: str) -> None:
    objects, keys = context.keys.objects, key_mattes(context, material.shape)
    size, folder = size_of(keys), context.folder
    files = {number: carried_path(context.index_path, number) for number in context.shot.frames}
    reach = float(context.values["effect"]) * material.shape[0] / context.shot.display.height
    told: dict[int, dict[int, FrameStats]] = {number: {} for number in objects}
    context.progress.begin(context.name, len(material))
    for passed in propagate(network, material, keys, size, room=frame_store_bytes(context, ROOM), folder=folder):
        number, features = material.numbers[passed.index], material.features(passed.index)
        itself = segment(network, material, passed.index, torch.zeros_like(passed.mattes))
        is_key = passed.index in keys
        mattes, path = passed.mattes, files[number]
        sure = torch.ones_like(mattes[:1]) if is_key else matte_confidence(mattes, passed.warped, itself)
        effect = effect_of(features, mattes, reach) if reach > 0 else torch.zeros_like(sure)
        union, which = mattes.max(0)
        numbers = to_tensor(np.array(objects, np.int32), context.device)[which]
        carried = CarriedMatte(
            to_numpy(union),
            to_numpy(torch.where(union >= OBJECT_THRESHOLD, numbers, torch.zeros_like(numbers))).astype(np.int32),
            to_numpy(sure[0]),
            to_numpy(effect[0]),
        )
        if context.job.output.overwrite or file_state(path, fingerprint) is not FileState.FOREIGN:
            write_carried(path, carried, fingerprint)
        else:  # what an artist has put there is used as it is, and is sure
            nothing = torch.zeros_like(mattes)
            passed = PropagatedFrame(passed.index, _laid_there(path, material, objects), nothing)
            sure = torch.ones_like(sure)
        for each, ident in enumerate(objects):
            told[ident][passed.index] = _told(material, passed, each, sure[0], itself if is_key else None)
        context.progress.advance()
    _with_previous(material, files, objects, told)
    _report(context, folder, {ident: [of[place] for place in sorted(of)] for ident, of in told.items()}, files)


def _told(
    material: MatteDataset, passed: PropagatedFrame, each: int, sure: torch.Tensor, itself: torch.Tensor | None
) -> FrameStats:
    """What the report needs of one object on one frame.

    each    which of the mattes
    sure    [h w]  certainty of the frame
    itself  [k h w]  on a key, what the network says of the frame by itself
    """
    matte, carried = passed.mattes[each], passed.warped[each]
    inside = matte > OBJECT_THRESHOLD
    rows, columns = torch.nonzero(inside, as_tuple=True)
    centre = (float(columns.float().mean()), float(rows.float().mean())) if len(rows) else (0.0, 0.0)
    band = edge_band(matte)
    return FrameStats(
        number=material.numbers[passed.index],
        area=float(inside.sum()),
        centre=centre,
        agreement=overlap(matte, carried) if bool((carried > OBJECT_THRESHOLD).any()) else math.nan,
        confidence=float(sure[band].mean()) if bool(band.any()) else 1.0,
        previous=math.nan,
        key=itself is not None,
        take=material.takes[passed.index],
        matched=math.nan if itself is None else overlap(matte, itself[each]),
    )


def _laid_there(path: Path, material: MatteDataset, objects: tuple[int, ...]) -> torch.Tensor:
    """The mattes of a frame's file as they are carried, [k h w]; an artist's file may have any size."""
    carried = read_carried(path)
    matte, index = (to_tensor(each, material.device) for each in (carried.matte, carried.index))
    mattes = torch.stack([matte * (index == ident) for ident in objects])
    if mattes.shape[1:] == material.shape:
        return mattes
    return F.interpolate(mattes[None], material.shape, mode="area")[0]


def _with_previous(
    material: MatteDataset, files: Mapping[int, Path], objects: tuple[int, ...], told: dict[int, dict[int, FrameStats]]
) -> None:
    """Compare every frame with the one before it in the shot: carrying went both ways from the keys."""
    before: torch.Tensor | None = None
    for place, number in enumerate(material.numbers):
        mattes = _laid_there(files[number], material, objects)
        if before is not None and material.takes[place] == material.takes[place - 1]:
            came = warp_along(material, before, place - 1, place)
            for each, ident in enumerate(objects):
                told[ident][place] = replace(told[ident][place], previous=overlap(mattes[each], came[each]))
        before = mattes


def _report(
    context: StepContext, folder: Path, told: Mapping[int, list[FrameStats]], files: Mapping[int, Path]
) -> None:
    """Write the frames to look at, and say them."""
    shot = context.shot
    findings = check_carried_matte(told)

    def thumb(number: int) -> MatteThumbnail:
        carried = read_carried(files[number])
        plate = shot.read(number).plate
        light = Picture[LinearColour](reframe(plate.pixels, plate.window, shot.display), shot.display)
        rows, columns = (
            np.minimum(((np.arange(few) + 0.5) * many / few).astype(int), many - 1)
            for few, many in zip(carried.matte.shape, light.pixels.shape, strict=False)
        )
        shown = shot.colours.display(light)[np.ix_(rows, columns)]
        return MatteThumbnail(np.ascontiguousarray(shown), carried.matte, carried.confidence, carried.index)

    write_report(folder, findings, told, thumb, aspect=shot.header(shot.frames[0]).aspect)
    for number, there in list(group_by_frame(findings).items())[:SAID]:
        words = "; ".join(describe_findings(there, len(told) > 1))
        context.progress.message(f"look at frame {number}: {words}")
    if findings:
        context.progress.message(f"frames to look at: {folder / SHEET}")
