"""Nodes of the fake: only the classes and the knobs that Nuke 17 has."""

# ruff: noqa: N802, N803  the names are Nuke's

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nuke import _knobs
from nuke._knobs import Boolean_Knob, Enumeration_Knob, File_Knob, Int_Knob, Knob, String_Knob, on_main

INPUTS, HIDDEN_INPUTS, EXPRESSIONS = 1, 2, 4
TABLE = json.loads((Path(__file__).parents[2] / "knobs.json").read_text())
EVERY_NODE = {  # which the table leaves out, for every node has them
    "name": String_Knob,
    "label": _knobs.Multiline_Eval_String_Knob,
    "note_font": String_Knob,
    "tile_color": Int_Knob,
    "xpos": Int_Knob,
    "ypos": Int_Knob,
    "disable": Boolean_Knob,
    "hide_input": Boolean_Knob,
    "selected": Boolean_Knob,
}
EXR = {  # which a Write has as soon as its file_type is exr
    "datatype": ["16 bit half", "32 bit float"],
    "compression": ["none", "ZIP (1 scanline)", "ZIP (16 scanlines)", "PIZ Wavelet (32 scanlines)"],
    "interleave": ["channels, layers and views", "channels and layers", "channels"],
    "metadata": ["no metadata", "default metadata", "default metadata and exr/*", "all metadata"],
}
groups: list[Any] = []  # the stack of groups that are entered


def _made(name: str, row: dict[str, Any]) -> Knob:
    if row["type"] == "Enumeration_Knob":
        knob: Knob = Enumeration_Knob(name, name, row["values"])
        first = row["default"].split("\t")[0] if isinstance(row["default"], str) else None
        knob._value = knob._default = first or knob._first
    else:
        knob = getattr(_knobs, row["type"], Knob)(name)
        if (default := row.get("default")) is not None:
            if isinstance(knob, Int_Knob | Boolean_Knob):
                default = type(knob._first)(default)
            knob._value = knob._default = default
    if row["type"] == "ChannelMask_Knob":
        knob._values = tuple(row["values"])
    return knob


class Node:
    """A node; one that was deleted raises ValueError, a knob that it does not have NameError."""

    def __init__(self, kind: str, parent: Any) -> None:
        on_main()
        self._kind, self._parent, self._inputs, self._dead = kind, parent, {}, False
        self._knobs: dict[str, Knob] = {}
        for name, row in TABLE.get(kind, {}).items():
            self._put(_made(name, row))
        for name, knob in EVERY_NODE.items():
            self._put(knob(name))
        if parent is not None:
            parent._nodes.append(self)
            self.setName(f"{kind}1", uncollide=True)

    def _put(self, knob: Knob) -> None:
        knob._node = self
        self._knobs[knob.name()] = knob

    def _alive(self) -> None:
        if self._dead:
            raise ValueError("A PythonObject is not attached to a node")

    def Class(self) -> str:
        self._alive()
        return self._kind

    def name(self) -> str:
        self._alive()
        return self._knobs["name"]._value

    def fullName(self) -> str:
        above = self._parent
        return self.name() if above is None or above._parent is None else f"{above.fullName()}.{self.name()}"

    def setName(self, name: str, uncollide: bool = True) -> None:
        on_main()
        taken = {node.name() for node in self._parent._nodes if node is not self}
        stem = name.rstrip("0123456789")
        number = int(name[len(stem) :] or 0)
        while name in taken:
            assert uncollide
            number += 1
            name = f"{stem}{number}"
        self._knobs["name"]._value = name

    def parent(self) -> Any:
        self._alive()
        return self._parent

    def knob(self, p: str) -> Knob | None:
        self._alive()
        return self._knobs.get(p)

    def knobs(self) -> dict[str, Knob]:
        return dict(self._knobs)

    def __getitem__(self, name: str) -> Knob:
        on_main()
        self._alive()
        if name not in self._knobs:
            raise NameError(f"knob {name} does not exist")
        return self._knobs[name]

    def addKnob(self, knob: Knob) -> None:
        on_main()
        self._alive()
        assert knob.name().isidentifier(), f"{knob.name()!r} is no name of a knob"
        assert knob.name() not in self._knobs, f"{knob.name()} is there already"
        knob._user = True
        self._put(knob)

    def input(self, index: int) -> Any:
        self._alive()
        return self._inputs.get(index)

    def setInput(self, i: int, node: Any) -> bool:
        on_main()
        self._alive()
        assert node is None or node._parent is self._parent, "nodes of two groups cannot be joined"
        self._inputs[i] = node
        return True

    def inputs(self) -> int:
        return max((i + 1 for i, node in self._inputs.items() if node is not None), default=0)

    def dependencies(self, mask: int) -> list[Any]:
        assert mask
        return [node for node in self._inputs.values() if node is not None]

    def setXYpos(self, x: int, y: int) -> None:
        self["xpos"].setValue(x)
        self["ypos"].setValue(y)

    def showControlPanel(self, forceFloat: bool = False) -> None:
        self._alive()

    def xpos(self) -> int:
        return self["xpos"].value()

    def ypos(self) -> int:
        return self["ypos"].value()

    def firstFrame(self) -> int:
        return self._limit("first", "first_frame")

    def lastFrame(self) -> int:
        return self._limit("last", "last_frame")

    def _limit(self, own: str, roots: str) -> int:
        if self._kind == "Read":
            return int(self._knobs[own]._value)
        return self.input(0)._limit(own, roots) if self.input(0) else int(self._root()[roots].value())

    def _root(self) -> Any:
        return self if self._parent is None else self._parent._root()

    def channels(self) -> list[str]:
        if self._kind == "Read":
            names = {"R": "rgba.red", "G": "rgba.green", "B": "rgba.blue", "A": "rgba.alpha"}
            return [names.get(name, name) for name in self._pixels(self.firstFrame(), "main")[0]]
        return self.input(0).channels() if self.input(0) else []

    def _saved(self) -> Iterator[tuple[str, Knob]]:
        for name, knob in self._knobs.items():
            if name != "selected" and knob._value != knob._default and not isinstance(knob, _knobs.Text_Knob):
                yield name, knob

    def _pixels(self, frame: int, view: str) -> Any:
        """Channels by the names that they have in a file, and the size of the display window."""
        from nuke._pixels import pixels

        return pixels(self, frame, view)


