"""Knobs of the fake: kinds, values, flags, and how a script holds them."""

# ruff: noqa: N801, N802, PT018  the names are Nuke's

import threading
from typing import Any

STARTLINE, INVISIBLE, NO_ANIMATION, DO_NOT_WRITE, TO_SCRIPT = 0x1000, 0x400, 0x100, 0x200, 0x4
MAIN = threading.main_thread().ident
changed: list[Any] = []  # what is called when a knob has changed: (call, args, kwargs, nodeClass)
context: list[tuple[Any, Any]] = []  # nodes and knobs at hand


def on_main() -> None:
    assert threading.get_ident() == MAIN, "a node is touched on another thread than the main one"


class Knob:
    """A knob; what a kind takes is asserted."""

    _code = 0

    def __init__(self, name: str, label: str = "", *more: Any) -> None:
        self._name, self._label, self._tooltip, self._flags, self._node = name, label or name, "", set(), None
        self._value: Any = self._first
        self._default: Any = self._first
        self._user = False
        self._enabled = True

    _first: Any = ""

    def name(self) -> str:
        return self._name

    def label(self) -> str:
        return self._label

    def tooltip(self) -> str:
        return self._tooltip

    def setTooltip(self, tooltip: str) -> None:
        self._tooltip = tooltip

    def setFlag(self, flag: int) -> None:
        self._flags.add(flag)

    def clearFlag(self, flag: int) -> None:
        self._flags.discard(flag)
        self._flags.add(-flag)

    def setEnabled(self, enabled: bool) -> None:
        self._enabled = enabled

    def enabled(self) -> bool:
        return self._enabled

    def node(self) -> Any:
        return self._node

    def Class(self) -> str:
        return type(self).__name__

    def value(self) -> Any:
        on_main()
        if self._node is not None:
            self._node._alive()
        return self._value

    def setValue(self, val: Any) -> bool:
        on_main()
        if self._node is not None:
            self._node._alive()
        val = self._taken(val)
        if val != self._value:
            self._value = val
            self._tell()
        return True

    def toScript(self) -> str:
        return _script(self._value)

    def _taken(self, val: Any) -> Any:
        assert isinstance(val, str), f"{self._name} takes a text, not {val!r}"
        return val

    def _tell(self) -> None:
        if self._node is None or (context and context[-1] == (self._node, "changed")):
            return
        for call, args, kwargs, kind in list(changed):
            if kind in ("*", self._node.Class()):
                context.append((self._node, self))
                context.append((self._node, "changed"))
                try:
                    call(*args, **kwargs)
                finally:
                    context.pop()
                    context.pop()


def _script(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value) if value != int(value) else str(int(value))
    words = str(value)
    if words and all(letter.isalnum() or letter in "._-/:#%=," for letter in words):
        return words
    for mark in ("\\", '"', "[", "]", "$"):
        words = words.replace(mark, f"\\{mark}")
    return '"' + words.replace("\n", "\\n") + '"'


class Array_Knob(Knob):
    _first = 0.0

    def setRange(self, low: float, high: float) -> None:
        assert low < high
        self._range = (low, high)

    def setDefaultValue(self, values: list[float]) -> None:
        self._default = values[0]

    def _taken(self, val: Any) -> Any:
        assert isinstance(val, (int, float)) and not isinstance(val, bool), f"{self._name} takes a number, not {val!r}"
        return float(val)


class Double_Knob(Array_Knob):
    _code = 7


class Int_Knob(Array_Knob):
    _code, _first = 3, 0

    def _taken(self, val: Any) -> Any:
        super()._taken(val)
        assert val == int(val) and abs(val) < 2**31, f"{self._name} takes a whole number, not {val!r}"
        return int(val)


class Boolean_Knob(Array_Knob):
    _code, _first = 6, False

    def _taken(self, val: Any) -> Any:
        assert val in (0, 1), f"{self._name} takes true or false, not {val!r}"
        return bool(val)


class Enumeration_Knob(Array_Knob):
    _code = 4

    def __init__(self, name: str, label: str, values: list[str]) -> None:
        assert all(isinstance(value, str) for value in values)
        self._first = values[0].split("\t")[0]
        self._values = list(values)
        super().__init__(name, label)

    def values(self) -> list[str]:
        return list(self._values)

    def _taken(self, val: Any) -> Any:
        names = [value.split("\t")[0] for value in self._values]
        if isinstance(val, int) and not isinstance(val, bool):
            return names[val]
        assert val in names, f"{self._name} has no {val!r}, only {names}"
        return val


class String_Knob(Knob):
    _code = 1


class EvalString_Knob(String_Knob):
    pass


class Multiline_Eval_String_Knob(EvalString_Knob):
    _code = 43


class File_Knob(EvalString_Knob):
    _code = 2

    def getEvaluatedValue(self) -> str:
        return self.value()

    def fromUserText(self, text: str) -> None:
        path, _, limits = text.rpartition(" ")
        first, _, last = limits.partition("-")
        self.setValue(path)
        self._node["first"].setValue(int(first))
        self._node["last"].setValue(int(last))


class Script_Knob(String_Knob):
    def __init__(self, name: str, label: str = "", script: str = "") -> None:
        super().__init__(name, label)
        self._value = self._default = script

    def command(self) -> str:
        return self._value

    def execute(self) -> None:
        """A Tcl script does nothing here."""
        on_main()
        self._node._alive()


class PyScript_Knob(Script_Knob):
    _code = 22

    def execute(self) -> None:
        on_main()
        context.append((self._node, self))
        try:
            exec(self._value, {"__name__": "__main__"})
        finally:
            context.pop()


class PythonKnob(String_Knob):
    pass


class Tab_Knob(Knob):
    _code = 20


class Text_Knob(Knob):
    _code = 26

    def __init__(self, name: str, label: str = "", text: str = "") -> None:
        super().__init__(name, label or " ")
        self._value = self._default = text


class Channel_Knob(Knob):
    pass


class ChannelMask_Knob(Channel_Knob):
    _values: tuple[str, ...] = ()

    def _taken(self, val: Any) -> Any:
        assert not self._values or val in self._values, f"{self._name} has no {val!r}"
        return val


class MultiView_Knob(Knob):
    pass


class Format_Knob(Knob):
    pass


class Link_Knob(Knob):
    pass


class Eyedropper_Knob(Knob):
    pass
