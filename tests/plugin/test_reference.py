"""The reference pages hold all that a declaration says."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from nodes import NODES, RECIPES
from nodes.declare import Params, Unit, choice, controls, frame_list, integer, number, option, text, toggle
from nodes.node import Kind, Layer, Node, Scope, Step
from nodes.recipes import Recipe
from nodes.shot import Output, Shot, shot_fields
from plugin.reference import page, recipe_page, words_by_hand, write_pages


@dataclass(frozen=True, kw_only=True)
class DespillParams(Params):
    """Parameters of a node that is only for this test."""

    gain: float = number(0.5, hard=(0, 1), slider=(0, 1), label="Gain", help="How much.")
    blur: float | None = number(
        2, hard=(0, 9), slider=(0, 9), unit=Unit.PIXELS, scaled=True, label="Blur", help="How soft."
    )
    passes: int = integer(3, hard=(1, 9), slider=(1, 9), label="Passes", help="How often.")
    fast: bool = toggle(True, label="Fast", help="In a hurry.")
    mode: str = choice("a", ("a", "b"), label="Mode", help="Which.")
    look: str = text("plain", what="NAME", label="Look", help="Whose.")
    only: tuple[int, ...] = frame_list(label="Only", help="When.")


MEASURE = Step(
    name="measure",
    help="Measures.",
    scope=Scope.SHOT,
    run="a:b",
    gpu=True,
    uses=("gain", "passes"),
    early_stop_params=("fast",),
)

RENDER = Step(name="render", help="Writes.", scope=Scope.FRAMES, run="a:c", depends_on=("measure",))
DESPILL = Node(
    name="despill",
    label="Despill",
    help="Takes the green away.",
    paper="Nobody 1999",
    params=DespillParams,
    inputs=(),
    outputs=(Layer("spill", ("x", "y"), "half", Kind.DATA, "How green it was."),),
    steps=(MEASURE, RENDER),
)


def rows(words: str) -> list[list[str]]:
    """The cells of every line of a table."""
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in words.splitlines() if line[:1] == "|"]


def test_a_page_names_node_and_method() -> None:
    assert page(DESPILL).startswith("# Despill\n\nTakes the green away.\n\n")
    assert "\n\nMethod: Nobody 1999.\n\n" in page(DESPILL)
    assert page(DESPILL).endswith("\n")


def test_a_step_s_line_says_how_it_is_cut_and_what_it_depends_on() -> None:
    lines = rows(page(DESPILL))
    assert ["measure", "Measures.", "shot", "helps", "--gain, --passes; --fast may end it early"] in lines
    assert ["render", "Writes.", "frames", "no"] in [line[:4] for line in lines]


def test_a_layer_s_line_has_the_names_in_the_file() -> None:
    assert ["spill.x, spill.y", "half", "data", "How green it was."] in rows(page(DESPILL))


@pytest.mark.parametrize(
    "line",
    [
        ["`--gain`", "0.5", "0 to 1", "How much."],
        ["`--blur`", "2 px at 480 lines, follows the height", "0 to 9 px", "How soft."],
        ["`--passes`", "3", "1 to 9", "How often."],
        ["`--fast`", "true", "true, false", "In a hurry."],
        ["`--mode`", "a", "a, b", "Which."],
        ["`--look`", "plain", "NAME", "Whose."],
        ["`--only`", "", "1001-1020,1030-1040x2", "When."],
    ],
    ids=lambda line: line[0].strip("`"),
)
def test_a_parameter_s_line_has_its_default_and_limits(line: list[str]) -> None:
    assert line in rows(page(DESPILL))


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_a_node_s_page_has_every_option_of_its_command(node: Node) -> None:
    named = {line[0].strip("`") for line in rows(page(node))}
    for name in (*controls(node.params), *shot_fields(node), *controls(Output)):
        assert option(name) in named
    assert not {option(name) for name in controls(Shot) if name not in shot_fields(node)} & named


def test_every_node_s_page_is_written(tmp_path: Path) -> None:
    write_pages(tmp_path / "nodes")
    assert {path.name for path in (tmp_path / "nodes").iterdir()} == {f"{each.name}.md" for each in (*NODES, *RECIPES)}
    assert (tmp_path / "nodes" / f"{NODES[0].name}.md").read_text(encoding="utf-8") == page(NODES[0])


def test_what_people_wrote_on_a_page_is_kept_when_it_is_written_again(tmp_path: Path) -> None:
    written = "## When to use it\n\nOn green.\n\n![a hand before and after](despill.png)"
    again = page(DESPILL, written)
    assert words_by_hand(again) == written
    assert page(DESPILL, words_by_hand(again)) == again
    assert again.index("Takes the green away.") < again.index("On green.") < again.index("## Steps")
    name = NODES[0].name
    (tmp_path / f"{name}.md").write_text(page(NODES[0], written).replace("## Steps", "## Old steps"), encoding="utf-8")
    write_pages(tmp_path)
    assert (tmp_path / f"{name}.md").read_text(encoding="utf-8") == page(NODES[0], written)


def test_a_page_on_which_nobody_has_written_has_room_for_it() -> None:
    assert words_by_hand(page(DESPILL)) == ""
    assert words_by_hand("# An old page\n") == ""
    assert "\n\n\n" not in page(DESPILL)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_recipe_s_page_has_every_option_and_tells_its_nodes_and_when_they_are_left_out(recipe: Recipe) -> None:
    words, named = recipe_page(recipe), {line[0].strip("`") for line in rows(recipe_page(recipe))}
    for name in (*controls(recipe.params), *shot_fields(recipe), *controls(Output)):
        assert option(name) in named
    for part in recipe.parts:
        assert f"[{part.node.name}]({part.node.name}.md)" in words
        assert part.left_out in words
