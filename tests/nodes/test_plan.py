"""A node may need keys in place of a matte, and one that makes mattes hands them to the nodes behind it."""

import numpy as np
import pytest
import torch

from nodes import FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE
from nodes.engine.digest_cache import open_digests
from nodes.engine.fingerprints import fingerprint_base, input_digests, key_digests, shot_fingerprint
from nodes.engine.frame_step import frame_tasks
from nodes.engine.open_job import open_job
from nodes.engine.runner import step_context
from nodes.flow_inpaint import FlowInpaintParams
from nodes.internal_fit import InternalFitParams
from nodes.job import Job, JobNode, load_job, save_job
from nodes.mask_propagate import MaskPropagateParams
from nodes.plan import check_inputs, matte_maker, plan
from nodes.shot import Output, Shot, shot_fields
from vfxlib.errors import MatteError, OutputError, UsageError
from vfxlib.image.box import Box
from vfxlib.inputs.shot import check_mattes
from vfxlib.io.exr import write_exr
from vfxlib.progress import open_progress

DISPLAY = Box(0, 0, 16, 12)
MOTION, FIT, CARRY, RENDER = MASK_PROPAGATE.steps
MASK = JobNode(MASK_PROPAGATE, MaskPropagateParams())
FLOW = JobNode(FLOW_INPAINT, FlowInpaintParams())
PAINT = JobNode(INTERNAL_FIT, InternalFitParams())


def write(path, value, names="RGB"):
    """A picture of one value, or a matte of its left half."""
    pixels = np.full((DISPLAY.height, DISPLAY.width), value, np.float16)
    if names != "RGB":
        pixels[:, 8:] = 0
    channels = dict.fromkeys(names, pixels)
    write_exr(path, display=DISPLAY, origin=(0, 0), data=DISPLAY, aspect=1.0, channels=channels, attributes={})


@pytest.fixture
def folder(tmp_path):
    """A plate of three frames and two keys."""
    for number in (1, 2, 3):
        write(tmp_path / f"plate.{number}.exr", 0.5)
    write(tmp_path / "first.exr", 1.0, names="A")
    write(tmp_path / "last.exr", 1.0, names="A")
    return tmp_path


def shot(folder, *keys, **more):
    """A shot with the first key on frame 1, if no others are given."""
    given = keys or ((1, f"{folder}/first.exr"),)
    return Shot(plate=f"{folder}/plate.#.exr", key=given, **more)


def context(folder, *nodes, step=None, place=-1, keys=(), **more):
    """A step of a node of a job; the last one's first by default."""
    opened = open_job(Job(shot(folder, *keys, **more), nodes, Output(out=f"{folder}/out.#.exr")))
    job_node, digests = opened.job.nodes[place], open_digests(opened.job.work)
    step = step or job_node.node.steps[0]
    return step_context(opened, job_node, step, torch.device("cpu"), open_progress("none"), digests)


@pytest.fixture
def measured(folder):
    """Motion of every frame, as far as a fingerprint asks for it."""
    for number in (1, 2, 3):
        write(folder / "out.work" / "mask-propagate" / "motion" / f"motion.{number:04d}.exr", number)


def results(folder, value=1.0):
    """What mask-propagate leaves in the work folder."""
    for number in (1, 2, 3):
        path = folder / "out.work" / "mask-propagate" / "render" / f"render.{number:04d}.exr"
        write(path, value, names=["R", "G", "B", "matte.A", "index.A"])


# --- what a job must give


def test_a_job_with_keys_survives_its_file_and_its_paths_are_relative(folder):
    job = Job(shot(folder, (1, f"{folder}/first.exr"), (3, f"{folder}/last.exr")), (MASK, FLOW), Output())
    told = job.to_mapping(folder)
    assert told["shot"]["key"] == {"1": "first.exr", "3": "last.exr"}


def test_a_matte_beside_a_node_that_makes_it_is_refused(folder):
    with pytest.raises(UsageError, match=r"m\.#\.exr: mask-propagate makes the matte, and one is given as well"):
        check_inputs(Job(shot(folder, matte="m.#.exr"), (MASK, FLOW), Output()))


def test_a_node_that_needs_keys_says_so(folder):
    with pytest.raises(UsageError, match="--key: mask-propagate is given no key"):
        check_inputs(Job(Shot(plate="p.#.exr"), (MASK,), Output()))


def test_a_node_that_needs_a_matte_takes_no_key_for_it(folder):
    with pytest.raises(UsageError, match="flow-inpaint is given no matte, and no node before it makes one"):
        check_inputs(Job(shot(folder), (FLOW, MASK), Output()))
    check_inputs(Job(shot(folder), (MASK, FLOW, PAINT), Output()))


def test_the_mattes_of_a_node_come_from_the_last_one_before_it_that_makes_some(folder):
    job = Job(shot(folder), (MASK, FLOW, PAINT), Output())
    assert [matte_maker(job, each) for each in job.nodes] == [None, job.nodes[0], job.nodes[0]]
    swapped = Job(shot(folder), (FLOW, MASK), Output())
    assert matte_maker(swapped, swapped.nodes[0]) is None


def test_the_options_of_a_matte_s_channel_belong_to_keys_too():
    fields = set(shot_fields(MASK_PROPAGATE))
    assert {"plate", "plate_layer", "key", "matte_channel", "matte_id", "frames"} <= fields
    assert not {"matte", "fill"} & fields
    assert "key" not in shot_fields(FLOW_INPAINT)


def test_a_key_that_does_not_fit_is_refused_at_opening(folder):
    with pytest.raises(UsageError, match="frame 4 is not in the job"):
        context(folder, MASK, keys=((4, f"{folder}/first.exr"),))
    with pytest.raises(MatteError, match="no matte channel 'roto'"):
        context(folder, MASK, matte_channel="roto")
    with pytest.raises(MatteError, match="every key is empty"):
        context(folder, MASK, matte_id=5)


