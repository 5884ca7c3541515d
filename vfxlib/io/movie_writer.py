"""Movies to look at, frame by frame: the encoder that is there, colour that players know, frame numbers kept."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType

import av
import numpy as np
from av.container import OutputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vfxlib.errors import OutputError
from vfxlib.io.atomic import atomic_write

__all__ = ["Encoder", "MovieColour", "MovieWriter", "find_encoder", "movie_colour", "open_movie_writer", "timecode"]

log = logging.getLogger("paintout")


@dataclass(frozen=True)
class Encoder:
    """A way to pack a movie.

    name     as FFmpeg calls it
    codec    what comes out, as people call it
    options  of good quality at a size that can be sent
    bits     bits a pixel of an encoder that knows no quality; 0 for one that does
    """

    name: str
    codec: str = "H.264"
    options: tuple[tuple[str, str], ...] = ()
    bits: float = 0.0


ENCODERS = (  # the first that works here; VP9 is what browsers play in an MP4 beside H.264
    Encoder("libx264", options=(("crf", "16"), ("preset", "medium"))),
    Encoder("libopenh264", bits=0.3),
    Encoder("h264_videotoolbox", bits=0.3),
    Encoder("h264_nvenc", bits=0.3),
    Encoder("h264_qsv", bits=0.3),
    Encoder("h264_amf", bits=0.3),
    Encoder("h264_mf", bits=0.3),
    Encoder("libvpx-vp9", "VP9", (("crf", "20"), ("b", "0"), ("deadline", "good"), ("cpu-used", "4"))),
)
TRIED = 128, 128, Fraction(24)  # size and rate at which an encoder is tried out
MOST_FRAMES_A_SECOND = 99  # that a time code of two digits can count
DAY = 86400  # seconds


@dataclass(frozen=True)
class MovieColour:
    """What a movie says of its colour, in the numbers of ITU-T H.273.

    primaries  1 Rec.709, 9 Rec.2020, 12 P3-D65
    transfer   1 Rec.709, 13 sRGB, 16 PQ, 18 HLG
    """

    primaries: int = 1
    transfer: int = 1


REC709 = MovieColour()  # what players take sRGB and Rec.1886 for too, and show alike everywhere
COLOURS = {
    "srgb_p3d65_display": MovieColour(12, 13),
    "pq_p3d65_display": MovieColour(12, 16),
    "pq_rec2020_display": MovieColour(9, 16),
    "hlg_rec2020_display": MovieColour(9, 18),
}


def movie_colour(interop: str) -> MovieColour:
    """What a movie says of display colour; Rec.709 of all that players have no better word for.

    interop  Color Interop Forum name of the display colour, such as pq_rec2020_display
    """
    return COLOURS.get(interop, REC709)


@cache
def find_encoder() -> Encoder:
    """The encoder that movies are written with: H.264 by libx264, or else another one that works here, with a warning.

    raises  OutputError if there is none
    """
    first = ENCODERS[0]
    for encoder in ENCODERS:
        if not _works(encoder):
            continue
        if encoder is not first:
            log.warning("PyAV has no %s here; movies are %s by %s", first.name, encoder.codec, encoder.name)
        return encoder
    raise OutputError(
        "PyAV has no encoder for a movie that plays everywhere",
        where=f"one of {', '.join(encoder.name for encoder in ENCODERS)}",
        fix="install PyAV's own wheel, which has libx264: pip install --force-reinstall --only-binary av av",
    )


def _works(encoder: Encoder) -> bool:
    """True if it can be opened: one that needs a device may be there without it."""
    width, height, rate = TRIED
    try:
        context = av.CodecContext.create(encoder.name, "w")
        assert isinstance(context, VideoCodecContext)
        context.width, context.height, context.pix_fmt, context.time_base = width, height, "yuv420p", 1 / rate
        context.open()
    except (av.FFmpegError, ValueError):  # a name that this library does not have is a ValueError
        return False
    return True


def timecode(number: int, rate: Fraction) -> str:
    """A frame's number as a time code, so that a player that counts frames shows it; "" where that cannot be written.

    rate  frames a second
    """
    base = max(1, round(rate))
    seconds, frame = divmod(number, base)
    if number < 0 or seconds >= DAY or base > MOST_FRAMES_A_SECOND:
        return ""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frame:02}"


class MovieWriter:
    """A movie that is being written. Use ``open_movie_writer``."""

    def __init__(self, target: OutputContainer, rate: Fraction, colour: MovieColour, start: str) -> None:
        self.count = 0
        self._target, self._rate, self._colour, self._start = target, rate, colour, start
        self._stream: VideoStream | None = None

    def add(self, pixels: NDArray[np.uint8]) -> None:
        """Add a frame.

        pixels  [h w 3]  display, 0..255, of the first one's size; an odd side gets its last row or column twice
        """
        height, width = pixels.shape[:2]
        padded = np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
        if self._stream is None:
            self._stream = self._new_stream(padded.shape[1], padded.shape[0])
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(padded), format="rgb24")
        frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
        frame.pts, frame.time_base = self.count, 1 / self._rate
        self._target.mux(self._stream.encode(frame))
        self.count += 1

    def finish(self) -> None:
        """Write what the encoder still holds."""
        if self._stream is not None:
            self._target.mux(self._stream.encode(None))

    def _new_stream(self, width: int, height: int) -> VideoStream:
        encoder = find_encoder()
        stream = self._target.add_stream(encoder.name, rate=self._rate, options=dict(encoder.options))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        if encoder.bits:
            stream.bit_rate = max(500_000, int(encoder.bits * width * height * self._rate))
        codec = stream.codec_context
        codec.color_range, codec.colorspace = 1, 1  # 16..235, and the matrix of Rec.709, which is all that we turn by
        codec.color_primaries, codec.color_trc = self._colour.primaries, self._colour.transfer
        if self._start:
            stream.metadata["timecode"] = self._start
        return stream


@contextmanager
def open_movie_writer(
    path: Path,
    rate: Fraction,
    *,
    colour: MovieColour = REC709,
    first: int | None = None,
    about: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[MovieWriter]:
    """Write an MP4 that plays everywhere, whole or not at all.

    rate    frames a second
    colour  what its frames are
    first   number of the first frame, from which the movie's time code counts; None for no time code
    about   what it says of itself: "title", "comment"
    raises  OutputError if it cannot be written, or there are no frames
    """
    find_encoder()
    with atomic_write(path) as hidden:
        try:
            with av.open(str(hidden), "w", format="mp4", options={"movflags": "+faststart"}) as target:
                target.metadata.update(
                    {name: words.encode("utf-8", "replace").decode() for name, words in about.items()}
                )
                writer = MovieWriter(target, rate, colour, "" if first is None else timecode(first, rate))
                yield writer
                writer.finish()
                if not writer.count:
                    raise OutputError("there is no frame to write", where=path)
        except av.FFmpegError as error:
            raise OutputError(
                f"cannot be written ({error.strerror})", where=path, fix="check space and permissions there"
            ) from error
