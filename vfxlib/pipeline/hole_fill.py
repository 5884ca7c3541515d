"""The new pixels of one frame, as a filler that works on whole holes gives them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.box import Box
from vfxlib.image.picture import Array

__all__ = ["Fill"]


@dataclass(frozen=True)
class Fill:
    """The new pixels of one frame.

    rows, columns  [n]    array indices into ``window``, row by row
    window         Box    display window's frame
    colour         [n 3]  linear colour, always finite
    confidence     [n]    0..1
    offset         [n]    index of the source frame minus this one's, 0 where there is no single one
    method         [n]    as ``Provenance``
    place          [n 2]  where in the source frame it comes from, x and y, display window's frame; its own place where
                          there is no such frame; [n 0] if that is not kept
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    window: Box
    colour: Array
    confidence: Array
    offset: NDArray[np.int16]
    method: NDArray[np.uint8]
    place: Array

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        parts = (self.rows, self.columns, self.colour, self.confidence, self.offset, self.method, self.place)
        return sum(part.nbytes for part in parts)

    @property
    def has_places(self) -> bool:
        """True if ``place`` is kept."""
        return bool(self.place.shape[1])

    def within(self, box: Box) -> Fill:
        """The part that lies in a box of the same frame; bit for bit the same pixels whatever the box."""
        y, x = self.rows + self.window.y0, self.columns + self.window.x0
        part = np.flatnonzero((y >= box.y0) & (y < box.y1) & (x >= box.x0) & (x < box.x1))
        return Fill(
            self.rows[part] + self.window.y0 - box.y0,
            self.columns[part] + self.window.x0 - box.x0,
            box,
            self.colour[part],
            self.confidence[part],
            self.offset[part],
            self.method[part],
            self.place[part],
        )
