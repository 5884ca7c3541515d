"""Gaps in a matte become work for a node that makes mattes; what needs no mending stays as it is."""

from dataclasses import replace

import pytest

from nodes import FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE
from nodes.flow_inpaint import FlowInpaintParams
from nodes.internal_fit import InternalFitParams
from nodes.job import Job, JobNode
from nodes.mask_propagate import MaskPropagateParams
from nodes.mend_mattes import mended
from nodes.shot import Output, Shot
from vfxlib.errors import UsageError

FLOW = JobNode(FLOW_INPAINT, FlowInpaintParams())
FRAMES = (1, 2, 3, 4)
FILES = {number: f"m.{number}.exr" for number in (0, 1, 3)}


def job(*nodes, **shot):
    return Job(
        Shot(**{"plate": "p.#.exr", "matte": "m.#.exr", "mend_mattes": True, **shot}), nodes or (FLOW,), Output()
    )


def test_mattes_that_are_there_become_keys_and_a_node_makes_the_others():
    done = mended(job(), FILES, FRAMES)
    assert done.shot.key == ((1, "m.1.exr"), (3, "m.3.exr"))
    assert (done.shot.matte, done.shot.mend_mattes) == ("", False)
    assert [each.name for each in done.nodes] == ["mask-propagate", "flow-inpaint"]
    assert done.nodes[0].params.objects == "joined"
    assert mended(done, FILES, FRAMES) == done


def test_objects_that_are_chosen_stay_apart():
    assert mended(job(remove="1,3"), FILES, FRAMES).nodes[0].params.objects == "apart"
    assert mended(job(remove="3"), FILES, FRAMES).nodes[0].params.objects == "joined"


def test_mattes_are_made_as_well_as_the_job_s_other_fits_are():
    fit = JobNode(INTERNAL_FIT, InternalFitParams(quality="draft", iterations=7))
    made = mended(job(FLOW, fit), FILES, FRAMES).nodes[0].params
    assert (made.quality, made.iterations) == ("draft", 7)
    assert mended(job(FLOW), FILES, FRAMES).nodes[0].params.quality == "good"


def test_what_is_whole_or_was_not_asked_for_stays_as_it_is():
    whole = {number: f"m.{number}.exr" for number in FRAMES}
    assert mended(job(), whole, FRAMES) == job()
    assert mended(job(mend_mattes=False), FILES, FRAMES) == job(mend_mattes=False)


def test_a_node_that_makes_mattes_already_gets_the_keys():
    own = JobNode(MASK_PROPAGATE, MaskPropagateParams(quality="best"))
    done = mended(job(own, FLOW), FILES, FRAMES)
    assert [each.name for each in done.nodes] == ["mask-propagate", "flow-inpaint"]
    assert done.nodes[0].params.quality == "best"
    given = mended(replace(job(own, FLOW), shot=replace(job().shot, key=((2, "k.exr"),))), FILES, FRAMES)
    assert dict(given.shot.key) == {1: "m.1.exr", 2: "k.exr", 3: "m.3.exr"}


def test_without_any_matte_there_is_nothing_to_make_the_others_from():
    with pytest.raises(UsageError, match="none of the frames 1-4 has a matte"):
        mended(job(), {9: "m.9.exr"}, FRAMES)
