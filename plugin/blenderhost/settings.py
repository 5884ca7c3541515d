"""What the side panel holds: a group of properties for each declaration, of a scene; and the add-on's preference."""

from collections.abc import Callable
from typing import Any

import bpy

from nodes import NODES, RECIPES
from nodes.declare import Params
from nodes.node import Node
from nodes.recipes import Recipe
from nodes.shot import Output, Shot, shot_fields
from plugin.blenderhost.properties import FILES, Property, blender_path, properties_of, read_params
from plugin.blenderhost.sequences import whole_sequence
from plugin.farm.engines import ENGINES
from plugin.launch import Command, find_command
from vfxlib.errors import PaintoutError, UsageError

__all__ = [
    "ADD_ON",
    "BLEND_RELATIVE",
    "FACES",
    "PaintoutFrameFile",
    "PaintoutLive",
    "PaintoutPreferences",
    "chosen",
    "command_of",
    "group_name",
    "path_here",
    "register",
    "settings_of",
    "unregister",
    "values_of",
]

FACES: tuple[Node | Recipe, ...] = (*RECIPES, *NODES)
ADD_ON = __package__.removesuffix(".plugin.blenderhost")  # as Blender names it in its preferences
PATHS = ("FILE_PATH", "DIR_PATH")
# paths that count from the .blend: until 4.5 every one may, since then one that says so
BLEND_RELATIVE = {"PATH_SUPPORTS_BLEND_RELATIVE"} if bpy.app.version >= (4, 5, 0) else set()
BROWSED = ("plate", "matte", "fill")  # where a file that is chosen stands for its sequence


def group_name(face: Node | Recipe) -> str:
    """The name of the property that holds the parameters of a node or a recipe."""
    return "params_" + face.name.replace("-", "_")


class PaintoutFrameFile(bpy.types.PropertyGroup):
    """A file for one frame."""

    __annotations__ = {
        "frame": bpy.props.IntProperty(name="Frame", description="Frame, as the plate's files are numbered"),
        "file": bpy.props.StringProperty(
            name="File", description="Its file", subtype="FILE_PATH", options=BLEND_RELATIVE
        ),
    }


class PaintoutLive(bpy.types.PropertyGroup):
    """What is going on now, for the panel to show; it is not saved."""

    __annotations__ = {
        "running": bpy.props.BoolProperty(options={"SKIP_SAVE"}),
        "share": bpy.props.FloatProperty(min=0.0, max=1.0, subtype="FACTOR", name="Step", options={"SKIP_SAVE"}),
        "words": bpy.props.StringProperty(options={"SKIP_SAVE"}),
    }


class PaintoutPreferences(bpy.types.AddonPreferences):
    """Where the command is."""

    bl_idname = ADD_ON
    __annotations__ = {
        "command": bpy.props.StringProperty(
            name="Command",
            description="The paintout command, the folder of its virtual environment, or a command line; by default "
            "$PAINTOUT, else paintout on the PATH, else rez",
        )
    }

    def draw(self, context: Any) -> None:
        """One line, and what is found by it."""
        self.layout.prop(self, "command")
        try:
            found = find_command(self.command)
            self.layout.label(text=f"{' '.join(found.words)} (from {found.way})")
        except PaintoutError as error:
            for line in str(error).splitlines():
                self.layout.label(text=line.strip(), icon="ERROR")


def _made(name: str, definitions: dict[str, Property], update: Callable[[str], Any] | None = None) -> type:
    """A group of properties as a class."""
    annotations = {}
    for own, each in definitions.items():
        more: dict[str, Any] = {"type": PaintoutFrameFile} if each.kind == FILES else {}
        if update is not None and (called := update(own)):
            more["update"] = called
        if each.keywords.get("subtype") in PATHS:
            more["options"] = BLEND_RELATIVE
        annotations[own] = getattr(bpy.props, each.kind)(**{**each.keywords, **more})
    return type(name, (bpy.types.PropertyGroup,), {"__annotations__": annotations})


