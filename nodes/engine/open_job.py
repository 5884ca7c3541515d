"""A job opened: its inputs found, checked against each other, and as each of its nodes sees them."""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from nodes.declare import FrameFiles, Text, controls, is_path, option
from nodes.engine.layers import wanted_layers
from nodes.engine.named import named
from nodes.engine.without_effect import without_effect
from nodes.engine.workspace import Workspace
from nodes.job import Job, JobNode
from nodes.node import Step
from nodes.plan import check_inputs, matte_maker, with_frames, working_size
from vfxlib.errors import OutputError, UsageError
from vfxlib.inputs.chosen_objects import chosen_objects, object_numbers
from vfxlib.inputs.cryptomatte import PREFIX
from vfxlib.inputs.keys import Keys, open_keys
from vfxlib.inputs.matte import Matte
from vfxlib.inputs.prior_fill import check_fill
from vfxlib.inputs.shot import OpenShot, check_mattes, open_shot
from vfxlib.io.exr import LOSSY
from vfxlib.io.footage import Footage, rgb_names
from vfxlib.io.os_errors import writing
from vfxlib.io.same_file import file_identity
from vfxlib.io.sequence import parse_sequence
from vfxlib.layer_names import INDEX, MATTE

__all__ = [
    "OpenJob",
    "check_is_not_output",
    "check_named_files",
    "check_pictures",
    "input_files",
    "open_job",
    "results_of",
    "seen_by_step",
]

log = logging.getLogger("paintout")


@dataclass(frozen=True)
class OpenJob:
    """A job with its frames and its colour configuration known.

    job    names the configuration that is in use, so that it is the same wherever the job runs again
    shot   as it is given
    nodes  as each node of the job sees it: its matte grown as its own parameters want it, its keys with their objects
           joined or apart; mattes of an earlier node in place of keys
    """

    job: Job
    shot: OpenShot
    nodes: tuple[OpenShot, ...]


def open_job(job: Job) -> OpenJob:
    """Open a job, and check it as far as headers go, and keys; what was given in vain is told.

    raises  UsageError, InputError, OutputError
    """
    shot = job.shot
    check_inputs(job)
    _check_files(job)
    wanted_layers(job)  # a fit of minutes must not end in a wrong name
    opened = open_shot(
        plate=shot.plate,
        matte=shot.matte,
        plate_layer=shot.plate_layer,
        matte_channel=shot.matte_channel,
        matte_id=shot.matte_id,
        remove=shot.remove,
        frames=shot.frames,
        colorspace=shot.colorspace,
        output_colorspace=shot.output_colorspace,
        ocio=shot.ocio,
        keep=job.output.keep_layers,
        fill=shot.fill,
        keyed=bool(shot.key),
    )
    for number in opened.frames:
        rgb_names(opened.header(number), opened.layer)
    job = with_frames(replace(job, shot=replace(shot, ocio=opened.colours.config)), opened.frames)
    nodes: tuple[OpenShot, ...] = ()
    for each in job.nodes:
        nodes = (*nodes, _seen_by(job, each, opened, nodes))
    _check_output(job, opened, nodes)
    last = nodes[-1].matte
    for words in without_effect(job, () if last is None else last.names):
        log.warning("%s", words)
    return OpenJob(job, opened, nodes)


def seen_by_step(opened: OpenJob, job_node: JobNode, step: Step) -> OpenShot:
    """The shot as a step of a node sees it: as the node does, at the size at which the step works."""
    return opened.nodes[opened.job.index(job_node)].reduced(working_size(job_node, step))


def check_named_files(opened: OpenJob) -> None:
    """See before any work that the files which parameters name are what their nodes can use; reads weights.

    raises  SequenceError, PictureError, WeightsError, and what else the nodes' own checks raise
    """
    for each, shot in zip(opened.job.nodes, opened.nodes, strict=True):
        if each.node.check:
            named(each.node.check)(shot, each.params)


