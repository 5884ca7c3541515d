"""Calls on Nuke's main thread from another one: only there may nodes be made or changed."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import nuke

from vfxlib.errors import PaintoutError

__all__ = ["NODE_GONE", "in_background", "on_main", "tell_main"]

T = TypeVar("T")

NODE_GONE = (ValueError, NameError, RuntimeError)  # what Nuke raises where a node or a knob is not there any more


def on_main(call: Callable[..., T], *args: Any) -> T:
    """Call on the main thread and wait; what it raises is raised here, for Nuke itself swallows it.

    raises  RuntimeError if Nuke did not call it, as while it closes
    """
    if not nuke.GUI or threading.current_thread() is threading.main_thread():
        return call(*args)
    answer = nuke.executeInMainThreadWithResult(_tried, (call, args))  # type: ignore[no-untyped-call]
    if answer is None:
        raise RuntimeError("Nuke did not call back")
    value, error = answer
    if error is not None:
        raise error
    return value  # type: ignore[no-any-return]  # it is what call returned


def tell_main(call: Callable[..., None], *args: Any) -> None:
    """Call on the main thread when it has time, and do not wait."""
    if nuke.GUI and threading.current_thread() is not threading.main_thread():
        nuke.executeInMainThread(call, args)
    else:
        call(*args)


def _tried(call: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, BaseException | None]:
    try:
        return call(*args), None
    except (PaintoutError, *NODE_GONE) as error:
        return None, error


def in_background(call: Callable[..., None], *args: Any) -> None:
    """Call on a thread of its own, so that Nuke stays free; without a window here and now."""
    if nuke.GUI:
        threading.Thread(target=call, args=args, daemon=True, name="paintout").start()
    else:
        call(*args)
