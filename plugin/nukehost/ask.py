"""What the command is asked beside runs: how a result stands, and what a farm takes."""

import json
from collections.abc import Callable

import nuke

from plugin import launch
from plugin.launch import Command
from plugin.nukehost import group, preferences, runs
from plugin.nukehost.main_thread import NODE_GONE, in_background, on_main
from plugin.nukehost.places import beside, version_of
from plugin.nukehost.views import Told, View, told_by
from vfxlib.errors import PaintoutError, UsageError
from vfxlib.io.frames import format_frames, parse_frames

__all__ = ["status", "submit"]

DOING = ASKING, WRITING = "asking", "writing for the farm"
NOW = "now.json"  # the job as the knobs say it, in the run's folder


def status(node: nuke.Node) -> None:
    """Ask what of the result is done as the knobs stand now, and show it.

    raises  PaintoutError if an input, a knob or the command cannot be used
    """
    told, found = told_by(node, make=False), preferences.command()
    if runs.is_running(node):
        raise UsageError("a run of it goes on", where=node.name(), fix="wait for its end, or stop it")
    _apart(node, ASKING, lambda: _how_it_stands(told, found), group.set_state)


def _how_it_stands(told: Told, command: Command) -> str:
    name = f"v{version_of(told.pattern):03d}"
    words = [_of_view(view, command) for view in told.views]
    if not told.current:
        words = [each.replace("done", "stale: an input has changed", 1) for each in words]
    if len(set(words)) == 1:
        return f"{words[0]} {name}"
    return f"{'; '.join(f'{view.name} {each}' for view, each in zip(told.views, words, strict=True))} {name}"


def _of_view(view: View, command: Command) -> str:
    path = view.place.work / launch.FOLDER / NOW
    launch.call(command, (*view.words, "--save", str(path)))
    told = launch.call(command, ("status", str(path), "--json"))
    frames: dict[str, set[int]] = {}
    try:
        answer = json.loads(told)
        if answer["done"]:
            return "done"
        for step in answer["steps"]:
            for kind, numbers in step["frames"].items():
                if numbers:
                    frames.setdefault(kind, set()).update(parse_frames(numbers))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError("told no status", where=" ".join(command.words), fix="install Paintout anew") from error
    for kind in ("failed", "stale"):
        if kind in frames:
            return f"{kind}: {format_frames(frames[kind], 6)}"
    return "partly done" if "done" in frames else "not run"


def submit(node: nuke.Node) -> None:
    """Write what the farm takes, of each view, beside the result.

    raises  PaintoutError if an input, a knob or the command cannot be used, or a run of it goes on
    """
    if runs.is_running(node):
        raise UsageError("a run of it goes on", where=node.name(), fix="stop it first: the farm goes on where it was")
    found = preferences.command()
    told = runs.to_be_written(node)
    engine = str(node[group.ENGINE].value())
    _apart(node, WRITING, lambda: _bundles(told, found, engine), _tell_bundles)


def _bundles(told: Told, command: Command, engine: str) -> str:
    made = []
    for view in told.views:
        farm = beside(view.place.work, "farm") / f"v{version_of(told.pattern):03d}"
        job = view.place.work / launch.FOLDER / NOW
        launch.call(command, (*view.words, "--save", str(job)))
        made.append(launch.call(command, ("submit", str(job), "--to", engine, "--bundle", str(farm))).strip())
    return "\n".join(made)


def _tell_bundles(node: nuke.Node, words: str) -> None:
    group.set_state(node, "written for the farm")
    if nuke.GUI:
        nuke.message(f"For the farm:\n{words}\n\ndocs/farm.md says how each engine is handed its bundle.")


def _apart(node: nuke.Node, doing: str, call: Callable[[], str], tell: Callable[[nuke.Node, str], None]) -> None:
    """Ask on another thread, and show the answer, or the error, on the main one."""
    before = str(node[group.STATE].value())
    if before in DOING:
        raise UsageError("it is asked already", where=node.name(), fix="wait a moment")
    group.set_state(node, doing)

    def ask() -> None:
        try:
            try:
                answer = call()
            except PaintoutError as error:
                on_main(group.set_state, node, before)
                on_main(runs.show_error, error)
            else:
                on_main(tell, node, answer)
        except NODE_GONE:  # the node was deleted, or the script closed
            pass

    in_background(ask)
