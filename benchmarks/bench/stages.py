"""Networks trained in short stages on a machine that is lent for minutes: each goes on where its last stage stopped.

Needs what a training needs, torch, NumPy and safetensors, and tells how many samples a second it takes and how busy the
GPU is meanwhile. benchmarks/train_device.sh is how it is called.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nodes.networks import NETWORKS, Network

__all__ = ["Stage", "describe", "main", "run_stage", "run_stages"]

RESUMABLE = 75  # what a command ends with that was stopped and goes on
LEAST = 45.0  # seconds that a stage is begun for; less is spent on loading alone
GRACE = 20.0  # seconds that a command has to save and end, or to judge its weights and write their card
LOOKS = ("nvidia-smi", "--query-gpu=utilization.gpu,memory.used", "--format=csv,noheader,nounits", "-lms", "200")


@dataclass
class Stage:
    """What a stage came to.

    code     the command's exit code: 0 done, 75 stopped and resumable
    seconds  from its start to its end
    ticks    seconds and steps done, each time that it told
    note     what it said last of loss and held-out figure
    said     its messages
    looks    seconds, percent of the time that the GPU worked, MiB that it held
    """

    code: int = 0
    seconds: float = 0.0
    ticks: list[tuple[float, int]] = field(default_factory=list)
    note: str = ""
    said: list[str] = field(default_factory=list)
    looks: list[tuple[float, float, float]] = field(default_factory=list)

    def rate(self) -> float:
        """Steps a second at work, evaluations counted, without loading and without the first step."""
        at_work = [tick for tick in self.ticks if tick[1] > self.ticks[0][1]]
        if len(at_work) < 2 or at_work[-1][0] <= at_work[0][0]:
            return 0.0
        return (at_work[-1][1] - at_work[0][1]) / (at_work[-1][0] - at_work[0][0])

    def busy(self) -> tuple[float, float] | None:
        """Percent of the time at work that the GPU worked, and MiB at most; None if nobody looked."""
        at_work = [tick[0] for tick in self.ticks if tick[1] > self.ticks[0][1]]
        seen = [look for look in self.looks if at_work and at_work[0] <= look[0] <= at_work[-1]]
        return (sum(look[1] for look in seen) / len(seen), max(look[2] for look in seen)) if seen else None


def run_stage(words: Sequence[str], limit: float, looks: Sequence[str] = LOOKS) -> Stage:
    """Run a training that tells its progress as JSON lines, for some time.

    words  the command
    limit  seconds after which it is sent SIGTERM, upon which it saves and ends
    looks  the command that tells how busy the GPU is, "percent, MiB" a line; where it is missing nobody looks
    """
    stage, began = Stage(), time.monotonic()
    with _looking(looks, stage, began), subprocess.Popen(list(words), stderr=subprocess.PIPE, text=True) as program:
        stop = threading.Timer(limit, program.send_signal, (signal.SIGTERM,))
        end = threading.Timer(limit + GRACE, program.kill)
        stop.start()
        end.start()
        assert program.stderr is not None
        for line in program.stderr:
            _hear(line, stage, time.monotonic() - began)
        stage.code = program.wait()
        stop.cancel()
        end.cancel()
    stage.seconds = time.monotonic() - began
    return stage


def _hear(line: str, stage: Stage, seconds: float) -> None:
    """Take in a line that a training tells."""
    try:
        told = json.loads(line)
    except ValueError:
        told = {"message": line.strip()}
    if not isinstance(told, dict):
        return
    if "done" in told:
        stage.ticks.append((seconds, int(told["done"])))
        stage.note = told.get("note") or stage.note
    elif told.get("message"):
        stage.said.append(told["message"])


@contextmanager
def _looking(looks: Sequence[str], stage: Stage, began: float) -> Iterator[None]:
    """Have a program look at the GPU meanwhile, if it is there."""
    if not shutil.which(looks[0]):
        yield
        return
    with subprocess.Popen(list(looks), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as watcher:
        assert watcher.stdout is not None
        thread = threading.Thread(target=_note_looks, args=(watcher.stdout, stage, began))
        thread.start()
        try:
            yield
        finally:
            watcher.terminate()
            thread.join()


def _note_looks(lines: Iterable[str], stage: Stage, began: float) -> None:
    for line in lines:
        busy, _, memory = line.partition(",")
        try:
            stage.looks.append((time.monotonic() - began, float(busy), float(memory)))
        except ValueError:
            continue  # "[N/A]"


def describe(network: Network, stage: Stage, batch: int) -> str:
    """What a stage came to, in a few lines."""
    ended = {0: "done", RESUMABLE: "stopped, goes on"}.get(stage.code, f"ended with {stage.code}")
    if not stage.ticks:
        return f"{network.name}: {ended} before its first step: {' '.join(stage.said[-2:]) or 'it said nothing'}"
    first, last = stage.ticks[0][1], stage.ticks[-1][1]
    lines = [
        f"{network.name}: {ended}; steps {first} to {last} in {stage.seconds:.0f} s, the first after "
        f"{stage.ticks[0][0]:.0f} s; {stage.note}",
        f"    {stage.rate() * batch:.1f} samples a second, {stage.rate():.2f} steps of {batch}",
    ]
    busy = stage.busy()
    lines.append(
        f"    GPU busy {busy[0]:.0f} % of the time, {busy[1]:.0f} MiB at most" if busy else "    nobody looked at a GPU"
    )
    if stage.code != RESUMABLE:
        lines += [f"    {words}" for words in stage.said[-2:]]
    return "\n".join(lines)


def run_stages(
    networks: Sequence[Network], folder: Path, device: str, minutes: float, stage: float, budget: float, data: str
) -> int:
    """Train networks in turn, a stage each, until all are done or the time is over.

    networks  in this order
    folder    of weights, cards, curves and checkpoints; what lies there goes on
    device    "cpu", "cuda:0"
    minutes   that each network trains in all, over however many calls; the same in all of them
    stage     seconds of a stage at most
    budget    seconds for this call
    data      the pack; "" for made surfaces
    returns   how many are not done yet
    """
    ends = time.monotonic() + budget
    folder.mkdir(parents=True, exist_ok=True)
    waiting = [network for network in networks if not (folder / f"{network.name}.md").exists()]
    while waiting and (left := ends - time.monotonic() - GRACE) >= min(LEAST, stage):
        network = waiting.pop(0)
        words = [sys.executable, "-m", "plugin", "train", network.name, "--minutes", f"{minutes:g}"]
        words += ["--out", str(folder / f"{network.name}.safetensors"), "--device", device, "--progress", "json"]
        taken = run_stage([*words, *(("--data", data) if data else ())], min(stage, left))
        batch = network.on(device.partition(":")[0]).batch
        print(describe(network, taken, batch), flush=True)
        if taken.code == RESUMABLE:
            waiting.append(network)
    todo = [network.name for network in networks if not (folder / f"{network.name}.md").exists()]
    print(f"not done yet: {', '.join(todo)}" if todo else "all are done", flush=True)
    return len(todo)


def main(words: Sequence[str] | None = None) -> int:
    """What benchmarks/train_device.sh calls; its options are that script's variables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("networks", nargs="*", help="names; all of them by default")
    for name, kind in (("folder", Path), ("device", str), ("minutes", float), ("stage", float), ("time", float)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    parser.add_argument("--data", default="")
    given = parser.parse_args(words)
    known = {network.name: network for network in NETWORKS}
    if unknown := [name for name in given.networks if name not in known]:
        parser.error(f"no network is called {', '.join(unknown)}; there are {', '.join(known)}")
    networks = [known[name] for name in given.networks] or list(NETWORKS)
    seconds = 60 * given.stage
    run_stages(networks, given.folder, given.device, given.minutes, seconds, given.time, given.data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
