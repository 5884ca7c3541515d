"""The farms that a job can be handed to (standard library only, for hosts list them)."""

__all__ = ["ENGINES"]

ENGINES = ("openjd", "deadline-cloud", "deadline", "opencue")
