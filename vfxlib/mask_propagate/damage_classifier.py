"""A small classifier that keys teach what their damage looks like, at full resolution."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from vfxlib.device import to_numpy
from vfxlib.image.morphology import hysteresis
from vfxlib.image.picture import Array
from vfxlib.layer_names import DAMAGE_THRESHOLD
from vfxlib.mask_propagate.damage_examples import Example

__all__ = ["DamageClassifier", "best_threshold", "fit_damage"]

BLOCK = 48  # pixels of the squares by which examples are parted in two, so that one half is judged by the other
STEPS = 140, 220, 440  # of each round
RATE, DECAY, HIDDEN = 8e-3, 1e-2, 32
MEMBERS = 6  # networks that learn at once: one alone moves the overlap by a tenth, by chance
DOUBT = 2.0  # below the threshold, from which on a pixel of a frame without a key may be damage that nobody marked
UNKNOWN = 0.1  # of a matte, where nothing is learned; what is told there counts as wrong, which asks for certainty
MARKED, CLEAN, LOOKED_AT = 256, 768, 3000  # pixels of a member's step; in every third the clean ones are the hardest
KEPT = 60000  # clean pixels that are kept of an example which is no key
NORMED = 32768  # clean pixels, by which features are normalised
FARTHEST = 8.0  # deviations from the mean that a feature counts
THRESHOLDS = 64
STRONG = (0.0, 2.0, 4.0, 6.0)  # beyond the threshold, that a part must have somewhere
FLAT = 0.01  # of the overlap: thresholds that differ by less are as good, and the middle one is taken
WORTH = 0.01  # of the overlap that a stronger demand may cost: other frames hold more that looks like damage
LOWER = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)  # that the threshold may go down
FEWEST = 0.25  # of the keys' share of damage, that other frames have at least: a key is of a frame with much
ROWS = 512  # pixels that are scored at once


class PixelClassifier(nn.Module):
    """Perceptrons of two hidden layers over the features of a pixel, of which the mean counts.

    Each begins elsewhere and sees other pixels, so that what one of them happens to learn matters less.
    """

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(self, features: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("deviation", torch.ones(features))
        sizes = (features, HIDDEN, HIDDEN, 1)
        self.weights = nn.ParameterList(torch.zeros(MEMBERS, *each) for each in pairwise(sizes))
        self.biases = nn.ParameterList(torch.zeros(MEMBERS, 1, size) for size in sizes[1:])

    def draw(self, rng: torch.Generator) -> None:
        """Begin anew, every layer uniform within one over the root of its inputs."""
        with torch.no_grad():
            for weight, bias in zip(self.weights, self.biases, strict=True):
                reach = weight.shape[1] ** -0.5
                weight.uniform_(-reach, reach, generator=rng)
                bias.uniform_(-reach, reach, generator=rng)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Scores [m n] of features [m n f], or [1 n f] that all m see."""
        told = ((pixels - self.mean) / self.deviation).clamp(-FARTHEST, FARTHEST).expand(MEMBERS, -1, -1)
        for number, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            told = torch.baddbmm(bias, told.relu_() if number else told, weight)
        return told[..., 0]

    @torch.no_grad()
    def score(self, features: torch.Tensor) -> torch.Tensor:
        """Scores [h w] of features [f h w]."""
        pixels = features.flatten(1).T
        return torch.cat([self(part[None]).mean(0) for part in torch.split(pixels, ROWS)]).reshape(features.shape[1:])


