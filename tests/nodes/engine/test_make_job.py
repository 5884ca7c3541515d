"""A job is made from what somebody gives, and says what it cannot be made from."""

from dataclasses import replace

import pytest

from nodes import CLEAN_PLATE, FLOW_INPAINT, RESIDUAL_HIRES
from nodes.clean_plate import CleanPlateParams
from nodes.engine.make_job import make_job
from nodes.flow_inpaint import FlowInpaintParams
from nodes.plan import plan, with_frames
from nodes.shot import Output, Shot
from tests.nodes.engine.made import keyed, matted
from vfxlib.errors import SequenceError, UsageError


def names(job):
    return [each.name for each in job.nodes]


def test_a_node_makes_a_job_of_itself(folder):
    job = make_job(FLOW_INPAINT, FlowInpaintParams(reach=3), matted(folder), Output())
    assert names(job) == ["flow-inpaint"]
    assert job.nodes[0].params.reach == 3


def test_a_recipe_looks_at_the_plate(folder):
    small = make_job(CLEAN_PLATE, CleanPlateParams(), matted(folder), Output())
    assert {each.working_size for each in small.nodes} == {0}
    assert names(make_job(CLEAN_PLATE, CleanPlateParams(), keyed(folder), Output()))[0] == "mask-propagate"


def test_a_plate_that_is_not_there_is_said_by_whoever_opens_it(folder):
    assert names(make_job(CLEAN_PLATE, CleanPlateParams(), Shot(), Output()))[0] == "flow-inpaint"
    with pytest.raises(SequenceError):
        make_job(CLEAN_PLATE, CleanPlateParams(), Shot(plate=f"{folder}/nothing.#.exr"), Output())


def test_what_cannot_make_a_fill_is_refused_and_a_fill_needs_no_filler(folder):
    params = RESIDUAL_HIRES.params()
    assert names(make_job(RESIDUAL_HIRES, params, matted(folder), Output()))[-1] == "residual-hires"
    assert len(make_job(RESIDUAL_HIRES, params, matted(folder), Output(), ["flow-inpaint"]).nodes) == 2
    given = matted(folder, fill=f"{folder}/fill.#.exr")
    assert names(make_job(RESIDUAL_HIRES, params, given, Output())) == ["residual-hires"]
    with pytest.raises(UsageError, match="'mask-propagate' makes no fill"):
        make_job(RESIDUAL_HIRES, params, matted(folder), Output(), ["mask-propagate"])
    with pytest.raises(UsageError, match="a fill is given, and nodes to make one"):
        make_job(RESIDUAL_HIRES, params, given, Output(), ["flow-inpaint"])


def test_a_filler_s_steps_are_the_node_s_own_too_whatever_the_plate_s_size(folder):
    job = make_job(RESIDUAL_HIRES, RESIDUAL_HIRES.params(), matted(folder), Output(), ["flow-inpaint"])
    steps = [task.name for task in plan(with_frames(job, (1, 2)))]
    assert steps[-2:] == ["residual-hires/anchors", "residual-hires/render"]
    assert steps[-3] == "flow-inpaint/render"


def test_no_filler_at_all_is_refused(folder):
    with pytest.raises(UsageError, match="it names no node"):
        make_job(RESIDUAL_HIRES, RESIDUAL_HIRES.params(), matted(folder), Output(), [])


def test_a_recipe_takes_a_matte_or_keys_and_says_so(folder):
    with pytest.raises(UsageError, match="neither a matte nor a key is given") as refused:
        make_job(CLEAN_PLATE, CleanPlateParams(), Shot(plate=matted(folder).plate), Output())
    assert "--key 1001=" in refused.value.fix
    both = replace(matted(folder), key=keyed(folder).key)
    with pytest.raises(UsageError, match="a matte is given, and keys as well"):
        make_job(CLEAN_PLATE, CleanPlateParams(), both, Output())
    assert names(make_job(CLEAN_PLATE, CleanPlateParams(), replace(both, mend_mattes=True), Output()))


@pytest.mark.parametrize(("remove", "objects"), [("", "joined"), ("2", "joined"), ("1,3", "apart")])
def test_several_objects_of_a_key_that_go_stay_apart(folder, remove, objects):
    job = make_job(CLEAN_PLATE, CleanPlateParams(), replace(keyed(folder), remove=remove), Output())
    assert job.nodes[0].params.objects == objects
