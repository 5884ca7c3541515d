"""What a network is built from, as the file of its weights says it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar, get_type_hints

from vfxlib.errors import WeightsError
from vfxlib.io.json_file import parse_json
from vfxlib.io.weights import AGAIN, Weights

__all__ = ["MOST_CHANNELS", "NetworkSettings", "about_network", "read_settings"]


@dataclass(frozen=True)
class NetworkSettings:
    """The base of a network's settings, which are numbers and words; they go into the file of its weights."""


MOST_CHANNELS = 1024  # that go into a network or come out of it; none of ours has a tenth of them

Settings = TypeVar("Settings", bound=NetworkSettings)


def about_network(kind: str, settings: NetworkSettings) -> dict[str, str]:
    """What a file of weights says of its network: "network" and "settings".

    kind  of network, as one word
    """
    return {"network": kind, "settings": json.dumps(asdict(settings), sort_keys=True)}


def read_settings(
    weights: Weights, path: Path, kind: str, settings: type[Settings], what: str, fix: str = AGAIN
) -> Settings:
    """Read what `about_network` wrote.

    weights   the file's content
    path      of the file
    kind      of network that it must hold
    settings  the class of that kind
    what      it must hold, as words for the error
    fix       what to do about one that is damaged
    raises    WeightsError if the file holds another network, or settings that this one cannot have
    """
    if weights.about.get("network") != kind:
        raise WeightsError(f"holds no {what}", where=path, fix="give a file that a fit has written")
    try:
        read = settings(**parse_json(weights.about["settings"]))
        _check_types(read)
        return read
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise WeightsError(f"does not say what network it holds ({error})", where=path, fix=fix) from error


def _check_types(settings: NetworkSettings) -> None:
    for name, wanted in get_type_hints(type(settings)).items():
        value = getattr(settings, name)
        kinds = {int: (int,), float: (int, float)}.get(wanted, (str,))
        if type(value) not in kinds:
            raise TypeError(f"{name} is {value!r}")
