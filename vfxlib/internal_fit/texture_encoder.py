"""The perceptual features by which the anti-ambiguity loss compares textures: the shot's own, or those of a file."""

from pathlib import Path

import torch

from vfxlib.image.box import Box
from vfxlib.internal_fit.channels import COLOUR, visible_map
from vfxlib.internal_fit.dataset import InpaintDataset
from vfxlib.io.weights import check_numbers, read_weights
from vfxlib.nets.encoder import Encoder, fit_encoder
from vfxlib.nets.vgg import read_vgg

__all__ = ["open_encoder"]

FRAMES = 8
SIDE = 320  # pixels around a frame's hole that the features are fitted to


def open_encoder(dataset: InpaintDataset, level: int, file: str, seed: int) -> Encoder:
    """Features of the shot at a level.

    file    VGG-19 as safetensors; "" fits an encoder to the shot
    raises  WeightsError if the file is not that
    """
    store, holes = dataset.levels[level], dataset.holes[level]
    indices = sorted(holes)
    chosen = [indices[i * len(indices) // min(FRAMES, len(indices))] for i in range(min(FRAMES, len(indices)))]
    crops = []
    for index in chosen:
        y, x = (int(side) - SIDE // 2 for side in holes[index].centre)
        crops.append(store.crop(index, Box(x, y, x + SIDE, y + SIDE)))
    frames = torch.stack(crops)
    if file:
        tensors = read_weights(Path(file)).tensors
        check_numbers(tensors, Path(file))
        return read_vgg(tensors, file).to(frames.device)
    return fit_encoder(frames[:, COLOUR], visible_map(frames), seed=seed)
