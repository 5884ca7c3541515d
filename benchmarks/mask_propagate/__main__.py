"""Mattes from keys: MaskPropagate against flow alone and against the paper's recipe, on true mattes.

    python -m benchmarks.mask_propagate [--only NAME]... [--methods ours,flow,literal] [--keys 1,3] [--frames N]
        [--quality Q] [--iterations N] [--device D] [--literal-steps N] [--literal-size WxH] [--as-it-is]
        [--overlay DIR] [--memory] [--end street] [--end-grow PX] [--draw] [--json FILE] [--write docs/mattes.md]

A result is kept in build/bench/results and used again while the code that made it stays the same; what was measured is
kept in build/bench/mattes, and --draw makes the tables of that. Without --memory, --end or --draw all plates are
measured by all methods with one key.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench.cache import Origin, keep, kept, told
from benchmarks.bench.meter import OURS
from benchmarks.bench.sets import CACHE, ROOT
from benchmarks.mask_propagate.cost import LENGTHS, memory_of
from benchmarks.mask_propagate.end_to_end import fill_by
from benchmarks.mask_propagate.iou import Match, MatteScore, judge
from benchmarks.mask_propagate.movie import draw_mattes
from benchmarks.mask_propagate.peers import METHODS, SIZE, STEPS
from benchmarks.mask_propagate.run import carried
from benchmarks.mask_propagate.sets import MATTE_SETS, Keyed, MattePlates, absent, keyed, matte_set
from benchmarks.mask_propagate.tables import End, Flat, MatteFigure, end_text, failures, figures_text, flat_text

__all__ = ["main", "measure_shot"]

FIGURES = CACHE / "mattes"
FLAT_PLATE, FLAT_STEPS = "blackswan", 20
END_CHANNELS = ("A", "effect.A")
HEAD = """# MaskPropagate: figures

