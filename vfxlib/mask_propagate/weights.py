"""Fitted maskers on disk, with all that propagation needs to know."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from vfxlib.errors import WeightsError
from vfxlib.io.json_file import parse_json
from vfxlib.io.weights import load_weights, read_weights, write_weights
from vfxlib.nets.masker import Masker, MaskerSettings, open_masker
from vfxlib.nets.settings import about_network, read_settings
from vfxlib.train.normalise import Normalisation

__all__ = ["read_masker", "start_from", "write_masker"]

KIND = "masker"
WHAT = "network of MaskPropagate"  # as an error calls it


def write_masker(
    path: Path,
    weights: Mapping[str, torch.Tensor],
    settings: MaskerSettings,
    objects: Sequence[int],
    colours: Normalisation,
    about: Mapping[str, str],
) -> str:
    """Write a network.

    path      of the file
    weights   the network's state_dict
    settings  that the network was built from
    objects   numbers of the objects that it segments, in the order of its channels
    colours   the normalisation that it works in
    about     what else the file says
    returns   digest of the weights
    raises    OutputError
    """
    own = {**about_network(KIND, settings), "objects": json.dumps(list(objects)), "range": colours.to_json()}
    return write_weights(path, weights, {**own, **about})


def read_masker(
    path: Path, device: torch.device, wanted: MaskerSettings, objects: Sequence[int]
) -> tuple[Masker, Normalisation]:
    """Read a network and the normalisation of colours that it works in.

    wanted   what it must have been built from
    objects  numbers of the objects that it must segment
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
    objects  numbers of the objects that it is to segment
    returns  the normalisation of colours that the weights were fitted in, which must then be kept
    raises   WeightsError if the file holds another network, or one for other objects
    """
    return _load(network, path, objects, "give weights that this version fitted to the same objects, or none")


def _load(network: Masker, path: Path, objects: Sequence[int], fix: str) -> Normalisation:
    """Load weights into the network that they must be of.

    returns  the normalisation of colours that they were fitted in
    """
    weights = read_weights(path)
    settings, wanted = read_settings(weights, path, KIND, MaskerSettings, WHAT, fix), network.settings
    if settings != wanted:
        raise WeightsError(
            f"holds a network for {settings.objects} objects that sees {settings.inputs} channels; wanted is one for "
            f"{wanted.objects} that sees {wanted.inputs}",
            where=path,
            fix=fix,
        )
    try:
        colours = Normalisation.from_json(weights.about["range"])
        written = list(parse_json(weights.about["objects"]))
    except (KeyError, ValueError, TypeError) as error:
        raise WeightsError("does not say what its colours and channels mean", where=path, fix=fix) from error
    if written != list(objects):
        theirs, ours = (", ".join(map(str, each)) for each in (written, objects))
        raise WeightsError(f"finds the objects {theirs}; the keys hold {ours}", where=path, fix=fix)
    load_weights(network, weights.tensors, path, fix)
    return colours
