"""When each frame of a movie is shown, and where decoding may begin to get it."""

import bisect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median

import av
from av.video.frame import VideoFrame

from vfxlib.errors import PictureError
from vfxlib.io.open_file import open_binary

__all__ = ["MovieTimes", "damaged_movie", "open_container", "read_times"]

MOST_PIXELS = 2**27  # 16384 x 8192
_PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"<", b"v=0")  # HLS, concatenation, DASH and IMF, SDP
_STEADY = 0.95  # share of equal steps from which on a movie counts as one of constant rate


@dataclass(frozen=True)
class MovieTimes:
    """The frames of a movie in the order in which they are shown.

    times    times of display in the stream's unit; () if the file's times cannot be trusted and frames are counted
    keys     times of the frames at which decoding can begin
    numbers  frame numbers from 1; a hole in a movie of constant rate leaves out the numbers that are lost
    rate     frames a second
    """

    times: tuple[int, ...]
    keys: tuple[int, ...]
    numbers: tuple[int, ...]
    rate: Fraction

    def seek_times(self, index: int) -> Iterator[int | None]:
        """Times of key frames to try, nearest first, for jumps may land too late; at last None, the very beginning.

        What is shown before a key frame but decoded behind it (open groups of pictures) is never begun there, because
        its own time lies before that key frame.
        """
        if self.times:
            last = bisect.bisect_right(self.keys, self.times[index]) - 1
            back = 0
            while last - back > 0:
                yield self.keys[last - back]
                back = 2 * back + 1
        yield None

    def decode(self, source: av.container.InputContainer, *, from_key: bool) -> Iterator[tuple[int, VideoFrame]]:
        """Decode on from where the container stands.

        from_key  True after a jump: what comes before the next key frame cannot be decoded
        returns   index into ``numbers`` and frame; frames that are not of the movie are left out
        """
        begin: int | None = None
        count = 0
        for packet in source.demux(source.streams.video[0]):
            if begin is None and from_key:
                if not packet.is_keyframe or packet.pts is None:
                    continue
                begin = packet.pts
            for frame in packet.decode():
                index = self._index(frame, begin) if self.times else count
                count += 1
                if index is not None and index < len(self.numbers):
                    yield index, frame

    def _index(self, frame: VideoFrame, begin: int | None) -> int | None:
        time = frame.pts
        if time is None or (begin is not None and time < begin):
            return None
        index = bisect.bisect_left(self.times, time)
        return index if index < len(self.times) and self.times[index] == time else None


def damaged_movie(path: Path, what: str) -> PictureError:
    """The error for a movie that is not whole."""
    return PictureError(f"damaged movie: {what}", where=path, fix="copy it again, or convert it to EXR frames")


def open_container(path: Path) -> av.container.InputContainer:
    """Open a movie file.

    raises  PictureError if it is no movie, has no picture, asks for too large ones, or names other files to open
    """
    with open_binary(path) as file:
        begin = file.read(64)
    if begin.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_PLAYLISTS):
        raise PictureError("is a playlist, which names other files", where=path, fix="give the movie itself")
    try:
        # what a movie says of itself in words need not be UTF-8
        source = av.open(str(path), metadata_errors="replace")
    except (av.FFmpegError, OSError) as error:
        raise PictureError(
            f"neither a picture nor a movie ({error.strerror})", where=path, fix="give an EXR sequence or a movie"
        ) from error
    if not source.streams.video:
        source.close()
        raise PictureError("the movie has no picture", where=path, fix="give a movie with a video stream")
    stream = source.streams.video[0]
    if stream.codec_context is None:
        source.close()
        raise damaged_movie(path, "nothing here decodes its kind of picture")
    if not 0 < stream.codec_context.width * stream.codec_context.height <= MOST_PIXELS:
        source.close()
        raise damaged_movie(path, f"it asks for {stream.codec_context.width} x {stream.codec_context.height} pixels")
    stream.thread_type = "AUTO"
    return source


def read_times(path: Path) -> MovieTimes:
    """Read the times of all frames from the packets, without decoding them if they can be trusted.

    raises  PictureError if it is no movie, is damaged, or has no frames
    """
    with _reading_whole(path) as source:
        stream = source.streams.video[0]
        rate = Fraction(stream.average_rate or stream.guessed_rate or 24)
        packets = [packet for packet in source.demux(stream) if packet.size and not packet.is_discard]
        times = [packet.pts for packet in packets if packet.pts is not None]
        keys = sorted(packet.pts for packet in packets if packet.is_keyframe and packet.pts is not None)
    if not packets:
        raise damaged_movie(path, "it has no frames")
    if len(times) != len(packets) or len(set(times)) != len(times):  # some program streams and old AVIs
        return MovieTimes((), (), tuple(range(1, _count_decoded(path) + 1)), rate)
    times.sort()
    return MovieTimes(tuple(times), tuple(keys), _numbers(times), rate)


def _numbers(times: list[int]) -> tuple[int, ...]:
    steps = [after - before for before, after in pairwise(times)]
    if not steps:
        return (1,)
    usual_step = median(steps)
    counts = [max(1, round(step / usual_step)) for step in steps]
    if counts.count(1) < _STEADY * len(counts) and len(counts) > 1:
        return tuple(range(1, len(times) + 1))  # of varying rate: a long step is no hole
    numbers = [1]
    for count in counts:
        numbers.append(numbers[-1] + count)
    return tuple(numbers)


@contextmanager
def _reading_whole(path: Path) -> Iterator[av.container.InputContainer]:
    source = open_container(path)
    try:
        yield source
    except av.FFmpegError as error:
        raise damaged_movie(path, f"it cannot be read to its end ({error.strerror})") from error
    finally:
        source.close()


def _count_decoded(path: Path) -> int:
    with _reading_whole(path) as source:
        count = sum(1 for _ in source.decode(source.streams.video[0]))
    if not count:
        raise damaged_movie(path, "it has no frames")
    return count
