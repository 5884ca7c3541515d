"""Small moving scenes with known motion."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from vfxlib.motion import Pair, View, make_view, measure
from vfxlib.motion.complete import Completed, complete
from vfxlib.motion.measure import measured_from
from vfxlib.motion.window_frame import WindowFrame, window_frame

Image = NDArray[np.float32]


def texture(height: int, width: int, seed: int) -> Image:
    """A grey texture with detail of all sizes: [h w], about 0.1 to 0.7."""
    generator = np.random.default_rng(seed)
    image = np.zeros((height, width), np.float32)
    for sigma in (1.2, 3.0, 8.0):
        noise = cv2.GaussianBlur(generator.standard_normal((height, width)).astype(np.float32), (0, 0), sigma)
        image += noise / noise.std()
    return np.clip(0.4 + 0.07 * image, 0.05, 0.9).astype(np.float32)


def moved(image: Image, homography: NDArray[np.float64], size: tuple[int, int]) -> Image:
    """The view whose pixels p show ``image`` at ``homography`` p."""
    flags = cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpPerspective(image, homography, size, flags=flags, borderMode=cv2.BORDER_REFLECT), np.float32
    )


def hole(height: int, width: int, x: float, y: float, half: int = 16) -> NDArray[np.bool_]:
    """True outside a square matte."""
    known = np.ones((height, width), np.bool_)
    known[max(0, round(y) - half) : round(y) + half, max(0, round(x) - half) : round(x) + half] = False
    return known


def shoot(
    frames: list[Image], known: list[NDArray[np.bool_]], lines: int = 540
) -> tuple[dict[int, View], dict[int, Pair]]:
    """Views and measured pairs of a shot of grey frames."""
    views = {t: make_view(f[..., None], k, lines=lines) for t, (f, k) in enumerate(zip(frames, known, strict=True))}
    return views, {t: measure(views[t], views[t + 1]) for t in range(len(frames) - 1)}


def window_frames(views: dict[int, View], pairs: dict[int, Pair]) -> dict[int, WindowFrame]:
    """The frames of a shot on the processor, with what was measured between them."""
    return {t: window_frame(view, measured_from(t, pairs), torch.device("cpu")) for t, view in views.items()}


def completed(index: int, views: dict[int, View], pairs: dict[int, Pair], reach: int = 12) -> Completed:
    """The completed motion of a frame of a shot."""
    return complete(index, window_frames(views, pairs), reach=reach)
