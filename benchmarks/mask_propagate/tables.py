"""Tables of carried mattes: one key against two baselines, further keys, memory, and the fill that comes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.bench.cache import Origin
from benchmarks.bench.meter import OURS
from benchmarks.bench.report import GIB, table
from benchmarks.mask_propagate.iou import GROWN, THIN, MatteScore
from benchmarks.mask_propagate.peers import SIZE, STEPS
from benchmarks.mask_propagate.sets import MatteSet, find_matte_set

__all__ = [
    "EndToEnd",
    "MatteFigure",
    "MemoryGrowth",
    "end_to_end_text",
    "failures",
    "figures_text",
    "memory_growth_text",
]

MOST_SECONDS, FOR_FRAMES = 480.0, 50
MOST_GROWTH = 5.0  # per cent
MOST_LOSS = 0.3  # dB
WORSE = 0.01  # of IoU, below which a frame counts as no worse


@dataclass(frozen=True)
class MatteFigure:
    """One method on one plate.

    seconds, memory  of the whole command; bytes
    words            its further options
    """

    name: str
    method: str
    score: MatteScore
    seconds: float
    memory: int
    words: str
    origin: Origin

    @property
    def plates(self) -> MatteSet:
        return find_matte_set(self.name)

    @property
    def keys(self) -> int:
        return len(self.score.keys)


@dataclass(frozen=True)
class MemoryGrowth:
    """Peak memory of a few steps of our command by length of the shot: frames -> bytes."""

    name: str
    memory: Mapping[int, int]
    words: str
    origin: Origin


@dataclass(frozen=True)
class EndToEnd:
    """FlowInpaint's PSNR in the true hole, dB, by whose mattes said what must go; "true" is one of them.

    channel  of the true matte, of which the key is taken and in which it is judged
    """

    name: str
    channel: str
    psnr: Mapping[str, float]
    words: str
    origin: Origin


def failures(figure: MatteFigure, others: Sequence[MatteFigure]) -> list[str]:
    """What does not hold of our mattes with one key, with the figure.

    others  figures of the other methods on the same plate with the same keys
    """
    score, goal, found = figure.score, figure.plates, []
    if score.iou < goal.iou.must:
        found.append(f"IoU under {goal.iou.must:g}")
    if score.recall < goal.recall.must:
        found.append(f"recall under {goal.recall.must:g}")
    found += [f"{other.method} has more" for other in others if other.score.iou >= score.iou]
    most = MOST_SECONDS * max(1.0, len(score.frames) / FOR_FRAMES)
    if figure.seconds > most:
        found.append(f"over {most:g} s")
    return found


def figures_text(figures: Sequence[MatteFigure]) -> str:
    """All tables of the figures, as Markdown."""
    parts = [
        "IoU: mean over ALL frames, those with a key too, of the matte above 0.5 as written by default against the "
        "true matte above 0.5. Recall: share of the true matte inside of the written one grown by a disc of "
        f"{GROWN} px, mean over all frames. Thin: share of what an opening by a disc of radius {THIN} px removes from "
        "the true matte that is inside of the written one, mean over frames without a key. Then the mean IoU over "
        "frames without a key, the worst frame, and what the whole command took: wall time, and peak memory of it and "
        "its children.",
        "flow: the nearest key's matte carried from frame to frame by DIS flow (medium, 8-bit grey). literal: the "
        f"paper's recipe and network to the letter but for size and steps ({_literal(figures)}; the paper's 6000 "
        "steps take hours on two cores, these about the time that ours may take). Frames with a key keep it in both.",
        " ".join(f"{name}: {note}." for name, note in _notes(figures).items()),
    ]
    for keys in sorted({figure.keys for figure in figures}):
        words = "the first frame" if keys == 1 else "the first, the middle and the last frame"
        parts += [f"Keys: true mattes of {words}.", _figures([f for f in figures if f.keys == keys])]
    if any(_pair(figures, one) for one in figures):
        parts += [
            "One key against three: mean IoU over all frames, then over frames that have no key either way, and how "
            f"many of these are worse by more than {WORSE:g}.",
            _keys(figures),
        ]
    return "\n\n".join(part for part in parts if part)


def _literal(figures: Sequence[MatteFigure]) -> str:
    """The options of the paper's recipe, as they were."""
    words = dict.fromkeys(f"`{figure.words}`" for figure in figures if figure.method == "literal")
    return " and ".join(words) or "`--steps {} --size {}x{}`".format(STEPS, *SIZE)


