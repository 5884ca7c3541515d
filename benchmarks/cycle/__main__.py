"""The networks for corrupted footage on made clips: annotated frames, parts, and against what needs no training.

    python -m benchmarks.cycle --data PACK [--weights FILE] [--plain N] [--steps N [--seeds N]] [--draw]
        [--write PAGE]

PACK is what `paintout train data` has made. With --weights, a file that `paintout train cycle` has written, its
networks are judged by which frames are marked, and by how many; with --plain, on so many clips of each kind of damage,
against the key left in place, medians and Paintout's nodes. With --steps the networks are trained again for so many
steps: without the cycle's losses, and with other numbers of alignment blocks; each with as many seeds as --seeds says.
What was measured is kept in build/bench/cycle: the page has all of it, and a call goes on where the last one stopped.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from benchmarks.bench.cache import Origin, load_record, origin_text, save_record
from benchmarks.bench.sets import CACHE, ROOT
from benchmarks.cycle.clips import DamageClips, DamageFigures, draw_clips, mean_figures
from benchmarks.cycle.measure import ANNOTATED, FRAMES, ByKind, measure_annotated, measure_fullest, measure_plain
from benchmarks.cycle.tables import best_text, figures_text, kinds_text, seeds_text
from benchmarks.cycle.variants import VARIANTS, read_cycle, train_variant
from nodes.networks import CYCLE
from vfxlib.io.weights import read_weights
from vfxlib.progress import Progress

__all__ = ["main"]

FOLDER = CACHE / "cycle"
SIZE = 64  # of a clip's sides
CLIPS = 8  # of each kind of damage
TOLD = ("Steps", "Built from", "Minutes", "Machine", "Loss at the end", "Its slope")  # of the card


HEAD = """# The cycle networks: figures

Made by `python -m benchmarks.cycle`; every number comes from its last run. {origin} The machine did other work.

