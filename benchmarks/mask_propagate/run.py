"""Mattes of a shot by one method, made once and kept while nothing changes that they follow from."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench.cache import Origin, code_digest, load_record, save_record
from benchmarks.bench.meter import OURS, Run, paintout_command, run
from benchmarks.mask_propagate.peers import METHODS
from benchmarks.mask_propagate.sets import KeyedShot

__all__ = ["MATTE_CODE", "PEER_CODE", "PropagatedMattes", "propagate", "result_folder"]

MATTE_CODE = (
    "nodes/fields.py",
    "nodes/mask_propagate.py",
    "nodes/processors/mask_propagate",
    "nodes/processors/motion",
    "vfxlib/train",
    "vfxlib/motion",
    "vfxlib/nets",
    "vfxlib/mask_propagate",
)
PEER_CODE = (
    "benchmarks/mask_propagate/peers.py",
    "benchmarks/mask_propagate/paper.py",
    "benchmarks/mask_propagate/unet.py",
)


@dataclass(frozen=True)
class PropagatedMattes:
    """Mattes on disk.

    folder   of them
    channel  that holds them; "" for the only one
    seconds  wall time of the whole command that made them
    memory   bytes, the most that it and its children held
    steps    task -> seconds
    origin   the state of the code that made them
    """

    folder: Path
    channel: str
    seconds: float
    memory: int
    steps: dict[str, float]
    origin: Origin


def result_folder(shot: KeyedShot, method: str) -> Path:
    """The folder of a method's mattes."""
    return shot.results / f"mattes-{method}-{shot.label}"


def propagate(
    shot: KeyedShot,
    method: str,
    words: Sequence[str] = (),
    as_it_is: bool = False,
    execute: Callable[[Sequence[str]], Run] = run,
) -> PropagatedMattes:
    """Run a method, unless the same code ran the same before.

    method    "ours", or one of ``peers.METHODS``
    words     further options of the command
    as_it_is  True takes mattes that are there though the code has changed
    execute   runs a command to its end
    """
    assert method in (OURS, *METHODS)
    folder, work = result_folder(shot, method), result_folder(shot, f"{method}.work")
    stamp = folder.with_name(f"{folder.name}.json")
    command = " ".join([*shot.words, *words])
    code = code_digest(MATTE_CODE if method == OURS else PEER_CODE)
    before = _load(stamp, folder, command, "" if as_it_is else code, len(shot.frames))
    if before is not None:
        return before
    for old in (folder, work):
        shutil.rmtree(old, ignore_errors=True)
    print(f"{shot.name}: {method} {' '.join(words)}, keys {shot.keys}".replace(" ,", ","), file=sys.stderr, flush=True)
    if method == OURS:
        program = [*paintout_command("mask-propagate", *shot.words, *shot.ready.options), *words, "--progress", "json"]
        program += ["--out", str(folder / "matte.####.exr"), "--work", str(work)]
    else:
        program = [sys.executable, "-m", "benchmarks.mask_propagate.peers", method, *shot.words, *words]
        program += ["--out", str(folder)]
    taken = execute(program)
    channel = "matte.A" if method == OURS else ""
    values = {"command": command, "code": code, "channel": channel, "seconds": taken.seconds, "memory": taken.memory}
    save_record(stamp, {**values, "steps": taken.steps})
    made = _load(stamp, folder, command, code, len(shot.frames))
    assert made is not None
    return made


def _load(stamp: Path, folder: Path, command: str, code: str, frames: int) -> PropagatedMattes | None:
    """What was made before; None if it is not there, not whole, or of other options or code ("" takes any)."""
    found = load_record(stamp)
    if found is None or len([*folder.glob("*.exr"), *folder.glob("*.png")]) != frames:
        return None
    values, where = found
    if values["command"] != command or code not in ("", values["code"]):
        return None
    return PropagatedMattes(folder, values["channel"], values["seconds"], values["memory"], values["steps"], where)
