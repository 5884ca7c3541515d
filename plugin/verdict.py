"""The verdict before the work, in words an artist acts on: of a job, of a plate with its matte, of a dry run."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nodes import all_nodes
from nodes.declare import FrameFiles, Params, controls, option
from nodes.job import Job, JobNode, load_job
from nodes.shot import Output, Shot
from plugin.options import given_path, read_options
from plugin.stops import begin_work
from vfxlib.errors import UsageError
from vfxlib.io.frames import format_frames
from vfxlib.io.gaps import MOST_PARTS

if TYPE_CHECKING:  # what only tells something loads no library
    from nodes.engine.open_job import OpenJob
    from nodes.engine.verdict import Verdict
    from vfxlib.inputs.shot import OpenShot
    from vfxlib.progress import Mode

__all__ = ["CHECKED", "check_shot", "dry_run_verdict", "verdict_lines"]

CHECKED = ("plate", "plate_layer", "matte", "key", "matte_channel", "matte_id", "frames", "colorspace", "ocio")
MOST_NAMED = 6  # frames in a line
HEAT_MAP = "heat_map.png"


def check_shot(values: argparse.Namespace) -> int:
    """``paintout check`` of a job file, or of --plate and --matte."""
    if values.sequence is not None:
        opened = _open(load_job(given_path(values.sequence, "JOB.json")))
        found = _of_job(opened)
    else:
        found = _of_options(values)
    heat = None if values.heat_map is None else given_path(values.heat_map, "--heat-map") / HEAT_MAP
    shot, job_node, output, reason = found
    if shot is None or job_node is None:
        reason = reason or "the job fills nothing"
        print(json.dumps({"verdict": None, "reason": reason}, indent=2) if values.json else f"verdict   none: {reason}")
        return 0
    if heat is not None:
        from vfxlib.review.heat_map import check_heat_map

        check_heat_map(heat)
    verdict = _verdict(shot, job_node, output, "none" if values.json else "auto")
    if heat is not None:
        from nodes.engine.heat_map import draw_heat_map

        begin_work()
        draw_heat_map(shot, verdict, heat)
    if values.json:
        places: Mapping[str, Any] = {} if heat is None else {"heat_map": str(heat)}
        print(json.dumps({**verdict.to_mapping(), **places}, indent=2, allow_nan=False))
        return 0
    print(*verdict_lines(verdict, job_node.params), sep="\n")
    if heat is not None:
        print(f"heat map  {heat}")
    return 0


def dry_run_verdict(opened: OpenJob, progress: Mode) -> list[str]:
    """What ``--dry-run`` says of a job that fills something; nothing of another."""
    shot, job_node, output, reason = _of_job(opened)
    if shot is None or job_node is None:
        return [f"verdict   none: {reason}"] if reason else []
    return verdict_lines(_verdict(shot, job_node, output, progress), job_node.params)


Found = tuple["OpenShot | None", JobNode | None, Output, str]  # what a verdict is about, or why there is none


def _open(job: Job) -> OpenJob:
    from nodes.engine.open_job import check_named_files, open_job

    opened = open_job(job)
    check_named_files(opened)
    return opened


def _of_job(opened: OpenJob) -> Found:
    from nodes.engine.verdict import filling_node, mattes_to_come

    output, job_node = opened.job.output, filling_node(opened)
    if job_node is None:
        return None, None, output, ""
    maker = mattes_to_come(opened, job_node)
    if maker is not None:
        return None, None, output, f"{maker.name} makes the mattes first; check the job again when they are there"
    return opened.nodes[opened.job.index(job_node)], job_node, output, ""


def _of_options(values: argparse.Namespace) -> Found:
    from vfxlib.inputs.keys import open_keys
    from vfxlib.inputs.shot import open_shot

    given = read_options(Shot, values)
    if given.key and given.matte:
        raise UsageError("a matte is given, and keys as well", where="--key", fix="leave out one of them")
    shot = open_shot(
        plate=given.plate,
        matte=given.matte,
        plate_layer=given.plate_layer,
        matte_channel=given.matte_channel,
        matte_id=given.matte_id,
        frames=given.frames,
        colorspace=given.colorspace,
        ocio=given.ocio,
        keyed=bool(given.key),
    )
    if given.key:
        ident = None if given.matte_id < 0 else given.matte_id
        open_keys(
            given.key, channel=given.matte_channel, ident=ident, apart=False, frames=shot.frames, display=shot.display
        )
        reason = "only keys are given; mattes are made from them first, and judged then"
        return None, None, Output(), reason
    node = next(node for node in all_nodes() if node.sources)
    return shot, JobNode(node, node.params(), node.name), Output(), ""


def _verdict(shot: OpenShot, job_node: JobNode, output: Output, mode: Mode) -> Verdict:
    from nodes.engine.verdict import give_verdict
    from nodes.node import Sources
    from vfxlib.progress import open_progress

    of = job_node.node.sources
    everywhere = Sources(reach=max(1, len(shot.frames) - 1))  # of a node that learns from the whole shot
    sources = of(job_node.params, shot.display.height) if of else everywhere
    return give_verdict(shot, sources, output, open_progress(mode))


def verdict_lines(verdict: Verdict, params: Params) -> list[str]:
    """The verdict for people, three to eight short lines.

    params  of the node that will fill: whether it takes frames that are painted by hand
    """
    from nodes.engine.verdict import GOOD, MARGINAL

    if not verdict.with_matte:
        return ["verdict   nothing must go on the frames that were looked at"]
    if len(verdict.frames) == 1 and not verdict.share:
        lines = ["verdict   poor: no other frame exists: 0 %, everything will be painted"]
    else:
        lines = [
            f"verdict   {verdict.word}: other frames show {_percent(verdict.share)} of what must go"
            f"  (good from {_percent(GOOD)}, marginal from {_percent(MARGINAL)})"
        ]
        seen = f"frames    {format_frames(verdict.frames, MOST_PARTS)}"
        every = "" if verdict.step == 1 else f", every {_ordinal(verdict.step)} looked at"
        cuts = f", cuts at {_named(verdict.cuts)}" if verdict.cuts else ""
        reach = verdict.sources.reach
        searched = f", {reach} to either side of each are searched" if reach < len(verdict.frames) - 1 else ""
        lines.append(f"{seen}{every}{searched}{cuts}")
    worst = verdict.worst
    if worst and len(verdict.frames) > 1:
        listed = ", ".join(f"{each.number} ({_percent(each.share)})" for each in worst[:MOST_NAMED])
        more = f" and {len(worst) - MOST_NAMED} more" if len(worst) > MOST_NAMED else ""
        lines.append(f"worst     {listed}{more}")
    if verdict.paint and worst and len(verdict.frames) > 1:
        then = _percent(min(1.0, list(verdict.paint.values())[-1]))
        way = next((option(name) for name, each in controls(params).items() if isinstance(each, FrameFiles)), "")
        by = f" ({way} FRAME=FILE)" if way else ""
        lines.append(f"paint     these frames by hand: {_named(verdict.paint)}; with them {then} is shown{by}")
    if verdict.offset is not None:
        side, other = ("late", "next") if verdict.offset.frames > 0 else ("early", "previous")
        lines.append(f"note      the matte seems to be one frame {side}: the {other} frame's fits each frame better")
    return lines


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _ordinal(number: int) -> str:
    return f"{number}{ {2: 'nd', 3: 'rd'}.get(number, 'th') } frame"


def _named(numbers: Any) -> str:
    numbers = list(numbers)
    more = f" and {len(numbers) - MOST_NAMED} more" if len(numbers) > MOST_NAMED else ""
    return ", ".join(map(str, numbers[:MOST_NAMED])) + more
