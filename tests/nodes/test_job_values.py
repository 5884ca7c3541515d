"""Values of a job are replaced by words, each checked as its declaration says."""

import pytest

from nodes import NODES
from nodes.declare import FrameFiles, FrameList, controls
from nodes.flow_inpaint import FLOW_INPAINT, FlowInpaintParams
from nodes.job import Job, JobNode
from nodes.job_values import from_words, to_words, with_values
from nodes.mask_propagate import MASK_PROPAGATE, MaskPropagateParams
from nodes.shot import Output, Shot
from vfxlib.errors import UsageError


def job():
    nodes = (JobNode(MASK_PROPAGATE, MaskPropagateParams()), JobNode(FLOW_INPAINT, FlowInpaintParams(flow_margin=7.0)))
    return Job(
        Shot(plate="/a/plate.####.exr", key=((1, "/a/1.exr"), (9, "/a/9.exr"))), nodes, Output(out="/a/out.####.exr")
    )


def test_what_is_named_is_replaced_and_nothing_else():
    changed = with_values(
        job(),
        [
            "shot.plate=/b/plate.####.exr",
            "shot.key=9=/b/nine.exr",
            "shot.key=-3=/b/before.exr",
            "flow-inpaint.reach=4",
            "flow-inpaint.flow_margin=",
            "flow-inpaint.cuts=5,9",
            "output.keep_layers=yes",
            "mask-propagate.quality=draft",
        ],
    )
    assert changed.shot == Shot(
        plate="/b/plate.####.exr", key=((-3, "/b/before.exr"), (1, "/a/1.exr"), (9, "/b/nine.exr"))
    )
    assert changed.nodes[1].params == FlowInpaintParams(reach=4, cuts=(5, 9))
    assert changed.nodes[0].params == MaskPropagateParams(quality="draft")
    assert changed.output == Output(out="/a/out.####.exr", keep_layers=True)


def test_nothing_given_is_the_job_as_it_was():
    assert with_values(job(), []) == job()


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_every_default_goes_through_words(node):
    default = node.params()
    for name, control in controls(node.params).items():
        if isinstance(control, FrameFiles | FrameList):
            continue
        value = getattr(default, name)
        assert from_words(control, to_words(control, value), value, name) == value


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("reach", "is not NODE.NAME=VALUE"),
        ("flow-inpaint=3", "is not NODE.NAME=VALUE"),
        ("flow-inpain.reach=3", "write 'flow-inpaint'"),
        ("flow-inpaint.reech=3", "write 'reach'"),
        ("flow-inpaint.reach=three", "is not a whole number"),
        ("flow-inpaint.reach=99999", "is not a whole number from"),
        ("flow-inpaint.grow=wide", "is not a number"),
        ("flow-inpaint.grow=nan", "is not a number from"),
        ("flow-inpaint.find_cuts=often", "is not one of"),
        ("output.overwrite=perhaps", "neither true nor false"),
        ("shot.key=1001", "is not FRAME=FILE"),
        ("shot.key=one=/a.exr", "is not a frame"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(words, says):
    with pytest.raises(UsageError) as error:
        with_values(job(), [words])
    assert says in str(error.value)
    assert "--set" in str(error.value)
    assert error.value.fix
