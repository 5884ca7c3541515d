"""A recipe puts nodes into a job by rules, and passes its values on by their names."""

import pytest

from nodes import CLEAN_PLATE, FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE, RESIDUAL_HIRES
from nodes.clean_plate import CleanPlateParams
from nodes.job import Job, JobNode
from nodes.plan import own_steps
from nodes.recipes import Given, nodes_of, same_named, with_fillers
from nodes.shot import Output, Shot


def names(params, **given):
    given = {"keyed": False, "longest": 640, **given}
    return [(each.node.name, each.working_size) for each in nodes_of(CLEAN_PLATE, params, Given(**given))]


def test_a_key_is_carried_first_and_mattes_are_taken_as_they_are():
    assert names(CleanPlateParams(), keyed=True)[0] == ("mask-propagate", 0)
    assert names(CleanPlateParams())[0] == ("flow-inpaint", 0)


def test_only_a_larger_plate_is_worked_on_reduced():
    assert {size for _, size in names(CleanPlateParams(working_size=640))} == {0}
    large = dict(names(CleanPlateParams(working_size=512)))
    assert large["flow-inpaint"] == large["internal-fit"] == 512


def test_values_go_to_every_part_that_has_one_of_that_name_but_for_those_kept_apart():
    params = CleanPlateParams(quality="draft", grow=3.0, cuts=(7,), take_over=0.25)
    mask, flow, fit, *_ = nodes_of(CLEAN_PLATE, params, Given(True, 640))
    assert (mask.params.quality, fit.params.quality) == ("draft", "draft")
    assert (mask.params.grow, flow.params.grow, fit.params.grow) == (0.0, 3.0, 3.0)
    assert mask.params.cuts == flow.params.cuts == (7,)
    assert fit.params.take_over == 0.25


@pytest.mark.parametrize("node", [MASK_PROPAGATE, FLOW_INPAINT, INTERNAL_FIT], ids=lambda node: node.name)
def test_a_node_takes_no_value_that_it_has_no_name_for(node):
    assert same_named(node, {"strange": 1, "grow": 2.0}).grow == 2.0
    assert same_named(node, {"grow": 2.0}, ["grow"]) == node.params()


def detail(fill=""):
    shot = Shot(plate="p.#.exr", matte="m.#.exr", fill=fill)
    return Job(shot, (JobNode(RESIDUAL_HIRES, RESIDUAL_HIRES.params(working_size=512, reach=5)),), Output())


def test_what_makes_a_fill_is_put_before_the_node_that_needs_one_and_takes_its_values():
    job = with_fillers(detail(), (FLOW_INPAINT, INTERNAL_FIT))
    assert [(each.name, each.working_size) for each in job.nodes] == [
        ("flow-inpaint", 512),
        ("internal-fit", 512),
        ("residual-hires", 0),
    ]
    assert job.nodes[0].params.reach == 5
    assert job.nodes[1].params.quality == "draft"
    assert [step.name for step in own_steps(job, job.nodes[2])] == ["anchors", "render"]


def test_a_fill_that_is_given_is_taken_as_it_is():
    assert with_fillers(detail("f.#.exr"), (FLOW_INPAINT,)).nodes == detail("f.#.exr").nodes
