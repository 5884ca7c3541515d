"""A studio's own nodes are known by an environment variable, and what is wrong with them is said."""

import dataclasses

import pytest

from nodes import FLOW_INPAINT, MORE, NODES, all_nodes, node_named
from nodes.job import Job, JobNode
from nodes.shot import Output, Shot
from tests.contract.border_mean import BORDER_MEAN
from vfxlib.errors import UsageError

OURS = "tests.contract.border_mean:BORDER_MEAN"


def test_without_the_variable_there_are_ours_alone(monkeypatch):
    monkeypatch.delenv(MORE, raising=False)
    assert all_nodes() == NODES
    with pytest.raises(UsageError, match="there is no node 'border-mean'"):
        node_named("border-mean")


def test_a_studio_s_node_comes_behind_ours(monkeypatch):
    monkeypatch.setenv(MORE, f" {OURS},")
    assert all_nodes() == (*NODES, BORDER_MEAN)
    assert node_named("border-mean") is BORDER_MEAN


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("no.such.module:NODE", "ModuleNotFoundError"),
        ("tests.contract.border_mean:NOTHING", "AttributeError"),
        ("tests.contract.border_mean", "AttributeError"),
        ("broken:NODE", "NameError"),
        ("tests.contract.border_mean:run", "no node with a name of its own"),
        (f"{OURS},{OURS}", "no node with a name of its own"),
        ("nodes:FLOW_INPAINT", "no node with a name of its own"),
    ],
)
def test_what_is_no_node_is_said_with_the_variable(monkeypatch, tmp_path, words, problem):
    (tmp_path / "broken.py").write_text("nothing_of_that_name")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv(MORE, words)
    with pytest.raises(UsageError, match=problem) as caught:
        all_nodes()
    assert caught.value.where == f"${MORE}"


def test_no_two_nodes_of_a_job_share_a_name_whatever_a_studio_calls_its_own():
    odd = dataclasses.replace(BORDER_MEAN, name="flow-inpaint-2")
    nodes = [JobNode(node, node.params()) for node in (FLOW_INPAINT, odd, FLOW_INPAINT, FLOW_INPAINT)]
    names = [each.name for each in Job(Shot(), tuple(nodes), Output()).nodes]
    assert names == ["flow-inpaint", "flow-inpaint-2", "flow-inpaint-3", "flow-inpaint-4"]
