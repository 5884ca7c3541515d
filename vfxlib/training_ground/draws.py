"""The random numbers of one step: the same on every kind of device."""

import math
from collections.abc import Sequence

import torch

__all__ = ["Draws", "generator_of"]

MOST = 2**63 - 1


def generator_of(seed: int, step: int, device: torch.device) -> torch.Generator:
    """A generator of random numbers that belongs to one step alone.

    seed, step  any whole numbers from 0
    """
    # multiplied by odd constants, so that neighbours in either have nothing in common
    mixed = (seed * 0x9E3779B97F4A7C15 + step * 0xC2B2AE3D27D4EB4F + 0x165667B19E3779F9) & MOST
    return torch.Generator(device).manual_seed(mixed)


class Draws:
    """Random numbers for a batch, drawn on the processor and carried to the device at once.

    Each call hands out numbers that no other call gets, in the order of the calls. Their shapes begin with [B], or with
    [B T] where the frames of clips have numbers of their own.
    """

    def __init__(self, seed: int, step: int, batch: int, device: torch.device, many: int = 1024) -> None:
        """Draw.

        seed, step  as `generator_of` takes them
        batch       how many samples
        many        numbers that a sample may take
        """
        self.host = generator_of(seed, step, torch.device("cpu"))
        self._numbers = torch.rand(batch, many, generator=self.host).to(device, non_blocking=True)
        self._next = 0

    @classmethod
    def of_frames(cls, seeds: Sequence[int], step: int, batch: int, many: int) -> "Draws":
        """Numbers for every frame of clips, on the processor: those that a batch of its seed would get.

        seeds  [T]  of the frames
        """
        of_each = [cls(seed, step, batch, torch.device("cpu"), many) for seed in seeds]
        of_each[0]._numbers = torch.stack([each._numbers for each in of_each], 1)
        return of_each[0]

    def uniform(self, low: float, high: float, *shape: int) -> torch.Tensor:
        """Evenly between two bounds: [B shape...], of frames [B T shape...]."""
        count = math.prod(shape)
        assert self._next + count <= self._numbers.shape[-1]
        taken = self._numbers.narrow(-1, self._next, count)
        if len(shape) != 1:
            taken = taken.reshape(*self._numbers.shape[:-1], *shape)
        self._next += count
        # steps that change nothing are left out: hundreds of them would keep a device waiting
        wide = taken if high - low == 1.0 else (high - low) * taken
        return wide if low == 0.0 else low + wide

    def log_uniform(self, low: float, high: float, *shape: int) -> torch.Tensor:
        """Between two bounds above 0, each octave as often as any other: [B shape...]."""
        return self.uniform(math.log(low), math.log(high), *shape).exp()

    def normal(self, deviation: float, *shape: int) -> torch.Tensor:
        """About 0, no more than 2.6 deviations away: [B shape...]."""
        return torch.erfinv(self.uniform(-0.99, 0.99, *shape)) * (deviation * math.sqrt(2.0))

    def chance(self, share: float, *shape: int) -> torch.Tensor:
        """True in a share of cases: [B shape...] bool."""
        return self.uniform(0.0, 1.0, *shape) < share

    def index(self, count: int, *shape: int) -> torch.Tensor:
        """A whole number from 0 to below a count: [B shape...] int64."""
        return self.uniform(0.0, float(count), *shape).long().clamp(max=count - 1)

    def count(self, bounds: tuple[int, int]) -> torch.Tensor:
        """How many of something each sample has, from least to most: [B] int64 on the processor."""
        batch = len(self._numbers)
        return torch.randint(bounds[0], bounds[1] + 1, (batch,), generator=self.host)

    def happens(self, share: float) -> bool:
        """True in a share of steps, for the whole batch."""
        return bool(torch.rand((), generator=self.host) < share)
