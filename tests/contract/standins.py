"""Stand-ins for what MaskPropagate's steps do, so that all around them can be tested without a fit."""

import importlib.util
import json
import sys
import types
from dataclasses import dataclass

import numpy as np

import nodes
import nodes.job
import nodes.shot
import plugin.cli
import plugin.commands
from nodes.mask_propagate import MASK_PROPAGATE
from nodes.processors.mask_propagate.carried import carried_path, write_carried
from vfxlib.files import write_text
from vfxlib.matte import grow as grown
from vfxlib.propagate.carried import Carried
from vfxlib.store import FINGERPRINT, State, state_of


def _done(path, wanted):
    return path.exists() and json.loads(path.read_text()).get(FINGERPRINT) == wanted


def fit(stage, step, frames):
    path, wanted = stage.path(step, stage.shot.frames[0]), stage.fingerprint(step)
    if not _done(path, wanted):
        write_text(path, json.dumps({FINGERPRINT: wanted}))


def carry(stage, step, frames):
    numbers = stage.shot.frames
    path = stage.path(step, numbers[0])
    wanted = stage.fingerprint(step, {"fit": stage.identity(stage.file("fit", numbers[0]))})
    first = stage.shot.keys.read(stage.shot.keys.frames[0])
    for number in numbers:
        shift = 11 * (number - first.number)
        coverage = np.roll(first.coverage, shift, axis=1)[::2, ::2]
        index = np.roll(first.index, shift, axis=1)[::2, ::2]
        target = carried_path(path, number)
        if state_of(target, wanted) in (State.ABSENT, State.STALE):
            write_carried(target, Carried(coverage, index, 1 - coverage / 2, coverage / 4), wanted)
    write_text(path, json.dumps({FINGERPRINT: wanted}))


@dataclass(frozen=True)
class Finished:
    matte: np.ndarray
    index: np.ndarray
    effect: np.ndarray
    confidence: np.ndarray


def finish(working, carried, keys, number, grow, soften):
    height, width = working.shape[:2]
    rows, columns = (np.arange(n) * m // n for n, m in zip((height, width), carried.matte.shape, strict=True))
    parts = [getattr(carried, name)[rows][:, columns] for name in ("matte", "index", "effect", "confidence")]
    if number in keys:
        parts[0] = keys.read(number).coverage
    return Finished(grown(parts[0], grow), *parts[1:])


def install():
    for name, run in (("fit", fit), ("carry", carry)):
        where = f"nodes.processors.mask_propagate.{name}"
        if importlib.util.find_spec(where) is None:
            sys.modules[where] = types.ModuleType(where)
            sys.modules[where].run = run
    if importlib.util.find_spec("vfxlib.propagate.edge") is None:
        sys.modules["vfxlib.propagate.edge"] = types.ModuleType("vfxlib.propagate.edge")
        sys.modules["vfxlib.propagate.edge"].finish = finish
    if MASK_PROPAGATE not in nodes.NODES:
        every = (*nodes.NODES, MASK_PROPAGATE)
        nodes.NODES = plugin.cli.NODES = plugin.commands.NODES = every
        nodes.shot.PORTS = nodes.job.PORTS = ("plate", "matte", "key", "fill")
