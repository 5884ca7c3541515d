"""Paintout in Nuke: a Group for every node and recipe; this folder goes on NUKE_PATH. Nothing is computed in Nuke."""

from plugin.nukehost.buttons import press
from plugin.nukehost.group import create

__all__ = ["create", "press"]
