"""The words of the verdict: short, and such that an artist knows what to do."""

import json
from pathlib import Path

import pytest

from nodes import MORE
from nodes.flow_inpaint import FlowInpaintParams
from nodes.internal_fit import InternalFitParams
from nodes.node import Sources
from plugin.cli import main
from plugin.verdict import verdict_lines
from tests.nodes.engine.test_verdict import make
from vfxlib.io.images import read_image_header

POOR, MOVING = dict.fromkeys(range(1001, 1005), 30), {n: 5 + 15 * (n - 1001) for n in range(1001, 1006)}