Made by `python -m benchmarks.mask_propagate` with the options below; every number comes from its last runs. {told}
"""


def measure_shot(
    shot: Keyed, method: str, words: Sequence[str] = (), as_it_is: bool = False, overlay: Path | None = None
) -> MatteFigure:
    """Carry the mattes of a shot by one method, judge them and keep the figures.

    words    further options of the command
    overlay  folder of a movie and a sheet to look at
    """
    made = carried(shot, method, words, as_it_is)
    score = judge(shot.mattes(made.folder, made.channel), shot.truths(), shot.keys)
    if overlay is not None:
        print("\n".join(map(str, draw_mattes(shot, made, method, score, overlay))), file=sys.stderr)
    values = {"seconds": made.seconds, "memory": made.memory, "steps": made.steps, "words": " ".join(words)}
    values |= {"keys": shot.keys, "matches": [one._asdict() for one in score.matches], "made": vars(made.origin)}
    keep(_path(shot.name, method, shot.label), values)
    return MatteFigure(shot.name, method, score, made.seconds, made.memory, " ".join(words), made.origin)


def _path(name: str, method: str, label: str) -> Path:
    return FIGURES / f"{name}-{method}-{label}.json"


def measured(name: str, method: str, keys: int) -> MatteFigure | None:
    """What was kept of a whole plate; None if nothing was."""
    found = kept(_path(name, method, str(keys)))
    if found is None:
        return None
    values = found[0]
    score = MatteScore(tuple(Match(**one) for one in values["matches"]), tuple(values["keys"]))
    made = Origin(**values["made"])
    return MatteFigure(name, method, score, values["seconds"], values["memory"], values["words"], made)


def measure_flat(words: Sequence[str]) -> None:
    """Measure memory by length."""
    few = [*words, "--iterations", str(FLAT_STEPS)]
    memory = memory_of(matte_set(FLAT_PLATE), few)
    keep(FIGURES / "flat.json", {"memory": [memory[frames] for frames in LENGTHS], "words": " ".join(few)})


def measure_end(plates: MattePlates, methods: Sequence[str], words: Sequence[str], grow: float, as_it_is: bool) -> None:
    """Measure the fills that mattes lead to."""
    for channel in END_CHANNELS:
        shot = keyed(plates, 1, channel="" if channel == plates.channel else channel)
        psnr = fill_by(shot, methods, words, grow, as_it_is)
        grown = f"--grow {grow:g}" if grow else ""
        keep(FIGURES / f"end-{plates.name}-{channel}.json", {"psnr": psnr, "words": grown})


def kept_flat() -> Flat | None:
    """Memory by length as it was kept."""
    found = kept(FIGURES / "flat.json")
    if found is None:
        return None
    return Flat(FLAT_PLATE, dict(zip(LENGTHS, found[0]["memory"], strict=True)), found[0]["words"], found[1])


def kept_ends() -> list[End]:
    """Fills as they were kept."""
    found = []
    for plates in MATTE_SETS:
        for channel in END_CHANNELS:
            one = kept(FIGURES / f"end-{plates.name}-{channel}.json")
            if one is not None:
                found.append(End(plates.name, channel, one[0]["psnr"], one[0]["words"], one[1]))
    return found


def text_of(figures: Sequence[MatteFigure], flat: Flat | None, ends: Sequence[End]) -> str:
    """All tables, as Markdown."""
    parts = [figures_text(figures)] if figures else []
    parts += [flat_text(flat)] if flat else []
    parts += [end_text(ends)] if ends else []
    return "\n\n".join(parts)


def _run(values: argparse.Namespace) -> list[MatteFigure]:
    words = ["--quality", values.quality] if values.quality else []
    words += ["--iterations", str(values.iterations)] if values.iterations else []
    device = ["--device", values.device] if values.device else []
    literal = ["--steps", str(values.literal_steps), "--size", values.literal_size]
    options = {OURS: [*words, *device], "flow": [], "literal": [*literal, *device]}
    figures = []
    for plates in [] if values.memory or values.end else MATTE_SETS:
        lacks = absent(plates)
        if values.only and plates.name not in values.only:
            continue
        if lacks:
            print(f"{plates.name}: left out, needs {lacks}", file=sys.stderr)
            continue
        for keys in values.keys:
            shot = keyed(plates, keys, values.frames)
            for method in values.methods:
                figure = measure_shot(shot, method, options[method], values.as_it_is, values.overlay)
                figures.append(figure)
                line = f"IoU {figure.score.iou:.3f}, recall {figure.score.recall:.3f}, {figure.seconds:.0f} s"
                print(f"{plates.name}, {keys} keys, {method}: {line}", file=sys.stderr, flush=True)
    if values.memory:
        measure_flat(device)
    if values.end:
        methods = [method for method in values.methods if method != "literal"]
        measure_end(matte_set(values.end), methods, options[OURS], values.end_grow, values.as_it_is)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], choices=[plates.name for plates in MATTE_SETS])
    parser.add_argument("--methods", type=_methods, default=(OURS, *METHODS))
    parser.add_argument("--keys", type=_keys, default=(1,), help="1, 3 or 1,3.")
    parser.add_argument("--frames", type=int, default=0, help="Only so many of each plate, to try something.")
    parser.add_argument("--quality", default="", help="Of ours.")
    parser.add_argument("--iterations", type=int, default=0, help="Of ours.")
    parser.add_argument("--device", default="", help="Of ours and of the paper's recipe.")
    parser.add_argument("--literal-steps", type=int, default=STEPS)
    parser.add_argument("--literal-size", default="{}x{}".format(*SIZE), metavar="WxH")
    parser.add_argument("--as-it-is", action="store_true", help="Take results though the code has changed since.")
    parser.add_argument("--overlay", type=Path, help="Write movies and sheets to look at.")
    parser.add_argument("--memory", action="store_true", help="Measure memory by length instead.")
    parser.add_argument(
        "--end", default="", choices=["", "street"], help="Measure the fill that mattes lead to instead."
    )
    parser.add_argument("--end-grow", type=float, default=0.0, help="Pixels by which all mattes are grown for that.")
    parser.add_argument("--draw", action="store_true", help="Measure nothing; the tables of what was kept.")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", type=Path, help="Markdown page of all that was kept, for example docs/mattes.md.")
    values = parser.parse_args()
    figures = [] if values.draw else _run(values)
    every = [
        found
        for plates in MATTE_SETS
        for keys in (1, 3)
        for method in (OURS, *METHODS)
        if (found := measured(plates.name, method, keys)) is not None
    ]
    flat, ends = kept_flat(), kept_ends()
    text = text_of(every, flat, ends)
    shown = text if values.draw else text_of(figures, flat if values.memory else None, ends if values.end else [])
    print(shown or "nothing to show: no plate was measured yet")
    if values.json:
        rows = [
            {"plate": f.name, "method": f.method, "keys": f.score.keys, "iou": f.score.iou} for f in figures or every
        ]
        values.json.write_text(json.dumps(rows, indent=1) + "\n")
    if values.write:
        origins = [f.origin for f in every] + ([flat.origin] if flat else []) + [end.origin for end in ends]
        (ROOT / values.write).write_text(f"{HEAD.format(told=told(origins))}\n{text}\n", encoding="utf-8")
    return 1 if any(_failed(figure, figures) for figure in figures) else 0


def _failed(figure: MatteFigure, figures: Sequence[MatteFigure]) -> bool:
    others = [one for one in figures if one.name == figure.name and one.keys == figure.keys and one.method != OURS]
    return figure.method == OURS and figure.keys == 1 and bool(failures(figure, others))


def _methods(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if set(names) - {OURS, *METHODS}:
        raise argparse.ArgumentTypeError(f"methods are {', '.join((OURS, *METHODS))}")
    return names


def _keys(text: str) -> tuple[int, ...]:
    if set(text.split(",")) - {"1", "3"}:
        raise argparse.ArgumentTypeError("1, 3 or 1,3")
    return tuple(int(count) for count in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