class _Pair(nn.Module):
    """Two classifiers, of which each has learned from a half."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.one, self.other = PixelClassifier(features), PixelClassifier(features)

    @property
    def each(self) -> tuple[PixelClassifier, PixelClassifier]:
        return self.one, self.other

    def held_out(self, features: torch.Tensor, halves: torch.Tensor) -> torch.Tensor:
        """What each says of the half that it has not learned from: [h w]; ``halves`` as they were learned from."""
        told = torch.empty(halves.shape)
        for network, half in ((self.one, halves), (self.other, ~halves)):
            told[half] = network.score(features[:, half][:, None])[0]
        return told

    def score(self, features: torch.Tensor) -> torch.Tensor:
        """The mean of what both say: [f h w] -> [h w]."""
        one, other = (network.score(features) for network in self.each)
        return (one + other) / 2


class DamageClassifier(nn.Module):
    """Tells damage by the features of a pixel.

    threshold  scores from here on are damage
    lowered    of it, by how much it went down so that frames without a key have some damage at all
    strong     beyond it, that every part of it must have somewhere
    expected   intersection over union on examples, each half told by what the other taught
    """

    threshold: torch.Tensor
    lowered: torch.Tensor
    strong: torch.Tensor
    expected: torch.Tensor

    def __init__(self, features: int) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):  # what is drawn here is drawn anew by the fit
            self.pair = _Pair(features)
        for name in ("threshold", "lowered", "strong", "expected"):
            self.register_buffer(name, torch.zeros(()))

    def score(self, features: torch.Tensor) -> torch.Tensor:
        """How far each pixel is beyond the threshold, in units of a logit: [f h w] -> [h w]."""
        return self.pair.score(features) - self.threshold

    def find(self, score: Array, sure: bool = False) -> NDArray[np.bool_]:
        """Where damage is: parts beyond the threshold that are strong somewhere (hysteresis).

        score  [h w]  of a whole frame, from ``score``
        sure   True for what is beyond the threshold as it was before it went down
        """
        return _strong_parts(score - float(self.lowered) if sure else score, float(self.strong))


def fit_damage(examples: Sequence[Example], keys: int, seed: int) -> DamageClassifier:
    """Teach a classifier.

    Two learn, each from one half of the squares of all examples. What they say of the half that they have not learned
    from is where the threshold is. Frames without a key have damage that nobody has marked: what is told there is
    left out in the next round, for it would teach that damage is none. Other pictures are told by the mean of both.

    examples  from ``make_examples``: of keys, of as many keyed frames with more damage, and of others
    keys      how many keys there are
    seed      of all that is drawn
    paper     Lee, Pseudo-label, 2013
    """
    classifier = DamageClassifier(len(examples[0].features))
    sure = 2 * keys  # those whose damage is all known
    halves = [_halves(each.matte) for each in examples]
    mattes = [each.matte for each in examples]
    rounds = STEPS if len(examples) > sure else STEPS[-1:]
    for number, steps in enumerate(rounds):
        for half, network in enumerate(classifier.pair.each):
            _train(network, examples, mattes, halves, half, keys, steps, seed + half)
        told = [classifier.pair.held_out(each.features, parted) for each, parted in zip(examples, halves, strict=True)]
        threshold, _ = best_threshold(told, mattes)
        if number < len(rounds) - 1:
            mattes[sure:] = [
                torch.where((each.matte == 0) & (score >= threshold - DOUBT), UNKNOWN, each.matte)
                for each, score in zip(examples[sure:], told[sure:], strict=True)
            ]
    scores = [to_numpy(each - threshold) for each in told]
    strong, expected = _best_strength(scores, mattes)
    unmarked = [to_numpy(each.matte) <= 0 for each in examples[sure:]]
    share = sum(float((each.matte >= DAMAGE_THRESHOLD).float().mean()) for each in examples[:keys]) / keys
    lower = _lowered(scores[sure:], unmarked, strong, FEWEST * share)
    classifier.threshold.fill_(threshold - lower)
    classifier.lowered.fill_(lower)
    classifier.strong.fill_(strong)
    classifier.expected.fill_(expected)
    return classifier


def _best_strength(scores: Sequence[Array], mattes: Sequence[torch.Tensor]) -> tuple[float, float]:
    """How strong parts must be somewhere, and the intersection over union with that."""
    marked = [to_numpy(matte) >= DAMAGE_THRESHOLD for matte in mattes]
    overlaps = []
    for strong in STRONG:
        found = [_strong_parts(score, strong) for score in scores]
        shared = sum(int((a & b).sum()) for a, b in zip(found, marked, strict=True))
        either = sum(int((a | b).sum()) for a, b in zip(found, marked, strict=True))
        overlaps.append(shared / max(1, either))
    enough = [i for i, overlap in enumerate(overlaps) if overlap >= max(overlaps) - WORTH]
    return STRONG[enough[-1]], overlaps[enough[-1]]


def _lowered(scores: Sequence[Array], where: Sequence[NDArray[np.bool_]], strong: float, share: float) -> float:
    """By how much the threshold goes down so that frames without a key have at least such a share of damage.

    What is asked of damage is learned on what is strewn, and may be too much for what frames have by themselves.

    scores  [h w] each, 0 where the threshold is
    where   [h w] each  True where nothing was strewn
    """
    for lower in LOWER:
        found = sum(
            int((_strong_parts(score + lower, strong) & at).sum()) for score, at in zip(scores, where, strict=True)
        )
        if found >= share * sum(int(at.sum()) for at in where):
            return lower
    return LOWER[-1]


def _strong_parts(score: Array, strong: float) -> NDArray[np.bool_]:
    found = np.asarray(score >= 0)
    return hysteresis(found, score, strong) if strong > 0 else found


def best_threshold(scores: Sequence[torch.Tensor], mattes: Sequence[torch.Tensor]) -> tuple[float, float]:
    """The threshold of scores that tells mattes best, and the intersection over union with it; each [h w]."""
    marked = torch.cat([matte.flatten() >= DAMAGE_THRESHOLD for matte in mattes])
    score = torch.cat([each.flatten() for each in scores])
    own = score[marked]
    step = max(1, len(own) // 100_000)  # of more, a quantile cannot be had
    tried = []
    for threshold in torch.quantile(own[::step], torch.linspace(0.0, 1.0, THRESHOLDS)).tolist():
        hit = float((own >= threshold).sum())
        tried.append((threshold, hit / (len(own) + float((score >= threshold).sum()) - hit)))
    most = max(overlap for _, overlap in tried)
    good = [threshold for threshold, overlap in tried if overlap >= most - FLAT]
    return (good[0] + good[-1]) / 2, most


def _halves(matte: torch.Tensor) -> torch.Tensor:
    """Where the second half is, squares by turns: [h w] bool; of the smallest pictures too there are two halves."""
    block = min(BLOCK, max(1, max(matte.shape) // 2))
    rows, columns = (torch.arange(size) // block for size in matte.shape)
    return (rows[:, None] + columns) % 2 == 0


def _shuffled(pixels: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    return pixels[torch.randperm(len(pixels), generator=rng)]


def _train(
    network: PixelClassifier,
    examples: Sequence[Example],
    mattes: Sequence[torch.Tensor],
    halves: Sequence[torch.Tensor],
    half: int,
    keys: int,
    steps: int,
    seed: int,
) -> None:
    """Fit a network to one half of all examples."""
    rng = torch.Generator().manual_seed(seed)
    marked, clean = [], []
    for number, (example, matte, parted) in enumerate(zip(examples, mattes, halves, strict=True)):
        mine = (parted == bool(half)).flatten()
        matte, pixels = matte.flatten(), example.features.flatten(1)
        marked.append(pixels[:, (matte >= DAMAGE_THRESHOLD) & mine].T)
        places = ((matte == 0) & mine).nonzero()[:, 0]
        if number >= keys:
            places = places[torch.randperm(len(places), generator=rng)[:KEPT]]
        clean.append(pixels[:, places].T)
    if not any(len(pixels) for pixels in marked):  # as of a stuck pixel: there is nothing to part in two
        marked = [each.features[:, each.matte >= DAMAGE_THRESHOLD].T for each in examples]
    own, damage, others = (_shuffled(torch.cat(each), rng) for each in (marked[:keys], marked, clean))
    own = own if len(own) else damage
    network.mean.copy_(others[:NORMED].mean(0))
    network.deviation.copy_(others[:NORMED].std(0) + 1e-3)
    network.draw(rng)
    optimiser = torch.optim.AdamW(network.parameters(), RATE / 2, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, steps)
    wanted = torch.cat((torch.ones(MEMBERS, MARKED), torch.zeros(MEMBERS, CLEAN)), 1)

    def pick(pixels: torch.Tensor, count: int) -> torch.Tensor:
        """So many for each member, from the order they are shuffled in: one after the other is far quicker to read."""
        begin = torch.randint(len(pixels), (1,), generator=rng)
        return pixels[(begin + torch.arange(MEMBERS * count)) % len(pixels)].reshape(MEMBERS, count, -1)

    for step in range(steps):
        # the keys themselves as often as what was made of them
        these = torch.cat((pick(damage, MARKED // 2), pick(own, MARKED // 2)), 1)
        those = pick(others, LOOKED_AT if step % 3 == 2 else CLEAN)
        if those.shape[1] > CLEAN:
            with torch.no_grad():
                hardest = network(those).topk(CLEAN).indices
            those = those.gather(1, hardest[..., None].expand(-1, -1, those.shape[2]))
        # members are apart from one another, and the sum of their means leaves each its own gradient
        loss = MEMBERS * nn.functional.binary_cross_entropy_with_logits(network(torch.cat((these, those), 1)), wanted)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
