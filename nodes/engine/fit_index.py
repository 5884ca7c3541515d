"""What a fit leaves in the work folder: an index with its fingerprint, files of weights, and a curve."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodes.engine.context import StepContext
from nodes.engine.shot_step import read_index
from vfxlib.errors import UsageError
from vfxlib.pipeline.fingerprint import FileState, index_fingerprint, read_fingerprint

__all__ = ["FitIndex", "fit_of", "fit_state", "read_fit_index"]


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


def read_fit_index(path: Path) -> FitIndex:
    """Read the index of a fit.

    raises  UsageError if it is none
    """

    def parse(content: dict[str, Any]) -> FitIndex:
        weights = tuple(path.with_name(str(name)) for name in content["weights"])
        return FitIndex(index_fingerprint(content) or "", weights, float(content.get("minutes", 0.0)))

    return read_index(path, "fit", parse)


def fit_state(context: StepContext, wanted: str) -> FileState:
    """What a fit has left, seen from its fingerprint: an index alone is nothing without its weights.

    raises  UsageError if the index cannot be read
    """
    path = context.index_path
    if not path.exists():
        return FileState.ABSENT
    index = read_fit_index(path)
    if not all(os.path.exists(weights) for weights in index.weights):
        return FileState.STALE
    if not index.fingerprint:
        return FileState.FOREIGN
    owners = {read_fingerprint(weights) for weights in index.weights} - {None}  # None: somebody has put others there
    if owners - {index.fingerprint}:
        return FileState.STALE  # another fit was stopped when it had written some of its own
    # what the clock ended is made anew with another limit; what ended by itself is done, whatever the limit
    same = index.fingerprint == wanted and index.minutes in (0.0, float(context.values["minutes"]))
    return FileState.DONE if same else FileState.STALE


def fit_of(context: StepContext) -> FitIndex:
    """The fit that a later step of the node works with.

    raises  UsageError if it has not been run, or its weights are gone
    """
    path = context.index_file("fit")
    index = read_fit_index(path)
    for weights in index.weights:
        if not os.path.exists(weights):  # nor is one whose name no file can have
            raise UsageError("the weights are gone", where=weights, fix=f"delete {path} so that the fit is made again")
    return index
