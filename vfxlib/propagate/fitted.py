"""Fitted maskers on disk, with all that carrying needs to know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import torch

from vfxlib.errors import WeightsError
from vfxlib.fit.range import Range
from vfxlib.fit.weighted import AGAIN, load_weights
from vfxlib.nets.masker import Masker, MaskerSettings, open_masker
from vfxlib.weights import Weights, read_weights, write_weights

__all__ = ["read_masker", "start_from", "write_masker"]

NETWORK = "masker"


def write_masker(
    path: Path,
    weights: Mapping[str, torch.Tensor],
    settings: MaskerSettings,
    colours: Range,
    about: Mapping[str, str],
) -> str:
    """Write a network.

    about    what else the file says
    returns  digest of the weights
    raises   OutputError
    """
    told = {
        "network": NETWORK,
        "settings": json.dumps(settings.to_mapping(), sort_keys=True),
        "range": json.dumps([*colours.mean, colours.deviation]),
    }
    return write_weights(path, weights, {**told, **about})


def read_masker(path: Path, device: torch.device, wanted: MaskerSettings | None = None) -> tuple[Masker, Range]:
    """Read a network and the range of colours that it works in.

    wanted  what it must have been built from; None takes any
    raises  WeightsError if the file is damaged, holds no masker, or one for another number of objects
    """
    found = read_weights(path)
    settings = _settings(found, path)
    if wanted is not None:
        _same(settings, wanted, path, "run the fit again, or delete its folder if the weights were put there by hand")
    network = open_masker(settings, seed=0)
    load_weights(network, found.tensors, path)
    try:
        red, green, blue, deviation = json.loads(found.about["range"])
    except (KeyError, ValueError, TypeError) as error:
        raise WeightsError("does not say what its colours mean", where=path, fix=AGAIN) from error
    return network.to(device).eval(), Range((red, green, blue), deviation)


def start_from(network: Masker, path: Path) -> Range:
    """Begin a fit with another fit's weights, as when a key was added.

    network  a masker at its start
    returns  the range of colours that the weights were fitted in, which must then be kept
    raises   WeightsError if the file holds another network, or one for another number of objects
    """
    other = read_weights(path)
    fix = "give weights that this version fitted to the same objects, or none"
    _same(_settings(other, path), network.settings, path, fix)
    load_weights(network, other.tensors, path)
    return read_masker(path, torch.device("cpu"))[1]


def _same(settings: MaskerSettings, wanted: MaskerSettings, path: Path, fix: str) -> None:
    if settings != wanted:
        raise WeightsError(
            f"holds a network for {settings.objects} objects that sees {settings.inputs} channels; wanted is one for "
            f"{wanted.objects} that sees {wanted.inputs}",
            where=path,
            fix=fix,
        )


def _settings(weights: Weights, path: Path) -> MaskerSettings:
    if weights.about.get("network") != NETWORK:
        raise WeightsError(
            "holds no network of MaskPropagate", where=path, fix="give a file that its step fit has written"
        )
    try:
        return MaskerSettings.from_mapping(json.loads(weights.about["settings"]))
    except (KeyError, ValueError, TypeError) as error:
        raise WeightsError(f"does not say what network it holds ({error})", where=path, fix=AGAIN) from error
