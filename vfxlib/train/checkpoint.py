"""What a fit is at one moment, and the checkpoint that it goes on from."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

import torch
from torch import nn

from vfxlib.errors import OutputError, WeightsError
from vfxlib.io.weights import Weights, read_weights, write_weights
from vfxlib.train.schedule import Decay, Evaluation

__all__ = ["Checkpoint", "best_weights", "open_checkpoint"]

KIND = "paintout fit 1"  # what a checkpoint says it is; the number rises when what is in it changes
ANEW = "delete it, and the fit starts anew"


class Checkpoint:
    """Everything that the rest of a fit follows from.

    network   as it is trained
    average   a network of its own, with the moving average of the weights
    best      weights of the average at the check that is kept
    step      steps done
    seconds   gone in all runs together
    cooling   where the rate began to fall; None before
    history   the checks so far
    loss      sum over the steps since the last check, and their number
    """

    def __init__(self, network: nn.Module) -> None:
        self.network = network
        self.average = copy.deepcopy(network).requires_grad_(False).eval()
        self.best = {name: tensor.clone() for name, tensor in self.average.state_dict().items()}
        self.step, self.seconds = 0, 0.0
        self.cooling: Decay | None = None
        self.history: list[Evaluation] = []
        self.loss = (0.0, 0)
        self.parameters = {name: p for name, p in network.named_parameters() if p.requires_grad}
        averaged = dict(self.average.named_parameters())
        self._averaged = [averaged[name].data for name in self.parameters]
        assert self.parameters
        fused = next(iter(self.parameters.values())).device.type in ("cpu", "cuda")
        self.optimiser = torch.optim.AdamW(
            self.parameters.values(), betas=(0.9, 0.98), weight_decay=1e-4, fused=fused, foreach=not fused
        )
        for parameter in self.parameters.values():  # made now, so that there is something to fill from a checkpoint
            self.optimiser.state[parameter] = {
                "step": torch.zeros((), device=parameter.device if fused else "cpu"),
                "exp_avg": torch.zeros_like(parameter),
                "exp_avg_sq": torch.zeros_like(parameter),
            }

    def update(self, loss: float, rate: float, decay: float) -> None:
        """Take a step along the gradient; not to be torn."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.step()
        with torch.no_grad():
            torch._foreach_lerp_(self._averaged, list(self.parameters.values()), 1 - decay)
        self.step += 1
        self.loss = (self.loss[0] + loss, self.loss[1] + 1)

    def record(self, check: Evaluation, *, keep: bool) -> None:
        """Note a check, and keep the average as what the fit gives if it is the one; not to be torn."""
        if keep:
            for name, tensor in self.average.state_dict().items():
                self.best[name].copy_(tensor)
        self.history.append(check)
        self.loss = (0.0, 0)

    def save(self, path: Path, identity: str) -> None:
        """Write the checkpoint, whole or not at all.

        raises  OutputError if the place cannot be written
        """
        numbers = {
            "step": self.step,
            "seconds": self.seconds,
            "cooling": self.cooling and astuple(self.cooling),
            "history": [astuple(check) for check in self.history],
            "loss": self.loss,
        }
        about = {"kind": KIND, "identity": identity, "numbers": json.dumps(numbers), **self._circumstances()}
        write_weights(path, self._tensors(), about)

    def restore(self, weights: Weights) -> None:
        """Become what a checkpoint holds.

        raises  WeightsError if it is of another network
        """
        mine = self._tensors()
        if {n: (t.shape, t.dtype) for n, t in mine.items()} != {
            n: (t.shape, t.dtype) for n, t in weights.tensors.items()
        }:
            raise WeightsError("is of another network")
        with torch.no_grad():
            for name, tensor in mine.items():
                tensor.copy_(weights.tensors[name])
        numbers = json.loads(weights.about["numbers"])
        self.step, self.seconds = numbers["step"], numbers["seconds"]
        self.cooling = Decay(*numbers["cooling"]) if numbers["cooling"] else None
        self.history = [Evaluation(*check) for check in numbers["history"]]
        self.loss = (numbers["loss"][0], numbers["loss"][1])

    def differs(self, weights: Weights) -> list[str]:
        """What was otherwise when a checkpoint was written, so that the end may differ in the last bits."""
        return [
            f"{name} {weights.about.get(name, 'unknown')} then, {now} now"
            for name, now in self._circumstances().items()
            if weights.about.get(name) != now
        ]

    def _circumstances(self) -> dict[str, str]:
        device = next(iter(self.parameters.values())).device
        named = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
        return {"threads": str(torch.get_num_threads()), "torch": str(torch.__version__), "device": named}

    def _tensors(self) -> dict[str, torch.Tensor]:
        """The live tensors, by their names in the file."""
        found = {f"network/{name}": tensor for name, tensor in self.network.state_dict().items()}
        found |= {f"average/{name}": tensor for name, tensor in self.average.state_dict().items()}
        found |= {f"best/{name}": tensor for name, tensor in self.best.items()}
        for name, parameter in self.parameters.items():
            found |= {f"{part}/{name}": tensor for part, tensor in self.optimiser.state[parameter].items()}
        return found


def open_checkpoint(path: Path, network: nn.Module, identity: str, say: Callable[[str], None]) -> Checkpoint:
    """The state that a checkpoint holds, or the beginning.

    network   what is fitted
    identity  of all that the result follows from; a checkpoint of another is set aside as NAME.old.safetensors
    say       is told what was found
    raises    WeightsError if there is something else, half a file, or a checkpoint of another network
    """
    state = Checkpoint(network)
    if not path.exists():
        return state
    weights = _read(path)
    if weights.about["identity"] != identity:
        aside = path.with_name(f"{path.stem}.old{path.suffix}")
        try:
            os.replace(path, aside)
        except OSError as error:
            raise OutputError(f"cannot be renamed ({error.strerror or error})", where=path, fix=ANEW) from error
        say(f"{path} is of another fit (other material or parameters): kept as {aside.name}; the fit starts anew")
        return state
    try:
        state.restore(weights)
    except WeightsError as error:
        raise WeightsError(error.problem, where=path, fix=ANEW) from error
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise WeightsError("is damaged: its numbers cannot be read", where=path, fix=ANEW) from error
    if different := state.differs(weights):
        say(f"the fit goes on, but its end may differ in the last bits: {'; '.join(different)}")
    return state


def best_weights(path: Path) -> dict[str, torch.Tensor]:
    """The weights of the best check so far in a checkpoint, for whoever wants to work with an unfinished fit.

    raises  WeightsError if the file is no checkpoint
    """
    tensors = _read(path).tensors
    return {name.removeprefix("best/"): tensor for name, tensor in tensors.items() if name.startswith("best/")}


def _read(path: Path) -> Weights:
    try:
        weights = read_weights(path)
    except WeightsError as error:
        raise WeightsError(error.problem, where=path, fix=ANEW) from error
    if weights.about.get("kind") != KIND or "identity" not in weights.about:
        raise WeightsError("is no checkpoint of a fit, or of another version", where=path, fix=f"move or {ANEW}")
    return weights
