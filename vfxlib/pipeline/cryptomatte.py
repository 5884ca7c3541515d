"""A Cryptomatte written: ids and coverages of objects in ranks, and the manifest of their names.

Specification: Friedman and Jones, "Cryptomatte" 1.2.0 (Psyop). All of it is 32-bit float and packed without loss: an id
is the bits of a number, which rounding or averaging would make another.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array
from vfxlib.inputs.cryptomatte import id_of
from vfxlib.layer_names import object_layers

__all__ = ["CryptomatteLayer", "cryptomatte_of"]

LAYER = "cryptoObject"
MOST_RANKS = 6  # objects that a pixel can hold, as renderers have it
_HALF = re.compile("[\ud800-\udfff]")
_NOT_A_NAME = re.compile(r"[0-9]+|mask|.*[*?\[].*", re.DOTALL)  # numbers, what hosts reserve, and patterns


@dataclass(frozen=True)
class CryptomatteLayer:
    """What the Cryptomatte of a result holds, the same on every frame.

    names  of the objects, each another one
    """

    names: tuple[str, ...]

    @property
    def ranks(self) -> int:
        """Pairs of id and coverage that a pixel has; two make a layer of four channels."""
        return 2 * ((min(len(self.names), MOST_RANKS) + 1) // 2)

    @property
    def channel_names(self) -> tuple[str, ...]:
        """The channels in the file: id, coverage, id, coverage in each layer of four."""
        return tuple(f"{LAYER}{place:02d}.{letter}" for place in range(self.ranks // 2) for letter in "RGBA")

    @property
    def attributes(self) -> dict[str, str]:
        """What the header says of it."""
        key = f"cryptomatte/{id_of(LAYER):08x}"[: len("cryptomatte/") + 7]
        words = "".join(self.names)
        manifest = {name: f"{id_of(name):08x}" for name in self.names}
        return {
            f"{key}/name": LAYER,
            f"{key}/hash": "MurmurHash3_32",
            f"{key}/conversion": "uint32_to_float32",
            # Blender reads no escapes of JSON; half a surrogate pair can only be written as one
            f"{key}/manifest": json.dumps(
                manifest, separators=(",", ":"), ensure_ascii=_HALF.search(words) is not None
            ),
        }

    def channels(self, coverages: Sequence[Array]) -> dict[str, Array]:
        """The channels of a frame.

        coverages  [h w] 0..1 of each object, in the order of ``names``
        returns    name -> [h w] float32; in a pixel the object that covers most of it comes first, and all together
                   cover no more than 1
        """
        stack = np.stack([np.clip(coverage, 0, 1) for coverage in coverages]).astype(np.float32)
        stack /= np.maximum(stack.sum(axis=0), np.float32(1))
        order = np.argsort(-stack, axis=0, kind="stable")[: self.ranks]
        ids = np.array([id_of(name) for name in self.names], np.uint32).view(np.float32)
        share = np.take_along_axis(stack, order, axis=0)
        number = np.where(share > 0, ids[order], np.float32(0))
        nothing = np.zeros(stack.shape[1:], np.float32)
        planes: list[NDArray[np.float32]] = []
        for rank in range(self.ranks):
            planes += [number[rank], share[rank]] if rank < len(order) else [nothing, nothing]
        return dict(zip(self.channel_names, planes, strict=True))


def cryptomatte_of(names: Sequence[str]) -> CryptomatteLayer:
    """The Cryptomatte of some objects.

    names  as they were chosen: numbers, patterns and what hosts reserve are called as their layers are
    """
    layers = object_layers(names)
    fit = tuple(layer if _NOT_A_NAME.fullmatch(name) else name for name, layer in zip(names, layers, strict=True))
    return CryptomatteLayer(fit if len(set(fit)) == len(fit) else layers)
