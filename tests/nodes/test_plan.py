"""Tasks in an order that works, and which node takes what from which."""

import pytest

from nodes import FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE
from nodes.flow_inpaint import FlowInpaintParams
from nodes.internal_fit import InternalFitParams
from nodes.job import Job, JobNode
from nodes.mask_propagate import MaskPropagateParams
from nodes.node import Scope
from nodes.plan import (
    check_inputs,
    fill_maker,
    matte_maker,
    own_steps,
    plan,
    step_maker,
    taken,
    used_nodes,
    with_frames,
)
from nodes.shot import Output, Shot
from vfxlib.errors import UsageError

MASK = JobNode(MASK_PROPAGATE, MaskPropagateParams())
FLOW = JobNode(FLOW_INPAINT, FlowInpaintParams())
PAINT = JobNode(INTERNAL_FIT, InternalFitParams())


def job(*nodes, matte="", key=((1, "k.exr"),), **more):
    return Job(Shot(plate="p.#.exr", matte=matte, key=() if matte else key, frames="1-10", **more), nodes, Output())


# --- tasks


def test_only_frames_steps_are_cut_and_every_task_waits_for_what_it_reads():
    tasks = plan(job(FLOW, matte="m.#.exr"), chunk=4)
    assert [(t.step.name, len(t.frames)) for t in tasks] == [
        *(("motion", n) for n in (4, 4, 2)),
        ("register", 10),
        *(("complete", n) for n in (4, 4, 2)),
        ("paint", 10),
        *(("render", n) for n in (4, 4, 2)),
    ]
    for place, task in enumerate(tasks):
        assert all(before < place for before in task.after)
        assert {tasks[i].step.name for i in task.after} == set(task.step.depends_on)
        assert task.step.scope is Scope.FRAMES or task.frames == tuple(range(1, 11))


def test_a_node_waits_for_all_of_the_node_before_it():
    tasks = plan(job(FLOW, PAINT, matte="m.#.exr"), chunk=5)
    names = [task.name for task in tasks]
    fit = names.index("internal-fit/fit")
    assert {names[i] for i in tasks[fit].after} == {"flow-inpaint/render"}
    assert len(tasks[fit].after) == 2
    assert [tasks[i].after for i in range(fit + 1, len(tasks))] == [(fit,)] * 2


def test_whole_steps_are_one_task_each_and_are_called_by_node_and_step():
    tasks = plan(job(MASK, FLOW, PAINT, FLOW))
    shared = 3  # of the second FlowInpaint's steps
    assert len(tasks) == sum(len(each.node.steps) for each in (MASK, FLOW, PAINT, FLOW)) - shared
    assert tasks[0].name == "mask-propagate/motion"
    assert tasks[-1].name == "flow-inpaint-2/render"


def test_the_frames_of_a_job_can_be_set():
    assert with_frames(job(FLOW, matte="m.#.exr"), (3, 4)).shot.frames == (3, 4)


# --- what nodes take from each other


def test_mattes_come_from_the_last_node_before_that_makes_some():
    found = job(MASK, FLOW, MASK, PAINT)
    assert [matte_maker(found, each) for each in found.nodes] == [None, found.nodes[0], None, found.nodes[2]]
    swapped = job(FLOW, MASK)
    assert matte_maker(swapped, swapped.nodes[0]) is None


def test_a_fill_comes_from_the_node_right_before_unless_one_is_given():
    found = job(FLOW, PAINT, PAINT, matte="m.#.exr")
    assert [fill_maker(found, each) for each in found.nodes] == [None, found.nodes[0], found.nodes[1]]
    given = job(FLOW, PAINT, matte="m.#.exr", fill="f.#.exr")
    assert fill_maker(given, given.nodes[1]) is None
    between = job(FLOW, MASK, PAINT)  # the node right before makes mattes, and no fill
    assert fill_maker(between, between.nodes[2]) is None


def test_two_nodes_of_a_kind_are_told_apart_by_their_names():
    found = job(FLOW, FLOW, FLOW, matte="m.#.exr")
    assert len({each.params for each in found.nodes}) == 1
    assert [found.index(each) for each in found.nodes] == [0, 1, 2]


