"""Nuke runs this at its start, also without a window: Paintout is made importable; what fails is one line."""

import importlib.util
import os
import sys

__all__ = ["make_importable"]


def make_importable() -> None:
    """Put Paintout's root behind everything else on sys.path, if Paintout is not there already."""
    here = os.path.dirname(os.path.realpath(__file__))
    # Nuke puts each folder of NUKE_PATH on sys.path; modules here have everyday names, such as group
    sys.path[:] = [path for path in sys.path if not path or os.path.realpath(path) != here]
    if not _in_nuke():
        sys.path.append(os.path.dirname(os.path.dirname(here)))
        if not _in_nuke():
            raise ImportError(f"Python takes {_found()} for it; take that out of PYTHONPATH or NUKE_PATH")


def _in_nuke() -> bool:
    """True if the package that Python finds is a Paintout with this room; nothing is imported to know that."""
    return any(os.path.isdir(os.path.join(place, "nukehost")) for place in _found())


def _found() -> list[str]:
    spec = importlib.util.find_spec("plugin")
    return list(spec.submodule_search_locations or [spec.origin or ""]) if spec is not None else []


try:
    make_importable()
except Exception as error:  # whatever it is, Nuke starts
    print(f"Paintout is not there: {type(error).__name__}:", *str(error).split())
