"""What each word of the command does; heavy imports happen inside, when the word is used."""

import argparse
import dataclasses
import json
import logging
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nodes import RECIPES, all_nodes
from nodes.declare import Control, Params, controls, option
from nodes.job import Job, load_job, save_job
from nodes.job_values import with_values
from nodes.names import path_text
from nodes.node import Node, Scope
from nodes.plan import plan
from nodes.recipes import Recipe
from nodes.shot import Output, Shot, shot_fields
from plugin.log_file import tell_log
from plugin.options import given_path, read_options
from plugin.stops import begin_work
from plugin.verdict import CHECKED, check_shot, dry_run_verdict
from vfxlib.errors import UsageError
from vfxlib.io.frames import format_frames, parse_frames
from vfxlib.io.shipped_weights import shipped_words

if TYPE_CHECKING:
    from nodes.engine.status import StepStatus

__all__ = ["check", "clean", "list_nodes", "mended", "run_job", "run_node", "score", "status"]

MOST_WAIT = 86400.0  # seconds

log = logging.getLogger("paintout")


def list_nodes(values: argparse.Namespace) -> int:
    """``paintout nodes``: what exists."""
    if values.json:
        listed = [*(_declaration(node) for node in all_nodes()), *(_recipe(recipe) for recipe in RECIPES)]
        print(json.dumps(listed, indent=2, allow_nan=False))
        return 0
    for node in all_nodes():
        print(f"{node.name:16} {node.help}")
        for step in node.steps:
            print(f"  {step.name:14} {step.help}")
    for recipe in RECIPES:
        print(f"{recipe.name:16} {recipe.help}")
        for part in recipe.parts:
            print(f"  {part.node.name:14} " + (f"unless {part.left_out}" if part.left_out else "always"))
    return 0


def run_node(values: argparse.Namespace) -> int:
    """``paintout NODE`` or ``paintout RECIPE``: on a shot."""
    from nodes.engine.make_job import make_job

    what: Node | Recipe = values.node
    named = getattr(values, "filler", None)
    fillers = None if named is None else [name for name in named.replace(" ", "").split(",") if name]
    job = make_job(
        what, read_options(what.params, values), read_options(Shot, values), read_options(Output, values), fillers
    )
    job = mended(job)
    if values.save is not None:
        return _save(job, values)
    return _run(job, values, step="", frames=())


def mended(job: Job) -> Job:
    """The job as it is run and recorded: without gaps in its matte, if it asks for that."""
    if not job.shot.mend_mattes:
        return job
    from nodes.engine.mend_mattes import with_mended_mattes

    return with_mended_mattes(job)


def _save(job: Job, values: argparse.Namespace) -> int:
    from nodes.engine.open_job import check_is_not_output, check_named_files, open_job

    if values.dry_run:
        raise UsageError("a plan is shown, or a job is saved", where="--dry-run --save", fix="give one of them")
    path = given_path(values.save, "--save")
    opened = open_job(job)  # a job that cannot run is not worth saving
    check_named_files(opened)
    check_is_not_output(opened, path, f"--save {path}")
    begin_work()
    # the frames stay open, for a plate may grow; its colour must not hang on the shell that runs it
    save_job(dataclasses.replace(job, shot=dataclasses.replace(job.shot, ocio=opened.job.shot.ocio)), path)
    print(values.save)
    return 0


def run_job(values: argparse.Namespace) -> int:
    """``paintout run``: a saved job, one step of it, or some frames."""
    frames = parse_frames(values.frames) if values.frames else ()
    job, name = with_values(load_job(given_path(values.job, "JOB.json")), values.set), values.step or ""
    job = mended(job)
    for each in job.nodes:
        for step in each.node.steps:
            if frames and name == each.address(step.name) and step.scope is Scope.SHOT:
                log.warning("--frames has no effect: %s is one task for the whole shot", name)
    if not 0 <= values.patience <= MOST_WAIT:
        raise _no_time(values.patience, "--patience")
    return _run(job, values, step=name, frames=frames, patience=values.patience)


