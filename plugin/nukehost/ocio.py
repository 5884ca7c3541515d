"""The colour configuration that Nuke works in, and what its spaces are called there."""

import os
from typing import Any

import nuke

__all__ = ["config", "default_space", "evaluated", "space_name", "working_space"]

LINEAR_HERE = "Linear Rec.709 (sRGB)"  # of OCIO's studio config: what Nuke's own management calls linear


def config() -> str:
    """What --ocio is told: $OCIO, else the custom configuration of the script, else the stock one that it names.

    returns  a path or a name; "" where Nuke manages colour without OpenColorIO
    """
    if given := os.environ.get("OCIO", ""):
        return given
    root = nuke.root()
    if root["colorManagement"].value() != "OCIO":
        return ""
    if root["OCIO_config"].value() == "custom":
        return evaluated(root["customOCIOConfigPath"])
    return evaluated(root["OCIOConfigPath"])


def evaluated(knob: Any) -> str:
    """What a knob that holds a path comes to, with its expressions replaced."""
    return str(knob.getEvaluatedValue() or "")


def working_space() -> str:
    """The space in which pixels are between Nuke's nodes."""
    if nuke.root()["colorManagement"].value() == "OCIO":
        return space_name(str(nuke.root()["workingSpaceLUT"].value()))
    return "scene_linear" if os.environ.get("OCIO", "") else LINEAR_HERE


def default_space(file: str) -> str:
    """The space of a file that a Read calls "default"; "" leaves it to what the file says."""
    knob = nuke.root().knob("floatLut")
    if not file.lower().endswith(".exr") or knob is None:
        return ""
    return space_name(str(knob.value())) if nuke.root()["colorManagement"].value() == "OCIO" else working_space()


def space_name(value: str) -> str:
    """The name of a space without the words that a menu shows with it: "scene_linear\\tscene_linear (ACEScg)"."""
    return value.split("\t")[0].strip()
