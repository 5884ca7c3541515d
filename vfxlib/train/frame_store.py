"""The frames of a shot as a fit cuts crops from them: on the device where they fit there, else in a nameless file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import IO

import numpy as np
import torch
from numpy.typing import NDArray

from vfxlib.device import to_tensor
from vfxlib.errors import OutputError
from vfxlib.image.box import Box

__all__ = ["FrameStore"]


class FrameStore:
    """Frames by place, cut out of which a fit gets its crops.

    channels  of every frame
    device    where crops are wanted
    room      bytes that may be taken there; what is over goes into a file in ``folder``
    folder    of that file, which has no name and is gone with the process
    shown     places of which there is anything to see
    """

    def __init__(self, channels: int, device: torch.device, room: int, folder: Path) -> None:
        self._channels, self._device, self._room, self._folder = channels, device, room, folder
        self.shown: list[int] = []
        self._windows: list[Box] = []
        self._held: list[torch.Tensor | int] = []  # a tensor, or where it begins in the file
        self._file: IO[bytes] | None = None

    def __len__(self) -> int:
        return len(self._windows)

    def close(self) -> None:
        """Let go of everything."""
        self._held.clear()
        if self._file is not None:
            self._file.close()
            self._file = None

    def add(self, data: NDArray[np.float16], window: Box) -> None:
        """Add the next frame.

        data    [c h w]
        window  Box      in pixels of the level
        raises  OutputError if the folder is full
        """
        if not window.empty:
            self.shown.append(len(self._windows))
        self._windows.append(window)
        if data.nbytes <= self._room:
            self._room -= data.nbytes
            self._held.append(to_tensor(data.copy(), self._device))
            return
        self._held.append(self._write(data.transpose(1, 0, 2)))  # rows together: a crop is one read

    def window(self, place: int) -> Box:
        """Where a frame lies."""
        return self._windows[place]

    def crop(self, place: int, box: Box, channels: slice = slice(None)) -> torch.Tensor:
        """What a frame shows in a box.

        channels  of these only, so that no others are turned to float32
        returns  [c h w] float32 on the device; all 0 outside of the frame
        """
        window = self._windows[place]
        common = window & box
        crop = torch.zeros((len(range(self._channels)[channels]), box.height, box.width), device=self._device)
        if not common.empty:
            rows, columns = common.slices(window)
            held = self._held[place]
            part = self._read(held, window, rows, columns) if isinstance(held, int) else held[:, rows, columns]
            crop[(slice(None), *common.slices(box))] = part[channels].float()
        return crop

    def _write(self, rows: NDArray[np.float16]) -> int:
        try:
            if self._file is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  closed by close()
            start = self._file.seek(0, os.SEEK_END)
            self._file.write(rows.tobytes())
            self._file.flush()
            return start
        except OSError as error:
            raise OutputError(
                f"frames do not fit into memory nor onto the disk ({error.strerror})",
                where=self._folder,
                fix="make room there, choose another --work folder, or raise --memory",
            ) from error

    def _read(self, start: int, window: Box, rows: slice, columns: slice) -> torch.Tensor:
        assert self._file is not None
        row = self._channels * window.width * 2
        data = os.pread(self._file.fileno(), (rows.stop - rows.start) * row, start + rows.start * row)
        found = np.frombuffer(data, np.float16).reshape(-1, self._channels, window.width)[..., columns]
        return to_tensor(np.ascontiguousarray(found.transpose(1, 0, 2)), self._device)