def _run(job: Job, values: argparse.Namespace, *, step: str, frames: tuple[int, ...], patience: float = 0.0) -> int:
    if values.dry_run:
        from nodes.engine.estimate import estimate
        from nodes.engine.open_job import check_named_files, open_job, seen_by_step

        opened = open_job(job)
        check_named_files(opened)
        for task in plan(opened.job):
            gpu = ", gpu" if task.step.gpu else ""
            width, height = seen_by_step(opened, task.job_node, task.step).display.size
            reduced = f", at {width}x{height}" if (width, height) != opened.shot.display.size else ""
            print(f"{task.name:24} {task.step.scope.value:7} {format_frames(task.frames)}{gpu}{reduced}")
        print(estimate(opened))
        for line in dry_run_verdict(opened, values.progress):
            print(line)
        return 0
    from nodes.engine.runner import run
    from vfxlib.progress import open_progress

    begin_work()
    run(job, open_progress(values.progress, log=tell_log), step=step, frames=frames, patience=patience)
    return 0


def status(values: argparse.Namespace) -> int:
    """``paintout status``: what of a job is done; runs nothing."""
    from nodes.engine.status import job_status

    if values.watch is not None and values.json:
        raise UsageError("a document is printed once", where="--watch --json", fix="give one of them")
    if values.watch is not None and not 0 < values.watch <= MOST_WAIT:
        raise _no_time(values.watch, "--watch")
    job = mended(load_job(given_path(values.job, "JOB.json")))
    while True:
        steps = job_status(job)
        done = all(step.done for step in steps)
        if values.json:
            print(json.dumps({"done": done, "steps": [_as_mapping(step) for step in steps]}, indent=2, allow_nan=False))
        else:
            print("\n".join(_status_lines(steps)), flush=True)
        if done or values.watch is None:
            return 0 if done else 1
        time.sleep(values.watch)
        print()


def _no_time(seconds: float, where: str) -> UsageError:
    return UsageError(f"{seconds:g} seconds are no time to wait", where=where, fix=f"give 1 to {MOST_WAIT:g}")


def _as_mapping(step: "StepStatus") -> dict[str, Any]:
    return {
        "step": step.name,
        "scope": step.scope.value,
        "done": step.done,
        "frames": {kind: format_frames(numbers) for kind, numbers in _by_kind(step).items()},
        "reasons": {str(number): reason for number, reason in step.reasons.items()},
        "seconds": round(step.took, 1),
    }


def _by_kind(step: "StepStatus") -> dict[str, list[int]]:
    kinds: dict[str, list[int]] = {kind.value: [] for kind in type(next(iter(step.frames.values())))}
    for number, status in step.frames.items():
        kinds[status.value].append(number)
    return kinds


def _status_lines(steps: "list[StepStatus]") -> Iterator[str]:
    kinds = _by_kind(steps[0])
    yield f"{'step':28}" + "".join(f"{kind:>9}" for kind in kinds) + f"{'took':>9}"
    for step in steps:
        cells = [
            ("yes" if step.scope is Scope.SHOT else len(numbers)) if numbers else "."
            for numbers in _by_kind(step).values()
        ]
        took = f"{step.took:.0f} s" if step.took else "."
        yield f"{step.name:28}" + "".join(f"{cell:>9}" for cell in (*cells, took))
    for step in steps:
        for kind, numbers in _by_kind(step).items():
            if numbers and kind != "done" and step.scope is Scope.FRAMES:
                yield f"{step.name} {kind}: {format_frames(numbers)}"
        for number, reason in step.reasons.items():
            yield f"{step.name} {number}: {reason}"


def clean(values: argparse.Namespace) -> int:
    """``paintout clean``: what of a work folder nobody needs any more, and frees it."""
    from nodes.engine.clean import freeable
    from nodes.engine.freed import free

    if not values.older >= 0:
        raise UsageError(f"{values.older:g} days ago is not yet", where="--older", fix="give 0 or more")
    job = mended(load_job(given_path(values.job, "JOB.json")))
    found, undone = freeable(job, values.older)
    if undone:
        print(f"nothing: {undone} frames of the result are not done, and the rest may be needed for them")
        return 0
    for step in dict.fromkeys(each.step for each in found):
        sizes = [each.size for each in found if each.step == step]
        print(f"{step:28}{len(sizes):9} frames {sum(sizes) / 2**20:9.1f} MiB")
    freed = sum(each.size for each in found)
    if not values.dry_run and found:
        begin_work()
        freed = free(job.work, found)
    print(f"{'would free' if values.dry_run else 'freed'} {freed / 2**20:.1f} MiB")
    return 0


