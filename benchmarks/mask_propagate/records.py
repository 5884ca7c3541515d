"""What is measured of carried mattes, and the records from which the tables are drawn again."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench.cache import Origin, load_record, save_record
from benchmarks.bench.sets import CACHE
from benchmarks.mask_propagate.cost import LENGTHS, peak_memory
from benchmarks.mask_propagate.end_to_end import fill_psnr
from benchmarks.mask_propagate.iou import FrameScore, MatteScore, score_mattes
from benchmarks.mask_propagate.movie import draw_mattes
from benchmarks.mask_propagate.run import propagate
from benchmarks.mask_propagate.sets import MATTE_SETS, KeyedShot, MatteSet, find_matte_set, keyed_shot
from benchmarks.mask_propagate.tables import EndToEnd, MatteFigure, MemoryGrowth

__all__ = [
    "RECORDS",
    "load_end_to_end",
    "load_figure",
    "load_memory_growth",
    "measure_end_to_end",
    "measure_memory_growth",
    "measure_shot",
]

RECORDS = CACHE / "mattes"
GROWTH_PLATE, GROWTH_STEPS = "blackswan", 20
END_CHANNELS = ("A", "effect.A")


def measure_shot(
    shot: KeyedShot,
    method: str,
    words: Sequence[str] = (),
    as_it_is: bool = False,
    overlay: Path | None = None,
    records: Path = RECORDS,
) -> MatteFigure:
    """Carry the mattes of a shot by one method, judge them and keep the figures.

    words     further options of the command
    as_it_is  True takes mattes that are there though the code has changed
    overlay   folder of a movie and a sheet to look at
    records   folder of the figures
    """
    made = propagate(shot, method, words, as_it_is)
    score = score_mattes(shot.mattes(made.folder, made.channel), shot.truths(), shot.keys)
    if overlay is not None:
        print("\n".join(map(str, draw_mattes(shot, made, method, score, overlay))), file=sys.stderr)
    values = {"seconds": made.seconds, "memory": made.memory, "steps": made.steps, "words": " ".join(words)}
    values |= {"keys": shot.keys, "frames": [one._asdict() for one in score.frames], "made": vars(made.origin)}
    save_record(_path(records, shot.name, method, shot.label), values)
    return MatteFigure(shot.name, method, score, made.seconds, made.memory, " ".join(words), made.origin)


def load_figure(name: str, method: str, keys: int, records: Path = RECORDS) -> MatteFigure | None:
    """The figures of a whole plate; None if it was not measured."""
    found = load_record(_path(records, name, method, str(keys)))
    if found is None:
        return None
    values = found[0]
    score = MatteScore(tuple(FrameScore(**one) for one in values["frames"]), tuple(values["keys"]))
    made = Origin(**values["made"])
    return MatteFigure(name, method, score, values["seconds"], values["memory"], values["words"], made)


def measure_memory_growth(words: Sequence[str]) -> None:
    """Measure peak memory by length of the shot.

    words  further options of our command
    """
    few = [*words, "--iterations", str(GROWTH_STEPS)]
    memory = peak_memory(find_matte_set(GROWTH_PLATE), few)
    save_record(RECORDS / "memory.json", {"memory": [memory[frames] for frames in LENGTHS], "words": " ".join(few)})


def load_memory_growth() -> MemoryGrowth | None:
    """Peak memory by length of the shot; None if it was not measured."""
    found = load_record(RECORDS / "memory.json")
    if found is None:
        return None
    values, origin = found
    return MemoryGrowth(GROWTH_PLATE, dict(zip(LENGTHS, values["memory"], strict=True)), values["words"], origin)


def measure_end_to_end(
    plates: MatteSet, methods: Sequence[str], words: Sequence[str], grow: float, as_it_is: bool
) -> None:
    """Measure the fills that mattes lead to.

    words  further options of our mask-propagate
    grow   pixels by which every matte is grown before it is filled
    """
    for channel in END_CHANNELS:
        shot = keyed_shot(plates, 1, channel="" if channel == plates.channel else channel)
        psnr = fill_psnr(shot, methods, words, grow, as_it_is)
        grown = f"--grow {grow:g}" if grow else ""
        save_record(_end_to_end_path(plates, channel), {"psnr": psnr, "words": grown})


def load_end_to_end() -> list[EndToEnd]:
    """The fills that were measured."""
    found = []
    for plates in MATTE_SETS:
        for channel in END_CHANNELS:
            one = load_record(_end_to_end_path(plates, channel))
            if one is not None:
                found.append(EndToEnd(plates.name, channel, one[0]["psnr"], one[0]["words"], one[1]))
    return found


def _path(records: Path, name: str, method: str, label: str) -> Path:
    return records / f"{name}-{method}-{label}.json"


def _end_to_end_path(plates: MatteSet, channel: str) -> Path:
    return RECORDS / f"end-{plates.name}-{channel}.json"