class Group(Node):
    """A group; nodes that are made while it is entered are inside."""

    def __init__(self, kind: str, parent: Any) -> None:
        self._nodes: list[Node] = []
        super().__init__(kind, parent)

    def begin(self) -> Any:
        groups.append(self)
        return self

    def end(self) -> None:
        assert groups.pop() is self

    def __enter__(self) -> Any:
        return self.begin()

    def __exit__(self, type: Any, value: Any, traceback: Any) -> None:
        self.end()

    def node(self, s: str) -> Node | None:
        self._alive()
        return next((node for node in self._nodes if node.name() == s), None)

    def nodes(self) -> list[Node]:
        return list(self._nodes)


class Root(Group):
    """The script."""

    def __init__(self, views: tuple[str, ...]) -> None:
        super().__init__("Root", None)
        spaces = ["scene_linear\tscene_linear (ACEScg)", "ACEScg", "ACES2065-1"]
        for knob, value in (
            (Int_Knob("first_frame"), 1),
            (Int_Knob("last_frame"), 100),
            (Boolean_Knob("proxy"), False),
            (Enumeration_Knob("colorManagement", "", ["Nuke", "OCIO"]), "Nuke"),
            (Enumeration_Knob("OCIO_config", "", ["nuke-default", "aces_1.2", "custom"]), "nuke-default"),
            (File_Knob("customOCIOConfigPath"), ""),
            (File_Knob("OCIOConfigPath"), ""),
            (Enumeration_Knob("workingSpaceLUT", "", spaces), "scene_linear"),
            (Enumeration_Knob("floatLut", "", spaces), "scene_linear"),
            (File_Knob("project_directory"), ""),
        ):
            knob._value = value
            self._put(knob)
        self._knobs["name"]._value, self._views = "Root", views

    def name(self) -> str:
        return self._knobs["name"]._value

    def modified(self) -> bool:
        return True


class Write(Node):
    def __getitem__(self, name: str) -> Knob:
        if name in EXR and self._knobs["file_type"]._value == "exr" and name not in self._knobs:
            self._put(Enumeration_Knob(name, name, EXR[name]))
        return super().__getitem__(name)


class Nodes:
    """Makes nodes: ``nuke.nodes.Read()``; a class that Nuke does not have raises AttributeError."""

    def __getattr__(self, item: str) -> Any:
        if item not in TABLE:
            raise AttributeError(f"Nuke has no node {item}")

        def make(**knobs: Any) -> Node:
            kind = {"Group": Group, "Write": Write}.get(item, Node)
            made = kind(item, groups[-1])
            for name, value in knobs.items():
                made[name].setValue(value)
            return made

        return make
