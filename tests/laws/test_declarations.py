"""Every parameter is explained, bounded and shown by every face."""

import importlib
import json

import pytest

from nodes import NODES
from nodes.declare import Choice, Number, Whole, controls, from_mapping, option
from nodes.shot import Output, Shot
from plugin.cli import main, parser
from plugin.reference import FOLDER, page

KINDS = [Shot, Output, *(node.params for node in NODES)]
FIELDS = [pytest.param(kind, name, id=f"{kind.__name__}.{name}") for kind in KINDS for name in controls(kind)]
RESERVED = {"mask", "rgba", "depth", "rotopaint_mask", "deep"}


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_every_parameter_has_label_and_help(kind, name):
    control = controls(kind)[name]
    assert control.label
    assert control.help.endswith(".")


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_defaults_lie_inside_the_slider_and_the_slider_inside_the_limits(kind, name):
    control = controls(kind)[name]
    if isinstance(control, Number | Whole):
        (low, high), (first, last) = control.hard, control.slider
        assert low <= first <= control.default <= last <= high
    if isinstance(control, Choice):
        assert control.default in control.options


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_defaults_survive_the_job_file(kind):
    values = json.loads(json.dumps(kind().to_mapping()))
    assert from_mapping(kind, values) == kind()


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_the_shell_shows_every_parameter(node):
    words = next(action for action in parser()._actions if action.dest == "word").choices[node.name]
    shown = {spelt for action in words._actions for spelt in action.option_strings}
    wanted = {option(name) for kind in (Shot, Output, node.params) for name in controls(kind)}
    assert wanted <= shown


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_nodes_json_holds_every_parameter(node, capsys):
    assert main(["nodes", "--json"]) == 0
    told = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}[node.name]
    assert set(told["params"]) == set(controls(node.params))
    assert [step["name"] for step in told["steps"]] == [step.name for step in node.steps]


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_every_parameter_changes_some_step(node):
    used = {name for step in node.steps for name in step.uses}
    assert used == set(controls(node.params))


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_steps_name_functions_that_exist(node):
    for step in node.steps:
        module, function = step.run.split(":")
        assert callable(getattr(importlib.import_module(module), function))
        assert set(step.follows) <= {other.name for other in node.steps}


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_layer_names_are_safe_in_every_host(node):
    for layer in node.outputs:
        assert layer.name not in RESERVED
        assert len(layer.name) > 1
        assert not layer.name.isdigit()
        assert layer.help.endswith(".")


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_the_reference_page_is_current(node):
    written = (FOLDER / f"{node.name}.md").read_text(encoding="utf-8")
    assert written == page(node), "run python -m plugin.reference"
