"""A variant lacks its part, is a network of its own, and is otherwise the same."""

import pytest
import torch

from benchmarks.sta_net.variants import VARIANTS, write_variant
from tests.untrained_sta import untrained_sta
from vfxlib.nets.sta_clip import read_sta


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_can_be_read_and_keeps_the_rest(tmp_path, name):
    out = tmp_path / "variant.safetensors"
    write_variant(untrained_sta(), name, out)
    made, whole = (read_sta(path, torch.device("cpu")) for path in (out, untrained_sta()))
    assert (made.affine is None) == (name == "flow alone")
    assert (made.refinement is None) == (name == "without spatial")
    assert torch.equal(made.encoder.fine.weight, whole.encoder.fine.weight)