def test_objects_are_kept_apart_if_the_node_asks_for_it(folder):
    use = JobNode(MASK_PROPAGATE, MaskPropagateParams(objects="apart"))
    assert context(folder, MASK).shot.keys.apart is False
    assert context(folder, use).shot.keys.apart is True


def test_a_result_on_top_of_a_key_is_refused(folder):
    write(folder / "key.2.exr", 1.0, names="A")
    with pytest.raises(OutputError, match="on top of the input"):
        open_job(Job(shot(folder, (2, f"{folder}/key.2.exr")), (MASK,), Output(out=f"{folder}/key.#.exr")))


# --- a shot without a matte


def test_of_a_shot_without_a_matte_all_is_known_and_nothing_must_go(folder):
    at = context(folder, MASK, JobNode(FLOW_INPAINT, FlowInpaintParams(grow=4.0)), place=0)
    frame = at.shot.read(2)
    assert at.shot.matte is None
    assert not frame.matte.any()
    assert not frame.hole.any()
    assert frame.known.all()
    check_mattes(at.shot)


# --- fingerprints


def test_a_key_changes_what_is_made_from_keys_and_no_motion(folder, measured):
    both = {"keys": ((1, f"{folder}/first.exr"), (3, f"{folder}/last.exr"))}
    assert shot_fingerprint(context(folder, MASK, step=FIT)) != shot_fingerprint(
        context(folder, MASK, step=FIT, **both)
    )
    motions = [frame_tasks(context(folder, MASK, step=MOTION, **more), (1, 2, 3)).targets for more in ({}, both)]
    assert motions[0] == motions[1]
    assert key_digests(context(folder, MASK)) != key_digests(context(folder, MASK, **both))


def test_a_key_counts_by_its_content_its_frame_and_its_channel_and_not_by_its_path(folder, measured):
    first, last = ((1, f"{folder}/{name}.exr") for name in ("first", "last"))

    def made(key, **more):
        return shot_fingerprint(context(folder, MASK, step=FIT, keys=(key,), **more))

    before = made(first)
    assert made(last) == before
    assert made((2, first[1])) != before
    assert made(first, matte_channel="A") != before
    write(folder / "first.exr", 0.5, names="A")
    assert made(first) != before


def test_an_effect_or_a_softer_edge_fits_nothing_anew(folder):
    def bases(step):
        """Whether each change of a parameter leaves the step as it is."""
        made = [
            fingerprint_base(context(folder, JobNode(MASK_PROPAGATE, MaskPropagateParams(**more)), step=step))
            for more in ({}, {"effect": 20.0}, {"soften": 2.0})
        ]
        return [base == made[0] for base in made]

    assert bases(FIT) == [True, True, True]
    assert bases(CARRY) == [True, False, True]
    # an effect comes to the render with the carried frames, whose identity it takes in
    assert bases(RENDER) == [True, True, False]


# --- one job


def test_a_node_behind_one_that_makes_mattes_takes_those(folder):
    at = context(folder, MASK, FLOW)
    results(folder)
    frame = at.shot.read(2)
    assert frame.hole[:, :8].all()
    assert not frame.hole[:, 8:].any()
    assert at.shot.keys is None
    assert set(input_digests(at, [1])) == {"plate", "matte"}


def test_a_changed_matte_of_the_node_before_is_noticed(folder):
    results(folder)
    before = input_digests(context(folder, MASK, FLOW), [1, 2])
    path = folder / "out.work" / "mask-propagate" / "render" / "render.0002.exr"
    write(path, 0.5, names=["R", "G", "B", "matte.A", "index.A"])
    after = input_digests(context(folder, MASK, FLOW), [1, 2])
    assert before["matte"]["1"] == after["matte"]["1"]
    assert before["matte"]["2"] != after["matte"]["2"]


def test_a_node_before_that_has_made_no_mattes_yet_is_named(folder):
    with pytest.raises(UsageError, match=r"step render has not been run for frame 1[\s\S]*mask-propagate/render"):
        input_digests(context(folder, MASK, FLOW), [1])


def test_a_matte_is_no_fill_and_a_fill_comes_from_the_node_that_makes_it(folder):
    assert context(folder, MASK, PAINT).upstream.fill_maker is None
    assert context(folder, MASK, FLOW, PAINT).upstream.fill_maker.node is FLOW_INPAINT


def test_every_node_that_takes_a_matte_grows_it_by_its_own_pixels(folder):
    mask, paint = JobNode(MASK_PROPAGATE, MaskPropagateParams(grow=8.0)), InternalFitParams(grow=-3.0)
    flow = JobNode(FLOW_INPAINT, FlowInpaintParams(grow=2.0))
    job = Job(shot(folder), (mask, flow, JobNode(INTERNAL_FIT, paint), FLOW), Output(out=f"{folder}/out.#.exr"))
    assert [seen.grow for seen in open_job(job).nodes] == [0, 2, -3, 0]


def test_two_nodes_of_a_kind_have_folders_of_their_own(folder):
    job = Job(shot(folder), (MASK, FLOW, PAINT, FLOW), Output(out=f"{folder}/out.#.exr"))
    assert [each.name for each in job.nodes] == ["mask-propagate", "flow-inpaint", "internal-fit", "flow-inpaint-2"]
    assert [task.name for task in plan(job)][-1] == "flow-inpaint-2/render"


def test_a_saved_job_of_both_is_the_same_job(folder):
    job = Job(shot(folder), (MASK, FLOW), Output(out=f"{folder}/out.#.exr"))
    save_job(job, folder / "job.json")
    assert load_job(folder / "job.json") == job
