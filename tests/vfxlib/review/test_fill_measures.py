"""What a fill does from frame to frame is measured as it is."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from tests.vfxlib.review import made_fill
from tests.vfxlib.review.made_fill import FRAMES, POPPED, hole, texture, views
from vfxlib.review.fill_measures import FillMotion, PairMeasure, grain_ratio


def measured(kind: str, motion: bool = True) -> list[PairMeasure]:
    own = FillMotion()
    pairs = [own.add(number, view) for number, view in views(kind, motion)]
    assert pairs[0] is None
    return [pair for pair in pairs if pair is not None]


def test_a_right_fill_changes_as_the_plate_around_it_does_and_sits_still():
    pairs = measured("plain")
    assert [(pair.first, pair.second) for pair in pairs] == [(n, n + 1) for n in FRAMES[:-1]]
    assert max(pair.fill for pair in pairs) < 1.5
    assert max(pair.slide for pair in pairs) < 0.1
    assert max(pair.rim for pair in pairs) < 0.3


def test_a_slide_is_told_in_pixels():
    slides = [pair.slide for pair in measured("slide")]
    assert np.median(slides) == pytest.approx(1.0, abs=0.1)


def test_a_slide_is_told_where_the_camera_stands_still(monkeypatch):
    monkeypatch.setattr(made_fill, "PAN", 0.0)
    assert np.median([pair.slide for pair in measured("slide")]) == pytest.approx(1.0, abs=0.1)
    assert max(pair.slide for pair in measured("plain")) < 0.1


def test_a_pop_is_seen_on_both_sides_of_its_frame_and_nowhere_else():
    pairs = {pair.first: pair.peak for pair in measured("pop")}
    popped = {POPPED - 1, POPPED}
    assert min(pairs[first] for first in popped) > 5 * max(peak for first, peak in pairs.items() if first not in popped)


def test_without_motion_layers_the_plate_s_own_motion_stands_in_and_no_slide_is_told():
    pairs = measured("pop", motion=False)
    assert all(math.isnan(pair.slide) for pair in pairs)
    peaks = {pair.first: pair.peak for pair in pairs}
    assert min(peaks[POPPED - 1], peaks[POPPED]) > 2 * np.median(list(peaks.values()))


def test_frames_that_do_not_follow_each_other_are_no_pair():
    own = FillMotion()
    seen = views("plain")
    assert [own.add(number, view) for number, view in seen[::2]] == [None] * len(seen[::2])


@pytest.mark.parametrize("case", ["no matte", "an empty one", "tiny", "all of the picture", "nan"])
def test_what_cannot_be_told_is_nan_and_no_error(case):
    own = FillMotion()
    for number, view in views("plain")[:2]:
        match case:
            case "no matte":
                view = replace(view, data={})
            case "an empty one":
                view = replace(view, data={"matte.A": np.zeros_like(view.data["matte.A"])})
            case "tiny":
                data = {name: layer[:8, :8] for name, layer in view.data.items()}
                view = replace(view, plate=view.plate[:8, :8], result=view.result[:8, :8], data=data)
            case "all of the picture":
                view = replace(view, data=view.data | {"matte.A": np.ones_like(view.data["matte.A"])})
            case "nan":
                view = replace(view, data={name: np.full_like(layer, np.nan) for name, layer in view.data.items()})
        pair = own.add(number, view)
    assert pair is not None
    assert math.isnan(pair.around)
    assert math.isnan(pair.rim)


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_grain_is_told_as_a_ratio_of_variances(strength):
    rng = np.random.default_rng(1)
    smooth = 128 + 20 * ndimage.gaussian_filter(texture(), (12, 12, 0))
    grain = rng.normal(0, 6, smooth.shape)
    plate = np.clip(np.round(smooth + grain), 0, 255).astype(np.uint8)
    fill = np.clip(np.round(smooth + strength * rng.normal(0, 6, smooth.shape)), 0, 255).astype(np.uint8)
    result = np.where(hole()[..., None], fill, plate)
    assert grain_ratio(result, plate, hole().astype(np.float32)) == pytest.approx(strength**2, abs=0.12)


def test_no_grain_is_told_without_a_hole_or_where_the_plate_has_none():
    flat = np.full((90, 140, 3), 100, np.uint8)
    matte = np.zeros((90, 140), np.float32)
    assert math.isnan(grain_ratio(flat, flat, matte))
    matte[20:60, 30:90] = 1
    assert math.isnan(grain_ratio(flat, flat, matte))
