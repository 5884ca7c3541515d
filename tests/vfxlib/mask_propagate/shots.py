"""Small shots whose every motion is known: a square that crosses a wall before a panning camera."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage
from torch import nn

from vfxlib.image.box import Box
from vfxlib.mask_propagate.cutout import Cutout, cut_out
from vfxlib.mask_propagate.dataset import MatteDataset, gather_dataset
from vfxlib.motion import Chain, Motion
from vfxlib.pipeline.frame_cache import FrameCache

CPU = torch.device("cpu")
HEIGHT, WIDTH, SIDE = 48, 64, 14
LARGE = 10**9
RED = np.array([0.25, -0.1, -0.1], np.float32)  # the square against the wall, working code values
SHADOW = 5  # rows below the square


def texture(height: int, width: int, seed: int) -> np.ndarray:
    """[h w 3] about 0.1 to 0.7, more grey than coloured."""
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).random((height, width, 4)), (1.5, 1.5, 0))
    noise = (noise - noise.mean()) / noise.std()
    return (0.4 + 0.08 * noise[..., :1] + 0.02 * noise[..., 1:]).astype(np.float32)


@dataclass(frozen=True)
class Shot:
    """A shot as it was made; places count from 0.

    there     index -> left edge and top of the square; outside of the picture or None: it is not to be seen
    pan       pixels a frame by which the wall moves to the left
    cuts      first places after a cut
    shadow    code values that the square takes off the wall right below it
    """

    there: tuple[tuple[int, int] | None, ...]
    pan: int = 1
    cuts: tuple[int, ...] = ()
    shadow: float = 0.0

    def __len__(self) -> int:
        return len(self.there)

    def take(self, index: int) -> int:
        return sum(cut <= index for cut in self.cuts)

    def part(self, index: int, top: int = 0, rows: int = SIDE) -> np.ndarray:
        """True [h w] under the square, or under a part that hangs at it."""
        matte, where = np.zeros((HEIGHT, WIDTH), bool), self.there[index]
        if where is not None:
            x, y = where
            matte[max(0, y + top) : max(0, y + top + rows), max(0, x) : max(0, x + SIDE)] = True
        return matte

    def matte(self, index: int) -> torch.Tensor:
        """[1 h w] 1 under the square."""
        return torch.tensor(self.part(index), dtype=torch.float32)[None]

    def shade(self, index: int) -> np.ndarray:
        """True [h w] under the shadow."""
        return self.part(index, SIDE, SHADOW)

    def picture(self, index: int) -> np.ndarray:
        """[h w 3] working code values."""
        wide = texture(HEIGHT, WIDTH + 64, 10 + self.take(index))
        seen = wide[:, self.pan * index : self.pan * index + WIDTH].copy()
        seen[self.shade(index)] -= self.shadow
        where = self.there[index]
        if where is not None:
            thing = np.zeros((3 * HEIGHT, 3 * WIDTH, 3), np.float32)
            x, y = where[0] + WIDTH, where[1] + HEIGHT
            thing[y : y + SIDE, x : x + SIDE] = texture(SIDE, SIDE, 2) + RED
            matte = self.part(index)
            seen[matte] = thing[HEIGHT : 2 * HEIGHT, WIDTH : 2 * WIDTH][matte]
        return seen

    def chain(self) -> Chain:
        """The chain, as if it had been measured without an error."""
        indices = range(len(self))
        at = {index: np.array([[1, 0, -self.pan * index], [0, 1, 0], [0, 0, 1.0]]) for index in indices}
        return Chain(tuple(indices), at, {index: self.take(index) for index in indices}, frozenset())

    def moved(self, index: int, to: int) -> Motion | None:
        """True motion to a neighbour; None where there is none."""
        if not 0 <= to < len(self) or self.take(to) != self.take(index):
            return None
        residual = np.zeros((HEIGHT, WIDTH, 2), np.float32)
        one, other = self.there[index], self.there[to]
        wall = -self.pan * (to - index)
        if one is not None and other is not None:
            own = np.subtract(other, one) - (wall, 0)
            residual[self.part(index) | (self.shade(index) if self.shadow else False)] = own
        return Motion(np.array([[1, 0, wall], [0, 1, 0], [0, 0, 1.0]]), residual, (WIDTH, HEIGHT))


def crossing(frames: int = 12, start: tuple[int, int] = (4, 12), step: tuple[int, int] = (3, 1), **how: object) -> Shot:
    """The square crosses the picture at an even speed."""
    return Shot(tuple((start[0] + step[0] * n, start[1] + step[1] * n) for n in range(frames)), **how)  # type: ignore[arg-type]


@contextmanager
def looked_at(shot: Shot, folder: Path, room: int = LARGE):
    """The shot as its fit and its carrying see it."""
    display = Box(0, 0, WIDTH, HEIGHT)

    def motion(index: int) -> tuple[Motion | None, Motion | None]:
        return shot.moved(index, index + 1), shot.moved(index, index - 1)

    with (
        FrameCache(shot.picture, range(len(shot)), LARGE) as frames,
        gather_dataset(
            range(1001, 1001 + len(shot)),
            shot.chain(),
            frames,
            motion,
            display,
            device=CPU,
            room=room,
            folder=folder,
        ) as dataset,
    ):
        yield dataset


def key_of(dataset: MatteDataset, index: int, mattes: torch.Tensor) -> Cutout:
    """A key [k h w] of a frame, cut out."""
    return cut_out(dataset.numbers[index], dataset.features(index), dataset.velocity(index), mattes)


class Says(nn.Module):
    """A stand-in for the network that says what a function says of (features [8 h w], carried [k h w]): 0..1."""

    def __init__(self, says: Callable[[torch.Tensor, torch.Tensor], torch.Tensor], objects: int = 1) -> None:
        super().__init__()
        self.says, self.objects = says, objects

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.logit(self.says(x[0, : -self.objects], x[0, -self.objects :]).float(), eps=1e-6)[None]


def red(features: torch.Tensor) -> torch.Tensor:
    """[1 h w] 1 where a frame is red as the square is."""
    return (features[0] - features[1:3].mean(0) > 1.5)[None].float()


by_colour = Says(lambda features, carried: red(features))
by_motion = Says(lambda features, carried: carried)
blind = Says(lambda features, carried: torch.zeros_like(carried))


def iou(a: torch.Tensor, b: torch.Tensor) -> float:
    one, other = a > 0.5, b > 0.5
    return float((one & other).sum() / (one | other).sum().clamp(min=1))


def by_place(passes) -> Mapping[int, object]:
    """Propagated frames by their index; each came once."""
    found: dict[int, object] = {}
    for propagated in passes:
        assert propagated.index not in found
        found[propagated.index] = propagated
    return found
