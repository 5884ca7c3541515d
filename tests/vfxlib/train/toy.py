"""A small network on the processor that learns to remove noise from made-up pictures; also a program, to be killed.

python toy.py STATE SAVE_EVERY    fits it, prints every step, and ends as the command would
"""

import math
import signal
import sys
import time
from pathlib import Path

import torch
from torch import nn

from vfxlib.errors import Stopped
from vfxlib.progress import Progress
from vfxlib.train.loop import fit
from vfxlib.train.objective import Batch
from vfxlib.train.schedule import Schedule

SCHEDULE = Schedule(iterations=60, rate=1e-2, warm_up=5, check_every=7, patience=4)


def network():
    torch.manual_seed(3)
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ELU(), nn.Conv2d(8, 3, 3, padding=1))
    return net.to(memory_format=torch.channels_last)


def sample(step):
    generator = torch.Generator().manual_seed(1000 + step)
    clean = torch.rand((2, 3, 1, 1), generator=generator).expand(2, 3, 16, 16)
    noisy = clean + 0.3 * torch.randn((2, 3, 16, 16), generator=generator)
    return Batch((noisy, clean), (step % 5, 7))


class Toy:
    """Pause, if any, makes a step last as long as a real one."""

    def __init__(self, pause=0.0):
        self.network, self.pause = network(), pause
        self.holdout = sample(-1).tensors

    def sample_batch(self, step):
        return sample(step)

    def phase(self, step):
        return int(step >= 45)

    def loss(self, tensors, phase):
        time.sleep(self.pause)
        noisy, clean = tensors
        error = self.network(noisy) - clean
        return error.abs().mean() + (error.square().mean() if phase else 0)

    def validate(self, network):
        time.sleep(self.pause)
        noisy, clean = self.holdout
        return -10 * math.log10(float((network(noisy) - clean).square().mean()))


class Recorder(Progress):
    """Keeps what is told."""

    def __init__(self, heard=lambda tick: None):
        self.ticks, self.said = [], []

        def tell(tick):
            self.ticks.append(tick)
            heard(tick)

        super().__init__(tell, self.said.append)


def run(checkpoint, objective=None, schedule=SCHEDULE, identity="toy", progress=None, save_every=60.0):
    return fit(
        objective or Toy(),
        schedule,
        checkpoint=Path(checkpoint),
        identity=identity,
        progress=progress or Recorder(),
        task="toy/fit",
        save_every=save_every,
    )


def main():
    def stop(number, frame):
        raise Stopped

    signal.signal(signal.SIGTERM, stop)
    torch.set_num_threads(1)

    class Loud(Toy):
        def sample_batch(self, step):
            print(step, flush=True)
            return super().sample_batch(step)

    try:
        run(sys.argv[1], Loud(pause=0.02), save_every=float(sys.argv[2]))
    except Stopped:
        sys.exit(Stopped.exit_code)


if __name__ == "__main__":
    main()
