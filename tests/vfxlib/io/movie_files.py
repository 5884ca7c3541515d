"""Movies made for a test: small ones whose frames carry their numbers."""

import av
import numpy as np
from av.video.frame import VideoFrame

SIZE = (64, 96)
COUNT = 40


def picture(number):
    """Each frame carries its number as six black or white squares."""
    squares = [(number + 1) >> bit & 1 for bit in range(6)]
    row = np.repeat(np.array(squares, np.uint8) * 180 + 30, 16)
    return np.ascontiguousarray(np.broadcast_to(row[None, :, None], (*SIZE, 3)))


def encode(path, codec, options, pixel_format="yuv420p", count=COUNT, rate=24, frames=picture, **settings):
    with av.open(str(path), "w") as target:
        stream = target.add_stream(codec, rate=rate, options=options)
        stream.height, stream.width = SIZE
        stream.pix_fmt = pixel_format
        for name, value in settings.items():
            setattr(stream.codec_context, name, value)
        for number in range(count):
            frame = VideoFrame.from_ndarray(frames(number), format="rgb24")
            frame = frame.reformat(format=pixel_format, dst_colorspace="ITU709", dst_color_range="MPEG")
            frame.pts = number
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return path
