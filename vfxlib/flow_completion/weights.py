"""The trained network that completes motion, from its file."""

from pathlib import Path

import torch

from vfxlib.io.shipped_weights import saying_how_to_mend
from vfxlib.io.weights import load_weights, read_weights
from vfxlib.nets.flow_refinement import FlowRefinement, open_flow_refinement
from vfxlib.nets.flow_refinement_settings import KIND, FlowRefinementSettings
from vfxlib.nets.settings import read_settings

__all__ = ["read_flow_refinement"]

OTHERS = "give weights that paintout train flow-refinement has written"


def read_flow_refinement(path: Path, device: torch.device) -> FlowRefinement:
    """Read a trained flow refinement.

    path     as ``paintout train flow-refinement`` writes it
    returns  on the device, ready to be used
    raises   WeightsError if the file cannot be read, is damaged or holds another network
    """
    with saying_how_to_mend(path):
        weights = read_weights(path)
        settings = read_settings(weights, path, KIND, FlowRefinementSettings, "flow refinement", OTHERS)
        network = open_flow_refinement(settings, seed=0)
        load_weights(network, weights.tensors, path, OTHERS)
    return network.to(device).eval()
