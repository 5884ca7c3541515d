"""Fitted maskers on disk, with all that carrying needs to know."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from vfxlib.errors import WeightsError
from vfxlib.io.weights import Weights, read_weights, write_weights
from vfxlib.nets.masker import Masker, MaskerSettings, open_masker
from vfxlib.train.load_weights import AGAIN, load_weights
from vfxlib.train.normalise import Normalisation

__all__ = ["read_masker", "start_from", "write_masker"]

NETWORK = "masker"


def write_masker(
    path: Path,
    weights: Mapping[str, torch.Tensor],
    settings: MaskerSettings,
    objects: Sequence[int],
    colours: Normalisation,
    about: Mapping[str, str],
) -> str:
    """Write a network.

    objects  numbers of the objects that it finds, in the order of its channels
    about    what else the file says
    returns  digest of the weights
    raises   OutputError
    """
    told = {
        "network": NETWORK,
        "settings": json.dumps(settings.to_mapping(), sort_keys=True),
        "objects": json.dumps(list(objects)),
        "range": json.dumps([*colours.mean, colours.deviation]),
    }
    return write_weights(path, weights, {**told, **about})


def read_masker(
    path: Path, device: torch.device, wanted: MaskerSettings, objects: Sequence[int]
) -> tuple[Masker, Normalisation]:
    """Read a network and the range of colours that it works in.

    wanted   what it must have been built from
    objects  numbers of the objects that it must find
    raises   WeightsError if the file is damaged, holds no masker, or one for other objects
    """
    network = open_masker(wanted, seed=0)
    colours = _load(
        network, path, objects, "run the fit again, or delete its folder if the weights were put there by hand"
    )
    return network.to(device).eval(), colours


def start_from(network: Masker, path: Path, objects: Sequence[int]) -> Normalisation:
    """Begin a fit with another fit's weights, as when a key was added.

    network  a masker at its start
    objects  numbers of the objects that it is to find
    returns  the range of colours that the weights were fitted in, which must then be kept
    raises   WeightsError if the file holds another network, or one for other objects
    """
    return _load(network, path, objects, "give weights that this version fitted to the same objects, or none")


def _load(network: Masker, path: Path, objects: Sequence[int], fix: str) -> Normalisation:
    """Load weights into the network that they must be of.

    returns  the range of colours that they were fitted in
    """
    found = read_weights(path)
    settings, wanted = _settings(found, path), network.settings
    if settings != wanted:
        raise WeightsError(
            f"holds a network for {settings.objects} objects that sees {settings.inputs} channels; wanted is one for "
            f"{wanted.objects} that sees {wanted.inputs}",
            where=path,
            fix=fix,
        )
    try:
        red, green, blue, deviation = json.loads(found.about["range"])
        numbers = [int(number) for number in json.loads(found.about["objects"])]
    except (KeyError, ValueError, TypeError) as error:
        raise WeightsError("does not say what its colours and channels mean", where=path, fix=AGAIN) from error
    if numbers != list(objects):
        theirs, ours = (", ".join(map(str, each)) for each in (numbers, objects))
        raise WeightsError(f"finds the objects {theirs}; the keys hold {ours}", where=path, fix=fix)
    load_weights(network, found.tensors, path)
    return Normalisation((red, green, blue), deviation)


def _settings(weights: Weights, path: Path) -> MaskerSettings:
    if weights.about.get("network") != NETWORK:
        raise WeightsError(
            "holds no network of MaskPropagate", where=path, fix="give a file that its step fit has written"
        )
    try:
        return MaskerSettings.from_mapping(json.loads(weights.about["settings"]))
    except (KeyError, ValueError, TypeError) as error:
        raise WeightsError(f"does not say what network it holds ({error})", where=path, fix=AGAIN) from error
