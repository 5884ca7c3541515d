"""Stores of a shot's frames, from which a fit cuts crops: on the device where they fit, else in a nameless file."""

import os
import tempfile
from pathlib import Path
from typing import IO

import numpy as np
import torch
from numpy.typing import NDArray

from vfxlib.device import to_numpy, to_tensor
from vfxlib.errors import OutputError
from vfxlib.image.box import Box
from vfxlib.io.os_errors import reason

__all__ = ["FrameStore", "TensorStore"]


class FrameStore:
    """Frames by their index in the job, from which a fit cuts its crops.

    channels  of every frame
    device    where crops are wanted
    room      bytes that may be taken there; what is over goes into a file in ``folder``
    folder    of that file, which has no name and is gone with the process
    nonempty  indices of the frames that have pixels
    """

    def __init__(self, channels: int, device: torch.device, room: int, folder: Path) -> None:
        self._channels, self._device, self._room, self._folder = channels, device, room, folder
        self.nonempty: list[int] = []
        self._windows: list[Box] = []
        self._frames: list[torch.Tensor | int] = []  # a tensor, or where it begins in the file
        self._file: IO[bytes] | None = None

    def close(self) -> None:
        """Let go of everything."""
        self._frames.clear()
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
            self.nonempty.append(len(self._windows))
        self._windows.append(window)
        if data.nbytes <= self._room:
            self._room -= data.nbytes
            self._frames.append(to_tensor(data.copy(), self._device))
            return
        self._frames.append(self._write(data.transpose(1, 0, 2)))  # rows together: a crop is one read

    def window(self, index: int) -> Box:
        """The part of the level that a frame covers."""
        return self._windows[index]

    def crop(self, index: int, box: Box, channels: slice = slice(None)) -> torch.Tensor:
        """Crop a frame.

        index     of the frame in the job
        box       in pixels of the level
        channels  of these only, so that no others are turned to float32
        returns   [c h w] float32 on the device; all 0 outside of the frame
        """
        window = self._windows[index]
        common = window & box
        crop = torch.zeros((len(range(self._channels)[channels]), box.height, box.width), device=self._device)
        if not common.empty:
            rows, columns = common.slices(window)
            kept = self._frames[index]
            part = self._read(kept, window, rows, columns) if isinstance(kept, int) else kept[:, rows, columns]
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
                f"frames do not fit into memory nor onto the disk ({reason(error)})",
                where=self._folder,
                fix="make room there, choose another --work folder, or raise --memory",
            ) from error

    def _read(self, start: int, window: Box, rows: slice, columns: slice) -> torch.Tensor:
        assert self._file is not None
        row = self._channels * window.width * 2
        data = os.pread(self._file.fileno(), (rows.stop - rows.start) * row, start + rows.start * row)
        rows_read = np.frombuffer(data, np.float16).reshape(-1, self._channels, window.width)[..., columns]
        return to_tensor(np.ascontiguousarray(rows_read.transpose(1, 0, 2)), self._device)


class TensorStore:
    """Tensors of one shape by the index of their frame, in half precision, each put in once.

    channels  of each
    shape     height and width
    device    where they are wanted
    room      bytes that may be taken there; what is over goes into a nameless file in ``folder``
    """

    def __init__(self, channels: int, shape: tuple[int, int], *, device: torch.device, room: int, folder: Path) -> None:
        self._box = Box(0, 0, shape[1], shape[0])
        self._store = FrameStore(channels, device, room, folder)
        self._order: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._order)

    def close(self) -> None:
        """Let go of everything."""
        self._store.close()

    def put(self, index: int, tensor: torch.Tensor) -> None:
        """Keep a frame's tensor [c h w].

        raises  OutputError if the folder is full
        """
        self._order[index] = len(self._order)
        self._store.add(to_numpy(tensor.half()), self._box)

    def get(self, index: int) -> torch.Tensor:
        """A frame's tensor: [c h w] float32."""
        return self._store.crop(self._order[index], self._box)
