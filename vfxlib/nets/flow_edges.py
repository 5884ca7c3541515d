"""Edges of motion: where neighbouring pixels move differently."""

import torch
import torch.nn.functional as F  # noqa: N812

__all__ = ["edge_map", "flow_edges"]


def flow_edges(flow: torch.Tensor) -> torch.Tensor:
    """How much a flow changes from pixel to pixel: the norm of its Jacobian.

    flow     [... 2 h w]
    returns  [... h w]
    """
    right = F.pad(flow.diff(dim=-1), (0, 1)).square().sum(-3)
    down = F.pad(flow.diff(dim=-2), (0, 0, 0, 1)).square().sum(-3)
    return (right + down).sqrt()


def edge_map(flows: torch.Tensor) -> torch.Tensor:
    """The edges of forward and backward flow, between 0 and 1: half at a jump of 0.7 pixels.

    flows    [n 4 h w]  forward x y, backward x y, pixels
    returns  [n 2 h w]
    paper    Towards video inpainting, 2.6.3: what its loss is least for where edges need not be binary
    """
    n, _, height, width = flows.shape
    return 1 - torch.exp(-flow_edges(flows.reshape(n, 2, 2, height, width)))
