"""VGG-19 up to relu3_4, the paper's encoder, from a file of weights that the user has."""

from collections.abc import Mapping

import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.errors import WeightsError
from vfxlib.nets.encoder import Encoder
from vfxlib.nets.gated import pad_to_multiple

__all__ = ["VggEncoder", "read_vgg"]

# number in the usual file ("features.N.weight"), inputs, outputs; the picture is halved before those marked
LAYERS = (
    (0, 3, 64, False),
    (2, 64, 64, False),
    (5, 64, 128, True),
    (7, 128, 128, False),
    (10, 128, 256, True),
    (12, 256, 256, False),
    (14, 256, 256, False),
    (16, 256, 256, False),
)


class VggEncoder(Encoder):
    """The first eight layers of VGG-19.

    It was trained on pictures normalised by the mean and deviation of ImageNet; pictures that are normalised by those
    of the shot have the range that it knows, so they go in as they are.
    """

    def __init__(self, tensors: Mapping[str, torch.Tensor]) -> None:
        super().__init__(stride=4, field=48, first=22)
        for number, *_ in LAYERS:
            for part in ("weight", "bias"):
                self.register_buffer(f"{part}{number}", tensors[f"features.{number}.{part}"].float())

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Encode: [b 3 h w] -> [b 256 h/4 w/4], rounded up."""
        features = pad_to_multiple(pictures, self.stride)
        for number, _, _, halves in LAYERS:
            if halves:
                features = F.max_pool2d(features, 2)
            weight, bias = self.get_buffer(f"weight{number}"), self.get_buffer(f"bias{number}")
            features = F.conv2d(features, weight, bias, padding=1).relu()
        return features


def read_vgg(tensors: Mapping[str, torch.Tensor], where: object = "") -> VggEncoder:
    """Take the encoder out of the tensors of a VGG-19 file.

    tensors  "features.N.weight" [o i 3 3] and "features.N.bias" [o], as the usual files name them; others are ignored
    where    the file, for an error
    raises   WeightsError, if a layer is missing or is not that of VGG-19
    """
    for number, inputs, outputs, _ in LAYERS:
        for part, shape in (("weight", (outputs, inputs, 3, 3)), ("bias", (outputs,))):
            name = f"features.{number}.{part}"
            fix = "a safetensors file of VGG-19, or no file: then an encoder is fitted to the shot"
            if name not in tensors:
                raise WeightsError(f"has no {name}, so it is not VGG-19", where=where, fix=fix)
            if tuple(tensors[name].shape) != shape:
                found = "x".join(str(side) for side in tensors[name].shape)
                raise WeightsError(f"{name} is {found}, not that of VGG-19", where=where, fix=fix)
    return VggEncoder(tensors)
