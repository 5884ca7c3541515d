"""A network sees nothing of what must go, and of another fill what can be trusted."""

import numpy as np
import pytest

from nodes.processors.internal_fit.network_view import (
    joined_colour,
    mixed_colour,
    network_view,
    surer_share,
    textured_colour,
)
from tests.nodes.engine.made import DISPLAY, context, fit, matted
from vfxlib.image.box import Box
from vfxlib.image.picture import Picture
from vfxlib.io.exr import write_exr
from vfxlib.layer_names import Provenance

HOLE = np.zeros((DISPLAY.height, DISPLAY.width), np.bool_)
HOLE[:, :8] = True


def seen(folder, confidence=None, colour=0.25, method=None, **params):
    """Frame 2 with a fill of some confidence; None for no fill."""
    if confidence is None:
        at = context(matted(folder), folder, fit(**params))
    else:
        channels = {name: np.full(HOLE.shape, colour, np.float32) for name in "RGB"}
        channels["confidence.A"] = np.broadcast_to(np.float32(confidence), HOLE.shape).copy()
        if method is not None:
            channels["provenance.method"] = np.full(HOLE.shape, method, np.float16)
        path = folder / "fill.2.exr"
        write_exr(path, display=DISPLAY, origin=(0, 0), data=DISPLAY, aspect=1.0, channels=channels, attributes={})
        at = context(matted(folder, fill=f"{folder}/fill.#.exr"), folder, fit(**params))
    return network_view(at, at.shot.read(2)), at.shot.colours


def test_without_a_fill_the_whole_hole_is_painted_and_nothing_of_it_is_seen(folder):
    view, colours = seen(folder)
    frame = view.frame_of(colours)
    assert np.array_equal(view.share, HOLE)
    assert np.array_equal(frame.hole, HOLE)
    assert np.array_equal(frame.known, ~HOLE)
    assert (frame.colour[HOLE] == 0).all()
    assert (frame.colour[~HOLE] != 0).all()


def test_a_fill_that_is_trusted_is_seen_like_the_plate(folder):
    view, colours = seen(folder, confidence=0.9)
    frame = view.frame_of(colours)
    assert not view.share.any()
    assert not frame.hole.any()
    assert frame.known.all()
    assert (frame.colour[HOLE] < frame.colour[~HOLE].min()).all()  # 0.25 beside a plate of 0.5


def test_what_is_not_trusted_enough_is_painted_anew_with_a_soft_edge_inside_what_is(folder):
    confidence = np.ones(HOLE.shape, np.float32)
    confidence[:, :3] = 0.49
    view, colours = seen(folder, confidence, soften=4.0)
    row = view.share[6]
    assert (row[:3] == 1).all()
    assert (np.diff(row[2:8]) < 0).all()
    assert (row[8:] == 0).all()
    assert np.array_equal(view.frame_of(colours).hole, HOLE & (view.share > 0))
    hard, _ = seen(folder, confidence, soften=0.0)
    assert np.array_equal(hard.share[6] > 0, [True] * 3 + [False] * 13)


@pytest.mark.parametrize(("take_over", "painted"), [(0.0, False), (0.5, False), (0.51, True), (1.0, True)])
def test_the_confidence_from_which_a_fill_is_kept_is_asked_for(folder, take_over, painted):
    view, _ = seen(folder, confidence=0.5, take_over=take_over, soften=0.0)
    assert (view.share[HOLE] == painted).all()


def test_a_speck_of_trust_in_a_region_of_doubt_is_painted_over_and_a_speck_of_doubt_stays_one(folder):
    doubt = np.zeros(HOLE.shape, np.float32)
    doubt[6, 4] = 1
    assert seen(folder, doubt, soften=0.0)[0].share[6, 4] == 1
    trust = np.ones(HOLE.shape, np.float32)
    trust[6, 4] = 0
    assert seen(folder, trust, soften=0.0)[0].share.sum() == 1


