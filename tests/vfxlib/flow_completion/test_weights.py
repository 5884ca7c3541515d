"""A trained flow refinement comes back as it was written, and nothing else is taken for one."""

import pytest
import torch

from tests.vfxlib.flow_completion.made import write_flow_weights
from tests.vfxlib.nets.test_flow_refinement import SMALL, disturbed
from vfxlib.errors import WeightsError
from vfxlib.flow_completion.weights import read_flow_refinement
from vfxlib.io.weights import write_weights
from vfxlib.nets.settings import about_network

CPU = torch.device("cpu")


def test_the_same_network_comes_back(tmp_path):
    network = read_flow_refinement(write_flow_weights(tmp_path / "flow.safetensors", 0.1), CPU)
    assert not network.training
    assert network.settings == SMALL
    wanted = disturbed(SMALL, 0.1).state_dict()
    assert all(torch.equal(value, wanted[name]) for name, value in network.state_dict().items())


def test_another_network_and_a_missing_file_are_refused_with_what_to_do(tmp_path):
    path = tmp_path / "painter.safetensors"
    write_weights(path, disturbed(SMALL).state_dict(), about_network("painter", SMALL))
    with pytest.raises(WeightsError, match="holds no flow refinement"):
        read_flow_refinement(path, CPU)
    with pytest.raises(WeightsError):
        read_flow_refinement(tmp_path / "none.safetensors", CPU)
