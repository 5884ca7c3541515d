"""What a draw of made scenes takes, beside the step of the training that waits for it, on one core.

    python -m benchmarks.bench.draws [NETWORK]... [--repeat N]

Of every network that is trained beforehand, as a processor trains it: torch's operations of a draw, each of which has
to be started by itself on a device, and milliseconds of processor time of a draw and of a step in the last stage.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from benchmarks.bench.report import decimal, machine, table
from nodes.engine.named import named
from nodes.networks import NETWORKS, Network
from vfxlib.pretraining.pictures import made_pictures

__all__ = ["main", "measure_draws"]

LAST = 10**6  # a step of the last stage


class _Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts torch's operations."""

    count = 0

    def __torch_dispatch__(
        self,
        operation: Callable[..., Any],
        types: Any,
        given: tuple[Any, ...] = (),
        named: Mapping[str, Any] | None = None,
    ) -> Any:
        self.count += 1
        return operation(*given, **(named or {}))


def measure_draws(network: Network, repeat: int) -> list[str]:
    """A row: name, samples of a step, operations of a draw, milliseconds of a draw and of a step.

    repeat  draws and steps that are averaged
    """
    cpu, pictures = torch.device("cpu"), made_pictures().light
    network = network.on(cpu.type)
    scenes = named(network.scenes)(**{**network.scene, "batch": network.batch})
    draw = named(network.sampler)(pictures, scenes, cpu, 0).draw
    objective = named(network.objective)(draw, draw, cpu, 0, network.settings)
    with _Operations() as counted:  # type: ignore[no-untyped-call]
        draw(0)
    phase = objective.phase(LAST)

    def step(number: int) -> None:
        objective.loss(objective.sample_batch(number).tensors, phase).backward()

    drawn, whole = (_milliseconds(what, repeat) for what in (draw, step))
    cells = [decimal(drawn, 0), decimal(whole - drawn, 0), decimal(100 * drawn / whole, 0) + " %"]
    return [network.name, str(network.batch), f"{counted.count:,}", *cells]


def _milliseconds(work: Callable[[int], object], repeat: int) -> float:
    """Processor time of one of several, after one that does not count."""
    work(0)
    began = time.process_time()
    for number in range(repeat):
        work(1 + number)
    return 1000 * (time.process_time() - began) / repeat


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.bench.draws",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("networks", nargs="*", help="names; all of them by default")
    parser.add_argument("--repeat", type=int, default=10)
    values = parser.parse_args()
    torch.set_num_threads(1)
    chosen = [each for each in NETWORKS if not values.networks or each.name in values.networks]
    head = ["network", "samples", "operations of a draw", "ms, draw", "ms, rest of the step", "draw"]
    print(f"{table(head, [measure_draws(each, values.repeat) for each in chosen])}\n\n{machine()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