def test_what_is_no_number_is_neither_trusted_nor_seen(folder):
    colour = np.full(HOLE.shape, 0.25, np.float32)
    colour[6, 4] = np.nan
    view, colours = seen(folder, confidence=1.0, colour=colour, take_over=0.0, soften=0.0)
    frame = view.frame_of(colours)
    assert view.share[6, 4] == 1
    assert np.isfinite(frame.colour).all()
    assert frame.hole.sum() == 1


def test_a_plate_that_is_no_number_is_not_known_and_not_painted(folder):
    pixels = np.full(HOLE.shape, 0.5, np.float16)
    pixels[6, 12] = np.inf
    channels = dict.fromkeys("RGB", pixels)
    path = folder / "plate.2.exr"
    write_exr(path, display=DISPLAY, origin=(0, 0), data=DISPLAY, aspect=1.0, channels=channels, attributes={})
    view, colours = seen(folder)
    frame = view.frame_of(colours)
    assert not frame.known[6, 12]
    assert not frame.hole[6, 12]
    assert frame.colour[6, 12].tolist() == [0, 0, 0]


def test_the_painting_is_mixed_with_the_fill_by_its_share_in_light(folder):
    confidence = np.ones(HOLE.shape, np.float32)
    confidence[:, :3] = 0
    view, _ = seen(folder, confidence, soften=4.0)
    box = Box(1, 2, 9, 7)
    painted = Picture(np.full((box.height, box.width, 3), 2.0, np.float32), box)
    share, fill = (each[box.slices(DISPLAY)] for each in (view.share, view.fill.colour.pixels))
    mixed = mixed_colour(view, painted, share)
    assert mixed == pytest.approx(share[..., None] * 2.0 + (1 - share[..., None]) * fill, abs=1e-6)
    assert (mixed[:, :2] == 2).all()
    alone, _ = seen(folder)
    assert mixed_colour(alone, painted, alone.share) is painted.pixels


CHECKS = np.where(np.indices(HOLE.shape).sum(axis=0) % 2, np.float32(0.1), np.float32(0.4))


def drawn(view, colours, value=0.2):
    """A flat painting with the texture of the fill."""
    flat = Picture(np.full((*HOLE.shape, 3), value, np.float32), DISPLAY)
    mixed = Picture(mixed_colour(view, flat, view.share), DISPLAY)
    return mixed.pixels, textured_colour(view, mixed, colours, 3)


def test_a_soft_painting_gets_the_texture_of_what_the_fill_painted_by_example(folder):
    view, colours = seen(folder, confidence=0.0, colour=CHECKS, method=Provenance.SPATIAL, soften=0.0)
    mixed, (pixels, size) = drawn(view, colours)
    middle = (slice(3, -3), slice(2, 6))
    assert pixels[middle].std() > 0.05
    assert (size[middle] > 0.01).all()
    assert np.array_equal(pixels[~HOLE], mixed[~HOLE])
    half, _ = seen(folder, confidence=0.0, colour=CHECKS, method=Provenance.SPATIAL, soften=0.0, texture=0.5)
    assert 0 < drawn(half, colours)[1].pixels[middle].std() < pixels[middle].std()


@pytest.mark.parametrize(
    ("confidence", "method", "params"),
    [
        pytest.param(0.0, Provenance.SPATIAL, {"texture": 0.0}, id="not wanted"),
        pytest.param(0.0, Provenance.FLOW_COPY, {}, id="a copy that is not trusted may show what must go"),
        pytest.param(1.0, Provenance.SPATIAL, {}, id="kept"),
    ],
)
def test_no_texture_is_taken_elsewhere(folder, confidence, method, params):
    view, colours = seen(folder, confidence, CHECKS, method, soften=0.0, **params)
    mixed, (pixels, size) = drawn(view, colours)
    assert np.array_equal(pixels, mixed)
    assert not size.any()


def test_a_fill_that_says_nothing_of_itself_gives_no_texture(folder):
    channels = dict.fromkeys("RGB", CHECKS)
    path = folder / "fill.2.exr"
    write_exr(path, display=DISPLAY, origin=(0, 0), data=DISPLAY, aspect=1.0, channels=channels, attributes={})
    at = context(matted(folder, fill=f"{folder}/fill.#.exr"), folder, fit())
    assert network_view(at, at.shot.read(2)).texture is None


