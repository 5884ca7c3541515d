"""What the fit leaves in the work folder: an index with its fingerprint, a file of weights for each level, a curve."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodes.processors.stage import Stage
from vfxlib.errors import UsageError
from vfxlib.files import write_text
from vfxlib.store import FINGERPRINT

__all__ = ["Made", "made_for", "read_made", "weights_path", "write_made"]


@dataclass(frozen=True)
class Made:
    """A finished fit.

    fingerprint  "" if somebody else made it
    weights      files from the coarsest level to the finest; none where nothing was left to paint
    minutes      the limit that ended it; 0 if none did
    """

    fingerprint: str
    weights: tuple[Path, ...]
    minutes: float = 0.0


def weights_path(index: Path, level: int) -> Path:
    """The file of a level's weights, 0 for the coarsest."""
    return index.with_name(f"level{level}.safetensors")


def write_made(index: Path, made: Made, told: Mapping[str, Any]) -> None:
    """Write the index of a finished fit.

    told    what else is worth knowing: held-out figures, how it ended
    raises  OutputError
    """
    values = {
        FINGERPRINT: made.fingerprint,
        "weights": [path.name for path in made.weights],
        "minutes": made.minutes,
        **told,
    }
    write_text(index, json.dumps(values, indent=1) + "\n")


def read_made(index: Path) -> Made:
    """Read the index of a fit.

    raises  UsageError if it is none
    """
    try:
        values = json.loads(index.read_text(encoding="utf-8"))
        weights = tuple(index.with_name(str(name)) for name in values["weights"])
        return Made(str(values.get(FINGERPRINT, "")), weights, float(values.get("minutes", 0.0)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"is no fit that can be read ({error})", where=index, fix="delete it so that the fit is made again"
        ) from error


def made_for(stage: Stage, number: int) -> Made:
    """The fit that a frame is rendered with.

    raises  UsageError if it has not been run, or its weights are gone
    """
    index = stage.file("fit", number)
    made = read_made(index)
    for path in made.weights:
        if not path.exists():
            raise UsageError("the weights are gone", where=path, fix=f"delete {index} so that the fit is made again")
    return made
