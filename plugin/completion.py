"""``paintout completion``: what a shell needs to complete the command's words, made from its own parser by shtab."""

import argparse
from collections.abc import Iterator

__all__ = ["SHELLS", "completion"]

SHELLS = ("bash", "zsh", "tcsh")
FILES = ("SEQ", "FILE", "JOB.json", "CONFIG", "FRAME=FILE", "PATH")  # what stands in the help for something on disk
FOLDERS = ("DIR",)


def completion(parser: argparse.ArgumentParser, values: argparse.Namespace) -> int:
    """Print the script of a shell.

    parser  of the whole command line
    """
    import shtab  # of a command that is used once

    for action in _actions(parser):
        words = str(action.metavar).rpartition("|")[2]  # of none|FILE the file
        if words in FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # where shtab looks for it
        elif words in FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    print(shtab.complete(parser, shell=values.shell))
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _actions(each)
