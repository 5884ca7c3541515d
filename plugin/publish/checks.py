"""What must hold of a result that is published, by name; report.py finds it out (standard library only)."""

from dataclasses import dataclass

__all__ = ["CHECKS", "ERROR", "WARNING", "Check"]

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Check:
    """Something that must hold.

    name     for programs
    label    for people
    level    "error", or "warning" for what is published all the same
    repairs  True if a run of the job mends it
    """

    name: str
    label: str
    level: str = ERROR
    repairs: bool = False


CHECKS = (
    Check("current", "The result is complete and current", repairs=True),
    Check("whole", "Every file can be read and is as it was written"),
    Check("layers", "Every layer is there, in its type"),
    Check("windows", "Windows and pixel aspect are the plate's"),
    Check("metadata", "The plate's metadata are kept"),
    Check("outside", "Outside the matte every pixel has the plate's bits"),
    Check("finite", "What was filled holds neither NaN nor inf"),
    Check("colour", "The colour space was declared"),
    Check("confidence", "What was filled is trusted", level=WARNING),
)