@pytest.mark.parametrize(("error", "weight"), [(0.005, 0.99), (0.05, 0.5), (0.5, 0.01)])
def test_beside_a_trusted_fill_the_painting_shows_as_far_as_it_is_surer(folder, error, weight):
    confidence = np.full(HOLE.shape, 0.5, np.float32)
    confidence[:, :3] = 0.49
    view, _ = seen(folder, confidence, soften=4.0)
    found = surer_share(view, np.full(HOLE.shape, error, np.float32), DISPLAY)
    assert found[:, 3:8] == pytest.approx(weight * view.share[:, 3:8], abs=0.01)
    assert found[6, :3] == pytest.approx([each + (1 - each) * weight for each in (3 / 9, 2 / 9, 1 / 9)], abs=0.01)
    assert not found[~HOLE].any()


def test_a_speck_of_doubt_lets_no_painting_that_knows_nothing_into_sure_copies(folder):
    confidence = np.full(HOLE.shape, 0.95, np.float32)
    confidence[6, 4] = 0.4
    view, _ = seen(folder, confidence, soften=4.0)
    wild = surer_share(view, np.full(HOLE.shape, 0.3, np.float32), DISPLAY)
    assert wild[6, 4] < 0.25
    assert np.delete(wild.ravel(), 6 * DISPLAY.width + 4).max() < 0.01
    sure = surer_share(view, np.full(HOLE.shape, 0.0002, np.float32), DISPLAY)
    assert sure[HOLE] == pytest.approx(view.share[HOLE], rel=0.05)


def test_away_from_what_is_trusted_copies_in_doubt_are_painted_over(folder):
    confidence = np.full(HOLE.shape, 0.9, np.float32)
    confidence[:, 1:] = 0.3
    view, _ = seen(folder, confidence, soften=2.0)
    assert (surer_share(view, np.ones(HOLE.shape, np.float32), DISPLAY)[:, 3:8] == 1).all()


@pytest.mark.parametrize(("error", "weight"), [(0.02, 0.74), (0.14, 0.5)])
def test_where_no_frame_saw_anything_both_guesses_count(folder, error, weight):
    view, _ = seen(folder, 0.3, method=Provenance.SPATIAL, soften=2.0)  # of 0.45 at most: it may be wrong by 0.033
    found = surer_share(view, np.full(HOLE.shape, error, np.float32), DISPLAY)
    assert found[HOLE] == pytest.approx(weight, abs=0.01)  # but no guess is taken for better than the network's


def test_what_has_no_value_is_painted_whatever_the_network_knows(folder):
    colour = np.full(HOLE.shape, 0.25, np.float32)
    colour[6, 4] = np.nan
    view, _ = seen(folder, confidence=1.0, colour=colour, soften=4.0)
    assert surer_share(view, np.ones(HOLE.shape, np.float32), DISPLAY)[6, 4] == 1


def test_the_share_of_the_painting_has_no_step_where_trust_begins(folder):
    confidence = np.full(HOLE.shape, 0.95, np.float32)
    confidence[:, :4] = 0.3
    view, _ = seen(folder, confidence, soften=4.0)
    found = surer_share(view, np.full(HOLE.shape, 0.05, np.float32), DISPLAY)
    assert np.abs(np.diff(found[6, :8])).max() < 0.3


def test_the_painting_is_brought_to_the_trusted_fill_beside_it(folder):
    confidence = np.full(HOLE.shape, 0.9, np.float32)
    confidence[:, :4] = 0
    view, colours = seen(folder, confidence, soften=4.0)
    given = colours.to_working(view.fill.colour).pixels
    painted = Picture(given + np.float32(0.05), DISPLAY)
    joined = joined_colour(view, painted, colours).pixels - given
    assert np.abs(joined[6, 5:7]).max() < 0.02
    assert joined[6, 0, 0] > joined[6, 3, 0] > 0
    alone, _ = seen(folder)
    assert joined_colour(alone, painted, colours) is painted
