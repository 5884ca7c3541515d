"""The paper's own recipe of carrying a matte (section 4.2, appendix A.2): what MaskPropagate's is measured against.

The object of a key, cut out at 0.8, is rolled over the key's picture by a random shift with wrap-around; the network
sees that picture alone and tells the rolled matte; weighted cross-entropy with 0.8 on what is no object, the object's
own place zeroed on both sides; six samples a step, Adam at 1e-4; no augmentation, nothing carried from frame to frame.
The paper has one key; here a sample takes any. What the paper leaves open (how the weights start) is ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.mask_propagate.unet import MULTIPLE, Unet, open_unet
from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.picture import Array
from vfxlib.image.pixel_types import as_float

__all__ = ["ALPHA", "BATCH", "PaperMatteRecipe", "weighted_cross_entropy"]

BATCH, RATE, ALPHA = 6, 1e-4, 0.8
INPUT_CUT = 0.8
LEAST = 1e-7  # logarithms are taken of no less


class PaperMatteRecipe:
    """A fit by the paper's recipe.

    keys    [h w 3] as displayed, 8-bit, and [h w] 0..1 of each
    size    width and height that the network works at, multiples of 16
    device  where it runs
    """

    def __init__(
        self,
        keys: Sequence[tuple[NDArray[np.uint8], Array]],
        size: tuple[int, int],
        device: torch.device,
        network: Unet | None = None,
        seed: int = 0,
    ) -> None:
        if size[0] % MULTIPLE or size[1] % MULTIPLE:
            raise ValueError(f"{size[0]}x{size[1]} is no multiple of {MULTIPLE}")
        self._size, self._device, self._seed, self.steps = size, device, seed, 0
        self._pictures = torch.stack([self._network_input(picture) for picture, _ in keys])
        small = [cv2.resize(matte, size, interpolation=cv2.INTER_AREA) for _, matte in keys]
        self._mattes = torch.stack([to_tensor((m > INPUT_CUT).astype(np.float32)[None], device) for m in small])
        self._network = (open_unet(seed) if network is None else network).to(device)
        self._network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._optimiser = torch.optim.Adam(self._network.parameters(), lr=RATE)

    def step(self) -> float:
        """Take a step; its loss."""
        rng = np.random.default_rng((self._seed, self.steps))
        pictures, mattes, places = self.samples(rng)
        self._optimiser.zero_grad()
        loss = weighted_cross_entropy(self._network(pictures), mattes, 1 - places)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimiser.step()
        self.steps += 1
        return float(loss.detach())

    def samples(self, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """A batch: pictures with the object once more [b 3 h w], where it is now and where it had been [b 1 h w]."""
        width, height = self._size
        pictures, mattes, places = [], [], []
        for _ in range(BATCH):
            key = int(rng.integers(len(self._mattes)))
            shift = int(rng.integers(height)), int(rng.integers(width))
            picture, matte = self._pictures[key], self._mattes[key]
            moved = torch.roll(matte, shift, (1, 2))
            pictures.append(picture * (1 - moved) + torch.roll(picture, shift, (1, 2)) * moved)
            mattes.append(moved)
            places.append(matte)
        batch = torch.stack(pictures).contiguous(memory_format=torch.channels_last)
        return batch, torch.stack(mattes), torch.stack(places)

    def probability(self, picture: NDArray[np.uint8]) -> Array:
        """The probability of the object, [h w] at the picture's own size, of [h w 3] as displayed."""
        with torch.no_grad():
            found = self._network(self._network_input(picture)[None].contiguous(memory_format=torch.channels_last))[
                0, 0
            ]
        size = (picture.shape[1], picture.shape[0])
        return np.asarray(cv2.resize(to_numpy(found), size, interpolation=cv2.INTER_LINEAR), np.float32)

    def _network_input(self, picture: NDArray[np.uint8]) -> torch.Tensor:
        small = as_float(cv2.resize(picture, self._size, interpolation=cv2.INTER_AREA))
        return to_tensor(small.transpose(2, 0, 1) * np.float32(2) - np.float32(1), self._device)


def weighted_cross_entropy(probability: torch.Tensor, truth: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """The loss of equation 6, as a mean over all pixels.

    probability  [b 1 h w]  0..1
    truth        [b 1 h w]  0 or 1
    counts       [b 1 h w]  0 where nothing is asked; both are zeroed there
    """
    clipped = (probability * counts).clamp(LEAST, 1 - LEAST)
    wanted = truth * counts
    return -(wanted * clipped.log() + ALPHA * (1 - wanted) * (1 - clipped).log()).mean()
