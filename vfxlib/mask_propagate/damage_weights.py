"""What a fit to damage has learned, on disk."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from vfxlib.errors import WeightsError
from vfxlib.io.weights import AGAIN, load_weights, read_weights, write_weights
from vfxlib.mask_propagate.damage_classifier import DamageClassifier
from vfxlib.mask_propagate.damage_features import COUNT, DamageLook

__all__ = ["DamageModel", "read_damage", "write_damage"]

KIND = "damage classifier"
PARTS = ("both", "one")


@dataclass(frozen=True)
class DamageModel:
    """All that is learned from the keys of a shot.

    look  of their damage
    both  tells it on frames with others to both sides
    one   tells it on the first and last ones of a take
    """

    look: DamageLook
    both: DamageClassifier
    one: DamageClassifier


def write_damage(path: Path, model: DamageModel, about: Mapping[str, str]) -> str:
    """Write what was learned.

    about    what else the file says
    returns  digest
    raises   OutputError
    """
    tensors = {"look.colour": model.look.colour, "look.change": model.look.change}
    for part in PARTS:
        tensors |= {f"{part}.{name}": tensor for name, tensor in getattr(model, part).state_dict().items()}
    return write_weights(path, tensors, {"network": KIND, "settings": json.dumps({"features": COUNT}), **about})


def read_damage(path: Path) -> DamageModel:
    """Read what was learned.

    raises  WeightsError if the file is damaged, or is none that this version has written
    """
    weights = read_weights(path)
    look = DamageLook(*(weights.tensors.get(f"look.{name}", torch.empty(0)) for name in ("colour", "change")))
    if weights.about.get("network") != KIND or look.colour.shape != (3,) or look.change.shape != (3,):
        raise WeightsError(f"holds no {KIND}", where=path, fix=AGAIN)
    classifiers = []
    for part in PARTS:
        classifier = DamageClassifier(COUNT)
        begin = f"{part}."
        own = {name[len(begin) :]: tensor for name, tensor in weights.tensors.items() if name.startswith(begin)}
        load_weights(classifier, own, path)
        classifiers.append(classifier.eval())
    return DamageModel(look, *classifiers)
