"""The recipe's values are those of its nodes."""

from nodes import CLEAN_PLATE
from nodes.clean_plate import CleanPlateParams
from nodes.declare import controls


def test_a_value_that_a_node_has_too_has_the_same_control_there():
    own = controls(CleanPlateParams)
    different = set()
    for part in CLEAN_PLATE.parts:
        theirs = controls(part.node.params)
        different |= {name for name in own if name in theirs and name not in part.apart and own[name] != theirs[name]}
    # the iterations of a quality are each node's own, and a plate is solved whole up to a larger size than the detail
    # of a fill from elsewhere needs
    assert different == {"quality", "working_size"}


def test_defaults_are_those_of_the_nodes():
    params = CleanPlateParams()
    for part in CLEAN_PLATE.parts:
        defaults = part.node.params()
        for name in set(controls(params)) & set(controls(defaults)) - {*part.apart, "working_size"}:
            assert getattr(params, name) == getattr(defaults, name)


def test_it_takes_mattes_or_keys_and_no_fill():
    assert [port for port in ("plate", "matte", "key", "fill") if CLEAN_PLATE.takes(port)] == ["plate", "matte", "key"]
