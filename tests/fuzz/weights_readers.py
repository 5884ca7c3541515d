"""Everybody who reads a file of weights, as a command of two words."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch

from tests.fuzz.seeds import MASKER, PAINTER, toy_network
from vfxlib.errors import PaintoutError
from vfxlib.internal_fit import weights as painters
from vfxlib.io.weights import read_weights
from vfxlib.mask_propagate import weights as maskers
from vfxlib.nets.masker import open_masker
from vfxlib.nets.painter import open_painter
from vfxlib.pipeline.fingerprint import read_fingerprint
from vfxlib.train.checkpoint import open_checkpoint

__all__ = ["READERS", "read_by"]

READERS = ("read", "paint", "paint more", "carry", "carry more", "go on", "whose")


def read_by(words: Sequence[str]) -> int:
    """Read a file.

    words    one of ``READERS``, and the file
    returns  an exit code, as a command's
    """
    path, processor = Path(words[1]), torch.device("cpu")
    readers: Mapping[str, Callable[[], object]] = {
        "read": lambda: read_weights(path),
        "paint": lambda: painters.read_networks([path], processor),
        "paint more": lambda: painters.start_from(open_painter(PAINTER, seed=0), path),
        "carry": lambda: maskers.read_masker(path, processor, MASKER, [1]),
        "carry more": lambda: maskers.start_from(open_masker(MASKER, seed=0), path, [1]),
        "go on": lambda: open_checkpoint(path, toy_network(), "a toy", print),
        "whose": lambda: read_fingerprint(path),
    }
    try:
        readers[words[0]]()
    except PaintoutError as error:
        print(f"paintout: {error}", file=sys.stderr)
        return error.exit_code
    return 0
