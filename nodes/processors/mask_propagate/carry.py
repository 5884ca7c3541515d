"""Step carry: the keys' mattes carried through the shot by the fitted network, in order, and the frames to look at."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from nodes.node import Step
from nodes.processors.made import made_for
from nodes.processors.mask_propagate.carried import carried_path, read_carried, write_carried
from nodes.processors.mask_propagate.fit import settings_of, size_of
from nodes.processors.mask_propagate.gathering import gathered, keyed, room
from nodes.processors.stage import Stage
from vfxlib.device import to_numpy, to_tensor
from vfxlib.errors import UsageError
from vfxlib.files import write_text
from vfxlib.fit.repeatable import repeatable
from vfxlib.frames import format_frames
from vfxlib.nets.masker import Masker
from vfxlib.picture import LinearColour, Picture
from vfxlib.propagate.carried import Carried
from vfxlib.propagate.carrying import Passed, along, carry, found
from vfxlib.propagate.certainty import certainty_of, edge_band, overlap
from vfxlib.propagate.effect import effect_of
from vfxlib.propagate.findings import Told, findings_of
from vfxlib.propagate.fitted import read_masker
from vfxlib.propagate.material import Material
from vfxlib.propagate.report import SHEET, Thumb, by_frame, phrases, write_report
from vfxlib.store import FINGERPRINT, State, state_of
from vfxlib.windows import cover

__all__ = ["run"]

CUT = 0.5
SAID = 8  # frames that are said while it runs; the report holds all


def run(stage: Stage, step: Step, frames: tuple[int, ...]) -> None:
    """Carry, unless it is done already."""
    numbers = list(stage.shot.frames)
    index = stage.path(step, numbers[0])
    name = f"{stage.use.node.name}/{step.name}"
    made, keys = made_for(stage, numbers[0]), stage.shot.keys
    assert keys is not None  # the shot was checked to have some
    if not made.weights:
        raise UsageError(
            "names no weights", where=stage.file("fit", numbers[0]), fix="delete it so that the fit is made again"
        )
    weights = [stage.content(path) for path in made.weights]
    wanted = stage.fingerprint(step, {"motion": stage.identities("motion", numbers), "weights": weights})
    files = {number: carried_path(index, number) for number in numbers}
    if _fingerprint(index) == wanted and all(_stays(stage, path, wanted) for path in files.values()):
        stage.progress.message(f"{name}: is done already")
        return
    network, colours = read_masker(made.weights[-1], stage.device, settings_of(keys), keys.objects)
    with repeatable(stage.device), gathered(stage, step, colours) as material:
        _carry(stage, step, material, network, files, wanted)
    write_text(index, json.dumps({FINGERPRINT: wanted, "frames": format_frames(numbers)}, indent=1) + "\n")


def _stays(stage: Stage, path: Path, wanted: str) -> bool:
    """True if what lies there need not be made: it is ours, or what an artist has put there and may keep."""
    state = state_of(path, wanted)
    return state is State.DONE or (state is State.FOREIGN and not stage.job.output.overwrite)


def _fingerprint(index: Path) -> str:
    """The fingerprint in carry.json; "" if there is none."""
    try:
        return str(json.loads(index.read_text(encoding="utf-8"))[FINGERPRINT])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _carry(
    stage: Stage, step: Step, material: Material, network: Masker, files: Mapping[int, Path], wanted: str
) -> None:
    assert stage.shot.keys is not None  # the shot was checked to have some
    objects = stage.shot.keys.objects
    keys = keyed(stage, material.shape)
    size = size_of(keys)
    folder = stage.folder(step)
    reach = float(stage.values["effect"]) * material.shape[0] / stage.shot.display.height
    told: dict[int, dict[int, Told]] = {number: {} for number in objects}
    stage.progress.begin(f"{stage.use.node.name}/{step.name}", len(material))
    for passed in carry(network, material, keys, size, room=room(stage), folder=folder):
        number, shown = material.numbers[passed.place], material.shown(passed.place)
        itself = found(network, material, passed.place, torch.zeros_like(passed.mattes))
        is_key = passed.place in keys
        mattes, path = passed.mattes, files[number]
        sure = torch.ones_like(mattes[:1]) if is_key else certainty_of(mattes, passed.carried, itself)
        effect = effect_of(shown, mattes, reach) if reach > 0 else torch.zeros_like(sure)
        union, which = mattes.max(0)
        numbers = to_tensor(np.array(objects, np.int32), stage.device)[which]
        carried = Carried(
            to_numpy(union),
            to_numpy(torch.where(union >= CUT, numbers, torch.zeros_like(numbers))).astype(np.int32),
            to_numpy(sure[0]),
            to_numpy(effect[0]),
        )
        if stage.job.output.overwrite or state_of(path, wanted) is not State.FOREIGN:
            write_carried(path, carried, wanted)
        else:  # what an artist has put there is used as it is, and is sure
            nothing = torch.zeros_like(mattes)
            passed = Passed(passed.place, _laid_there(path, material, objects), nothing)
            sure = torch.ones_like(sure)
        for each, ident in enumerate(objects):
            told[ident][passed.place] = _told(material, passed, each, sure[0], itself if is_key else None)
        stage.progress.advance()
    _with_previous(material, files, objects, told)
    _report(stage, folder, {ident: [of[place] for place in sorted(of)] for ident, of in told.items()}, files)


def _told(material: Material, passed: Passed, each: int, sure: torch.Tensor, itself: torch.Tensor | None) -> Told:
    """What the report needs of one object on one frame.

    each    which of the mattes
    sure    [h w]  certainty of the frame
    itself  [k h w]  on a key, what the network says of the frame by itself
    """
    matte, carried = passed.mattes[each], passed.carried[each]
    inside = matte > CUT
    rows, columns = torch.nonzero(inside, as_tuple=True)
    centre = (float(columns.float().mean()), float(rows.float().mean())) if len(rows) else (0.0, 0.0)
    band = edge_band(matte)
    return Told(
        number=material.numbers[passed.place],
        area=float(inside.sum()),
        centre=centre,
        agreement=overlap(matte, carried) if bool((carried > CUT).any()) else math.nan,
        confidence=float(sure[band].mean()) if bool(band.any()) else 1.0,
        previous=math.nan,
        key=itself is not None,
        take=material.takes[passed.place],
        matched=math.nan if itself is None else overlap(matte, itself[each]),
    )


def _laid_there(path: Path, material: Material, objects: tuple[int, ...]) -> torch.Tensor:
    """The mattes of a frame's file as they are carried, [k h w]; an artist's file may have any size."""
    carried = read_carried(path)
    matte, index = (to_tensor(each, material.device) for each in (carried.matte, carried.index))
    mattes = torch.stack([matte * (index == ident) for ident in objects])
    if mattes.shape[1:] == material.shape:
        return mattes
    return F.interpolate(mattes[None], material.shape, mode="area")[0]


def _with_previous(
    material: Material, files: Mapping[int, Path], objects: tuple[int, ...], told: dict[int, dict[int, Told]]
) -> None:
    """Compare every frame with the one before it in the shot: carrying went both ways from the keys."""
    before: torch.Tensor | None = None
    for place, number in enumerate(material.numbers):
        mattes = _laid_there(files[number], material, objects)
        if before is not None and material.takes[place] == material.takes[place - 1]:
            came = along(material, before, place - 1, place)
            for each, ident in enumerate(objects):
                told[ident][place] = replace(told[ident][place], previous=overlap(mattes[each], came[each]))
        before = mattes


def _report(stage: Stage, folder: Path, told: Mapping[int, list[Told]], files: Mapping[int, Path]) -> None:
    """Write the frames to look at, and say them."""
    shot = stage.shot
    findings = findings_of(told)

    def thumb(number: int) -> Thumb:
        carried = read_carried(files[number])
        plate = shot.read(number).plate
        light = Picture[LinearColour](cover(plate.pixels, plate.window, shot.display), shot.display)
        rows, columns = (
            np.minimum(((np.arange(few) + 0.5) * many / few).astype(int), many - 1)
            for few, many in zip(carried.matte.shape, light.pixels.shape, strict=False)
        )
        shown = shot.colours.display(light)[np.ix_(rows, columns)]
        return Thumb(np.ascontiguousarray(shown), carried.matte, carried.confidence, carried.index)

    write_report(folder, findings, told, thumb, aspect=shot.header(shot.frames[0]).aspect)
    for number, there in list(by_frame(findings).items())[:SAID]:
        words = "; ".join(phrases(there, len(told) > 1))
        stage.progress.message(f"look at frame {number}: {words}")
    if findings:
        stage.progress.message(f"frames to look at: {folder / SHEET}")
