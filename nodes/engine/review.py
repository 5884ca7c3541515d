"""What a person looks at to judge a clean plate; what every node's result gets that asks for nothing else."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nodes.declare import FrameFiles, FrameList, Integer, Number, Params, Toggle, controls
from nodes.engine.shot_step import read_index
from nodes.engine.workspace import Workspace
from nodes.job import Job
from nodes.node import Scope
from nodes.plan import own_steps
from vfxlib.colour.ocio import Colours
from vfxlib.errors import UsageError
from vfxlib.io.footage import Footage
from vfxlib.io.frames import format_frames
from vfxlib.io.json_file import all_numbers
from vfxlib.review.clean_plate import make_review
from vfxlib.review.facts import Facts, HeldOut, NodeFacts, Parameter
from vfxlib.review.movie_options import ONE_MOVIE, MovieOptions

__all__ = ["clean_plate_review", "job_facts"]

log = logging.getLogger("paintout")


def clean_plate_review(
    job: Job,
    output: Footage,
    plate: Footage,
    colours: Colours,
    folder: Path,
    title: str,
    options: MovieOptions = ONE_MOVIE,
) -> tuple[Path, ...]:
    """Movies, contact sheet and page of a job whose result is a clean plate.

    title    head of sheet and page; "" for the usual one
    options  of the movies
    raises   SequenceError if output and plate have no frame in common; PictureError, OutputError
    """
    facts = job_facts(job, plate)
    keys = [number for number, _ in job.shot.key]
    head = title or "clean plate"
    made = make_review(output, plate, colours, folder, options=options, title=head, keys=keys, facts=facts)
    return made.paths


def job_facts(job: Job, plate: Footage) -> Facts:
    """What a page tells of a job: what went in, how every node was set, how its fits did."""
    height = plate.header(plate.frames[0]).display.height
    given = job.shot.changed()
    inputs = [(each.label, each.value) for name, each in _parameters(job.shot, height) if name in given]
    nodes = tuple(
        NodeFacts(each.name, each.node.help, tuple(value for _, value in _parameters(each.params, height)))
        for each in job.nodes
    )
    return Facts(job.name, (*inputs, ("Output", job.output.out)), nodes, tuple(_held_out(job)))


def _parameters(params: Params, height: int) -> Iterator[tuple[str, Parameter]]:
    """Every parameter by its name, as it is used on a plate of so many lines."""
    values, changed = params.at(height), params.changed()
    for name, control in controls(params).items():
        yield name, Parameter(control.label, _words(control, values[name]), name in changed)


def _words(control: object, value: Any) -> str:
    match control:
        case Number() | Integer():
            return f"{value:.6g} {control.unit.value}".rstrip()
        case Toggle():
            return "on" if value else "off"
        case FrameList():
            return format_frames(value) or "none"
        case FrameFiles():
            return ", ".join(f"{number} = {path}" for number, path in value) or "none"
        case _:
            return str(value) or "none"


def _held_out(job: Job) -> Iterator[HeldOut]:
    """The curve of everything that was fitted to the shot, as the steps' indices have it."""
    workspace = Workspace(job)
    for job_node in job.nodes:
        for step in own_steps(job, job_node):
            path = workspace.files(job_node, step).path(0)
            if step.scope is not Scope.SHOT or not path.exists():
                continue
            try:
                curves = read_index(path, "index", _histories)
            except UsageError as error:
                log.warning("%s; the page goes without its curve", error)
                continue
            for name, points in curves.items():
                yield HeldOut(f"{job_node.address(step.name)} {name}" if len(curves) > 1 else job_node.name, points)


def _histories(content: Mapping[str, Any]) -> dict[str, tuple[tuple[float, float], ...]]:
    """Minutes and PSNR of every network that an index tells of."""
    found: dict[str, tuple[tuple[float, float], ...]] = {}
    for name, about in content.items():
        history = about.get("history") if isinstance(about, Mapping) else None
        if not isinstance(history, list):
            continue
        for each in history:
            if not isinstance(each, list) or len(each) != 3 or not all_numbers(each):
                raise ValueError(f"history of {name}")
        found[name] = tuple((float(seconds) / 60, float(psnr)) for _, seconds, psnr in history)
    return found
