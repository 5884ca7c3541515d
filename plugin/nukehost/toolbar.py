"""What Paintout adds to Nuke's window: its menu, its preference, and what it does when a script is opened."""

import nuke

from plugin.nukehost import group, knobs
from plugin.nukehost.preferences import add_preference
from vfxlib.errors import UsageError

__all__ = ["install"]


def install() -> None:
    """Add the menu and the callbacks; Nuke calls it once."""
    menu = nuke.menu("Nodes").addMenu("Paintout")
    for face in group.faces():
        menu.addCommand(face.label, f"import plugin.nukehost; plugin.nukehost.create({face.name!r})", tooltip=face.help)
    add_preference()
    nuke.addKnobChanged(_changed, nodeClass="Group")
    nuke.addOnScriptLoad(_loaded)
    nuke.addOnScriptClose(_closed)


def _loaded() -> None:
    from plugin.nukehost import runs  # here, so that Nuke starts quickly

    runs.pick_up_all()


def _closed() -> None:
    from plugin.nukehost import runs

    runs.let_go()


def _changed() -> None:
    node, knob = nuke.thisNode(), nuke.thisKnob()
    try:
        face = group.face_of(node)
    except UsageError:  # of another Paintout's node: it is told when a button is pressed
        return
    if face is not None and knobs.is_declared(face, knob.name()):
        knobs.keep_within_limits(node, face, knob.name())
        from plugin.nukehost import runs

        runs.tell_changed(node, knob.name().removeprefix(knobs.PREFIX))