def check_pictures(opened: OpenJob) -> None:
    """See before any work that mattes and fill that were given fit the plate on every frame; reads the mattes.

    What parameters name is looked at as well.

    raises  SequenceError, MatteError, PictureError; as ``check_named_files``
    """
    check_named_files(opened)
    given = [
        shot for each, shot in zip(opened.job.nodes, opened.nodes, strict=True) if not matte_maker(opened.job, each)
    ]
    for shot in {shot.grow: shot for shot in given if shot.matte is not None}.values():
        check_mattes(shot)
    ports = [each.node.input("fill") for each in opened.job.nodes]
    if opened.shot.fill is not None:
        any_size = all(port.any_size for port in ports if port is not None)
        check_fill(opened.shot.fill, opened.shot.frames, opened.shot.display, any_size=any_size)


def check_is_not_output(opened: OpenJob, path: Path, words: str) -> None:
    """See that a file that is to be written is none of the job's results.

    words   that name the file, for the error
    raises  OutputError
    """
    out = parse_sequence(opened.job.output.out)
    place = Path(os.path.realpath(path))
    if any(Path(os.path.realpath(out.path(number))) == place for number in opened.shot.frames):
        raise OutputError("is a frame of the output", where=words, fix="choose another name")


def results_of(job: Job, job_node: JobNode) -> Footage:
    """What a node leaves in the work folder for those behind it; its files may not be there yet."""
    name = Workspace(job).files(job_node, job_node.node.steps[-1])
    return Footage(name.spelling, job.shot.frames, "exr", name, own=True)


def _seen_by(job: Job, job_node: JobNode, shot: OpenShot, before: Sequence[OpenShot]) -> OpenShot:
    """The shot as a node sees it.

    before  as the nodes before it see it
    """
    maker, node = matte_maker(job, job_node), job_node.node
    if maker is not None:
        shot = replace(shot, matte=_made_by(job, maker, before[job.index(maker)].keys))
    if not node.takes("fill"):
        shot = replace(shot, fill=None)
    if not node.takes("matte"):
        shot = replace(shot, matte=None)
    else:
        shot = replace(shot, grow=float(job_node.params.to_mapping().get("grow") or 0.0))
    if node.takes("key"):
        apart, chosen = node.keys_apart(job_node.params), chosen_objects(job.shot.remove)
        keys = open_keys(
            job.shot.key,
            channel=job.shot.matte_channel,
            ident=None if job.shot.matte_id < 0 else job.shot.matte_id,
            apart=apart,
            frames=shot.frames,
            display=shot.display,
            # where the nodes behind can still tell numbers apart, another choice makes no matte anew
            chosen=() if apart and _chosen_behind(job, job_node) else chosen,
        )
        shot = replace(shot, keys=keys)
    return shot


def _chosen_behind(job: Job, maker: JobNode) -> bool:
    """Whether the nodes behind choose objects of a node's mattes, by their numbers; names are known of keys alone."""
    named = job.shot.matte_channel.startswith(PREFIX)
    return not named and any(matte_maker(job, each) == maker for each in job.nodes)


def _made_by(job: Job, maker: JobNode, keys: Keys | None) -> Matte:
    """The matte that a node makes, as those behind it take it: of its objects those that go.

    keys    that it makes it from
    raises  UsageError for an object that is on none of the keys
    """
    files = results_of(job, maker)
    if keys is None or not keys.apart:
        return Matte(files, MATTE)
    if keys.chosen and job.shot.matte_channel.startswith(PREFIX):
        return Matte(files, MATTE, index=INDEX, objects=tuple(range(1, len(keys.chosen) + 1)), names=keys.chosen)
    numbers = object_numbers(chosen_objects(job.shot.remove))
    for number in numbers:
        if number not in keys.objects:
            there = ", ".join(map(str, keys.objects))
            raise UsageError(f"object {number} is on no key", where="--remove", fix=f"choose from {there}")
    if not numbers and len(keys.objects) == 1:
        return Matte(files, MATTE)
    objects = numbers or keys.objects
    return Matte(files, MATTE, numbers, index=INDEX, objects=objects, names=tuple(map(str, objects)))


