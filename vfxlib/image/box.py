"""A rectangle of whole pixels."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Box"]


@dataclass(frozen=True)
class Box:
    """Whole pixels from ``x0, y0`` up to but not including ``x1, y1``; x right, y down, display window's frame.

    A box without area is a valid empty one: every window test then says no by itself.
    """

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        """Number of columns, never negative."""
        return max(0, self.x1 - self.x0)

    @property
    def height(self) -> int:
        """Number of rows, never negative."""
        return max(0, self.y1 - self.y0)

    @property
    def empty(self) -> bool:
        """True if no pixel lies inside."""
        return self.width == 0 or self.height == 0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.width, self.height

    def __and__(self, other: Box) -> Box:
        """The pixels that lie in both."""
        x0, y0 = max(self.x0, other.x0), max(self.y0, other.y0)
        return Box(x0, y0, max(x0, min(self.x1, other.x1)), max(y0, min(self.y1, other.y1)))

    def grown(self, pixels: int) -> Box:
        """The box with ``pixels`` more on each side."""
        return Box(self.x0 - pixels, self.y0 - pixels, self.x1 + pixels, self.y1 + pixels)

    def contains(self, other: Box) -> bool:
        """True if every pixel of ``other`` lies inside."""
        return other.empty or (self & other) == other

    def slices(self, origin: Box) -> tuple[slice, slice]:
        """Index of this box into an array ``[h w ...]`` that covers ``origin``; it must lie inside it."""
        return slice(self.y0 - origin.y0, self.y1 - origin.y0), slice(self.x0 - origin.x0, self.x1 - origin.x0)

    def __str__(self) -> str:
        return f"{self.width}x{self.height} at {self.x0},{self.y0}"
