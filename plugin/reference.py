"""The reference pages in docs/nodes, written from the declarations: ``python -m plugin.reference``."""

from collections.abc import Collection, Sequence
from pathlib import Path

from nodes import all_nodes
from nodes.declare import (
    Choice,
    Control,
    FrameFiles,
    FrameList,
    Integer,
    Number,
    Params,
    Text,
    Toggle,
    Unit,
    controls,
    option,
)
from nodes.node import Node, Step
from nodes.shot import Output, Shot, shot_fields
from vfxlib.io.atomic import write_text

__all__ = ["page", "write_pages"]

FOLDER = Path(__file__).parents[1] / "docs" / "nodes"


def page(node: Node) -> str:
    """The page of a node in Markdown."""
    parts = [
        f"# {node.label}",
        node.help,
        f"Method: {node.paper}.",
        "Written by `python -m plugin.reference` from the declaration; do not edit.",
        "## Steps",
        _table(
            ("step", "what it does", "cut for the farm", "GPU", "depends on"),
            [(s.name, s.help, s.scope.value, "helps" if s.gpu else "no", _depends(s)) for s in node.steps],
        ),
        "## Layers",
        _table(
            ("channels", "type", "kind", "what it holds"),
            [(", ".join(o.names), o.pixel, o.kind.value, o.help) for o in node.outputs],
        ),
        f"## Parameters of {node.label}",
        _parameters(node.params),
        "## Shot",
        _parameters(Shot, shot_fields(node)),
        "## Result",
        _parameters(Output),
    ]
    return "\n\n".join(parts) + "\n"


def write_pages(folder: Path = FOLDER) -> None:
    """Write the pages of all nodes.

    raises  OutputError
    """
    for node in all_nodes():
        write_text(folder / f"{node.name}.md", page(node))


def _depends(step: Step) -> str:
    words = ", ".join(option(name) for name in step.uses)
    return words + "".join(f"; {option(name)} may end it early" for name in step.early_stop_params)


def _parameters(kind: type[Params], names: Collection[str] | None = None) -> str:
    shown = {name: control for name, control in controls(kind).items() if names is None or name in names}
    rows = [(f"`{option(name)}`", *_about(control), control.help) for name, control in shown.items()]
    return _table(("option", "default", "limits", "what it does"), rows)


def _about(control: Control) -> tuple[str, str]:
    """Default and limits in words."""
    match control:
        case Number(default=default, hard=(low, high), unit=unit):
            at = " at 480 lines, follows the height" if control.scaled else ""
            return f"{default:g}{_behind(unit)}{at}", f"{low:g} to {high:g}{_behind(unit)}"
        case Integer(default=default, hard=(first, last), unit=unit):
            return f"{default}{_behind(unit)}", f"{first} to {last}{_behind(unit)}"
        case Toggle(default=default):
            return ("true" if default else "false"), "true, false"
        case Choice(default=default, options=options):
            return default, ", ".join(options)
        case Text(default=default, what=what):
            return default, what
        case FrameList():
            return "", "1001-1020,1030-1040x2"
        case FrameFiles():
            return "", "FRAME=FILE, may be repeated"


def _behind(unit: Unit) -> str:
    return f" {unit.value}" if unit.value else ""


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    write_pages()
