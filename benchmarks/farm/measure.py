"""Measures tasks as a farm runs them, on the made plate of the hillside at 1728x960 and on the demo's."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench.meter import paintout_command
from benchmarks.bench.sets import CACHE, ROOT
from benchmarks.residual_hires.end_to_end import MadePlate, make_plate
from nodes import node_named

__all__ = ["Job", "Planned", "Started", "Took", "bytes_read", "make_job", "overhead", "plan_show", "start", "workers"]

PLATE = MadePlate("hillside", (1728, 960), 16)
FRAMES, CHUNK, TRIES = "1001-1016", 8, 2
FARM = CACHE / "farm"
DEMO = ROOT / "demo"
ENGINE = Path(sys.executable).parent / "openjd"


@dataclass(frozen=True)
class Job:
    """A job that farms run.

    path    its file
    out     the folder of its result
    inputs  bytes of the frames that it reads
    """

    path: Path
    out: Path
    inputs: int


@dataclass(frozen=True)
class Took:
    """Seconds: on the wall, and of processors, which other work on the machine changes little."""

    wall: float
    processor: float


@dataclass(frozen=True)
class Started:
    """Seconds of a worker from the start of Python: until it has its libraries, and until it reads a first frame.

    torch  True if it has loaded torch
    """

    step: str
    libraries: float
    first_frame: float
    torch: bool


@dataclass(frozen=True)
class Planned:
    """A show of many shots, planned and checked.

    seconds  in all
    memory   bytes, the most that it held
    """

    shots: int
    seconds: float
    memory: int


def make_job() -> Job:
    """The job of FlowInpaint on the made plate, from the start."""
    folder = make_plate(PLATE)
    shutil.rmtree(FARM, ignore_errors=True)
    FARM.mkdir(parents=True)
    inputs = ("--plate", str(folder / "plate"), "--matte", str(folder / "matte"), "--device", "cpu")
    path, out = FARM / "job.json", FARM / "out"
    _run(paintout_command("flow-inpaint", *inputs, "--out", str(out / "clean.####.exr"), "--save", str(path)))
    read = sum(each.stat().st_size for kind in ("plate", "matte") for each in (folder / kind).glob("*.exr"))
    return Job(path, out, read)


def overhead(job: Job, step: str) -> tuple[Took, Took]:
    """A step in two chunks: by hand, one after the other, and by the engine; the best of some tries each."""
    bare, engine = zip(*(_overhead(job, step) for _ in range(TRIES)), strict=True)
    return _best(bare), _best(engine)


def _best(tries: Sequence[Took]) -> Took:
    return Took(min(each.wall for each in tries), min(each.processor for each in tries))


def _overhead(job: Job, step: str) -> tuple[Took, Took]:
    _again(job, step)
    begin = _now()
    for first in (1001, 1001 + CHUNK):
        _run(_task(job, step, f"{first}-{first + CHUNK - 1}"))
    bare = _since(begin)
    _again(job, step)
    bundle = FARM / "bundle"
    shutil.rmtree(bundle, ignore_errors=True)
    submitted = ("submit", str(job.path), "--to", "openjd", "--bundle", str(bundle), "--chunk", str(CHUNK))
    _run(paintout_command(*submitted))
    given = ("-p", f"file://{bundle}/parameters.yaml", "-p", f"Paintout={ENGINE.with_name('paintout')}")
    begin = _now()
    _run([str(ENGINE), "run", str(bundle / "template.yaml"), *given, "--step", step])
    return bare, _since(begin)


def _now() -> Took:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Took(time.monotonic(), children.ru_utime + children.ru_stime)


def _since(begin: Took) -> Took:
    now = _now()
    return Took(now.wall - begin.wall, now.processor - begin.processor)


def workers(job: Job, step: str, count: int) -> float:
    """Seconds of a step cut into chunks of four frames, that many of them at a time."""
    _again(job, step)
    begin, waiting = time.monotonic(), [_task(job, step, f"{n}-{n + 3}") for n in range(1001, 1017, 4)]
    running: list[subprocess.Popen[bytes]] = []
    while waiting or running:
        running = [each for each in running if each.poll() is None]
        while waiting and len(running) < count:
            running.append(subprocess.Popen(waiting.pop(0), cwd=ROOT, stderr=subprocess.DEVNULL))
        time.sleep(0.01)
    return time.monotonic() - begin


def bytes_read(job: Job, step: str) -> float:
    """Bytes that a step reads, all of its frames in one task, over those of all files that it needs, each once."""
    _again(job, step)
    node, _, own = step.partition("/")
    earlier = (job.out / "clean.work" / node / name for name in node_named(node).step(own).depends_on)
    least = job.inputs + sum(each.stat().st_size for folder in earlier for each in folder.glob("*.exr"))
    code = (
        "import sys; from plugin.cli import main; code = main(sys.argv[1:]); "
        "print(open('/proc/self/io').read()); sys.exit(code)"
    )
    done = _run([sys.executable, "-c", code, *_task(job, step, FRAMES)[3:]])
    idle = _run([sys.executable, "-c", code, "run", str(job.path), "--step", step, "--progress", "none"])
    return (_read(done) - _read(idle)) / least


def start(job: Job, step: str) -> Started:
    """How long a worker of a step takes until it works; the machine has its files in memory."""
    _again(job, step)
    code = (
        "import os, sys, threading, time; begin, only = time.time(), threading.Lock()\n"
        "from vfxlib.inputs.shot import OpenShot; read = OpenShot.read\n"
        "from nodes.engine import runner; named, took = runner.named, [0.0]\n"
        "def loaded(words):\n    found = named(words); took[0] = time.time() - begin; return found\n"
        "runner.named = loaded\n"
        "def first(self, *given, **more):\n"
        "    now = time.time() - begin; only.acquire()\n"  # several threads read at once
        "    print(took[0], now, 'torch' in sys.modules, flush=True); os._exit(0)\n"
        "OpenShot.read = first\nfrom plugin.cli import main\nmain(sys.argv[1:])"
    )
    done = _run([sys.executable, "-c", code, *_task(job, step, "1001-1004")[3:]])
    libraries, first_frame, torch = done.split()[:3]
    return Started(step, float(libraries), float(first_frame), torch == "True")


def plan_show(shots: int) -> Planned:
    """A table of shots with 200 frames each, made into jobs that the engine's library has checked."""
    folder = FARM / "show"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "plate").mkdir(parents=True)
    for kind, name in (("plate", "plate"), ("matte", "matte")):
        (folder / kind).mkdir(exist_ok=True)
        own = DEMO / kind / f"{name}.1001.exr"
        for number in range(1001, 1201):
            (folder / kind / f"{name}.{number}.exr").hardlink_to(own)
    rows = [f"sh{i:04d},plate/plate.####.exr,matte/matte.####.exr,out/sh{i:04d}/clean.####.exr" for i in range(shots)]
    (folder / "shots.csv").write_text("\n".join(["name,plate,matte,out", *rows]) + "\n")
    code = (
        "import sys, resource; from plugin.cli import main; code = main(sys.argv[1:]); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(code)"
    )
    begin = time.monotonic()
    words = ("submit", str(folder / "shots.csv"), "--to", "openjd", "--bundle", str(folder / "farm"))
    done = _run([sys.executable, "-c", code, *words])
    return Planned(shots, time.monotonic() - begin, int(done.split()[-1]) * 1024)


def _task(job: Job, step: str, frames: str) -> list[str]:
    words = paintout_command("run", str(job.path), "--step", step, f"--frames={frames}")
    return [*words, "--progress", "none"]


def _again(job: Job, step: str) -> None:
    """As if the step had never been run, and those before it had."""
    steps = [each["step"] for each in json.loads(_status(job))["steps"]]
    for name in steps[: steps.index(step)]:
        _run([*paintout_command("run", str(job.path), "--step", name), "--progress", "none"])
    for name in steps[steps.index(step) :]:
        shutil.rmtree(job.out / "clean.work" / name, ignore_errors=True)
    for path in job.out.glob("clean.*.exr"):
        path.unlink()


def _status(job: Job) -> str:
    words = paintout_command("status", str(job.path), "--json")
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False).stdout


def _run(words: Sequence[str]) -> str:
    """Run a program; what it prints.

    raises  RuntimeError with what it said if it fails
    """
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(list(words), cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    return done.stdout


def _read(printed: str) -> int:
    return int(next(line for line in printed.splitlines() if line.startswith("rchar")).split()[1])
