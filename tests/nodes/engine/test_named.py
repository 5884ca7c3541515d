"""Every function that a declaration names is there."""

import pytest

from nodes import NODES
from nodes.engine.named import named


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_every_function_that_a_declaration_names_is_there(node):
    words = [node.review, *(each for step in node.steps for each in (step.run, step.inputs, step.state, step.cost))]
    assert all(callable(named(each)) for each in words if each)
