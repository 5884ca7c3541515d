"""A small classifier that one marked frame teaches what its damage looks like, at full resolution."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from vfxlib.mask_propagate.damage_features import CONTRAST, box_mean

__all__ = ["DamageClassifier", "best_threshold", "fit_damage"]

SEEN = 0.25  # a mask of at least this is damage
BLOCK = 48  # pixels of the squares by which a key is parted in two, so that one half is judged by the other
STEPS, RATE, DECAY, HIDDEN = 300, 4e-3, 1e-2, 24
MARKED, CLEAN, LOOKED_AT = 1024, 2048, 12000  # pixels of a step; clean ones are the hardest of those looked at
STRONGER = (0.5, 1.3)  # by which the contrast of damage is changed, for other frames have it fainter
SURE = 8.0  # largest score that context is taken of
THRESHOLDS = 64
ROWS = 65536  # pixels that are scored at once

Score = Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class DamageClassifier:
    """Scores a frame's pixels by its features; damage from ``threshold`` on.

    score      features [f h w] -> [h w]
    threshold  by which damage of the key is told best
    expected   intersection over union on the key, each half told by what the other taught
    """

    score: Score
    threshold: float
    expected: float


def fit_damage(features: torch.Tensor, key: torch.Tensor, seed: int) -> DamageClassifier:
    """Teach a classifier from a key.

    Each pixel is told by its own features first, and then also by what is told around it (auto-context): of a scratch
    that is so seen as a line. What a first stage says of a half of the key that it has not learned from is what the
    second learns from. The second stage is only taken if it tells held-out halves better.

    features  [f h w]  of the key's frame
    key       [h w]    0..1
    seed      of all that is drawn
    paper     Tu and Bai, Auto-context, 2010
    """
    halves = _halves(key)
    first = _held_out(features, key, halves, CONTRAST, seed)
    second_in = torch.cat((_context(first), features))
    second = _held_out(second_in, key, halves, (), seed + 1)
    alone, joined = (best_threshold(each, key) for each in (first, second))
    stage = _train(features.flatten(1), key.flatten(), CONTRAST, seed)
    if joined[1] <= alone[1]:
        return DamageClassifier(stage, *alone)
    context_stage = _train(second_in.flatten(1), key.flatten(), (), seed + 1)
    return DamageClassifier(lambda given: context_stage(torch.cat((_context(stage(given)), given))), *joined)


def best_threshold(score: torch.Tensor, key: torch.Tensor) -> tuple[float, float]:
    """The threshold of a score that tells a key best, and the intersection over union with it.

    score, key  [h w]
    """
    marked = key >= SEEN
    best = (0.0, -1.0)
    for threshold in torch.quantile(score[marked], torch.linspace(0.0, 1.0, THRESHOLDS)).tolist():
        found = score >= threshold
        overlap = float((found & marked).sum()) / float((found | marked).sum())
        best = max(best, (threshold, overlap), key=lambda each: each[1])
    return best


def _halves(key: torch.Tensor) -> torch.Tensor:
    """Which half a pixel is in, squares by turns: [h w] bool."""
    rows, columns = (torch.arange(size) // BLOCK for size in key.shape)
    return (rows[:, None] + columns) % 2 == 0


def _held_out(
    features: torch.Tensor, key: torch.Tensor, halves: torch.Tensor, contrast: tuple[int, ...], seed: int
) -> torch.Tensor:
    """Each half scored by what the other has taught: [h w]."""
    told = torch.zeros_like(key)
    for half in (halves, ~halves):
        taught = half if bool((key[half] >= SEEN).any()) else torch.ones_like(half)
        score = _train(features[:, taught], key[taught], contrast, seed)
        told = torch.where(half, told, score(features))
    return told


def _context(score: torch.Tensor) -> torch.Tensor:
    """What is told around each pixel: [c h w]."""
    capped = score.clamp(-SURE, SURE)[None]
    p = capped.sigmoid()
    boxes = ((3, 3), (5, 5), (15, 15), (41, 41), (9, 1), (31, 1), (31, 3), (121, 3), (1, 9), (1, 31), (3, 31), (3, 121))
    return torch.cat((capped, p, *(box_mean(p, *box) for box in boxes)))


def _train(features: torch.Tensor, key: torch.Tensor, contrast: tuple[int, ...], seed: int) -> Score:
    """A perceptron of two hidden layers over features [f n] and their key [n]."""
    rng = torch.Generator().manual_seed(seed)
    mean, deviation = features.mean(1), features.std(1) + 1e-4
    marked, clean = (key >= SEEN).nonzero()[:, 0], (key == 0).nonzero()[:, 0]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = nn.Sequential(
            *(nn.Linear(len(features), HIDDEN), nn.ELU(), nn.Linear(HIDDEN, HIDDEN), nn.ELU(), nn.Linear(HIDDEN, 1))
        )

    def tell(pixels: torch.Tensor) -> torch.Tensor:
        told: torch.Tensor = network((pixels.T - mean) / deviation)[:, 0]
        return told

    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY)
    wanted = torch.cat((torch.ones(MARKED), torch.zeros(CLEAN)))
    for step in range(STEPS):
        damage = features[:, _pick(marked, MARKED, rng)].clone()
        if contrast:
            low, high = STRONGER
            damage[list(contrast)] *= low + (high - low) * torch.rand(MARKED, generator=rng)
        others = features[:, _pick(clean, LOOKED_AT if step % 3 == 2 else CLEAN, rng)]
        if others.shape[1] > CLEAN:
            with torch.no_grad():
                others = others[:, tell(others).topk(CLEAN).indices]
        loss = nn.functional.binary_cross_entropy_with_logits(tell(torch.cat((damage, others), 1)), wanted)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()

    @torch.no_grad()
    def score(given: torch.Tensor) -> torch.Tensor:
        flat = given.flatten(1)
        return torch.cat([tell(part) for part in flat.split(ROWS, 1)]).reshape(given.shape[1:])

    return score


def _pick(places: torch.Tensor, count: int, rng: torch.Generator) -> torch.Tensor:
    return places[torch.randint(len(places), (count,), generator=rng)]