def _notes(figures: Sequence[MatteFigure]) -> dict[str, str]:
    return {figure.name: figure.plates.note for figure in figures if figure.plates.note}


def _figures(figures: Sequence[MatteFigure]) -> str:
    rows = []
    for figure in figures:
        score, goal = figure.score, figure.plates
        others = [other for other in figures if other.name == figure.name and other.method != OURS]
        first = figure.keys == 1
        rows.append(
            [
                figure.name,
                figure.method,
                f"{score.iou:.3f}",
                f"{goal.iou.must:g} / {goal.iou.aim:g}" if first else "-",
                f"{score.recall:.3f}",
                f"{goal.recall.must:g} / {goal.recall.aim:g}" if first else "-",
                "-" if score.thin is None else f"{score.thin:.2f}",
                f"{score.without(score.keys).iou:.3f}",
                f"{score.worst.iou:.3f} ({score.worst.number})",
                f"{figure.seconds:.0f}",
                f"{figure.memory / GIB:.2f}",
                _verdict(figure, others),
            ]
        )
    head = [
        "plate",
        "method",
        "IoU",
        "must / aim",
        "recall",
        "must / aim",
        "thin",
        "no key",
        "worst (frame)",
        "seconds",
        "GiB",
    ]
    return table([*head, "verdict"], rows)


def _verdict(figure: MatteFigure, others: Sequence[MatteFigure]) -> str:
    if figure.method != OURS:
        return ""
    if figure.keys > 1:
        better = [other.method for other in others if other.score.iou >= figure.score.iou]
        return "; ".join(f"{method} has more" for method in better)
    goal = figure.plates
    reached = figure.score.iou >= goal.iou.aim and figure.score.recall >= goal.recall.aim
    return "; ".join(failures(figure, others)) or ("aim" if reached else "pass")


def _pair(figures: Sequence[MatteFigure], one: MatteFigure) -> MatteFigure | None:
    """The figure with three keys that belongs to one with one key."""
    same = (other for other in figures if (other.name, other.method) == (one.name, one.method) and other.keys == 3)
    return next(same, None) if one.keys == 1 else None


def _keys(figures: Sequence[MatteFigure]) -> str:
    rows = []
    for one in figures:
        three = _pair(figures, one)
        if three is None:
            continue
        known = {*one.score.keys, *three.score.keys}
        few, more = one.score.without(known), three.score.without(known)
        worse = sum(b.iou < a.iou - WORSE for a, b in zip(few.frames, more.frames, strict=True))
        verdict = "better" if three.score.iou > one.score.iou and more.iou >= few.iou else "worse"
        cells = [f"{score.iou:.3f}" for score in (one.score, three.score, few, more)]
        rows.append([one.name, one.method, *cells, f"{worse} of {len(few.frames)}", verdict])
    return table(["plate", "method", "1 key", "3 keys", "no key: 1", "3", "worse frames", "verdict"], rows)


def memory_growth_text(growth: MemoryGrowth) -> str:
    """Whether memory grows with the length of the shot."""
    (short, low), (long, high) = sorted(growth.memory.items())
    grown = 100 * (high / low - 1)
    return (
        f"Peak memory of `mask-propagate {growth.words}` on {growth.name} from {short} to {long} frames: "
        f"{low / GIB:.2f} to {high / GIB:.2f} GiB, {grown:+.1f} % ({'flat' if grown <= MOST_GROWTH else 'grows'})."
    )


def end_to_end_text(ends: Sequence[EndToEnd]) -> str:
    """The table of fills."""
    methods = list(dict.fromkeys(method for end in ends for method in end.psnr))
    rows = []
    for end in ends:
        lost = end.psnr["true"] - end.psnr[OURS] if OURS in end.psnr else None
        verdict = "" if lost is None else "aim" if lost <= MOST_LOSS else f"{lost:.2f} dB lost"
        cells = [f"{end.psnr[method]:.2f}" if method in end.psnr else "-" for method in methods]
        rows.append([end.name, end.channel, *cells, verdict])
    command = " ".join(["flow-inpaint", *ends[0].words.split()])
    words = (
        f"PSNR of `{command}`, dB, judged inside of the true matte alone, by whose mattes said what must go. The key "
        "is the first frame of the true matte named: A is the object, effect.A the object and its shadow. Aim: not "
        f"more than {MOST_LOSS:g} dB below the true mattes."
    )
    return f"{words}\n\n{table(['plate', 'matte', *methods, 'verdict'], rows)}"
