"""A node is asked only for what it has a use for."""

from nodes import FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE
from nodes.shot import shot_fields


def test_the_options_of_an_input_belong_to_the_nodes_that_take_it():
    fields = set(shot_fields(MASK_PROPAGATE))
    assert {"plate", "plate_layer", "key", "matte_channel", "matte_id", "frames"} <= fields
    assert not {"matte", "fill"} & fields
    assert "key" not in shot_fields(FLOW_INPAINT)
    assert set(shot_fields(INTERNAL_FIT)) - set(shot_fields(FLOW_INPAINT)) == {"fill"}
