"""The paper's own recipe, to the letter: what InternalFit's is measured against.

Coarse-to-fine network at full width, reflection, bilinear enlargement, tanh over encoded colours in -1..1; whole
frames; five of them in order a step; another frame's matte rolled over each by one shift a step, with wrap-around;
the mean absolute error of both stages everywhere outside of the frame's own matte; Adam at 2e-4, single precision; no
average of the weights, nothing held out, no end but the clock. What the paper leaves open (how the weights start) is
ours.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from benchmarks.internal_fit.truth_shot import TruthShot
from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.picture import Array
from vfxlib.io.weights import read_weights, write_weights
from vfxlib.nets.painter import PainterSettings, open_painter

__all__ = ["BATCH", "SETTINGS", "VERSION", "PaperRecipe"]

VERSION = 1  # grows with any change here that changes a fit, so that hours of an older one are not gone on with
BATCH = 5
RATE = 2e-4
SETTINGS = PainterSettings("coarse-to-fine", width=1.0)


class PaperRecipe:
    """A fit by the paper's recipe.

    truth     the shot; of its truth nothing is used
    device    where it runs
    settings  of the network; another than the paper's only where the program itself is tried
    """

    def __init__(
        self, truth: TruthShot, device: torch.device, settings: PainterSettings = SETTINGS, seed: int = 0
    ) -> None:
        self._numbers = list(truth.plates)
        plates = np.stack([truth.plates[number].transpose(2, 0, 1) for number in self._numbers])
        holes = np.stack([truth.network_frames[number].hole[None] for number in self._numbers])
        self._frames = to_tensor(plates * np.float32(2) - np.float32(1), device)
        self._holes = to_tensor(holes.astype(np.float32), device)
        self.network = open_painter(settings, seed).to(device)
        self._parameters = list(self.network.parameters())
        self._optimiser = torch.optim.Adam(self._parameters, lr=RATE, betas=(0.9, 0.999))
        self._seed, self.steps = seed, 0

    @property
    def sample(self) -> int:
        """Pixels of a sample."""
        return int(self._holes[0].numel())

    @property
    def samples(self) -> int:
        """Samples that went forwards and backwards so far."""
        return self.steps * BATCH

    def step(self) -> float:
        """Take a step; its loss."""
        rng = np.random.default_rng((self._seed, self.steps))
        count = len(self._numbers)
        batch = [(self.steps * BATCH + i) % count for i in range(BATCH)]
        others = rng.integers(count, size=BATCH).tolist()
        height, width = self._holes.shape[-2:]
        shift = int(rng.integers(height)), int(rng.integers(width))
        truth, own = self._frames[batch], self._holes[batch]
        visible = 1 - torch.maximum(own, torch.roll(self._holes[others], shift, (2, 3)))
        self._optimiser.zero_grad()
        painted = self.network(self._masked(truth, visible))
        loss = torch.stack([((stage - truth).abs() * (1 - own)).mean() for stage in painted]).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimiser.step()
        self.steps += 1
        return float(loss.detach())

    def painted(self, number: int) -> Array:
        """A frame as the network paints it, [h w 3] as displayed."""
        place = [self._numbers.index(number)]
        with torch.no_grad():
            painted = self.network(self._masked(self._frames[place], 1 - self._holes[place]))[-1]
        return np.asarray((to_numpy(painted[0]).transpose(1, 2, 0) + 1) / 2, np.float32)

    def save(self, path: Path, about: dict[str, object]) -> None:
        """Write a checkpoint.

        about  what else it keeps, plain values
        """
        tensors = dict(self.network.state_dict())
        for place, parameter in enumerate(self._parameters):
            for name, value in self._optimiser.state[parameter].items():
                tensors[f"adam.{place}.{name}"] = value
        write_weights(path, tensors, {"network": "literal", "about": json.dumps({"steps": self.steps, **about})})

    def load(self, path: Path) -> dict[str, object]:
        """Go on from a checkpoint; what else it keeps."""
        found = read_weights(path)
        about: dict[str, object] = json.loads(found.about["about"])
        own = self.network.state_dict()
        self.network.load_state_dict({name: found.tensors[name] for name in own})
        state: dict[int, dict[str, torch.Tensor]] = {}
        for name, tensor in found.tensors.items():
            if name.startswith("adam."):
                _, place, kind = name.split(".")
                state.setdefault(int(place), {})[kind] = tensor
        self._optimiser.load_state_dict({**self._optimiser.state_dict(), "state": state})
        self.steps = int(str(about["steps"]))
        return about

    @staticmethod
    def _masked(frames: torch.Tensor, visible: torch.Tensor) -> torch.Tensor:
        return torch.cat((frames * visible, visible), 1).contiguous(memory_format=torch.channels_last)
