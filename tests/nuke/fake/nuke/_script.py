"""Scripts of the fake as text, and text as scripts: the part of Nuke's format that is needed here."""

import re
from collections.abc import Iterator
from typing import Any

from nuke import _knobs
from nuke._knobs import Knob, _script
from nuke._nodes import Group, Node, Nodes, groups

KINDS = {
    kind._code: kind
    for kind in vars(_knobs).values()
    if isinstance(kind, type) and issubclass(kind, Knob) and kind.__dict__.get("_code")
}
FLAGS = {"STARTLINE": _knobs.STARTLINE, "INVISIBLE": _knobs.INVISIBLE}


def to_text(nodes: list[Node], indent: str = "") -> str:
    """Nodes as a script holds them: each pushes what it stands on."""
    lines = []
    for node in _in_order(nodes):
        count = node.inputs()
        for index in reversed(range(count)):
            above = node.input(index)
            lines.append(f"push {'$' + above.name() if above in nodes else 0}")
        lines.append(f"{node.Class()} {{")
        lines.append(f" inputs {count}")
        lines += [f" {name} {knob.toScript()}" for name, knob in node._saved() if not knob._user]
        for knob in node._knobs.values():
            if knob._user:
                lines.append(f" addUserKnob {{{_declared(knob)}}}")
                if knob._value != knob._default and not isinstance(knob, _knobs.Script_Knob):
                    lines.append(f" {knob.name()} {knob.toScript()}")
        lines.append("}")
        if isinstance(node, Group):
            lines += [to_text(node.nodes(), " ").rstrip("\n"), "end_group"]
        lines.append(f"set {node.name()} [stack 0]")
    return "".join(f"{indent}{line}\n" for line in lines for line in line.split("\n"))


def _in_order(nodes: list[Node]) -> list[Node]:
    ordered: list[Node] = []

    def add(node: Node) -> None:
        if node not in ordered and node in nodes:
            for index in range(node.inputs()):
                if node.input(index) is not None:
                    add(node.input(index))
            ordered.append(node)

    for node in nodes:
        add(node)
    return ordered


def _declared(knob: Knob) -> str:
    words = [str(knob._code), knob.name(), "l", _script(knob.label())]
    if knob.tooltip():
        words += ["t", _script(knob.tooltip())]
    words += [
        ("+" if flag > 0 else "-") + name for name, own in FLAGS.items() for flag in (own, -own) if flag in knob._flags
    ]
    if not knob.enabled():
        words.append("+DISABLED")
    if isinstance(knob, _knobs.Enumeration_Knob):
        words += ["M", "{" + " ".join(map(_script, knob.values())) + "}"]
    if isinstance(knob, _knobs.Script_Knob | _knobs.Text_Knob):
        words += ["T", _script(knob._value)]
    if hasattr(knob, "_range"):
        words += ["R", *map(_script, map(float, knob._range))]
    return " ".join(words)


_WORD = re.compile(r'\s*(?:(?P<end>[\n;])|"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<open>\{)|(?P<bare>[^\s;]+))', re.DOTALL)


def _commands(text: str) -> Iterator[list[str]]:
    """Tcl commands as lists of words, braces taken off."""
    at, words = 0, []
    while at < len(text):
        blank = re.compile(r"[ \t]*").match(text, at)
        at = blank.end() if blank else at
        if at >= len(text):
            break
        if text[at] in "\n;":
            if words:
                yield words
            words, at = [], at + 1
        elif text[at] == "{":
            depth, end, quoted = 0, at, False
            while True:
                letter = text[end]
                if letter == "\\":
                    end += 1
                elif letter == '"':
                    quoted = not quoted
                elif not quoted:
                    depth += {"{": 1, "}": -1}.get(letter, 0)
                end += 1
                if depth == 0:
                    break
            words.append(text[at + 1 : end - 1])
            at = end
        elif text[at] == '"':
            found = re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL).match(text, at)
            assert found, text[at : at + 80]
            words.append(re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], found[1]))
            at = found.end()
        elif text[at] == "[":
            end = text.index("]", at) + 1
            words.append(text[at:end])
            at = end
        else:
            found = re.compile(r"[^\s;]+").match(text, at)
            assert found
            words.append(found[0])
            at = found.end()
    if words:
        yield words


def from_text(text: str) -> list[Node]:
    """The nodes of a script, made in the group that is entered."""
    named: dict[str, Node] = {}
    stack: list[Any] = []
    made, saved = [], []
    for command in _commands(text):
        match command:
            case ["push", "0"]:
                stack.append(None)
            case ["push", word]:
                stack.append(named[word.removeprefix("$")])
            case ["set", word, "[stack 0]"]:
                named[word] = stack[-1]
            case ["end_group"]:
                groups[-1].end()
                named, stack, top = saved.pop()
                stack.append(top)
            case [kind, body]:
                node = getattr(Nodes(), kind)()
                _fill(node, body, stack)
                made += [node] if not saved else []
                if isinstance(node, Group):
                    saved.append((named, stack, node))
                    named, stack = {}, []
                    node.begin()
                else:
                    stack.append(node)
            case _:
                raise AssertionError(f"no command of a script: {command}")
    return made


def _fill(node: Node, body: str, stack: list[Any]) -> None:
    for name, *rest in _commands(body):
        if name == "inputs":
            for index in range(int(rest[0])):
                node.setInput(index, stack.pop())
        elif name == "addUserKnob":
            node.addKnob(_user_knob(next(iter(_commands(rest[0])))))
        elif name == "name":
            node.setName(rest[0], uncollide=False)
        else:
            knob = node[name]
            knob._value = knob._taken(_value(knob, rest[0]))


def _value(knob: Knob, word: str) -> Any:
    if isinstance(knob, _knobs.Boolean_Knob):
        return word == "true"
    if isinstance(knob, _knobs.Array_Knob) and not isinstance(knob, _knobs.Enumeration_Knob):
        return float(word)
    return word


def _user_knob(words: list[str]) -> Knob:
    kind, name, given = KINDS[int(words[0])], words[1], words[2:]
    label, tip, values, script, limits, flags = "", "", [], "", None, []
    while given:
        mark = given.pop(0)
        if mark[0] in "+-":
            flags.append(mark)
        elif mark == "R":
            limits = float(given.pop(0)), float(given.pop(0))
        elif mark == "M":
            values = next(iter(_commands(given.pop(0))))
        else:
            word = given.pop(0)
            label, tip, script = (
                word if mark == own else old for own, old in (("l", label), ("t", tip), ("T", script))
            )
    if kind is _knobs.Enumeration_Knob:
        knob: Knob = kind(name, label, values)
    else:
        knob = kind(name, label, script) if script else kind(name, label)
    knob.setTooltip(tip)
    if limits:
        knob.setRange(*limits)
    for flag in flags:
        if flag == "+DISABLED":
            knob.setEnabled(False)
        else:
            (knob.setFlag if flag[0] == "+" else knob.clearFlag)(FLAGS[flag[1:]])
    return knob
