"""What the fit leaves in the work folder: an index with its fingerprint, a file of weights for each level, a curve."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodes.engine.context import StepContext
from vfxlib.errors import UsageError
from vfxlib.io.atomic import write_text
from vfxlib.pipeline.fingerprint import FINGERPRINT
from vfxlib.train.loop import FitResult

__all__ = ["FitIndex", "fit_of", "is_done", "read_fit_index", "report", "write_fit_index"]


@dataclass(frozen=True)
class FitIndex:
    """A finished fit.

    fingerprint  "" if somebody else made it
    weights      its files, of several levels from the coarsest to the finest; none where nothing was left to do
    minutes      the limit that ended it; 0 if none did
    """

    fingerprint: str
    weights: tuple[Path, ...]
    minutes: float = 0.0


def is_done(context: StepContext, index: Path, wanted: str) -> bool:
    """True if a fit need not be made: it is there, or somebody has put another in its place.

    index   of the fit
    wanted  its fingerprint
    raises  UsageError if the index cannot be read
    """
    if not index.exists():
        return False
    there, minutes = read_fit_index(index), float(context.values["minutes"])
    # what the clock ended is made anew with another limit; what ended by itself is done, whatever the limit
    same = there.fingerprint == wanted and there.minutes in (0.0, minutes)
    foreign = there.fingerprint == "" and not context.job.output.overwrite
    return (same or foreign) and all(path.exists() for path in there.weights)


def write_fit_index(index: Path, made: FitIndex, told: Mapping[str, Any]) -> None:
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


def read_fit_index(index: Path) -> FitIndex:
    """Read the index of a fit.

    raises  UsageError if it is none
    """
    try:
        values = json.loads(index.read_text(encoding="utf-8"))
        weights = tuple(index.with_name(str(name)) for name in values["weights"])
        return FitIndex(str(values.get(FINGERPRINT, "")), weights, float(values.get("minutes", 0.0)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"is no fit that can be read ({error})", where=index, fix="delete it so that the fit is made again"
        ) from error


def report(fitted: FitResult) -> Mapping[str, object]:
    """What the index tells of one network's fit."""
    return {
        "ended": fitted.reason,
        "steps": fitted.history[-1].step,
        "seconds": round(fitted.history[-1].seconds, 1),
        "held-out dB": round(fitted.best.psnr, 2),
        "history": [[check.step, round(check.seconds, 1), round(check.psnr, 3)] for check in fitted.history],
    }


def fit_of(context: StepContext, number: int) -> FitIndex:
    """The fit that a frame is made with.

    raises  UsageError if it has not been run, or its weights are gone
    """
    index = context.file("fit", number)
    made = read_fit_index(index)
    for path in made.weights:
        if not path.exists():
            raise UsageError("the weights are gone", where=path, fix=f"delete {index} so that the fit is made again")
    return made
