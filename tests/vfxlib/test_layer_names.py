"""Names of layers are those that the nodes declare, and methods keep their numbers."""

from nodes import FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE
from vfxlib import layer_names
from vfxlib.layer_names import Provenance, object_layers


def test_the_names_are_those_that_the_nodes_declare():
    declared = {
        name
        for node in (FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE)
        for layer in node.outputs
        for name in (layer.name, *layer.names)
    }
    values = {getattr(layer_names, name) for name in layer_names.__all__ if name.isupper()}
    names = {value for value in values if isinstance(value, str)}
    assert names | set(layer_names.FILL_CHANNELS) <= declared


def test_methods_keep_the_numbers_that_stand_in_files():
    told = {method.name: int(method) for method in Provenance}
    assert told == {"PLATE": 0, "REGISTERED_COPY": 1, "FLOW_COPY": 2, "SPATIAL": 3, "FITTED": 4, "RESIDUAL": 5}


def test_the_layer_of_an_object_has_a_name_that_every_host_takes_and_no_other_has():
    assert object_layers(("1", "dog")) == ("matte_1", "matte_dog")
    assert object_layers(("a b", "a.b", "A/B")) == ("matte_a_b", "matte_a_b_2", "matte_A_B_3")
    assert all(len(name) < 64 for name in object_layers(("x" * 200, "x" * 201)))
    assert len(set(object_layers(("\u72ac", "\u732b")))) == 2
