"""A pytest plugin that switches one stage off before any test is collected: PAINTOUT_MUTATE=MODULE:NAME=VALUE."""

import ast
import importlib
import os

__all__ = ["pytest_configure"]


def pytest_configure() -> None:
    """Set the constant of a module to another value."""
    place, value = os.environ["PAINTOUT_MUTATE"].split("=", 1)
    module, name = place.split(":")
    target = importlib.import_module(module)
    if not hasattr(target, name):
        raise AttributeError(f"{module} has no {name}: the switch is out of date")
    setattr(target, name, ast.literal_eval(value))
