"""What a fit to damage has learned, on disk."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from vfxlib.errors import WeightsError
from vfxlib.io.weights import AGAIN, load_weights, read_weights, write_weights
from vfxlib.mask_propagate.damage_classifier import DamageClassifier
from vfxlib.mask_propagate.damage_features import DamageLook

__all__ = ["DamageModel", "read_damage", "write_damage"]

KIND = "damage classifier"
PARTS = ("both", "one")
LOOK = ("colour", "change", "lines")


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

    def classifier(self, end: bool) -> DamageClassifier:
        """The one for a frame; ``end`` if it is the first or last of a take."""
        return self.one if end else self.both


def write_damage(path: Path, model: DamageModel, about: Mapping[str, str]) -> str:
    """Write what was learned.

    about    what else the file says
    returns  digest
    raises   OutputError
    """
    look = model.look.colour, model.look.change, torch.full((), float(model.look.lines))
    tensors = {f"look.{name}": tensor for name, tensor in zip(LOOK, look, strict=True)}
    for part in PARTS:
        tensors |= {f"{part}.{name}": tensor for name, tensor in getattr(model, part).state_dict().items()}
    return write_weights(
        path, tensors, {"network": KIND, "settings": json.dumps({"features": model.look.features}), **about}
    )


def read_damage(path: Path) -> DamageModel:
    """Read what was learned.

    raises  WeightsError if the file is damaged, or is none that this version has written
    """
    weights = read_weights(path)
    colour, change, lines = (weights.tensors.get(f"look.{name}", torch.empty(0)) for name in LOOK)
    look = DamageLook(colour, change, bool(lines.any()))
    if (
        weights.about.get("network") != KIND
        or look.colour.shape != (3,)
        or look.change.shape != (3,)
        or lines.shape != ()
    ):
        raise WeightsError(f"holds no {KIND}", where=path, fix=AGAIN)
    classifiers = []
    for part in PARTS:
        classifier = DamageClassifier(look.features)
        begin = f"{part}."
        own = {name[len(begin) :]: tensor for name, tensor in weights.tensors.items() if name.startswith(begin)}
        load_weights(classifier, own, path)
        classifiers.append(classifier.eval())
    return DamageModel(look, *classifiers)
