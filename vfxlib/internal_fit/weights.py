"""Fitted networks on disk: one file for each level, with all that painting needs to know."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from vfxlib.errors import WeightsError
from vfxlib.internal_fit.coarse_to_fine import input_channels
from vfxlib.internal_fit.holdout import ErrorCalibration
from vfxlib.io.json_file import all_numbers, parse_json
from vfxlib.io.shipped_weights import saying_how_to_mend
from vfxlib.io.weights import AGAIN, load_weights, read_weights, write_weights
from vfxlib.nets.painter import Painter, PainterSettings, open_painter
from vfxlib.nets.settings import about_network, read_settings
from vfxlib.train.normalise import Normalisation

__all__ = ["FittedNetworks", "read_networks", "start_from", "write_level"]

KIND = "painter"
WHAT = "painter of InternalFit"  # as an error calls it
OTHERS = "give weights that a fit has written, or none"


@dataclass(frozen=True)
class FittedNetworks:
    """What paints.

    networks     from the coarsest level to the plate's own size; on their device
    colours      the normalisation that they work in
    calibration  of the error that the finest one predicts
    """

    networks: Sequence[Painter]
    colours: Normalisation
    calibration: ErrorCalibration


def write_level(
    path: Path,
    weights: Mapping[str, torch.Tensor],
    settings: PainterSettings,
    colours: Normalisation,
    calibration: ErrorCalibration,
    about: Mapping[str, str],
) -> str:
    """Write one level's network.

    path         of the file
    weights      the network's state_dict
    settings     that the network was built from
    colours      the normalisation that it works in
    calibration  of the error that it predicts
    about        what else the file says, "level" and "levels" among it
    returns      digest of the weights
    raises       OutputError
    """
    own = {
        **about_network(KIND, settings),
        "range": colours.to_json(),
        "trust": json.dumps([calibration.predicted, calibration.expected], allow_nan=False),
    }
    return write_weights(path, weights, {**own, **about})


def read_networks(paths: Sequence[Path], device: torch.device) -> FittedNetworks:
    """Read the networks of all levels.

    paths   from the coarsest level to the finest
    raises  WeightsError if a file is damaged, no painter, or of another level
    """
    networks, last = [], None
    for level, path in enumerate(paths):
        last = read_weights(path)
        settings = read_settings(last, path, KIND, PainterSettings, WHAT)
        if settings.inputs != input_channels(level):
            raise WeightsError(f"is no network of level {level}", where=path, fix=AGAIN)
        network = open_painter(settings, seed=0)
        load_weights(network, last.tensors, path)
        networks.append(network.to(device).eval())
    assert last is not None
    try:
        colours = Normalisation.from_json(last.about["range"])
        calibration = _calibration(last.about["trust"])
    except (KeyError, ValueError, TypeError) as error:
        raise WeightsError("does not say what its colours and errors mean", where=paths[-1], fix=AGAIN) from error
    return FittedNetworks(networks, colours, calibration)


def _calibration(words: str) -> ErrorCalibration:
    predicted, expected = parse_json(words)
    if not predicted or len(predicted) != len(expected) or not all_numbers([*predicted, *expected]):
        raise ValueError(f"{words} is no calibration")
    return ErrorCalibration(tuple(predicted), tuple(expected))


def start_from(network: Painter, path: Path) -> None:
    """Begin a fit with another fit's weights.

    network  a painter at its start; where it sees more than the other did, it begins without using that, and what
             another head said of colours it forgets
    raises   WeightsError if the file holds another network
    """
    with saying_how_to_mend(path):
        other = read_weights(path)
        settings, own = read_settings(other, path, KIND, PainterSettings, WHAT, OTHERS), network.settings
        names = ("network", "width", "outputs", "padding", "upsampling")
        apart = [name for name in names if getattr(settings, name) != getattr(own, name)]
        if apart:
            theirs, ours = (", ".join(f"{name} {getattr(of, name)}" for name in apart) for of in (settings, own))
            raise WeightsError(
                f"holds another network ({theirs}; wanted {ours})", where=path, fix="give weights of this network"
            )
        load_weights(network, _widened(other.tensors, network), path, OTHERS)
        if settings.head != own.head:
            network.forget_colours()


def _widened(tensors: Mapping[str, torch.Tensor], network: Painter) -> dict[str, torch.Tensor]:
    """Weights for a network that sees more channels (weights for these begin at 0), or fewer (theirs are dropped)."""
    widened = dict(tensors)
    for name, own in network.state_dict().items():
        given = tensors.get(name)
        if given is not None and given.ndim == 4 and given.shape[1] != own.shape[1] and given.shape[0] == own.shape[0]:
            fitting = torch.zeros_like(own, device="cpu")
            common = min(given.shape[1], own.shape[1])
            fitting[:, :common] = given[:, :common]
            widened[name] = fitting
    return widened
