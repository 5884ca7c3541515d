"""Runs of a node: started, followed, stopped, and picked up when the script is opened again. Nuke stays free."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import nuke

from nodes.node import Node
from nodes.recipes import Recipe
from plugin.launch import Command, Event, Run, RunState, pick_up, start
from plugin.nukehost import group, knobs, preferences, result
from plugin.nukehost.inputs import Picture
from plugin.nukehost.main_thread import NODE_GONE, in_background, on_main, tell_main
from plugin.nukehost.places import Place, next_version, version_of, with_version
from plugin.nukehost.views import Told, View, pattern_of, places_of, told_by
from vfxlib.errors import PaintoutError, UsageError

__all__ = [
    "is_running",
    "let_go",
    "pick_up_all",
    "plate_of",
    "run",
    "show_error",
    "stop",
    "tell_changed",
    "to_be_written",
]

EVERY = 0.2  # seconds between two looks

_script = threading.Event()  # set when the script is closed: who follows its runs lets go of them
_followed: set[str] = set()  # work folders whose runs are followed
_begun: list[Run] = []  # here, and not known to have ended: a process that is let go of stays somebody's


@dataclass
class _Following:
    """A node whose runs are followed, one view after the other.

    begin  starts or finds the run of each view
    """

    node: nuke.Node
    face: Node | Recipe
    version: int
    begin: Sequence[Callable[[], Run]]
    task: "nuke.ProgressTask | None"
    closed: threading.Event
    works: tuple[str, ...]
    done: list[float] = field(default_factory=list)


def run(node: nuke.Node) -> None:
    """Make a node's result in the background; a finished one stays, and a new version is made beside it.

    raises  PaintoutError if an input, a knob or the command cannot be used, or a run of it goes on
    """
    if is_running(node):
        raise UsageError("a run of it goes on already", where=node.name(), fix="stop it first, or wait")
    found = preferences.command()
    told = to_be_written(node)
    first, *others = told.views
    begun = _begin(found, first)  # here, so that what is wrong is told at once
    _follow(node, told.face, told.pattern, [lambda: begun, *(_beginner(found, view) for view in others)], told.views)


def _begin(command: Command, view: View) -> Run:
    begun = start(command, view.words, view.place.work)
    _begun[:] = [*(each for each in _begun if each.state is RunState.RUNNING), begun]
    return begun


def _beginner(command: Command, view: View) -> Callable[[], Run]:
    return lambda: _begin(command, view)


def to_be_written(node: nuke.Node) -> Told:
    """What a run is told: to go on with this version as long as it is not finished, else to write the next one.

    raises  PaintoutError if an input or a knob cannot be used
    """
    told = told_by(node)
    pattern = _to_write(told)
    if pattern != str(node[knobs.knob_name("out")].value()):
        node[knobs.knob_name("out")].setValue(pattern)
        told = told_by(node)
    return told


def _to_write(told: Told) -> str:
    unfinished = False
    for view in told.views:
        before = _run_at(view.place)
        if before is not None:
            unfinished = unfinished or before.state is not RunState.DONE
        elif result.frames_there(view.place):
            return next_version(told.pattern)  # of another version's run, or somebody else's
        else:
            unfinished = True
    return told.pattern if unfinished else next_version(told.pattern)


def _run_at(place: Place) -> Run | None:
    """The run that wrote a view's result; None if the last one wrote another version."""
    run = pick_up(place.work)
    return run if run is not None and f"--out={place.out}" in run.words else None


def _earlier(node: nuke.Node) -> dict[str, Run]:
    """The run of each view of this version that had one."""
    found = {view: _run_at(place) for view, place in places_of(node, pattern_of(node)).items()}
    return {view: each for view, each in found.items() if each is not None}


def is_running(node: nuke.Node) -> bool:
    """True if a run of it goes on, whoever started it."""
    return bool(_running(node))


def _running(node: nuke.Node) -> dict[str, Run]:
    """The runs that go on, by view, whichever version they write."""
    found = {view: pick_up(place.work) for view, place in places_of(node, pattern_of(node)).items()}
    return {view: each for view, each in found.items() if each is not None and each.state is RunState.RUNNING}


def stop(node: nuke.Node) -> None:
    """Ask a node's runs to stop.

    raises  UsageError if none goes on
    """
    running = _running(node).values()
    if not running:
        raise UsageError("no run of it goes on", where=node.name(), fix="press Run")
    for each in running:
        each.stop()


def pick_up_all() -> None:
    """Follow the runs of the script's nodes that go on, and show how the others stand; Nuke calls it for a script."""
    for node in nuke.allNodes("Group", nuke.root()):
        try:
            if group.face_of(node) is not None:
                _pick_up(node)
        except PaintoutError as error:
            nuke.tprint(f"Paintout: {error}")


def _pick_up(node: nuke.Node) -> None:
    face, pattern = group.face_of(node), pattern_of(node)
    assert face is not None
    if running := _running(node):
        view, each = next(iter(running.items()))
        (out,) = (word.removeprefix("--out=") for word in each.words if word.startswith("--out="))
        pattern = with_version(pattern, version_of(out))  # the script may not have been saved since
        node[knobs.knob_name("out")].setValue(pattern)
        _follow(node, face, pattern, [lambda: each], [View(view, each.words, places_of(node, pattern)[view])])
        return
    found, views = list(_earlier(node).values()), len(places_of(node, pattern))
    group.set_state(node, _ended(found, views, version_of(pattern)) if found else "")


