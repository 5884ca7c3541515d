"""Nodes are values, and tell what others may take from them."""

import pytest

from nodes import FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE
from nodes.node import Kind, Layer


def test_a_node_makes_mattes_if_its_matte_is_not_the_one_that_it_was_given():
    assert [node.makes_mattes for node in (MASK_PROPAGATE, FLOW_INPAINT, INTERNAL_FIT)] == [True, False, False]
    assert all(node.writes("matte") for node in (MASK_PROPAGATE, FLOW_INPAINT, INTERNAL_FIT))


def test_a_layer_s_channels_carry_its_name():
    assert Layer("forward", ("u", "v"), "float", Kind.DATA, "").names == ("forward.u", "forward.v")


def test_a_step_is_found_by_its_name():
    assert FLOW_INPAINT.step("paint").random
    with pytest.raises(KeyError):
        FLOW_INPAINT.step("fit")
