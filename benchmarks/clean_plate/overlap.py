"""How well the render step overlaps reading and writing with its work.

    python -m benchmarks.clean_plate.overlap JOB.json

Measures the step whole, its reading and writing alone, and its work alone (frames in memory, nothing written), in one
process; prints seconds as one JSON document. A step that overlaps takes little more than the
larger of the two.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from nodes.engine.context import StepContext
from nodes.engine.runner import open_job
from nodes.job import Job, load_job
from nodes.processors.flow_inpaint import filler
from nodes.processors.flow_inpaint import render as render_step
from nodes.processors.motion.motion_file import read_fields
from vfxlib.device import open_device
from vfxlib.inputs.shot import OpenShot
from vfxlib.io.exr import read_channels, write_exr
from vfxlib.progress import open_progress

__all__ = ["measure_overlap"]

PLENTY = 64.0  # GiB: everything stays in memory


def _stage(job: Job, folder: Path, memory: float) -> StepContext:
    """The last step of a job, made ready to write elsewhere; its earlier steps' files stay where they are."""
    output = dataclasses.replace(job.output, out=str(folder / "clean.####.exr"), work=str(job.work), memory=memory)
    again, shot = open_job(dataclasses.replace(job, output=output))
    return StepContext(again, again.nodes[-1], shot, open_device(output.device), open_progress("none"))


def _whole(job: Job, memory: float) -> float:
    with tempfile.TemporaryDirectory() as folder:
        context = _stage(job, Path(folder), memory)
        begin = time.monotonic()
        render_step.run(context, context.job_node.node.steps[-1], context.shot.frames)
        return time.monotonic() - begin


def _files(job: Job, memory: float) -> float:
    """Each plate, matte and motion file read once, each result written once."""
    with tempfile.TemporaryDirectory() as folder:
        context = _stage(job, Path(folder), memory)
        made = _stage(job, Path(job.output.out).parent, memory)
        spent = 0.0
        for number in context.shot.frames:
            finished = read_channels(made.out.path(number), number)
            begin = time.monotonic()
            context.shot.read(number)
            read_fields(context.file("complete", number))
            header = finished.header
            write_exr(
                context.out.path(number),
                display=header.display,
                origin=header.origin,
                data=header.data,
                aspect=header.aspect,
                channels=finished.channels,
                attributes=header.attributes,
            )
            spent += time.monotonic() - begin
        return spent


def _work(job: Job) -> float:
    """Frames and motion come out of memory, and what is made is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        context = _stage(job, Path(folder), PLENTY)
        frames = {number: context.shot.read(number) for number in context.shot.frames}
        paths = [context.file("complete", number) for number in context.shot.frames]
        fields = {path: read_fields(path) for path in paths}

        def thrown_away(*_: Any, **__: Any) -> Callable[..., Callable[[], None]]:
            return lambda frame, filled: lambda: None

        with (
            mock.patch.object(OpenShot, "read", lambda _, number: frames[number]),
            mock.patch.object(filler, "read_fields", fields.__getitem__),
            mock.patch.object(render_step, "open_output", thrown_away),
        ):
            begin = time.monotonic()
            render_step.run(context, context.job_node.node.steps[-1], context.shot.frames)
            return time.monotonic() - begin


def measure_overlap(path: Path, memory: float) -> dict[str, float]:
    """Seconds of the render step of a job that has run: whole, files alone, work alone, and the ratio that counts.

    path    job.json of the work folder
    memory  GiB
    """
    job = load_job(path)
    files, work, whole = _files(job, memory), _work(job), _whole(job, memory)
    return {"whole": whole, "files": files, "work": work, "ratio": whole / max(files, work)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", type=Path)
    parser.add_argument("--memory", type=float, default=4.0)
    values = parser.parse_args()
    print(json.dumps(measure_overlap(values.job, values.memory)))


if __name__ == "__main__":
    main()
