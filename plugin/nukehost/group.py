"""The Group of a node or a recipe: a plain Group, so that a script with it opens and renders where Paintout is not."""

import nuke

from nodes import RECIPES, all_nodes
from nodes.declare import controls
from nodes.names import unknown
from nodes.node import Node
from nodes.recipes import Recipe
from nodes.shot import PORTS, Output, Shot, shot_fields
from plugin.farm.engines import ENGINES
from plugin.nukehost import knobs

__all__ = [
    "ENGINE",
    "FACE",
    "RESULT",
    "SHOWN",
    "STATE",
    "VIEWS",
    "create",
    "face_of",
    "faces",
    "input_of",
    "inputs_of",
    "output_fields",
    "param_fields",
    "set_state",
    "shown_shot_fields",
]

FACE, STATE, VIEWS, ENGINE = (f"paintout_{name}" for name in ("face", "state", "views", "engine"))
PICTURES = ("plate", "matte", "fill")  # inputs of a Group, in this order
RESULT, SHOWN = "Result", "Shown"  # nodes inside
SCRIPT = """try:
    from plugin.nukehost import press
except ImportError:
    print("Paintout is not installed here. The result that is loaded still renders; docs/nuke.md says how to get it.")
else:
    press({name!r})
"""
BUTTONS = (  # name, label, what it does
    (
        "key",
        "Key from current frame",
        "Take the matte at this frame as a key, of which all other mattes are made.",
    ),
    ("run", "Run", "Make the clean plate in the background; one that was stopped goes on where it was."),
    ("stop", "Stop", "Stop the run; nothing that is done is lost."),
    ("submit", "Submit", "Write what the farm's engine takes, and say where it lies."),
    ("load", "Load result", "Make a Read of the result beside this node."),
    ("reveal", "Reveal", "Show the result's folder."),
    ("status", "Status", "Ask what of the result is done, and what is stale."),
)
HEIGHT, WIDTH = 60, 150  # steps of the node graph


def faces() -> tuple[Node | Recipe, ...]:
    """What can be made a Group: the recipes, and the nodes, those of $PAINTOUT_NODES among them."""
    return (*RECIPES, *all_nodes())


def _face_named(name: str) -> Node | Recipe:
    named = {face.name: face for face in faces()}
    if name not in named:
        raise unknown("node", name, named, "Paintout")
    return named[name]


def face_of(node: nuke.Node) -> Node | Recipe | None:
    """What a Group of ours runs; None of any other node.

    raises  UsageError if it is one that this Paintout does not have
    """
    knob = node.knob(FACE)
    return None if knob is None else _face_named(str(knob.value()))


def inputs_of(face: Node | Recipe) -> tuple[str, ...]:
    """The inputs of its Group: a matte is drawn for keys as well."""
    ports = {"matte" if port.name == "key" else port.name for port in face.inputs}
    return tuple(name for name in PICTURES if name in ports)


def input_of(node: nuke.Node, face: Node | Recipe, name: str) -> nuke.Node | None:
    """What is connected to an input; None if nothing is, or there is none of this name."""
    names = inputs_of(face)
    return node.input(names.index(name)) if name in names else None


def shown_shot_fields(face: Node | Recipe) -> tuple[str, ...]:
    """The fields of a shot that have a knob: those that no input gives, and the keys."""
    return tuple(name for name in shot_fields(face) if name not in PORTS or name == "key")


def output_fields() -> tuple[str, ...]:
    """The fields of an output, all of which have a knob."""
    return tuple(controls(Output))


def param_fields(face: Node | Recipe) -> tuple[str, ...]:
    """The parameters of a node or a recipe, all of which have a knob."""
    return tuple(controls(face.params))


def create(name: str) -> nuke.Group:
    """Make the Group of a node or a recipe; what is selected becomes its plate and its matte.

    name    as in the shell
    raises  UsageError if there is none
    """
    face = _face_named(name)
    selected = list(nuke.selectedNodes())[::-1]  # Nuke lists what was selected last first
    node = nuke.nodes.Group()
    node.setName(f"{face.label}1", uncollide=True)
    _add_knobs(node, face)
    _fill(node, face)
    for index, above in enumerate(selected[: len(inputs_of(face))]):
        node.setInput(index, above)
    if selected:
        node.setXYpos(selected[0].xpos(), selected[0].ypos() + 2 * HEIGHT)
    if nuke.GUI:
        node.showControlPanel()
    return node


def _add_knobs(node: nuke.Group, face: Node | Recipe) -> None:
    node.addKnob(nuke.Tab_Knob("paintout", face.label))
    own = nuke.String_Knob(FACE, "Paintout")
    own.setValue(face.name)
    own.setFlag(nuke.INVISIBLE)
    node.addKnob(own)
    node.addKnob(nuke.Text_Knob("paintout_help", "", face.help))
    for name, label, words in BUTTONS:
        if name != "key" or face.takes("key"):
            button = nuke.PyScript_Knob(f"paintout_do_{name}", label, SCRIPT.format(name=name))
            button.setTooltip(words)
            if name in ("key", "run", "submit", "status"):
                button.setFlag(nuke.STARTLINE)
            node.addKnob(button)
    state = nuke.String_Knob(STATE, "State")
    state.setEnabled(False)
    node.addKnob(state)
    knobs.add_knobs(node, Shot, ("key",) if face.takes("key") else ())
    knobs.add_knobs(node, face.params, param_fields(face))
    node.addKnob(nuke.Tab_Knob("paintout_shot", "Shot"))
    knobs.add_knobs(node, Shot, [name for name in shown_shot_fields(face) if name != "key"])
    views = nuke.String_Knob(VIEWS, "Views")
    views.setTooltip("Views that are run, each by itself, such as left right; empty runs all of the script.")
    node.addKnob(views)
    node.addKnob(nuke.Tab_Knob("paintout_output", "Output"))
    knobs.add_knobs(node, Output, output_fields())
    engine = nuke.Enumeration_Knob(ENGINE, "Farm", list(ENGINES))
    engine.setTooltip("The farm that Submit writes for.")
    node.addKnob(engine)


def _fill(node: nuke.Group, face: Node | Recipe) -> None:
    """The nodes inside: the plate flows until there is a result, then the result's Read does."""
    with node:
        inputs = []
        for index, name in enumerate(inputs_of(face)):
            inputs.append(nuke.nodes.Input())
            inputs[-1].setName(name)
            inputs[-1].setXYpos(index * WIDTH, 0)
        read = nuke.nodes.Read()
        read.setName(RESULT)
        read.setXYpos(-WIDTH, HEIGHT)
        switch = nuke.nodes.Switch()
        switch.setName(SHOWN)
        switch.setXYpos(0, 2 * HEIGHT)
        switch.setInput(0, inputs[0])
        switch.setInput(1, read)
        output = nuke.nodes.Output()
        output.setXYpos(0, 3 * HEIGHT)
        output.setInput(0, switch)


def set_state(node: nuke.Node, words: str) -> None:
    """Show how it stands, as its label and in its panel."""
    if node[STATE].value() != words:
        node[STATE].setValue(words)
        node["label"].setValue(words)
