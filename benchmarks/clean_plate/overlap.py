"""How well the render step overlaps waiting for its disk with its work.

    python -m benchmarks.clean_plate.overlap JOB.json [--memory GIB] [--rounds N]

Runs the last step of a FlowInpaint job that has run, as a command of its own, on copies of its files: once on the disk
of the job's result, with nothing of them in the system's page cache, once in a memory file system. If both overlap the
first takes little more than the larger of the second and the disk's own time. Prints seconds as JSON. Linux only.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench.meter import paintout_command, run
from nodes.job import Job, load_job, save_job
from vfxlib.io.footage import open_footage

__all__ = ["MEMORY_FILES", "Overlap", "StepFiles", "copy_step", "measure_overlap", "read_cold", "step_files"]

MEMORY_FILES = Path("/dev/shm")  # a file system that lies in memory


@dataclass(frozen=True)
class Overlap:
    """Seconds of one step.

    wall   with its files on a disk, of which nothing is in memory when it begins
    files  of the disk alone: each of these files read once, each result written once, as bare bytes
    work   with its files and results in memory; decoding and encoding them belongs to it
    """

    wall: float
    files: float
    work: float

    @property
    def ratio(self) -> float:
        """Wall time over the larger of both: 1 where waiting for the disk costs nothing."""
        return self.wall / max(self.files, self.work)


@dataclass(frozen=True)
class StepFiles:
    """The files of a job's last step.

    plate, matte  of the job's frames
    earlier       what the steps that it depends on have made
    results       what it has made
    """

    plate: tuple[Path, ...]
    matte: tuple[Path, ...]
    earlier: tuple[Path, ...]
    results: tuple[Path, ...]

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Everything that it reads."""
        return (*self.plate, *self.matte, *self.earlier)


def step_files(job: Job) -> StepFiles:
    """The files of the last step of a job that has run."""
    node = job.nodes[-1].node
    frames = job.shot.frames or open_footage(job.shot.plate).frames
    plate, matte, results = (
        tuple(footage.path(number) for number in frames)
        for footage in map(open_footage, (job.shot.plate, job.shot.matte, job.output.out))
    )
    folders = [job.work / node.name / name for name in node.steps[-1].depends_on]
    return StepFiles(
        plate, matte, tuple(path for folder in folders for path in sorted(folder.iterdir()) if path.is_file()), results
    )


def measure_overlap(path: Path, memory: float, rounds: int) -> Overlap:
    """Measure the last step of a job that has run, on copies of its files; nothing of the job's own is changed.

    path    job.json of the work folder
    memory  GiB that the step may use
    rounds  how often; of each figure the least disturbed counts
    """
    job = load_job(path)
    files = step_files(job)
    walls, disks, works = [], [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(dir=Path(job.output.out).parent) as folder:
            copied, copies = copy_step(job, files, Path(folder), memory)
            disks.append(read_cold(copies.inputs) + write_cold(files.results, Path(folder) / "bytes"))
            evict(copies.inputs)
            walls.append(_run_step(copied))
        with tempfile.TemporaryDirectory(dir=MEMORY_FILES) as folder:
            works.append(_run_step(copy_step(job, files, Path(folder), memory)[0]))
    return Overlap(min(walls), min(disks), min(works))


def copy_step(job: Job, files: StepFiles, folder: Path, memory: float) -> tuple[Job, StepFiles]:
    """The same job with copies in another folder of the files that its last step reads; its results go there too."""
    inputs = {"plate": files.plate, "matte": files.matte}
    copies = {name: tuple(folder / name / path.name for path in paths) for name, paths in inputs.items()}
    copies["earlier"] = tuple(folder / "clean.work" / path.relative_to(job.work) for path in files.earlier)
    for path, copy in zip(files.inputs, (copy for paths in copies.values() for copy in paths), strict=True):
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    shot = dataclasses.replace(job.shot, plate=str(folder / "plate"), matte=str(folder / "matte"))
    results = tuple(folder / path.name for path in files.results)
    out = str(folder / Path(job.output.out).name)
    output = dataclasses.replace(job.output, out=out, work=str(folder / "clean.work"), memory=memory)
    return dataclasses.replace(job, shot=shot, output=output), StepFiles(**copies, results=results)


def evict(paths: Iterable[Path]) -> None:
    """Drop files from the system's page cache, so that they are read from their disk next."""
    for path in paths:
        with path.open("rb") as file:
            os.fsync(file.fileno())  # what is not written yet cannot be dropped
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def read_cold(paths: Sequence[Path]) -> float:
    """Seconds in which files are read from their disk, one after another."""
    evict(paths)
    begin = time.monotonic()
    for path in paths:
        path.read_bytes()
    return time.monotonic() - begin


def write_cold(paths: Sequence[Path], folder: Path) -> float:
    """Seconds in which the bytes of files are written to a new folder's disk and flushed, one after another."""
    folder.mkdir()
    contents = [path.read_bytes() for path in paths]
    begin = time.monotonic()
    for number, content in enumerate(contents):
        with (folder / str(number)).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    return time.monotonic() - begin


def _run_step(job: Job) -> float:
    """Seconds of the last step of a job by the command, without the start of the program."""
    path, node = job.work / "job.json", job.nodes[-1].node
    save_job(job, path)
    step = f"{node.name}/{node.steps[-1].name}"
    taken = run(paintout_command("run", str(path), "--step", step, "--progress", "json"))
    return taken.seconds - taken.start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", type=Path, metavar="JOB.json")
    parser.add_argument("--memory", type=float, default=4.0, help="GiB that the step may use.")
    parser.add_argument("--rounds", type=int, default=3, help="How often both are measured; the fastest counts.")
    values = parser.parse_args()
    found = measure_overlap(values.job, values.memory, values.rounds)
    print(json.dumps({**dataclasses.asdict(found), "ratio": found.ratio}))


if __name__ == "__main__":
    main()