Two networks that find and fill damage from marked frames: [training.md](training.md#damage-scratches-dirt-logos-drops).

Clips are made scenes of 64x64 pixels and 13 frames with pictures that no training has seen; the mean of six kinds of
damage. IoU: masks from a quarter on. BCE: binary cross-entropy, masks no surer than 0.001 and 0.999. PSNR: in the
damage, working code values. Tables 3 to 6 are the paper's, as ours; its own numbers are of other clips and cannot be
compared.
"""
ANNOTATED_HEAD = """### Which frames are marked, and how many

The same networks, not trained again. Marked of 13 frames: the first, the middle one, the last; two: both ends; three:
the middle too; five: every third. Judged are the eight frames that no row marks. Equal rows mean that masks are found
from the frame alone, and not beside the completed one."""
PLAIN_HEAD = """### Against what needs no training

{clips} clips of each kind. The frame with most damage is marked, all others are judged. The classifier is that of
`mask-propagate --method corruption`, fitted to each clip."""
VARIANTS_HEAD = """## Parts

Trained again with one thing changed: {steps} steps of {batch} clips each, the same clips for all of a seed; completion
alone for a twentieth of them, masks too for three quarters, the chain for the last fifth, and with it, in one row, the
losses of the cycle. The first frame is marked, the same eight frames are judged. "Apart" is how far the seeds of a
variant are from each other: what differs by less is no difference."""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cycle", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--plain", type=int, default=0, help="Clips of each kind that the nodes are run on too.")
    parser.add_argument("--steps", type=int, default=0, help="Of each training of a variant.")
    parser.add_argument("--seeds", type=int, default=1, help="Trainings of each variant.")
    parser.add_argument("--draw", action="store_true", help="Measure nothing; the page of what was kept.")
    parser.add_argument("--write", type=Path, help="Keep the page, for example docs/cycle.md.")
    values = parser.parse_args()
    if not values.draw:
        _measure(values)
    text = page(values.weights, values.plain)
    print(text)
    if values.write:
        (ROOT / values.write).write_text(text + "\n", encoding="utf-8")
    return 0


def _measure(values: argparse.Namespace) -> None:
    """Keep what was asked for and not measured before."""
    torch.set_num_threads(1)
    clips = draw_clips(values.data, SIZE, FRAMES, CLIPS)
    few = {kind: each.first(values.plain) for kind, each in clips.items()}
    record = FOLDER / f"plain-{values.plain}.json"
    if values.plain and not record.exists():
        save_record(record, {"rows": _plain_rows(measure_plain(few, FOLDER / "nodes"))})
    if values.weights:
        _judge_weights(values.weights, clips, few, values.plain)
    for seed in range(values.seeds) if values.steps else ():
        for name in VARIANTS:
            _judge_variant(name, values.steps, seed, values.data, clips)


def _judge_weights(weights: Path, clips: dict[str, DamageClips], few: dict[str, DamageClips], plain: int) -> None:
    """Keep what the trained networks come to, where that was not measured before."""
    network, digest = read_cycle(weights), read_weights(weights).digest[:16]
    record = FOLDER / f"annotated-{digest}.json"
    if not record.exists():
        rows = {name: measure_annotated(network, clips, places) for name, places in ANNOTATED.items()}
        save_record(record, {"rows": _plain_rows(rows)})
    record = FOLDER / f"fullest-{digest}-{plain}.json"
    if plain and not record.exists():
        save_record(record, {"rows": _plain_rows({"the networks": measure_fullest(network, few)})})


def _judge_variant(name: str, steps: int, seed: int, data: Path, clips: dict[str, DamageClips]) -> None:
    """Train a variant and keep what it comes to, where that was not done before."""
    stem = f"{name.replace(' ', '-').replace(',', '')}-{steps}-{seed}"
    record, out = FOLDER / f"variant-{stem}.json", FOLDER / f"{stem}.safetensors"
    if record.exists():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not out.exists():
        quiet = Progress(lambda tick: None, lambda words: print(words, file=sys.stderr, flush=True))
        train_variant(VARIANTS[name], steps, seed, data, out, quiet)
    figures = measure_annotated(read_cycle(out), clips, ANNOTATED["first frame"])
    save_record(record, {"variant": name, "steps": steps, "rows": _plain_rows({name: figures})})
    print(f"{name}, seed {seed}: {mean_figures(figures)}", file=sys.stderr, flush=True)


def page(weights: Path | None, plain: int) -> str:
    """The page of what was kept: of these weights, of so many plain clips, of the variants of the most steps."""
    parts: list[str] = []
    origins: list[Origin] = []
    if weights:
        digest, told = read_weights(weights).digest[:16], _card(weights)
        parts.append(f"## The trained networks\n\nSHA-256 {digest}; {told}")
        if kept := _kept(f"annotated-{digest}", origins):
            rows = _rows(kept["rows"])
            places, counts = list(rows)[:3], ["first frame", *list(rows)[3:]]
            parts.append(ANNOTATED_HEAD)
            parts.append(figures_text("marked (table 4)", {name: rows[name] for name in places}))
            parts.append(figures_text("marked (table 6)", {name: rows[name] for name in counts}))
        if kept := _kept(f"fullest-{digest}-{plain}", origins):
            rows = _rows(kept["rows"]) | _rows(_kept(f"plain-{plain}", origins)["rows"])
            parts.append(PLAIN_HEAD.format(clips=plain))
            parts += [figures_text("found by, filled by", rows), kinds_text("IoU of the masks", rows), best_text(rows)]
    variants = [_kept(path.stem, origins) for path in sorted(FOLDER.glob("variant-*.json"))]
    if variants:
        steps = max(each["steps"] for each in variants)
        seeds: dict[str, list[ByKind]] = {}
        for name in VARIANTS:
            found = [each for each in variants if each["variant"] == name and each["steps"] == steps]
            seeds |= {name: [_rows(each["rows"])[name] for each in found]} if found else {}
        parts.append(VARIANTS_HEAD.format(steps=steps, batch=CYCLE.small_batch))
        parts.append(seeds_text("variant (tables 3 and 5)", seeds))
    return "\n\n".join([HEAD.format(origin=origin_text(origins)).rstrip(), *parts])


def _card(weights: Path) -> str:
    """What the card beside the weights says of their training."""
    card = weights.with_suffix(".md")
    lines = card.read_text(encoding="utf-8").splitlines() if card.exists() else []
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("|")]
    return "; ".join(f"{row[0].lower()}: {row[1]}" for row in cells if row[0] in TOLD) + "."


def _kept(stem: str, origins: list[Origin]) -> dict[str, Any]:
    """What was measured; empty if nothing was."""
    found = load_record(FOLDER / f"{stem}.json")
    if found is None:
        return {}
    origins.append(found[1])
    return found[0]


def _plain_rows(rows: dict[str, ByKind]) -> dict[str, dict[str, dict[str, float]]]:
    return {name: {kind: asdict(each) for kind, each in of.items()} for name, of in rows.items()}


def _rows(kept: dict[str, dict[str, dict[str, float]]]) -> dict[str, ByKind]:
    return {name: {kind: DamageFigures(**each) for kind, each in of.items()} for name, of in kept.items()}


if __name__ == "__main__":
    sys.exit(main())
