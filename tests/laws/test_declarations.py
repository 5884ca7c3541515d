"""Every parameter is explained, bounded and shown by every face."""

import json
import re
import subprocess
import sys

import pytest

from nodes import NODES, RECIPES
from nodes.declare import Choice, Integer, Number, controls, from_mapping, option
from nodes.engine.named import named
from nodes.shot import PORTS, Output, Shot, shot_fields
from plugin.cli import main, parser
from plugin.reference import FOLDER, page, recipe_page, words_by_hand
from tests.places import ROOT

FACES = (*NODES, *RECIPES)
KINDS = [Shot, Output, *(face.params for face in FACES)]
FIELDS = [pytest.param(kind, name, id=f"{kind.__name__}.{name}") for kind in KINDS for name in controls(kind)]
RESERVED = {"mask", "rgba", "depth", "rotopaint_mask", "deep"}
LARGEST_PICTURE = 250_000  # bytes


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_every_parameter_has_label_and_help(kind, name):
    control = controls(kind)[name]
    assert control.label
    assert control.help.endswith(".")


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_defaults_lie_inside_the_slider_and_the_slider_inside_the_limits(kind, name):
    control = controls(kind)[name]
    if isinstance(control, Number | Integer):
        (low, high), (first, last) = control.hard, control.slider
        assert low <= first <= control.default <= last <= high
    if isinstance(control, Choice):
        assert control.default in control.options


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_defaults_survive_the_job_file(kind):
    values = json.loads(json.dumps(kind().to_mapping()))
    assert from_mapping(kind, values) == kind()


def options(node):
    """The options that a node's command shows."""
    words = next(action for action in parser()._actions if action.dest == "word").choices[node.name]
    return {spelt for action in words._actions for spelt in action.option_strings}


@pytest.mark.parametrize("node", FACES, ids=lambda node: node.name)
def test_the_shell_shows_every_parameter(node):
    names = [*shot_fields(node), *controls(Output), *controls(node.params)]
    assert {option(name) for name in names} <= options(node)


@pytest.mark.parametrize("node", FACES, ids=lambda node: node.name)
def test_a_node_s_command_shows_exactly_the_inputs_that_it_takes(node):
    taken = {port.name for port in node.inputs}
    assert taken <= set(PORTS)
    assert {port for port in PORTS if option(port) in options(node)} == taken


@pytest.mark.parametrize("port", PORTS)
def test_every_input_is_a_field_of_the_shot_that_some_node_takes(port):
    assert port in controls(Shot)
    assert any(node.takes(port) for node in NODES)


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_nodes_json_holds_every_parameter(node, capsys):
    assert main(["nodes", "--json"]) == 0
    told = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}[node.name]
    assert set(told["params"]) == set(controls(node.params))
    assert set(told["shot"]) == set(shot_fields(node))
    assert [step["name"] for step in told["steps"]] == [step.name for step in node.steps]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_nodes_json_holds_every_parameter_and_part_of_a_recipe(recipe, capsys):
    assert main(["nodes", "--json"]) == 0
    told = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}[recipe.name]
    assert set(told["params"]) == set(controls(recipe.params))
    assert [part["node"] for part in told["parts"]] == [part.node.name for part in recipe.parts]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_every_parameter_of_a_recipe_is_one_of_a_part_s_or_the_size_that_it_works_at(recipe):
    used = {name for part in recipe.parts for name in controls(part.node.params) if name not in part.apart}
    assert set(controls(recipe.params)) <= used | {"working_size"}
    for part in recipe.parts:
        assert set(part.apart) <= set(controls(part.node.params))


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_every_parameter_changes_some_step(node):
    used = {name for step in node.steps for name in (*step.uses, *step.early_stop_params)}
    assert used == set(controls(node.params))


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_what_only_ends_a_step_early_is_in_no_fingerprint(node):
    for step in node.steps:
        assert not set(step.early_stop_params) & {name for other in node.steps for name in other.uses}


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_steps_name_functions_that_exist(node):
    named_by_steps = [words for step in node.steps for words in (step.run, step.inputs, step.state, step.cost) if words]
    for words in filter(None, (*named_by_steps, node.review, node.check)):
        assert callable(named(words))
    for step in node.steps:
        assert set(step.depends_on) <= {other.name for other in node.steps}


def test_what_tells_what_is_done_loads_no_torch():
    words = {words for node in NODES for step in node.steps for words in (step.inputs, step.state) if words}
    modules = sorted({one.split(":")[0] for one in words} | {"nodes.engine.status", "plugin.cli"})
    code = f"import sys, {', '.join(modules)}; print([m for m in ('torch', 'cv2') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_layer_names_are_safe_in_every_host(node):
    for layer in node.outputs:
        assert layer.name not in RESERVED
        assert len(layer.name) > 1
        assert not layer.name.isdigit()
        assert layer.help.endswith(".")


@pytest.mark.parametrize("what", FACES, ids=lambda what: what.name)
def test_a_reference_page_shows_what_it_does_and_says_when_to_use_it_and_when_not(what):
    words = words_by_hand((FOLDER / f"{what.name}.md").read_text(encoding="utf-8"))
    assert "## When to use it" in words
    assert "## When not" in words
    picture = re.search(rf"!\[([^]]+)\]\({what.name}\.png\)", words)
    assert picture, "show docs/nodes/NAME.png: make pictures"
    assert len(picture[1].split()) >= 5, "say in the picture's alt text what it shows"
    assert (FOLDER / f"{what.name}.png").stat().st_size < LARGEST_PICTURE


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_the_reference_page_is_current(node):
    written = (FOLDER / f"{node.name}.md").read_text(encoding="utf-8")
    assert written == page(node, words_by_hand(written)), "run python -m plugin.reference"


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_the_reference_page_of_a_recipe_is_current(recipe):
    written = (FOLDER / f"{recipe.name}.md").read_text(encoding="utf-8")
    assert written == recipe_page(recipe, words_by_hand(written)), "run python -m plugin.reference"