def check(values: argparse.Namespace) -> int:
    """``paintout check``: what a sequence holds, and whether it can be used; of a shot, what can be copied."""
    given = [option(name) for name in CHECKED if getattr(values, name) is not None]
    if values.sequence is not None and given:
        raise UsageError(f"a name is given, and {given[0]} as well", where="check", fix="give a sequence, or a shot")
    if values.sequence is None and not given:
        fix = "paintout check SEQ, or JOB.json, or --plate SEQ --matte SEQ"
        raise UsageError("neither SEQ nor JOB.json nor --plate is given", where="check", fix=fix)
    if values.sequence is None or values.sequence.lower().endswith(".json"):
        return check_shot(values)
    if values.heat_map is not None:
        raise UsageError("a heat map is made of a shot", where="--heat-map", fix="give a job, or --plate and --matte")
    from vfxlib.io.check import check_sequence

    report = check_sequence(values.sequence)
    print(json.dumps(report.to_mapping(), indent=2, allow_nan=False) if values.json else str(report))
    return report.status


def score(values: argparse.Namespace) -> int:
    """``paintout score``: a result against known truth, in the hole."""
    from vfxlib.metrics.sequences import score_sequences
    from vfxlib.motion.dense import dense_flow

    scored = score_sequences(
        result=values.result,
        truth=values.truth,
        matte=values.matte,
        matte_channel=values.matte_channel or "",
        plate=values.plate,
        encoding=values.encoding,
        ocio=None if values.ocio is None else path_text(values.ocio, "--ocio"),
        colorspace=values.colorspace,
        flow=dense_flow,
    )
    figures = scored.to_mapping()
    if values.json:
        print(json.dumps(figures, indent=2, allow_nan=False))
        return 0
    for name, value in figures.items():
        if not isinstance(value, dict | list):  # figures of single frames are for programs
            print(f"{name:16} {'-' if value is None else value}")
    for note in scored.notes:
        print(f"{'note':16} {note}")
    return 0


def _faces(what: Node | Recipe) -> dict[str, Any]:
    return {
        "name": what.name,
        "label": what.label,
        "help": what.help,
        "inputs": [dataclasses.asdict(port) for port in what.inputs],
        "outputs": [{**dataclasses.asdict(layer), "kind": layer.kind.value} for layer in what.outputs],
        "params": _controls(what.params),
        "shot": {name: control for name, control in _controls(Shot).items() if name in shot_fields(what)},
        "output": _controls(Output),
    }


def _recipe(recipe: Recipe) -> dict[str, Any]:
    parts = [{"node": part.node.name, "left_out": part.left_out, "working": part.working} for part in recipe.parts]
    return {**_faces(recipe), "parts": parts}


def _declaration(node: Node) -> dict[str, Any]:
    return {
        **_faces(node),
        "paper": node.paper,
        "fillers": node.fillers,
        "other_fillers": node.other_fillers,
        "steps": [
            {
                "name": step.name,
                "help": step.help,
                "scope": step.scope.value,
                "depends_on": step.depends_on,
                "gpu": step.gpu,
                "uses": step.uses,
                "early_stop_params": step.early_stop_params,
                "random": step.random,
            }
            for step in node.steps
        ],
    }


def _controls(kind: type[Params]) -> dict[str, Any]:
    return {name: _control(control) for name, control in controls(kind).items()}


def _control(control: Control) -> dict[str, Any]:
    values = dataclasses.asdict(control)
    if "unit" in values:
        values["unit"] = values["unit"].value
    if values.get("ships"):
        values["shipped"] = shipped_words(values["ships"])
    return {"kind": type(control).__name__, **values}
