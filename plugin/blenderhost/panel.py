"""The side panels: in the compositor's node editor, and in the Movie Clip Editor."""

from collections.abc import Collection
from typing import Any

import bpy

from nodes.declare import Params
from nodes.shot import Output, Shot, shot_fields
from plugin.blenderhost.properties import AUTO, FILES, properties_of
from plugin.blenderhost.settings import chosen, group_name, settings_of

__all__ = ["CLASSES"]

CATEGORY = "Paintout"
MOST_LINES = 24  # of the status
INPUTS = ("plate", "matte", "key", "fill")  # shown in the first panel; the rest of the shot in one of its own


class PaintoutPanel(bpy.types.Panel):
    """What goes in, what comes out, and the buttons."""

    bl_idname = "NODE_PT_paintout"
    bl_label = "Paintout"
    bl_space_type = "NODE_EDITOR"
    bl_region_type = "UI"
    bl_category = CATEGORY

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Only in the compositor."""
        return bool(context.space_data.tree_type == "CompositorNodeTree")

    def draw(self, context: Any) -> None:
        """All of it."""
        settings, layout = settings_of(context.scene), self.layout
        shown = shot_fields(chosen(settings))
        layout.prop(settings, "face")
        for name in (each for each in INPUTS if each in shown):
            _draw_params(layout, settings, "shot", Shot, (name,))
            if name == "plate":
                layout.operator("paintout.plate_from_node")
                layout.prop(settings, "shift")
            elif name in ("matte", "key"):
                _draw_mattes(layout, settings, name)
        _draw_params(layout, settings, "output", Output, ("out",))
        _draw_buttons(layout, context, settings)


class _Part:
    """A panel below the first."""

    bl_space_type = "NODE_EDITOR"
    bl_region_type = "UI"
    bl_category = CATEGORY
    bl_parent_id = PaintoutPanel.bl_idname
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012


class PaintoutParamsPanel(_Part, bpy.types.Panel):
    """Parameters of what is chosen."""

    bl_idname = "NODE_PT_paintout_params"
    bl_label = "Parameters"

    def draw(self, context: Any) -> None:
        """Every one that its declaration has."""
        settings = settings_of(context.scene)
        face = chosen(settings)
        _draw_params(self.layout, settings, group_name(face), face.params)


class PaintoutShotPanel(_Part, bpy.types.Panel):
    """What else is to be said of plate and mattes."""

    bl_idname = "NODE_PT_paintout_shot"
    bl_label = "Plate and colour"

    def draw(self, context: Any) -> None:
        """Every field that the chosen one has a use for."""
        settings = settings_of(context.scene)
        names = [name for name in shot_fields(chosen(settings)) if name not in INPUTS]
        _draw_params(self.layout, settings, "shot", Shot, names)


class PaintoutOutputPanel(_Part, bpy.types.Panel):
    """Where the result goes, and with what means."""

    bl_idname = "NODE_PT_paintout_output"
    bl_label = "Output"

    def draw(self, context: Any) -> None:
        """Every field."""
        settings = settings_of(context.scene)
        _draw_params(self.layout, settings, "output", Output)
        self.layout.prop(settings, "load")


class PaintoutFarmPanel(_Part, bpy.types.Panel):
    """A job as a file, or for a farm."""

    bl_idname = "NODE_PT_paintout_farm"
    bl_label = "Job and farm"

    def draw(self, context: Any) -> None:
        """The engine, and the buttons."""
        settings = settings_of(context.scene)
        self.layout.operator("paintout.save_job")
        self.layout.prop(settings, "engine")
        self.layout.prop(settings, "bundle")
        self.layout.operator("paintout.submit")


class PaintoutClipPanel(bpy.types.Panel):
    """What is drawn in the Movie Clip Editor, as keys and mattes."""

    bl_idname = "CLIP_PT_paintout"
    bl_label = "Paintout"
    bl_space_type = "CLIP_EDITOR"
    bl_region_type = "UI"
    bl_category = CATEGORY

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Where a clip is open."""
        return context.space_data.clip is not None

    def draw(self, context: Any) -> None:
        """The plate, and two buttons for the mask."""
        settings, layout = settings_of(context.scene), self.layout
        layout.operator("paintout.plate_from_clip")
        layout.label(text=settings.shot.plate or "no plate yet")
        layout.prop(settings, "shift")
        if getattr(context.space_data, "mask", None) is None:
            layout.prop(settings, "mask")
        for what, words in (("KEY", "Mask at this frame as key"), ("MATTE", "Mask of all frames as matte")):
            button = layout.operator("paintout.matte", text=words)
            button.source, button.what = "MASK", what
        _draw_params(layout, settings, "output", Output, ("out",))


def _draw_params(
    layout: Any, settings: Any, group: str, kind: type[Params], names: Collection[str] | None = None
) -> None:
    """Every property that holds a value of a declaration."""
    held, definitions = getattr(settings, group), properties_of(kind, names)
    for name, each in definitions.items():
        if name.endswith(AUTO):
            continue
        if each.kind == FILES:
            _draw_files(layout, held, group, name, each.keywords["name"])
        elif name + AUTO in definitions:
            row = layout.row(align=True)
            row.prop(held, name + AUTO, text="", icon="AUTO")
            value = row.row(align=True)
            value.enabled = not getattr(held, name + AUTO)
            value.prop(held, name)
        else:
            layout.prop(held, name)


def _draw_files(layout: Any, held: Any, group: str, name: str, label: str) -> None:
    row = layout.row()
    row.label(text=f"{label} by frame")
    add = row.operator("paintout.frame_file_add", text="", icon="ADD")
    add.group, add.name = group, name
    for index, each in enumerate(getattr(held, name)):
        row = layout.row(align=True)
        parts = row.split(factor=0.3, align=True)
        parts.prop(each, "frame", text="")
        parts.prop(each, "file", text="")
        remove = row.operator("paintout.frame_file_remove", text="", icon="REMOVE")
        remove.group, remove.name, remove.index = group, name, index


def _draw_mattes(layout: Any, settings: Any, name: str) -> None:
    """The buttons that make mattes of a mask or a node."""
    if name == "matte":
        layout.prop(settings, "mask")
    row = layout.row(align=True)
    for source, words in (("MASK", "From mask"), ("NODE", "From node")):
        button = row.operator("paintout.matte", text=words)
        button.source, button.what = source, name.upper()


def _draw_buttons(layout: Any, context: Any, settings: Any) -> None:
    live = context.window_manager.paintout
    row = layout.row(align=True)
    row.scale_y = 1.4
    row.operator("paintout.run", icon="PLAY")
    row.operator("paintout.stop", icon="CANCEL")
    if live.words:
        if live.running:
            layout.prop(live, "share", slider=True)
        layout.label(text=live.words)
    row = layout.row(align=True)
    row.operator("paintout.load_result")
    row.operator("paintout.status")
    for line in settings.status.splitlines()[:MOST_LINES]:
        layout.label(text=line)


CLASSES = (
    PaintoutPanel,
    PaintoutParamsPanel,
    PaintoutShotPanel,
    PaintoutOutputPanel,
    PaintoutFarmPanel,
    PaintoutClipPanel,
)
