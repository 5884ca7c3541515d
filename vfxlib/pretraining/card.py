"""The card beside a file of weights: what they are, from what and how they were made, what they are worth."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vfxlib.pretraining.pictures import Source
from vfxlib.train.schedule import Evaluation

__all__ = ["CardFacts", "loss_slope", "write_card"]

MOST_ROWS = 24  # of the table of the curve
FEWEST = 3  # evaluations that a slope is taken of


@dataclass(frozen=True)
class CardFacts:
    """What a card says.

    name, help, paper  of the network
    settings           what it is built from
    parameters         how many numbers it has
    digest             SHA-256 of the weights
    data, data_digest  name of the pack, and SHA-256 of what is in it
    sources            where its pictures are from
    scene              what the scenes are like, where it is said
    batch              samples of a step
    seed, start        of the training; the digest of the weights that it began with, "" for none
    machine, versions  on which it ran
    history            every evaluation, in order
    measure            what is evaluated, with its unit
    second_measure     the other figure that is, "" if there is none
    ended              why it ended, a phrase
    before, after      held-out figures at the start, and of the weights that are kept: name with unit -> figure
    limits             sentences
    command            that makes the same again
    """

    name: str
    help: str
    paper: str
    settings: Mapping[str, object]
    parameters: int
    digest: str
    data: str
    data_digest: str
    sources: Sequence[Source]
    scene: Mapping[str, object]
    batch: int
    seed: int
    start: str
    machine: str
    versions: str
    history: Sequence[Evaluation]
    measure: str
    ended: str
    before: Mapping[str, float]
    after: Mapping[str, float]
    limits: Sequence[str]
    command: str
    second_measure: str = ""


def loss_slope(history: Sequence[Evaluation]) -> float | None:
    """How fast the loss still falls at the end.

    returns  d log(loss) / d log(samples) over the last half of the steps, by least squares: -0.1 is 7 % less with twice
             the samples; None if there is too little to tell
    """
    last = history[-1].step if history else 0
    points = [(math.log(e.step), math.log(e.loss)) for e in history if e.step * 2 >= last > 0 and e.step and e.loss > 0]
    if len(points) < FEWEST:
        return None
    middle = [sum(values) / len(points) for values in zip(*points, strict=True)]
    square = sum((x - middle[0]) ** 2 for x, _ in points)
    return sum((x - middle[0]) * (y - middle[1]) for x, y in points) / square if square else None


def write_card(facts: CardFacts) -> str:
    """The card as Markdown."""
    end = facts.history[-1]
    samples = end.step * facts.batch
    rate = samples / end.seconds if end.seconds > 0 else 0.0
    rows = [
        ("Parameters", f"{facts.parameters:,}"),
        ("Built from", _listed(facts.settings)),
        ("SHA-256 of the weights", f"`{facts.digest}`"),
        ("Steps", f"{end.step:,} of {facts.batch} samples, {samples:,} samples in all"),
        ("Machine", facts.machine),
        ("Minutes", f"{end.seconds / 60:.1f}, {rate:.1f} samples a second"),
        ("Ended", facts.ended),
        ("Loss at the end", f"{end.loss:.4g}"),
        ("Its slope", _slope(facts.history)),
        ("Seed", str(facts.seed)),
        ("Began with", f"weights `{facts.start}`" if facts.start else "nothing"),
        ("Versions", facts.versions),
    ]
    parts = [
        f"# {facts.name}",
        f"{facts.help}\n\nAfter: {facts.paper}.",
        "## How it was made",
        _table(("", ""), rows),
        "```\n" + facts.command + "\n```",
        "## From what",
        f"Made scenes of the pictures in {facts.data} (SHA-256 `{facts.data_digest}`): {_listed(facts.scene)}.",
        _table(
            ("source", "pictures", "licence", "authors"),
            [(each.name, str(each.pictures), each.licence, each.authors) for each in facts.sources],
        ),
        "## What it is worth",
        "On made scenes that it was not trained on:",
        _table(
            ("figure", "at the start", "trained"),
            [(name, f"{facts.before[name]:.4g}", f"{value:.4g}") for name, value in facts.after.items()],
        ),
        "## What it cannot do",
        "\n".join(f"- {each}" for each in facts.limits) or "Nothing is known.",
        "## The curve",
        _curve(facts),
    ]
    return "\n\n".join(parts) + "\n"


def _slope(history: Sequence[Evaluation]) -> str:
    slope = loss_slope(history)
    if slope is None:
        return "too few evaluations to tell"
    return f"{slope:+.3f} in log(loss) over log(samples): twice the samples, {100 * (2**slope - 1):+.1f} % loss"


def _curve(facts: CardFacts) -> str:
    head = ["steps", "minutes", "loss", f"held out: {facts.measure}"]
    rows = [
        [f"{e.step:,}", f"{e.seconds / 60:.1f}", f"{e.loss:.4g}", f"{e.psnr:.2f}", f"{e.second:.2f}"]
        for e in _few(facts.history)
    ]
    if facts.second_measure:
        return _table([*head, facts.second_measure], rows)
    return _table(head, [row[:-1] for row in rows])


def _listed(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in values.items()) or "all as by default"


def _few(history: Sequence[Evaluation]) -> list[Evaluation]:
    """Evaluations spread evenly, the first and the last among them."""
    if len(history) <= MOST_ROWS:
        return list(history)
    return [history[round(i * (len(history) - 1) / (MOST_ROWS - 1))] for i in range(MOST_ROWS)]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(words: str) -> str:
    """Words that end no cell and no line of a table."""
    return " ".join(words.replace("|", "\\|").split())
