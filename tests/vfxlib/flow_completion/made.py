"""Weights of a flow refinement on disk."""

from __future__ import annotations

from pathlib import Path

from tests.vfxlib.nets.test_flow_refinement import SMALL, disturbed
from vfxlib.io.weights import write_weights
from vfxlib.nets.flow_refinement_settings import KIND
from vfxlib.nets.settings import about_network


def write_flow_weights(path: Path, amount: float = 0.02) -> Path:
    """Write a small network whose learned terms do something."""
    write_weights(path, disturbed(SMALL, amount).state_dict(), about_network(KIND, SMALL))
    return path
