"""A strict fake of Nuke: what is not here raises, and every public name here is one of Nuke's own.

Names that begin with an underscore are for tests.
"""

# ruff: noqa: N802, N803, F401  the names are Nuke's

import queue
import threading
import time
from pathlib import Path
from typing import Any

from nuke import _knobs
from nuke._knobs import (
    DO_NOT_WRITE,
    INVISIBLE,
    NO_ANIMATION,
    STARTLINE,
    TO_SCRIPT,
    Boolean_Knob,
    Double_Knob,
    Enumeration_Knob,
    File_Knob,
    Int_Knob,
    Knob,
    Multiline_Eval_String_Knob,
    PyScript_Knob,
    Script_Knob,
    String_Knob,
    Tab_Knob,
    Text_Knob,
)
from nuke._nodes import EXPRESSIONS, HIDDEN_INPUTS, INPUTS, Group, Node, Nodes, Root, groups
from nuke._script import from_text, to_text

GUI = True
NUKE_VERSION_MAJOR = 17
nodes = Nodes()

_calls: "queue.Queue[Any]" = queue.Queue()  # for the main thread
_said: list[str] = []  # messages
_tasks: list["ProgressTask"] = []
_rendered: list[tuple[str, int, int, tuple[str, ...], bool]] = []  # file, frames, views, proxy
_selected: list[Node] = []
_menus: dict[str, "Menu"] = {}
_on: dict[str, list[Any]] = {"load": [], "save": [], "close": []}
_frame = 1
_preferences: Any = None


def _reset(views: tuple[str, ...] = ("main",)) -> None:
    """An empty script, and nothing remembered."""
    global GUI, _frame, _preferences
    GUI, _frame, _preferences = True, 1, None
    for each in (_said, _tasks, _rendered, _selected, _knobs.changed, _knobs.context, *_on.values()):
        each.clear()
    _menus.clear()
    while not _calls.empty():
        _calls.get()
    groups[:] = [Root(views)]
    _preferences = Node("NoOp", None)


def _pump(until: Any, seconds: float = 60.0) -> None:
    """Do on the main thread what others want there, as Nuke's loop does, until something holds."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it took too long"
        try:
            call, args, kwargs, answer = _calls.get(timeout=0.02)
        except queue.Empty:
            continue
        try:
            answer.append(call(*args, **kwargs))
        except Exception as error:
            answer.append(None)  # Nuke prints it, and whoever waits gets None
            _said.append(f"swallowed: {error!r}")
        answer.append("done")


def executeInMainThread(call: Any, args: Any = (), kwargs: Any = None) -> None:
    _calls.put((call, args if isinstance(args, tuple) else (args,), kwargs or {}, []))


def executeInMainThreadWithResult(call: Any, args: Any = (), kwargs: Any = None) -> Any:
    assert threading.current_thread() is not threading.main_thread(), "the main thread would wait for itself"
    answer: list[Any] = []
    _calls.put((call, args if isinstance(args, tuple) else (args,), kwargs or {}, answer))
    while len(answer) < 2:
        time.sleep(0.005)
    return answer[0]


class ProgressTask:
    def __init__(self, name: str) -> None:
        _knobs.on_main()
        self._name, self._cancelled, self._shares, self._words = name, False, [], []
        _tasks.append(self)

    def isCancelled(self) -> bool:
        return self._cancelled

    def setProgress(self, progress: int) -> None:
        assert isinstance(progress, int)
        assert 0 <= progress <= 100
        self._shares.append(progress)

    def setMessage(self, message: str) -> None:
        self._words.append(message)


class Menu:
    def __init__(self) -> None:
        self._menus: dict[str, Menu] = {}
        self._commands: dict[str, str] = {}

    def addMenu(self, name: str) -> "Menu":
        return self._menus.setdefault(name, Menu())

    def addCommand(self, name: str, command: str, tooltip: str = "") -> None:
        self._commands[name] = command


def menu(name: str) -> Menu:
    assert GUI, "there is no menu without a window"
    return _menus.setdefault(name, Menu())


def root() -> Root:
    return groups[0]


def allNodes(filter: str | None = None, group: Group | None = None) -> list[Node]:
    return [node for node in (group or groups[-1]).nodes() if filter in (None, node.Class())]


def selectedNodes() -> list[Node]:
    return list(_selected)


def selectedNode() -> Node:
    return _selected[0]


def toNode(s: str) -> Node | None:
    return _preferences if s == "preferences" else root().node(s)


def thisNode() -> Node:
    return _knobs.context[-1][0]


def thisKnob() -> Knob:
    return next(knob for _, knob in reversed(_knobs.context) if isinstance(knob, Knob))


def delete(n: Node) -> None:
    _knobs.on_main()
    n._alive()
    n._parent._nodes.remove(n)
    n._dead = True


def execute(nameOrNode: Node, start: int, end: int, incr: int = 1, views: Any = None) -> None:
    from nuke._pixels import render

    _knobs.on_main()
    assert incr == 1
    wanted = tuple(views or root()._views)
    _rendered.append((nameOrNode["file"].value(), start, end, wanted, root()["proxy"].value()))
    render(nameOrNode, start, end, list(wanted))


def frame() -> int:
    return _frame


def views() -> list[str]:
    return list(root()._views)


def message(prompt: str) -> None:
    _knobs.on_main()
    assert GUI, "nobody sees a message without a window"
    _said.append(prompt)


def ask(prompt: str) -> bool:
    message(prompt)
    return True


def tprint(*args: Any) -> None:
    _said.append(" ".join(map(str, args)))


def scriptSaveAs(filename: str, overwrite: int = -1) -> None:
    root()["name"]._value = filename
    for call in _on["save"]:
        call()
    shown = [(name, root()[name]) for name in ("first_frame", "last_frame", "colorManagement")]
    head = "".join(f" {name} {knob.toScript()}\n" for name, knob in shown)
    Path(filename).write_text(f"Root {{\n name {_knobs._script(filename)}\n{head}}}\n{to_text(root().nodes())}")


def scriptClose(ignoreUnsavedChanges: bool = True) -> bool:
    for call in _on["close"]:
        call()
    for node in root().nodes():
        node._dead = True
    groups[:] = [Root(root()._views)]
    return True


def scriptOpen(filename: str) -> None:
    _, _, body = Path(filename).read_text().partition("\n}\n")
    groups[:] = [Root(root()._views)]
    root()["name"]._value = filename
    from_text(body)
    for call in _on["load"]:
        call()


def addOnScriptLoad(call: Any) -> None:
    _on["load"].append(call)


def addOnScriptSave(call: Any) -> None:
    _on["save"].append(call)


def addOnScriptClose(call: Any) -> None:
    _on["close"].append(call)


def addKnobChanged(call: Any, args: Any = (), kwargs: Any = None, nodeClass: str = "*") -> None:
    _knobs.changed.append((call, args, kwargs or {}, nodeClass))


_reset()
