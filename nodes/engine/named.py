"""Functions that declarations name by string; imported when they are wanted, and not before."""

import importlib
from collections.abc import Callable
from typing import Any, cast

__all__ = ["named"]


def named(words: str) -> Callable[..., Any]:
    """The function that "module:function" names."""
    module, function = words.split(":")
    return cast(Callable[..., Any], getattr(importlib.import_module(module), function))
