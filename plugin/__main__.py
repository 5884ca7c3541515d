"""``python -m plugin``: the command, where it is not installed."""

from plugin.cli import entry

entry()
