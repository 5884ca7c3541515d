"""Shots of hard classes with known truth, rendered by our own Blender scripts on demand."""
