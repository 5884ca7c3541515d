"""What a step is told: fingerprints hold contents and never paths, and a node takes the fill of the one before it."""

import numpy as np
import pytest
import torch

from nodes import FLOW_INPAINT, INTERNAL_FIT
from nodes.engine.digest_cache import open_digests
from nodes.engine.fingerprints import fingerprint_base, input_digests, shot_fingerprint
from nodes.engine.open_job import open_job
from nodes.engine.runner import step_context
from nodes.flow_inpaint import FlowInpaintParams
from nodes.internal_fit import InternalFitParams
from nodes.job import Job, JobNode
from nodes.shot import Output, Shot
from vfxlib.errors import OutputError, SequenceError, UsageError
from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr
from vfxlib.progress import open_progress

DISPLAY = Box(0, 0, 16, 12)
FIT, RENDER = INTERNAL_FIT.steps
FLOW = JobNode(FLOW_INPAINT, FlowInpaintParams())


def write(path, value, *, display=DISPLAY, names="RGB"):
    channels = {name: np.full((display.height, display.width), value, np.float16) for name in names}
    write_exr(path, display=display, origin=(0, 0), data=display, aspect=1.0, channels=channels, attributes={})


@pytest.fixture
def folder(tmp_path):
    """A plate, a matte and a fill of three frames."""
    for number in (1, 2, 3):
        write(tmp_path / f"plate.{number}.exr", 0.5)
        write(tmp_path / f"matte.{number}.exr", 1.0, names="A")
        write(tmp_path / f"fill.{number}.exr", 0.25)
    return tmp_path


def context(folder, *nodes, step=None, place=-1, fill="", seed=0):
    """A step of a node of a job; the last one's first by default."""
    shot = Shot(plate=f"{folder}/plate.#.exr", matte=f"{folder}/matte.#.exr", fill=fill)
    opened = open_job(Job(shot, nodes, Output(out=f"{folder}/out.#.exr", seed=seed)))
    job_node, digests = opened.job.nodes[place], open_digests(opened.job.work)
    step = step or job_node.node.steps[0]
    return step_context(opened, job_node, step, torch.device("cpu"), open_progress("none"), digests)


def use(**params):
    return JobNode(INTERNAL_FIT, InternalFitParams(**params))


def made(folder, step, **params):
    return fingerprint_base(context(folder, use(**params), step=step))


def test_a_fit_is_another_one_if_a_parameter_of_it_changes_and_the_same_one_whatever_the_clock(folder):
    assert made(folder, FIT, quality="draft") != made(folder, FIT)
    assert made(folder, FIT, minutes=5.0) == made(folder, FIT)
    assert made(folder, FIT, feather=2.0) == made(folder, FIT)
    assert made(folder, RENDER, feather=2.0) != made(folder, RENDER)


def test_a_file_of_weights_counts_by_its_content_and_not_by_its_path(folder):
    for name, content in (("a", "one"), ("b", "one"), ("c", "two")):
        (folder / name).write_text(content)
    a, b, c = (made(folder, FIT, start=str(folder / name)) for name in "abc")
    assert a == b != c


def test_a_file_that_is_not_there_is_told_before_any_work(folder):
    with pytest.raises(UsageError, match=r"--encoder /nowhere/vgg: there is no such file"):
        context(folder, use(encoder="/nowhere/vgg"))


def test_weights_that_the_job_itself_writes_are_no_start_for_it(folder):
    path = folder / "out.work" / "internal-fit" / "fit" / "level0.safetensors"
    path.parent.mkdir(parents=True)
    path.write_text("weights")
    with pytest.raises(UsageError, match="internal-fit of this job will write"):
        context(folder, use(start=str(path)))


def test_the_seed_counts_where_chance_does(folder):
    steps = [(JobNode(FLOW_INPAINT, FlowInpaintParams()), FLOW_INPAINT), (use(), INTERNAL_FIT)]
    changed = set()
    for one, node in steps:
        for step in node.steps:
            bases = [fingerprint_base(context(folder, one, step=step, seed=seed)) for seed in (0, 1)]
            changed |= {step.name} if bases[0] != bases[1] else set()
    assert changed == {step.name for _, node in steps for step in node.steps if step.random}


def test_a_given_fill_is_read_and_its_content_counts(folder):
    at = context(folder, use(), fill=f"{folder}/fill.#.exr")
    fill = at.upstream.read_fill(2, DISPLAY)
    assert fill is not None
    assert fill.known.all()
    whole, frames = shot_fingerprint(at), {n: input_digests(at, [n]) for n in (1, 2)}
    write(folder / "fill.2.exr", 0.75)
    again = context(folder, use(), fill=f"{folder}/fill.#.exr")
    assert shot_fingerprint(again) != whole
    assert input_digests(again, [1]) == frames[1]
    assert input_digests(again, [2]) != frames[2]
    assert shot_fingerprint(context(folder, use())) not in (whole, shot_fingerprint(again))


def test_a_node_takes_the_result_of_the_node_before_it(folder):
    at = context(folder, FLOW, use())
    for number in (1, 2, 3):
        write(folder / "out.work" / "flow-inpaint" / "render" / f"render.{number:04d}.exr", 0.1 * number)
    fill = at.upstream.read_fill(3, DISPLAY)
    assert fill is not None
    assert at.shot.colours.from_linear(fill.colour).pixels == pytest.approx(0.3, abs=1e-3)
    whole = shot_fingerprint(at)
    write(folder / "out.work" / "flow-inpaint" / "render" / "render.0003.exr", 0.9)
    assert shot_fingerprint(context(folder, FLOW, use())) != whole


def test_a_node_before_that_has_not_run_is_named(folder):
    with pytest.raises(UsageError, match=r"step render has not been run for frame 1[\s\S]*flow-inpaint/render"):
        shot_fingerprint(context(folder, FLOW, use()))


def test_a_fill_that_is_given_goes_before_that_of_another_node(folder):
    at = context(folder, FLOW, use(), fill=f"{folder}/fill.#.exr")
    fill = at.upstream.read_fill(1, DISPLAY)
    assert fill is not None
    assert at.shot.colours.from_linear(fill.colour).pixels == pytest.approx(0.25, abs=1e-3)


def test_a_node_that_takes_no_fill_gets_none(folder):
    first = context(folder, FLOW, use(), place=0, fill=f"{folder}/fill.#.exr")
    assert first.upstream.read_fill(1, DISPLAY) is None
    assert set(input_digests(first, [1])) == {"plate", "matte"}
    assert context(folder, use()).upstream.read_fill(1, DISPLAY) is None


def test_a_fill_that_misses_a_frame_is_refused_at_opening(folder):
    (folder / "fill.2.exr").unlink()
    with pytest.raises(SequenceError, match="the fill is missing on frames 2"):
        context(folder, use(), fill=f"{folder}/fill.#.exr")


def test_a_result_on_top_of_the_fill_is_refused(folder):
    shot = Shot(plate=f"{folder}/plate.#.exr", matte=f"{folder}/matte.#.exr", fill=f"{folder}/fill.#.exr")
    with pytest.raises(OutputError, match="on top of the input"):
        open_job(Job(shot, (use(),), Output(out=f"{folder}/fill.#.exr", overwrite=True)))


def test_layers_that_the_last_node_does_not_write_are_refused_at_opening(folder):
    shot = Shot(plate=f"{folder}/plate.#.exr", matte=f"{folder}/matte.#.exr")
    with pytest.raises(UsageError, match="no layer 'forward'"):
        open_job(Job(shot, (use(),), Output(out=f"{folder}/out.#.exr", layers="forward")))