def _to_sequence(name: str) -> Any:
    """What makes a chosen file of a sequence the sequence."""
    if name not in BROWSED:
        return None

    def update(held: Any, context: Any) -> None:
        try:
            given = path_here(getattr(held, name))
            whole = whole_sequence(given)
        except PaintoutError:  # said when it is run
            return
        if whole != given:
            setattr(held, name, whole)

    return update


def _settings_class(groups: dict[str, type]) -> type:
    faces = [(face.name, face.label, face.help.rstrip(".")) for face in FACES]
    engines = [(each, each, "") for each in ENGINES]
    annotations: dict[str, Any] = {
        "face": bpy.props.EnumProperty(name="Do", items=faces, description="A recipe, or one of its nodes"),
        "shift": bpy.props.IntProperty(
            name="Frame shift",
            description="What is added to the scene's frame to have the plate's: 1000 if frame 1 shows plate.1001.exr",
        ),
        "load": bpy.props.BoolProperty(
            name="Load when done", description="Show the result in the compositor when it is done", default=True
        ),
        "mask": bpy.props.PointerProperty(
            name="Mask", type=bpy.types.Mask, description="A mask that the Movie Clip Editor has drawn"
        ),
        "engine": bpy.props.EnumProperty(name="Farm", items=engines, description="What the farm runs on"),
        "bundle": bpy.props.StringProperty(
            name="Bundle",
            subtype="DIR_PATH",
            description="Folder for what the farm takes; by default beside the output",
        ),
        "status": bpy.props.StringProperty(options={"SKIP_SAVE"}),
    }
    annotations |= {name: bpy.props.PointerProperty(type=group) for name, group in groups.items()}
    return type("PaintoutSettings", (bpy.types.PropertyGroup,), {"__annotations__": annotations})


_classes: list[type] = []


def register() -> None:
    """Make the groups, and hang them on the scene and the window manager."""
    groups = {
        "shot": _made("PaintoutShot", properties_of(Shot), _to_sequence),
        "output": _made("PaintoutOutput", properties_of(Output)),
        **{group_name(each): _made(f"Paintout{each.label}", properties_of(each.params)) for each in FACES},
    }
    _classes[:] = [PaintoutFrameFile, PaintoutLive, PaintoutPreferences, *groups.values()]
    for each in _classes:
        bpy.utils.register_class(each)
    _classes.append(_settings_class(groups))
    bpy.utils.register_class(_classes[-1])
    bpy.types.Scene.paintout = bpy.props.PointerProperty(type=_classes[-1])
    bpy.types.WindowManager.paintout = bpy.props.PointerProperty(type=PaintoutLive)


def unregister() -> None:
    """Take away what ``register`` made."""
    del bpy.types.WindowManager.paintout
    del bpy.types.Scene.paintout
    while _classes:
        bpy.utils.unregister_class(_classes.pop())


def settings_of(scene: Any) -> Any:
    """A scene's settings."""
    return scene.paintout


def chosen(settings: Any) -> Node | Recipe:
    """The node or recipe that is chosen."""
    return next(face for face in FACES if face.name == settings.face)


def path_here(words: str) -> str:
    """A path of Blender's as the system has it.

    raises  UsageError if it counts from a .blend that was never saved
    """
    return blender_path(words, bpy.data.filepath)


def values_of(settings: Any) -> tuple[Node | Recipe, Shot, Params, Output]:
    """What is chosen, with its declarations' values.

    raises  UsageError for a value that a declaration does not take
    """
    face = chosen(settings)
    shot = read_params(Shot, settings.shot, shot_fields(face), path_here)
    params = read_params(face.params, getattr(settings, group_name(face)), None, path_here)
    return face, shot, params, read_params(Output, settings.output, None, path_here)


def command_of(context: Any) -> Command:
    """The command, as the add-on's preference names it, or as it is found.

    raises  UsageError if there is none
    """
    own = context.preferences.addons.get(ADD_ON)
    try:
        return find_command(own.preferences.command if own else "")
    except UsageError as error:
        fix = error.fix.replace("the preferences", "the add-on's preferences (Edit, Preferences, Add-ons, Paintout)")
        raise UsageError(error.problem, where=error.where, fix=fix) from error
