"""What a network is built from, as the file of its weights says it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from vfxlib.errors import WeightsError
from vfxlib.io.weights import AGAIN, Weights

__all__ = ["NetworkSettings", "about_network", "read_settings"]


@dataclass(frozen=True)
class NetworkSettings:
    """The base of a network's settings, which are numbers and words; they go into the file of its weights."""

    def to_mapping(self) -> dict[str, Any]:
        """Spell the settings as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Read settings that `to_mapping` spelt.

        raises   ValueError or TypeError, if a value is none that this network can have
        """
        return cls(**values)


Settings = TypeVar("Settings", bound=NetworkSettings)


def about_network(kind: str, settings: NetworkSettings) -> dict[str, str]:
    """What a file of weights says of its network: "network" and "settings".

    kind  of network, as one word
    """
    return {"network": kind, "settings": json.dumps(settings.to_mapping(), sort_keys=True)}


def read_settings(weights: Weights, path: Path, kind: str, settings: type[Settings], what: str) -> Settings:
    """Read what `about_network` wrote.

    weights   the file's content
    path      of the file
    kind      of network that it must hold
    settings  the class of that kind
    what      it must hold, as words for the error
    raises    WeightsError if the file holds another network, or settings that this one cannot have
    """
    if weights.about.get("network") != kind:
        raise WeightsError(f"holds no {what}", where=path, fix="give a file that a fit has written")
    try:
        return settings.from_mapping(json.loads(weights.about["settings"]))
    except (KeyError, ValueError, TypeError) as error:
        raise WeightsError(f"does not say what network it holds ({error})", where=path, fix=AGAIN) from error
