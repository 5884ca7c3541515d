"""The motion that most of a frame has, as a plane before a moving camera has it: what a homography says at work."""

import torch

__all__ = ["camera_motion"]

ROUNDS = 6
SPACING = 2  # pixels between those that it is fitted to
LEAST = 0.05  # pixels; the error that is forgiven at least
RIDGE = 1e-6


def camera_motion(flows: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """Fit the motion of a plane to what is known of flows, robustly.

    flows    [n 2 h w]  pixels
    known    [n 1 h w]  0 in the hole
    returns  [n 2 h w]  the fitted motion, everywhere
    paper    Longuet-Higgins 1984, the visual ambiguity of a moving plane: eight numbers; reweighted least squares after
             Black and Anandan 1996
    """
    height, width = flows.shape[2:]
    y = torch.linspace(-1, 1, height, dtype=torch.float64, device=flows.device)[:, None].expand(height, width)
    x = torch.linspace(-1, 1, width, dtype=torch.float64, device=flows.device).expand(height, width)
    one, none = torch.ones_like(x), torch.zeros_like(x)
    of_x = (one, x, y, none, none, none, x * x, x * y)
    of_y = (none, none, none, one, x, y, x * y, y * y)
    terms = torch.stack([torch.stack(of_x), torch.stack(of_y)], 1)  # [8 2 h w]
    few = (..., slice(None, None, SPACING), slice(None, None, SPACING))
    design, values = terms[few].flatten(2), flows[few].flatten(2).double()  # [8 2 m], [n 2 m]
    seen = known[few].flatten(1).double()
    weight, eye = seen, RIDGE * torch.eye(len(terms), dtype=torch.float64, device=flows.device)
    for _ in range(ROUNDS):
        weighted = design * weight[:, None, None]  # [n 8 2 m]
        normal = torch.einsum("nidm,jdm->nij", weighted, design)
        fit = torch.linalg.solve(
            normal + eye * normal.diagonal(dim1=1, dim2=2).sum(1).clamp(min=1)[:, None, None],
            torch.einsum("nidm,ndm->ni", weighted, values),
        )
        error = (values - torch.einsum("ni,idm->ndm", fit, design)).square().sum(1).sqrt()
        scale = torch.where(seen > 0, error, torch.nan).nanmedian(1).values.nan_to_num().clamp(min=LEAST)
        weight = seen / (1 + (error / scale[:, None]) ** 2)
    return torch.einsum("ni,idhw->ndhw", fit, terms).to(flows.dtype)
