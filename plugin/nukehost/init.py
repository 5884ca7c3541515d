"""Nuke runs this at its start, also without a window: Paintout is made importable; what fails is one line."""

import importlib
import os
import sys

__all__ = ["make_importable"]


def make_importable() -> None:
    """Put Paintout's root behind everything else on sys.path, if Paintout is not there already."""
    here = os.path.dirname(os.path.realpath(__file__))
    # Nuke puts each folder of NUKE_PATH on sys.path; modules here have everyday names, such as group
    sys.path[:] = [path for path in sys.path if not path or os.path.realpath(path) != here]
    root = os.path.dirname(os.path.dirname(here))
    try:
        for room in ("plugin.launch", "nodes.shot", "vfxlib.errors"):  # ours, and nobody else's of these names
            importlib.import_module(room)
    except ImportError:
        if root not in sys.path:
            sys.path.append(root)


try:
    make_importable()
except Exception as error:  # whatever it is, Nuke starts
    print(f"Paintout is not there: {type(error).__name__}:", *str(error).split())
