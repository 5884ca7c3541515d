"""Paintout in Blender: a side panel in the compositor, and the masks of the Movie Clip Editor as mattes.

Blender calls ``register`` and ``unregister``; everything that needs bpy is imported there.
"""

__all__ = ["register", "unregister"]


def register() -> None:
    """Add the properties, the buttons and the panels."""
    import bpy

    from plugin.blenderhost import operators, panel, settings, source_operators

    settings.register()
    for each in (*operators.CLASSES, *source_operators.CLASSES, *panel.CLASSES):
        bpy.utils.register_class(each)


def unregister() -> None:
    """Take away all that ``register`` added."""
    import bpy

    from plugin.blenderhost import operators, panel, settings, source_operators

    for each in reversed((*operators.CLASSES, *source_operators.CLASSES, *panel.CLASSES)):
        bpy.utils.unregister_class(each)
    settings.unregister()
