"""Nuke, as far as it can be had: a strict fake, and the real command of this checkout."""

import importlib
import sys
from pathlib import Path

import pytest

from tests.hostile.place import Place
from tests.places import ROOT

FAKE = Path(__file__).parent / "fake"


@pytest.fixture(scope="session")
def _command(tmp_path_factory):
    """The command of this checkout as a program, in a folder whose name is not easy."""
    path = tmp_path_factory.mktemp("bin of paintout é") / "paintout"
    path.write_text(f"#!/bin/sh\nPYTHONPATH='{ROOT}' exec '{sys.executable}' -m plugin \"$@\"\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def nuke(monkeypatch, _command):
    """The fake, with an empty script, and Paintout's menu in it."""
    if str(FAKE) not in sys.path:
        sys.path.append(str(FAKE))
    fake = importlib.import_module("nuke")
    monkeypatch.setenv("PAINTOUT", str(_command))
    monkeypatch.delenv("OCIO", raising=False)
    fake._reset()
    importlib.import_module("plugin.nukehost.toolbar").install()
    yield fake
    fake.scriptClose()
    runs = importlib.import_module("plugin.nukehost.runs")
    fake._pump(lambda: not runs._followed, 20)
    for run in runs._begun:
        run.stop()
        run.wait(every=0.01)
    runs._begun.clear()
    fake._reset()


class Script:
    """A saved script with a plate and a matte in it, and what an artist's hands do.

    place   its folder
    plate, matte  Reads
    """

    def __init__(self, nuke, folder, frames=(1, 2, 3)):
        self.nuke, self.place = nuke, Place(folder).make(frames)
        self.file = folder / "sh010 comp é.nk"
        self.plate = self.read(folder / "plate" / "plate.####.exr", frames)
        self.matte = self.read(folder / "matte" / "matte.####.exr", frames)
        self.save()

    def read(self, path, frames):
        read = self.nuke.nodes.Read()
        read["file"].setValue(str(path))
        read["first"].setValue(frames[0])
        read["last"].setValue(frames[-1])
        return read

    def save(self):
        self.nuke.scriptSaveAs(str(self.file), overwrite=1)

    def make(self, name, *inputs, **knobs):
        """A node of Paintout by the menu, with something selected."""
        from plugin.nukehost import group

        self.nuke._selected[:] = list(inputs)[::-1]
        label = next(face.label for face in group.faces() if face.name == name)
        exec(self.nuke.menu("Nodes").addMenu("Paintout")._commands[label], {})
        node = self.nuke.root().nodes()[-1]
        for knob, value in {"device": "cpu", **knobs}.items():
            node[f"paintout_{knob}"].setValue(value)
        return node

    def press(self, node, button):
        """Press a button of a node."""
        node[f"paintout_do_{button}"].execute()

    def wait(self, node, *words, seconds=150):
        """Let Nuke's loop turn until the node's label begins with one of these words, and nobody follows a run."""
        from plugin.nukehost import runs

        follows = any(word.startswith("running") for word in words)
        self.nuke._pump(lambda: node["label"].value().startswith(words) and (follows or not runs._followed), seconds)


@pytest.fixture
def script(nuke, tmp_path):
    """A saved script in a folder with a space and an accent."""
    folder = tmp_path / "show é 1"
    folder.mkdir()
    return Script(nuke, folder)
