"""The extension in a real Blender: installed, run, loaded, rendered, and gone without a trace."""

import sys
from pathlib import Path

import numpy as np
import pytest

from plugin.blenderhost.build import build
from tests.blender.process import SCRIPTS, answer, run_script
from tests.hostile.place import Place
from tests.places import ROOT
from vfxlib.io.exr import read_channels

FRAMES = (1001, 1002, 1003)


def command(folder: Path) -> Path:
    """The command of this checkout, as a program that needs nothing of the environment."""
    path = folder / "the command" / "paintout"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m plugin "$@"\n')
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def story(blender, tmp_path_factory):
    """What the story tells, and its folder, whose name is no easy one."""
    folder = tmp_path_factory.mktemp("story") / "shot é 10"
    folder.mkdir()
    Place(folder, quick=False).make(FRAMES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BLENDER_USER_RESOURCES", str(folder / "resources"))
        patch.setenv("PAINTOUT", str(command(folder)))
        printed = run_script(blender, SCRIPTS / "host_story.py", build(folder), folder, seconds=150)
    return answer(printed), folder


def rendered(folder: Path, name: str, number: int) -> np.ndarray:
    """What Blender rendered of a socket at a frame of the scene."""
    channels = read_channels(folder / name / f"render.{number:04d}.exr", number).channels
    return np.stack([channels[letter] for letter in "RGB"], axis=-1)


def test_the_installed_extension_puts_nothing_of_ours_beside_other_modules(story):
    told, _ = story
    assert told["module"] == ["bl_ext.user_default.paintout.plugin.blenderhost"]
    assert told["clash"] == []
