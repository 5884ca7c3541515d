"""Paintout in Nuke: a Group for every node and recipe; this folder goes on NUKE_PATH. Nothing is computed in Nuke."""

from plugin.nukehost.group import create

__all__ = ["create", "press"]


def press(button: str) -> None:
    """Do what a button of the node at hand says.

    button  key, run, stop, submit, load, reveal or status
    """
    from plugin.nukehost.buttons import press_here  # here, so that Nuke starts quickly

    press_here(button)