def let_go() -> None:
    """Follow nothing any more; the runs go on. Nuke calls it when a script is closed."""
    global _script
    _script.set()
    _script = threading.Event()


def tell_changed(node: nuke.Node, name: str) -> None:
    """Say that a finished result is stale as soon as a knob says something else; Status says what of it.

    name  of the field that has changed
    """
    if name in ("device", "memory", "threads", "overwrite", "work") or not str(node[group.STATE].value()).startswith(
        "done"
    ):
        return  # these change no pixel
    try:
        told = told_by(node, make=False)
        before = _earlier(node)
    except PaintoutError:
        return  # it is told when it is run
    if not all(view.name in before for view in told.views):
        return
    if any(before[view.name].words != view.words for view in told.views) or not told.current:
        group.set_state(node, f"stale v{version_of(told.pattern):03d}: something has changed")


def _follow(
    node: nuke.Node,
    face: Node | Recipe,
    pattern: str,
    begin: Sequence[Callable[[], Run]],
    views: Sequence[View],
) -> None:
    works = tuple(str(view.place.work) for view in views)
    if _followed & set(works):
        return
    _followed.update(works)
    task = nuke.ProgressTask(f"Paintout: {node.name()}") if nuke.GUI else None  # on the main thread, where it must be
    group.set_state(node, "running 0 %")
    in_background(_to_the_end, _Following(node, face, version_of(pattern), begin, task, _script, works))


def _to_the_end(own: _Following) -> None:
    """Follow the runs of all views; whatever happens to Nuke or the node, they go on."""
    ended: list[Run] = []
    try:
        for index, begin in enumerate(own.begin):
            run = begin()
            if not _watch(own, run, index):
                return
            ended.append(run)
            if run.state is not RunState.DONE:
                break
        on_main(_finish, own, ended)
    except PaintoutError as error:
        tell_main(show_error, error)
    except NODE_GONE:  # the node was deleted, or the script closed
        pass
    finally:
        _followed.difference_update(own.works)
        own.task = None  # which takes the bar away


def _watch(own: _Following, run: Run, index: int) -> bool:
    """Follow one run to its end; False if nobody is there any more who wants to know."""
    asked, shown = False, ""
    while True:
        state = run.state
        for event in run.events():
            own.done.append(_share(own.face, event, own.done[-1] if own.done else 0.0))
        whole = (index + (own.done[-1] if own.done else 0.0)) / len(own.begin)
        words = f"running {100 * whole:.0f} %"
        if words != shown and state is RunState.RUNNING:
            shown = words
            if own.task is not None:
                own.task.setProgress(int(100 * whole))
                own.task.setMessage(words)
            tell_main(_set_state, own.node, words)
        if state is not RunState.RUNNING:
            own.done = []
            return True
        if own.closed.is_set():
            return False
        if own.task is not None and own.task.isCancelled() and not asked:
            asked = True
            run.stop()
        time.sleep(EVERY)


def _set_state(node: nuke.Node, words: str) -> None:
    with suppress(*NODE_GONE):
        group.set_state(node, words)


def _share(face: Node | Recipe, event: Event, before: float) -> float:
    """How much of a run is done, each step for an equal part; it never falls, for steps may be skipped."""
    parts = [part.node for part in face.parts] if isinstance(face, Recipe) else [face]
    steps = [f"{each.name}/{step.name}" for each in parts for step in each.steps]
    if event.task not in steps:
        return before
    return max(before, (steps.index(event.task) + event.share) / len(steps))


def _finish(own: _Following, ended: list[Run]) -> None:
    """Show how the runs have ended, and the result if there is one."""
    node, pattern = own.node, pattern_of(own.node)
    places, found = places_of(node, pattern), list(_earlier(node).values())
    group.set_state(node, _ended(found or ended, len(places), own.version))
    if len(found) == len(places) and all(run.state is RunState.DONE for run in found):
        assert isinstance(node, nuke.Group)
        result.show(node, pattern, places, plate_of(node))
    elif ended[-1].state in (RunState.REFUSED, RunState.FAILED):
        show_error(UsageError(ended[-1].error or ended[-1].state.value, where=node.name()))


def plate_of(node: nuke.Node) -> Picture | None:
    """The plate as it is connected now; None if it cannot be told."""
    try:
        return told_by(node, make=False).plate
    except PaintoutError:
        return None


def _ended(runs: Sequence[Run], views: int, version: int) -> str:
    name = f"v{version:03d}"
    worst = next((run.state for run in runs if run.state is not RunState.DONE), RunState.DONE)
    if worst is RunState.DONE:
        return f"done {name}" if len(runs) >= views else f"{len(runs)} of {views} views done {name}; Run goes on"
    return f"{worst.value} {name}" if worst in (RunState.FAILED, RunState.REFUSED) else f"stopped {name}; Run goes on"


def show_error(error: PaintoutError) -> None:
    """Say what is wrong, where, and what to do about it."""
    words = f"{error.where}: {error.problem}" if error.where else error.problem
    if error.fix:
        words += f"\n\nTry: {error.fix}"
    if nuke.GUI:
        nuke.message(words)
    else:
        nuke.tprint(f"Paintout: {words}")
