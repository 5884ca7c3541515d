"""The reference pages in docs/nodes, written from the declarations: ``python -m plugin.reference``.

What people write on a page, when to use the node and its pictures, stands between two marks and is kept.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

from nodes import RECIPES, all_nodes
from nodes.declare import Params, controls, option
from nodes.node import Node, Step
from nodes.recipes import Part, Recipe
from nodes.shot import Output, Shot, shot_fields
from plugin.options import default_and_limits
from vfxlib.io.atomic import write_text

__all__ = ["page", "recipe_page", "words_by_hand", "write_pages"]

FOLDER = Path(__file__).parents[1] / "docs" / "nodes"
HAND = "<!-- Written by hand from here on, and kept. -->"
DECLARED = "<!-- Written from the declaration from here on: python -m plugin.reference -->"


def words_by_hand(written: str) -> str:
    """What people have written on a page; "" if nobody has.

    written  the page as it is
    """
    return written.partition(HAND)[2].partition(DECLARED)[0].strip()


def page(node: Node, by_hand: str = "") -> str:
    """The page of a node in Markdown.

    by_hand  what people have written on it, which is kept
    """
    parts = [
        *_head(node, by_hand),
        "## Steps",
        f"Method: {node.paper}.",
        _table(
            ("step", "what it does", "cut for the farm", "GPU", "depends on"),
            [(s.name, s.help, s.scope.value, "helps" if s.gpu else "no", _depends(s)) for s in node.steps],
        ),
        *_what_it_writes_and_takes(node),
    ]
    return "\n\n".join(parts) + "\n"


def recipe_page(recipe: Recipe, by_hand: str = "") -> str:
    """The page of a recipe in Markdown.

    by_hand  what people have written on it, which is kept
    """
    parts = [
        *_head(recipe, by_hand),
        "## Nodes",
        _table(
            ("node", "what it does", "left out if", "takes from the recipe"),
            [
                (f"[{part.node.name}]({part.node.name}.md)", part.node.help, part.left_out, _taken(recipe, part))
                for part in recipe.parts
            ],
        ),
        *_what_it_writes_and_takes(recipe),
    ]
    return "\n\n".join(parts) + "\n"


def _head(what: Node | Recipe, by_hand: str) -> list[str]:
    return [f"# {what.label}", what.help, HAND, *([by_hand] if by_hand else []), DECLARED]


def _what_it_writes_and_takes(what: Node | Recipe) -> list[str]:
    """The parts of a page that a node and a recipe have alike."""
    return [
        "## Layers",
        _table(
            ("channels", "type", "kind", "what it holds"),
            [(", ".join(o.names), o.pixel, o.kind.value, o.help) for o in what.outputs],
        ),
        f"## Parameters of {what.label}",
        _parameters(what.params),
        "## Shot",
        _parameters(Shot, shot_fields(what)),
        "## Result",
        _parameters(Output),
    ]


def _taken(recipe: Recipe, part: Part) -> str:
    own = controls(part.node.params)
    return ", ".join(option(name) for name in controls(recipe.params) if name in own and name not in part.apart)


def write_pages(folder: Path = FOLDER) -> None:
    """Write the pages of all nodes and recipes; what people have written on them is kept.

    raises  OutputError
    """
    for node in all_nodes():
        path = folder / f"{node.name}.md"
        write_text(path, page(node, _kept(path)))
    for recipe in RECIPES:
        path = folder / f"{recipe.name}.md"
        write_text(path, recipe_page(recipe, _kept(path)))


def _kept(path: Path) -> str:
    return words_by_hand(path.read_text(encoding="utf-8")) if path.exists() else ""


def _depends(step: Step) -> str:
    words = ", ".join(option(name) for name in step.uses)
    return words + "".join(f"; {option(name)} may end it early" for name in step.early_stop_params)


def _parameters(kind: type[Params], names: Collection[str] | None = None) -> str:
    listed = {name: control for name, control in controls(kind).items() if names is None or name in names}
    rows = [(f"`{option(name)}`", *default_and_limits(control), control.help) for name, control in listed.items()]
    return _table(("option", "default", "limits", "what it does"), rows)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    write_pages()
