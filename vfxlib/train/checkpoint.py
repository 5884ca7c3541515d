"""Checkpoints: what a fit is at one moment, kept in a file from which it goes on."""

import copy
import json
import os
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

import torch
from torch import nn

from vfxlib.errors import OutputError, WeightsError
from vfxlib.io.json_file import all_numbers, parse_json
from vfxlib.io.os_errors import reason
from vfxlib.io.weights import Weights, read_weights, write_weights
from vfxlib.train.schedule import Decay, Evaluation

__all__ = ["Checkpoint", "open_checkpoint"]

KIND = "paintout fit 1"  # what a checkpoint says it is; the number rises when what is in it changes
ANEW = "delete it, and the fit starts anew"


class Checkpoint:
    """Everything that the rest of a fit follows from.

    network   as it is trained
    ema       a network of its own, with the exponential moving average (EMA) of the weights
    best      weights of the EMA at the evaluation that is kept
    step      steps done
    seconds   gone in all runs together
    decay     where the decay of the learning rate began; None before
    history   the evaluations so far
    loss      sum over the steps since the last evaluation, and their number
    """

    def __init__(self, network: nn.Module) -> None:
        self.network = network
        self.ema = copy.deepcopy(network).requires_grad_(False).eval()
        self.best = {name: tensor.clone() for name, tensor in self.ema.state_dict().items()}
        self.step, self.seconds = 0, 0.0
        self.decay: Decay | None = None
        self.history: list[Evaluation] = []
        self.loss = (0.0, 0)
        self.parameters = {name: p for name, p in network.named_parameters() if p.requires_grad}
        ema_parameters = dict(self.ema.named_parameters())
        self._ema_weights = [ema_parameters[name].data for name in self.parameters]
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

    def update(self, loss: float, rate: float, ema_decay: float) -> None:
        """Take a step of AdamW along the gradient, and of the EMA; not to be torn."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.step()
        with torch.no_grad():
            torch._foreach_lerp_(self._ema_weights, list(self.parameters.values()), 1 - ema_decay)
        self.step += 1
        self.loss = (self.loss[0] + loss, self.loss[1] + 1)

    def record(self, evaluation: Evaluation, *, keep: bool) -> None:
        """Add an evaluation, and keep the EMA as what the fit gives if it is the one; not to be torn."""
        if keep:
            for name, tensor in self.ema.state_dict().items():
                self.best[name].copy_(tensor)
        self.history.append(evaluation)
        self.loss = (0.0, 0)

    def save(self, path: Path, identity: str) -> None:
        """Write the checkpoint, whole or not at all.

        raises  OutputError if the place cannot be written
        """
        numbers = {
            "step": self.step,
            "seconds": self.seconds,
            "cooling": self.decay and astuple(self.decay),
            "history": [astuple(evaluation) for evaluation in self.history],
            "loss": self.loss,
        }
        about = {
            "kind": KIND,
            "identity": identity,
            "numbers": json.dumps(numbers, allow_nan=False),
            **self._environment(),
        }
        write_weights(path, self._tensors(), about)

    def restore(self, weights: Weights) -> None:
        """Become what a checkpoint holds.

        raises  WeightsError if it is of another network
        """
        own = self._tensors()
        if {n: (t.shape, t.dtype) for n, t in own.items()} != {
            n: (t.shape, t.dtype) for n, t in weights.tensors.items()
        }:
            raise WeightsError("is of another network")
        with torch.no_grad():
            for name, tensor in own.items():
                tensor.copy_(weights.tensors[name])
        numbers = parse_json(weights.about["numbers"])
        step, seconds, (total, count) = numbers["step"], numbers["seconds"], numbers["loss"]
        history = [Evaluation(*evaluation) for evaluation in numbers["history"]]
        decay = Decay(*numbers["cooling"]) if numbers["cooling"] else None
        told = [step, seconds, total, count, *(number for evaluation in history for number in astuple(evaluation))]
        if not all_numbers(told) or not all_numbers([decay.step, decay.seconds] if decay else []):
            raise ValueError("holds what is no number")
        self.step, self.seconds, self.decay, self.history, self.loss = step, seconds, decay, history, (total, count)

    def differs(self, weights: Weights) -> list[str]:
        """What was otherwise when a checkpoint was written, so that the end may differ in the last bits."""
        return [
            f"{name} {weights.about.get(name, 'unknown')} then, {now} now"
            for name, now in self._environment().items()
            if weights.about.get(name) != now
        ]

    def _environment(self) -> dict[str, str]:
        device = next(iter(self.parameters.values())).device
        device_name = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
        return {"threads": str(torch.get_num_threads()), "torch": str(torch.__version__), "device": device_name}

    def _tensors(self) -> dict[str, torch.Tensor]:
        """The live tensors, by their names in the file."""
        tensors = {f"network/{name}": tensor for name, tensor in self.network.state_dict().items()}
        tensors |= {f"average/{name}": tensor for name, tensor in self.ema.state_dict().items()}
        tensors |= {f"best/{name}": tensor for name, tensor in self.best.items()}
        for name, parameter in self.parameters.items():
            tensors |= {f"{part}/{name}": tensor for part, tensor in self.optimiser.state[parameter].items()}
        return tensors


def open_checkpoint(path: Path, network: nn.Module, identity: str, say: Callable[[str], None]) -> Checkpoint:
    """The checkpoint that a file holds, or the beginning.

    network   what is fitted
    identity  of all that the result follows from; a file of another is set aside as NAME.old.safetensors
    say       is told what was done
    raises    WeightsError if there is something else, half a file, or a checkpoint of another network
    """
    checkpoint = Checkpoint(network)
    if not path.exists():
        return checkpoint
    weights = _read(path)
    if weights.about["identity"] != identity:
        aside = path.with_name(f"{path.stem}.old{path.suffix}")
        try:
            os.replace(path, aside)
        except OSError as error:
            raise OutputError(f"cannot be renamed ({reason(error)})", where=path, fix=ANEW) from error
        say(f"{path} is of another fit (other material or parameters): kept as {aside.name}; the fit starts anew")
        return checkpoint
    try:
        checkpoint.restore(weights)
    except WeightsError as error:
        raise WeightsError(error.problem, where=path, fix=ANEW) from error
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise WeightsError("is damaged: its numbers cannot be read", where=path, fix=ANEW) from error
    if different := checkpoint.differs(weights):
        say(f"the fit goes on, but its end may differ in the last bits: {'; '.join(different)}")
    return checkpoint


def _read(path: Path) -> Weights:
    try:
        weights = read_weights(path)
    except WeightsError as error:
        raise WeightsError(error.problem, where=path, fix=ANEW) from error
    if weights.about.get("kind") != KIND or "identity" not in weights.about:
        raise WeightsError("is no checkpoint of a fit, or of another version", where=path, fix=f"move or {ANEW}")
    return weights