def _given_files(job_node: JobNode) -> Iterator[tuple[str, Path]]:
    """The files that parameters of a node name, each with the words that name it."""
    for name, control in controls(job_node.params).items():
        value = getattr(job_node.params, name)
        if isinstance(control, FrameFiles):
            yield from ((f"{option(name)} {number}={path}", Path(path)) for number, path in value)
        elif isinstance(control, Text) and control.what == "FILE" and is_path(control, value):
            yield f"{option(name)} {value}", Path(value)


def _check_files(job: Job) -> None:
    """See before any work that the files that parameters name are there, and will not be written over by the job."""
    for each in job.nodes:
        for words, path in _given_files(each):
            if not os.path.isfile(path):
                problem = "it is no regular file" if os.path.exists(path) else "there is no such file"
                raise UsageError(problem, where=words, fix="check its name")
            if Path(os.path.realpath(job.work / each.name)) in Path(os.path.realpath(path)).parents:
                raise UsageError(
                    f"the file lies where {each.name} of this job will write",
                    where=words,
                    fix="copy it to another place, or choose another --work",
                )


def _check_output(job: Job, shot: OpenShot, nodes: tuple[OpenShot, ...]) -> None:
    if not job.output.out:
        raise UsageError("no output is given", where="--out", fix="name a sequence such as clean/clean.####.exr")
    out = parse_sequence(job.output.out)
    if not out.suffix.lower().endswith(".exr"):
        raise UsageError("the output must be an EXR sequence", where=job.output.out, fix="name it clean.####.exr")
    for name, asked in (("an STMap", job.output.stmap), ("a Cryptomatte", job.output.cryptomatte)):
        if asked and job.output.compression in LOSSY:
            fix = "choose one without loss, such as zip"
            raise UsageError(f"{job.output.compression} would damage {name}", where="--compression", fix=fix)
    first = shot.frames[0]
    if len(shot.frames) > 1 and out.path(first) == out.path(shot.frames[1]):
        raise UsageError(
            "the output has no place for the frame number", where=job.output.out, fix="write clean.####.exr"
        )
    for number in (first, shot.frames[-1]):
        _check_place(out.path(number))
    inputs = {file_identity(path) for path in input_files(OpenJob(job, shot, nodes))} - {None}
    for number in shot.frames:
        if file_identity(out.path(number)) in inputs:
            raise OutputError(
                "the output lies on top of the input", where=out.path(number), fix="choose another folder or name"
            )


def _check_place(path: Path) -> None:
    """See that the system could have a file there.

    raises  OutputError for a name that is too long, and for a file that stands where a folder should
    """
    names, folder = [path.name], path.parent
    while (
        not os.path.lexists(folder) and folder != folder.parent
    ):  # of folders that are still to be made, each name is tried in one that is there
        names.append(folder.name)
        folder = folder.parent
    with writing(path, "choose another name or folder"):
        for name in names:
            with suppress(FileNotFoundError):
                os.lstat(folder / name)


def input_files(opened: OpenJob) -> Iterator[Path]:
    """Every file that the job reads, and its plate's other frames."""
    job, shot = opened.job, opened.shot
    for footage in (shot.plate, *(files.footage for files in (shot.matte, shot.fill) if files is not None)):
        yield from (footage.path(number) for number in footage.frames)
    for each in opened.nodes:
        if each.keys is not None:
            yield from (each.keys.path(number) for number in each.keys.frames)
    for job_node in job.nodes:
        yield from (path for _, path in _given_files(job_node))
    if "://" not in job.shot.ocio:
        yield Path(job.shot.ocio)
