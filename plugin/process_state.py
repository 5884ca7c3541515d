"""Whether a process lives, which one it is, and how it is asked to stop; by number, for it may be nobody's child here.

Standard library only, for it is imported inside hosts.
"""

import os
import signal
import sys
from contextlib import suppress

__all__ = ["is_alive", "send_stop", "started_at"]

SYNCHRONIZE, STILL_THERE = 0x100000, 0x102  # of Windows: an access right, and what a wait of no time answers


def is_alive(number: int) -> bool:
    """True if there is a process of this number that has not ended."""
    if sys.platform == "win32":
        import ctypes

        process = ctypes.windll.kernel32.OpenProcess(SYNCHRONIZE, False, number)
        if not process:
            return False
        try:
            return bool(ctypes.windll.kernel32.WaitForSingleObject(process, 0) == STILL_THERE)
        finally:
            ctypes.windll.kernel32.CloseHandle(process)
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    fields = _stat(number)
    return not fields or fields[0] != "Z"  # one that has ended, and whose parent has not asked


def started_at(number: int) -> str:
    """When a process began, in the system's own words: two of one number differ in it. "" where nobody tells."""
    fields = _stat(number)
    return fields[19] if len(fields) > 19 else ""


def send_stop(number: int) -> None:
    """Ask a process to stop, if it is there."""
    with suppress(OSError):
        if sys.platform == "win32":
            os.kill(number, signal.CTRL_BREAK_EVENT)
        else:
            os.kill(number, signal.SIGTERM)


def _stat(number: int) -> list[str]:
    """What Linux says of a process, behind its name."""
    try:
        with open(f"/proc/{number}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []
