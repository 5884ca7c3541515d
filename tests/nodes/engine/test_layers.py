"""Which layers are asked for."""

import pytest

from nodes.engine.layers import wanted_layers, wants_objects, written_layers
from nodes.job import Job
from nodes.shot import Output, Shot
from tests.nodes.engine.made import fit, flow, mask
from vfxlib.errors import UsageError


def names(layers, *nodes):
    return [layer.name for layer in wanted_layers(Job(Shot(), nodes or (flow(),), Output(layers=layers)))]


def test_all_none_or_those_that_are_named_each_once():
    assert names("all") == [layer.name for layer in flow().node.outputs if not layer.on_request]
    assert names("none") == names("") == []
    assert names("matte, confidence,matte") == ["matte", "confidence"]


def test_only_the_last_node_s_layers_can_be_had():
    assert names("forward", fit(), flow()) == ["forward"]
    with pytest.raises(UsageError, match="no layer 'index'"):
        names("index", mask(), fit())
    for wrong in ("fill,", "Fill", "all,fill"):
        with pytest.raises(UsageError, match="--layers: there is no layer"):
            names(wrong)


def test_objects_can_be_asked_for_of_a_node_that_takes_a_matte():
    def wants(layers, *nodes):
        return wants_objects(Job(Shot(), nodes or (flow(),), Output(layers=layers)))

    assert names("matte,objects") == ["matte"]
    assert [wants(layers) for layers in ("all", "matte, objects", "matte", "none")] == [True, True, False, False]
    assert not wants("all", mask())
    with pytest.raises(UsageError, match="no layer 'objects'"):
        names("objects", mask())


def test_what_is_written_on_request_is_asked_for_by_its_option_or_by_its_name():
    def of(layers, stmap, *nodes, place=-1):
        job = Job(Shot(), nodes or (flow(),), Output(layers=layers, stmap=stmap))
        is_result = place == -1 or place == len(job.nodes) - 1
        return [layer.name for layer in written_layers(job, job.nodes[place], is_result)]

    assert "stmap" not in of("all", False)
    assert of("all", True)[-1] == "stmap"
    assert of("matte", True) == of("matte,stmap", False) == of("matte,stmap", True) == ["matte", "stmap"]
    assert of("none", True) == ["stmap"]
    assert "stmap" in of("matte", True, flow(), fit(), place=0), "a later node hands it on"
    assert "stmap" not in of("matte", False, flow(), fit(), place=0)
    assert "stmap" not in of("all", True, mask())
