"""How alike a frame and its aligned references are, by the features of a trained network: the paper's attention."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray

from vfxlib.colour.acescct import code_value
from vfxlib.device import one_thread, to_numpy, to_tensor
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.nets.gated import pad_to_multiple
from vfxlib.nets.sta import STEP, StaNet
from vfxlib.nets.sta_clip import normalised_by
from vfxlib.residual_hires.alignment import Alignment
from vfxlib.residual_hires.likeness import Likeness

__all__ = ["attention_likeness", "low_features"]

CELL = 4  # low pixels from one feature to the next


@torch.no_grad()
def low_features(network: StaNet, low: Array) -> NDArray[np.float16]:
    """The features by which the network's temporal attention compares frames.

    low      [h w 3]      a whole frame at low resolution, filled, linear colour
    returns  [c h/4 w/4]  rounded up, each place of length 1
    """
    device = next(network.parameters()).device
    with one_thread():  # so that no bit hangs on how many threads there are
        picture = to_tensor(code_value(low).transpose(2, 0, 1)[None], device)
        everywhere = torch.ones_like(picture[:, :1])
        mean, deviation = normalised_by(picture, everywhere)
        frame = pad_to_multiple(torch.cat(((picture - mean) / deviation, everywhere), 1), STEP)
        maps = F.normalize(network.encoder(frame).maps[0], dim=1, eps=1e-3)
    return to_numpy(maps[0]).astype(np.float16)


def attention_likeness(network: StaNet, features: Callable[[int], NDArray[np.float16]]) -> Likeness:
    """Compare frames by the network's features, as its temporal attention does.

    network   trained
    features  index -> ``low_features`` of that frame
    paper     Spatial-temporal residual aggregation, 3.3: the attention that fills the low picture moves the residuals
    """

    def likeness(index: int, alignments: Sequence[Alignment], low: Callable[[int], Array], box: Box) -> Array:
        if not alignments:
            return np.zeros((0, box.height, box.width), np.float32)
        x, y = np.meshgrid(np.arange(box.x0, box.x1), np.arange(box.y0, box.y1))
        # the frame's own picture may be a better one than its features were made from
        own = _read(low_features(network, low(index)), np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32))
        found = np.empty((len(alignments), box.height, box.width), np.float32)
        for k, alignment in enumerate(alignments):
            other = _read(features(index + alignment.offset), alignment.low_places)
            found[k] = (own * other).sum(axis=0).reshape(box.height, box.width)
        return found

    return likeness


def _read(features: NDArray[np.float16], places: Array) -> Array:
    """Features at low pixels [n 2], edges held: [c n], each of length 1."""
    height, width = features.shape[1:]
    at = (places + 0.5) / CELL
    grid = np.stack([2 * at[:, 0] / width - 1, 2 * at[:, 1] / height - 1], axis=1).astype(np.float32)
    with one_thread():
        cpu = torch.device("cpu")
        maps, where = to_tensor(features, cpu).float()[None], to_tensor(grid, cpu)[None, None]
        read = F.grid_sample(maps, where, mode="bilinear", padding_mode="border", align_corners=False)
        return np.asarray(to_numpy(F.normalize(read[0, :, 0], dim=0, eps=1e-3)), np.float32)
