"""A trained STA-Net without one of its parts, as a file of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from vfxlib.io.weights import read_weights, write_weights
from vfxlib.nets.settings import about_network, read_settings
from vfxlib.nets.sta import StaSettings
from vfxlib.nets.sta_clip import KIND

__all__ = ["VARIANTS", "write_variant"]

VARIANTS = ("both alignments", "affine alone", "flow alone", "without spatial")


def write_variant(weights: Path, name: str, out: Path) -> None:
    """Write the network of a file without what a variant leaves out; nothing is trained again.

    weights  as a training has written them
    name     one of ``VARIANTS``
    """
    whole = read_weights(weights)
    settings = read_settings(whole, weights, KIND, StaSettings, "STA-Net")
    left_out: tuple[str, ...] = ()
    match name:
        case "affine alone":
            settings = replace(settings, alignment="affine")
        case "flow alone":
            settings, left_out = replace(settings, alignment="flow"), ("sta.affine.",)
        case "without spatial":
            settings, left_out = replace(settings, spatial=0), ("sta.refinement.", "critic.")
        case _:
            pass
    kept = {key: each for key, each in whole.tensors.items() if not key.startswith(left_out)} if left_out else None
    write_weights(out, whole.tensors if kept is None else kept, about_network(KIND, settings))
