"""Movies frame by frame, and movies to look at; PyAV is used here and nowhere else.

A movie's frames are counted by their times of display, read from all packets without decoding; a frame is then found by
its time and never by counting what the decoder gives out, so that none is lost or doubled after a jump. Where the times
cannot be trusted, frames are counted from the beginning instead, which is slow and right.
"""

import bisect
import threading
from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from vfxlib.errors import PictureError
from vfxlib.image.box import Box
from vfxlib.image.picture import Header, RawFrame
from vfxlib.io.exr_attributes import TimeCode
from vfxlib.io.frames import format_frames
from vfxlib.io.gaps import MOST_PARTS
from vfxlib.io.movie_times import damaged_movie, open_container, read_times
from vfxlib.io.movie_writer import open_movie_writer
from vfxlib.io.open_file import check_channels
from vfxlib.io.orientation import by_display_matrix
from vfxlib.io.yuv import frame_channels, has_alpha

__all__ = ["Movie", "open_movie", "write_movie"]

_MOST_DECODED = 250  # frames ahead that are decoded rather than jumped over


class Movie:
    """A movie, opened; frames are numbered from 1. Use ``open_movie``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()  # one decoder, which several threads may ask
        self._times = read_times(path)
        self._source = open_container(path)
        self._stream = self._source.streams.video[0]
        self._frames: Iterator[tuple[int, VideoFrame]] = iter(())
        self._next_index = -1  # of the frame that the decoder gives next; -1 before the first jump
        self.frames = self._times.numbers
        self.rate = self._times.rate
        self._turned = _turned(path)

    def header(self, number: int) -> Header:
        """What a frame says about itself.

        raises  PictureError if there is no such frame
        """
        self._index(number)
        codec = self._stream.codec_context
        display = Box(0, 0, codec.width, codec.height)
        names = "RGBA" if has_alpha(codec.pix_fmt or "") else "RGB"
        attributes: dict[str, object] = {"framesPerSecond": self.rate}
        if code := self._timecode(number):
            attributes["timeCode"] = code
        aspect = self._stream.sample_aspect_ratio
        return Header(
            path=self.path,
            display=display,
            origin=(0, 0),
            data=display,
            aspect=float(aspect) if aspect else 1.0,
            channels=dict.fromkeys(names, "float32"),
            attributes=attributes,
            format="movie",
            layout=f"{codec.name} {codec.pix_fmt} {float(self.rate):.6g} frames a second",
            turned=self._turned,
        )

    def read(self, number: int, names: Collection[str] | None = None) -> RawFrame:
        """Decode a frame; quick when frames are asked for in order.

        returns  R, G, B (and A) as float32; 0..1 is the legal range of the movie, values beyond it are kept
        raises   PictureError if there is no such frame or it cannot be decoded
        """
        header = self.header(number)
        wanted = list(header.channels) if names is None else list(names)
        check_channels(self.path, header.channels, wanted)
        with self._lock:
            frame = self._decode_frame(self._index(number), number)
            channels = frame_channels(frame, self.path)
        if channels["R"].shape != (header.data.height, header.data.width):
            raise damaged_movie(self.path, f"frame {number} has another size")
        return RawFrame(number, header, {name: channels[name] for name in wanted})

    def _index(self, number: int) -> int:
        index = bisect.bisect_left(self.frames, number)
        if index == len(self.frames) or self.frames[index] != number:
            raise PictureError(
                f"frame {number} is not in the movie",
                where=self.path,
                fix=f"it has frames {format_frames(self.frames, MOST_PARTS)}",
            )
        return index

    def _decode_frame(self, index: int, number: int) -> VideoFrame:
        try:
            if (
                0 <= self._next_index <= index <= self._next_index + _MOST_DECODED
                and (frame := self._decode_to(index)) is not None
            ):
                return frame
            for key in self._times.seek_times(index):
                self._seek(key)
                if (frame := self._decode_to(index)) is not None:
                    return frame
        except av.FFmpegError as error:
            self._next_index = -1
            raise damaged_movie(self.path, f"frame {number} cannot be decoded ({error.strerror})") from error
        self._next_index = -1
        raise damaged_movie(self.path, f"frame {number} cannot be decoded")

    def _decode_to(self, index: int) -> VideoFrame | None:
        """Decode on to a frame; None if the decoder has gone past it or stops before it."""
        for at, frame in self._frames:
            self._next_index = at + 1
            if at == index and not frame.is_corrupt:
                return frame
            if at >= index:
                break
        self._next_index = -1
        return None

    def _seek(self, key: int | None) -> None:
        """Begin to decode at a key frame by its time, or at the very beginning."""
        if key is None:
            self._source.close()
            self._source = open_container(self.path)  # a jump to the beginning may miss it
            self._stream = self._source.streams.video[0]
        else:
            self._source.seek(key, stream=self._stream, backward=True, any_frame=False)
            self._stream.codec_context.flush_buffers()
        self._frames = self._times.decode(self._source, from_key=key is not None)

    def _timecode(self, number: int) -> TimeCode | None:
        words = self._stream.metadata.get("timecode") or self._source.metadata.get("timecode")
        return None if words is None else _later_timecode(words, number - 1, self.rate)


def _turned(path: Path) -> str:
    """How players turn the movie, which its first frame says; "" too if that cannot be decoded."""
    with open_container(path) as source:
        try:
            frame = next(source.decode(source.streams.video[0]), None)
        except av.FFmpegError:
            return ""
        found = frame.side_data.get("DISPLAYMATRIX") if frame is not None else None
        matrix = np.frombuffer(bytes(found) if isinstance(found, SideData) else b"", "<i4")
        return by_display_matrix(matrix.tolist()) if len(matrix) == 9 else ""


def open_movie(path: Path) -> Movie:
    """Open a movie and count its frames.

    raises  PictureError if it is no movie, has no picture, or is damaged
    """
    return Movie(path)


def _later_timecode(words: str, frames: int, rate: Fraction) -> TimeCode | None:
    """The time code ``frames`` later; None if it is not written as one."""
    bits = words.replace(";", ":").replace(".", ":").split(":")
    if len(bits) != 4 or not all(bit.isdigit() for bit in bits):
        return None
    hours, minutes, seconds, frame = map(int, bits)
    base = max(1, round(rate))
    drop = ";" in words and base % 30 == 0
    lost = 2 * base // 30 if drop else 0  # numbers that are left out each minute but the tenth
    count = ((hours * 60 + minutes) * 60 + seconds) * base + frame
    count -= lost * (hours * 60 + minutes - (hours * 60 + minutes) // 10)
    count += frames
    if drop:
        tens, rest = divmod(count, 600 * base - 9 * lost)
        count += 9 * lost * tens + lost * max(0, (rest - lost) // (60 * base - lost))
    seconds, frame = divmod(count, base)
    parts = (seconds // 3600 % 24, seconds // 60 % 60, seconds % 60, frame)
    if frame > 39:
        return None  # an EXR time code counts to 39
    packed = [(part // 10) << 4 | part % 10 for part in parts]
    return TimeCode(packed[0] << 24 | packed[1] << 16 | packed[2] << 8 | packed[3] | (0x40 if drop else 0))


def write_movie(path: Path, frames: Iterable[NDArray[np.uint8]], rate: Fraction) -> None:
    """Write a movie that plays everywhere, whole or not at all, from frames that come one after the other.

    frames  [h w 3]  display colour of Rec.709, 0..255, all of one size
    rate    frames a second
    raises  OutputError if it cannot be written, or there are no frames
    """
    with open_movie_writer(path, rate) as writer:
        for pixels in frames:
            writer.add(pixels)