def test_the_result_hangs_on_the_last_node_and_on_those_from_which_it_takes_something():
    def used(*nodes, **shot):
        return [each.name for each in used_nodes(job(*nodes, **shot))]

    assert used(MASK, FLOW, PAINT) == ["mask-propagate", "flow-inpaint", "internal-fit"]
    assert used(FLOW, FLOW, matte="m.#.exr") == ["flow-inpaint-2"]
    assert used(FLOW, PAINT, matte="m.#.exr", fill="f.#.exr") == ["internal-fit"]
    assert used(PAINT, FLOW, matte="m.#.exr", fill="f.#.exr") == ["flow-inpaint"]


def test_the_inputs_of_a_node_are_given_or_made_by_one_before_it():
    found = job(MASK, FLOW, PAINT)
    assert [set(taken(found, each)) for each in found.nodes] == [
        {"plate", "key"},
        {"plate", "matte"},
        {"plate", "matte", "fill"},
    ]
    alone = job(PAINT, matte="m.#.exr")
    assert taken(alone, alone.nodes[0]) == {"plate", "matte"}


# --- what a job must give


def test_a_matte_beside_a_node_that_makes_it_is_refused():
    with pytest.raises(UsageError, match=r"m\.#\.exr: mask-propagate makes the matte, and one is given as well"):
        check_inputs(Job(Shot(plate="p.#.exr", matte="m.#.exr", key=((1, "k.exr"),)), (MASK, FLOW), Output()))


def test_a_node_that_needs_keys_says_so():
    with pytest.raises(UsageError, match="--key: mask-propagate is given no key"):
        check_inputs(job(MASK, key=()))


def test_a_node_that_needs_a_matte_takes_no_key_for_it():
    with pytest.raises(UsageError, match="flow-inpaint is given no matte, and no node before it makes one"):
        check_inputs(job(FLOW, MASK))
    check_inputs(job(MASK, FLOW, PAINT))


def test_what_no_node_takes_is_refused():
    check_inputs(job(FLOW, PAINT, matte="m.#.exr", fill="f.#.exr"))
    with pytest.raises(UsageError, match=r"f\.#\.exr: flow-inpaint takes no fill"):
        check_inputs(job(FLOW, matte="m.#.exr", fill="f.#.exr"))
    with pytest.raises(UsageError, match=r"--key 1=k\.exr: flow-inpaint takes no key"):
        check_inputs(Job(Shot(plate="p.#.exr", matte="m.#.exr", key=((1, "k.exr"),)), (FLOW,), Output()))


# --- steps that nodes share, and working sizes


def low(**params):
    return JobNode(FLOW_INPAINT, FlowInpaintParams(**params), working_size=64)


def test_a_step_that_an_earlier_node_has_made_with_the_same_values_is_not_run_again():
    found = job(FLOW, JobNode(FLOW_INPAINT, FlowInpaintParams(source_margin=9.0)), matte="m.#.exr")
    first, second = found.nodes
    assert [step_maker(found, second, second.node.step(name)) for name in ("motion", "complete")] == [first, first]
    assert [step.name for step in own_steps(found, second)] == ["paint", "render"]
    tasks = plan(found)
    names = [task.name for task in tasks]
    assert names == [
        *(f"flow-inpaint/{name}" for name in ("motion", "register", "complete", "paint", "render")),
        "flow-inpaint-2/paint",
        "flow-inpaint-2/render",
    ]
    assert {names[i] for i in tasks[5].after} == {f"flow-inpaint/{name}" for name in ("register", "complete", "render")}


@pytest.mark.parametrize("params", [{"grow": 3.0}, {"reach": 5}, {"cuts": (3,)}], ids=str)
def test_a_step_made_with_other_values_is_run_by_each(params):
    found = job(FLOW, JobNode(FLOW_INPAINT, FlowInpaintParams(**params)), matte="m.#.exr")
    assert "complete" in [step.name for step in own_steps(found, found.nodes[1])]


def test_a_step_at_another_size_or_with_other_mattes_is_run_by_each():
    for found in (job(low(), FLOW, matte="m.#.exr"), job(FLOW, MASK, FLOW)):
        assert len(own_steps(found, found.nodes[-1])) == len(FLOW_INPAINT.steps)


def test_a_node_that_gives_its_result_whole_works_at_the_plate_s_size():
    small_mask = JobNode(MASK_PROPAGATE, MaskPropagateParams(), working_size=64)
    cases = (
        (job(low(), matte="m.#.exr"), "writes the result"),
        (job(small_mask, FLOW), "makes mattes"),
        (job(low(), PAINT, matte="m.#.exr"), "at another"),
    )
    for found, words in cases:
        with pytest.raises(UsageError, match=words):
            check_inputs(found)
