"""Paint of a key frame in another frame's gap."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nodes.processors.flow_inpaint.carried_paint import lay_paint
from nodes.processors.paint_file import KeyPaint
from vfxlib.colour.acescct import code_value
from vfxlib.flow_inpaint.transfer import TransferredPaint
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.layer_names import Provenance
from vfxlib.pipeline.hole_fill import Fill

WINDOW = Box(0, 0, 80, 60)


def _texture(seed: int) -> Array:
    return (0.2 * np.exp(0.2 * np.random.default_rng(seed).standard_normal((60, 80, 3)))).astype(np.float32)


def _laid(
    picture: Array, paint: Array, *, reaches: bool = True, error: float = 0.08, known: bool = True
) -> tuple[Fill, NDArray[np.bool_]]:
    gap = np.zeros((60, 80), np.bool_)
    gap[20:40, 30:50] = True
    rows, columns = np.nonzero(gap)
    n = len(rows)
    fill = Fill(
        rows, columns, WINDOW, np.full((n, 3), 7.0, np.float32), np.zeros(n, np.float32), np.zeros(n, np.int16),
        np.full(n, Provenance.SPATIAL, np.uint8), np.zeros((n, 0), np.float32),
    )  # fmt: skip
    frame: Any = SimpleNamespace(
        plate=SimpleNamespace(pixels=np.where(gap[..., None], 0, picture).astype(np.float32)),
        known=~gap if known else np.zeros_like(gap),
    )

    def transfer(x: NDArray[np.intp], y: NDArray[np.intp]) -> TransferredPaint:
        there = np.full(len(x), reaches)
        place = np.stack([x, y], axis=1).astype(np.float32)
        return TransferredPaint(there, paint[y, x] * there[:, None], np.full(len(x), 2, np.int16), place)

    key = KeyPaint(paint, np.ones((60, 80), np.bool_), np.full((60, 80), error, np.float32), WINDOW)
    return lay_paint(fill, frame, 5, {7: key}, transfer), gap


def _error(one: Array, other: Array) -> float:
    return float(np.abs(code_value(one) - code_value(other)).mean())


def test_paint_whose_surroundings_are_found_again_is_laid_in_as_it_is() -> None:
    picture = _texture(1)
    laid, gap = _laid(picture, picture)
    assert _error(laid.colour, picture[gap]) < 0.001
    assert (laid.offset == 2).all()
    assert laid.confidence == pytest.approx(0.45 * 0.2)


def test_another_light_leaves_no_seam() -> None:
    picture = _texture(1)
    laid, gap = _laid(picture, picture * np.float32(1.5))
    assert _error(laid.colour, picture[gap]) < 0.003


def test_paint_from_surroundings_that_are_not_here_counts_nothing() -> None:
    picture = _texture(1)
    laid, gap = _laid(picture, _texture(2))
    assert code_value(laid.colour).std() < 0.5 * code_value(picture[gap]).std()


def test_what_no_paint_reaches_stays_as_it_was() -> None:
    laid, _ = _laid(_texture(1), _texture(1), reaches=False)
    assert (laid.colour == 7.0).all()
    assert not laid.offset.any()


def test_paint_is_never_sure() -> None:
    laid, _ = _laid(_texture(1), _texture(1), error=0.0)
    assert laid.confidence == pytest.approx(0.45)


def test_where_nothing_is_known_around_it_paint_stays_as_it_is() -> None:
    picture = _texture(1)
    laid, gap = _laid(picture, picture, known=False)
    assert _error(laid.colour, picture[gap]) < 1e-5
