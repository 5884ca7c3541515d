"""The fill of a hole as a whole: what a compositor counts on."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from tests.vfxlib.flow_inpaint.shots import SIZE, Shot, scene
from vfxlib.colour.acescct import code_value
from vfxlib.flow_inpaint.fill import FillSettings, fill_frame
from vfxlib.grain.fine_detail import fine_detail
from vfxlib.image.box import Box
from vfxlib.layer_names import Provenance
from vfxlib.motion import Motion


def filled(shot, t=4, **settings):
    return fill_frame(t, shot.holes[t], source=shot.source, motion=shot.motion, settings=FillSettings(**settings))


def picture(shot, fill, t=4):
    image = shot.plates[t].copy()
    image[fill.rows, fill.columns] = fill.colour
    return image


def test_whole_pixel_motion_copies_bits():
    shot = Shot(scene())
    fill = filled(shot)
    assert np.array_equal(fill.colour, shot.truth[4][shot.holes[4]])
    assert (fill.method == 1).all()
    assert (fill.offset != 0).all()


def test_a_locked_camera_copies_bits_and_its_grain():
    shot = Shot(scene(), move=(0, 0))
    rng = np.random.default_rng(7)
    shot.plates = [p + 0.01 * rng.standard_normal(p.shape, np.float32) for p in shot.plates]
    fill = filled(shot)
    for offset in np.unique(fill.offset):
        here = fill.offset == offset
        assert np.array_equal(fill.colour[here], shot.plates[4 + offset][fill.rows[here], fill.columns[here]])


def test_broken_pixel_motion_copies_closely():
    shot = Shot(scene(), move=(3.37, 0.61))
    error = np.abs(filled(shot).colour - shot.truth[4][shot.holes[4]])
    assert error.max() < 0.01


def test_a_sharp_frame_is_filled_from_sharp_frames_where_a_shake_blurs_those_beside_it():
    shot = Shot(np.random.default_rng(2).uniform(0.16, 0.2, (300, 400, 3)).astype(np.float32))
    for t in (1, 3, 5, 7):
        shot.plates[t] = ndimage.uniform_filter1d(shot.plates[t], 3, axis=1)
    fill = filled(shot)
    assert np.mean(fill.offset % 2 == 0) > 0.9
    assert np.abs(fill.colour - shot.truth[4][shot.holes[4]]).mean() < 1e-3


def test_the_place_that_a_pixel_was_copied_from_is_kept_if_that_is_asked():
    shot = Shot(scene())
    fill, plain = filled(shot, places=True), filled(shot)
    assert plain.place.shape == (len(plain.rows), 0)
    assert np.array_equal(plain.colour, fill.colour)
    x, y = (fill.place[:, axis].astype(int) for axis in (0, 1))
    for offset in np.unique(fill.offset):
        here = fill.offset == offset
        assert np.array_equal(fill.colour[here], shot.plates[4 + offset][y[here], x[here]])
    half = fill.within(Box(0, 0, 40, 30))
    assert half.place.shape == (len(half.rows), 2)


def test_bright_and_negative_light_survive():
    world = scene()
    world[100:400, 130:140] = 300.0
    world[140:150] = -0.02
    shot = Shot(world)
    assert np.array_equal(filled(shot).colour, shot.truth[4][shot.holes[4]])


def test_nan_and_inf_never_reach_the_fill():
    shot = Shot(scene(), move=(2.5, 0.5))
    rng = np.random.default_rng(3)
    for plate, hole in zip(shot.plates, shot.holes, strict=True):
        plate[hole] = np.nan
        plate[rng.random(hole.shape) < 0.01] = np.inf
        plate[rng.random(hole.shape) < 0.01] = np.nan
    fill = filled(shot)
    assert np.isfinite(fill.colour).all()
    copied = fill.method != Provenance.SPATIAL
    assert copied.mean() > 0.9
    assert np.abs(fill.colour - shot.truth[4][shot.holes[4]])[copied].max() < 0.05


def test_boxes_cut_the_fill_without_changing_a_bit():
    shot = Shot(scene(), move=(2.3, 0.4))
    fill = filled(shot)
    whole = np.zeros((*shot.holes[4].shape, 3), np.float32)
    whole[fill.rows, fill.columns] = fill.colour
    cut = np.zeros_like(whole)
    for x in range(0, SIZE[0], 17):
        box = Box(x, 0, min(x + 17, SIZE[0]), SIZE[1])
        part = fill.within(box)
        cut[box.slices(fill.window)][part.rows, part.columns] = part.colour
    assert np.array_equal(whole, cut)


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_do_not_change_a_bit(threads):
    before = torch.get_num_threads()
    shot = Shot(scene(), move=(2.3, 0.4))
    try:
        torch.set_num_threads(threads)
        colour = filled(shot).colour
    finally:
        torch.set_num_threads(before)
    assert np.array_equal(colour, filled(Shot(scene(), move=(2.3, 0.4))).colour)


def test_what_nobody_saw_is_painted_with_confidence_0():
    shot = Shot(scene(), move=(0, 0), speed=0)
    fill = filled(shot)
    assert (fill.confidence == 0).all()
    assert (fill.method == Provenance.SPATIAL).all()
    assert (fill.offset == 0).all()
    assert np.isfinite(fill.colour).all()
    assert fill.colour.max() < 2, "the object's own light, 5, must not bleed in"


def test_where_every_frame_shows_something_else_nothing_is_copied():
    shot = Shot(scene(), move=(0, 0), speed=9)
    rng = np.random.default_rng(2)
    for t, plate in enumerate(shot.plates):
        if t != 4:
            plate[:] = 0.18 * np.exp2(
                rng.uniform(-4, 4, (plate.shape[0] // 6, plate.shape[1] // 6, 3)).repeat(6, 0).repeat(6, 1)
            )
    assert (filled(shot).method == Provenance.SPATIAL).mean() > 0.9


def test_nothing_comes_across_a_cut():
    shot = Shot(scene())
    shot.cuts = {4}
    fill = filled(shot)
    assert (fill.offset[fill.method != Provenance.SPATIAL] > 0).all()
    shot.cuts = {4, 5}
    assert (filled(shot).method == Provenance.SPATIAL).all()


def test_reach_limits_the_search():
    shot = Shot(scene())
    assert np.abs(filled(shot, reach=2).offset).max() <= 2
    assert set(shot.asked) <= {2, 3, 4, 5, 6}


def test_a_passer_by_is_an_outlier():
    shot = Shot(scene(), frames=11, move=(0, 0), speed=7)
    for plate in (shot.plates[7],):
        plate[~shot.holes[7]] = 3.0  # something fills the whole of one frame
    fill = filled(shot, candidates=6, light_match=0)
    assert np.abs(fill.colour - shot.truth[4][shot.holes[4]]).max() < 1e-6


def test_an_exposure_step_is_matched():
    shot = Shot(scene())
    shot.plates = [p * np.float32(1.1 ** (t - 4)) for t, p in enumerate(shot.plates)]
    truth = shot.truth[4][shot.holes[4]]
    assert np.abs(filled(shot).colour / truth - 1).max() < 0.01
    assert np.abs(filled(shot, light_match=0).colour / truth - 1).max() > 0.05


def test_seams_vanish_under_a_ramp_of_light():
    shot = Shot(scene(), frames=9, move=(0, 0), radius=14, speed=9)
    x = np.linspace(-1, 1, SIZE[0], dtype=np.float32)[None, :, None]
    shot.plates = [p * np.exp(0.12 * (t - 4) * (x + 0.3)) for t, p in enumerate(shot.plates)]
    truth = code_value(shot.truth[4][shot.holes[4]])
    with_match, without = (np.abs(code_value(filled(shot, light_match=m).colour) - truth).mean() for m in (1.0, 0.0))
    assert with_match < 0.35 * without


def test_steady_light_is_left_exactly_alone():
    shot = Shot(scene(), move=(2.3, 0.4))
    rng = np.random.default_rng(5)
    shot.plates = [p + 0.004 * rng.standard_normal(p.shape, np.float32) for p in shot.plates]
    assert np.array_equal(filled(shot).colour, filled(shot, light_match=0).colour)


def grain_in(image, hole):
    """Variance of the fine detail under the mask, as white grain has it."""
    return fine_detail(image)[ndimage.binary_erosion(hole)].var(axis=0)


@pytest.mark.parametrize("move", [(2.5, 0.5), (2.27, 0.61), (3, 1)])
def test_copied_grain_is_as_strong_as_the_plate_s(move):
    shot = Shot(np.full((300, 400, 3), 0.2, np.float32), move=move, radius=20, speed=9)
    rng = np.random.default_rng(11)
    noisy = [0.01 * rng.standard_normal(p.shape, np.float32) for p in shot.plates]
    shot.plates = [p + n for p, n in zip(shot.plates, noisy, strict=True)]
    ratio = grain_in(picture(shot, filled(shot)), shot.holes[4]) / 0.01**2
    assert (ratio > 0.8).all(), ratio
    assert (ratio < 1.2).all(), ratio


def test_painted_pixels_get_grain_like_their_surroundings():
    shot = Shot(np.full((300, 400, 3), 0.2, np.float32), move=(0, 0), speed=0, radius=20)
    rng = np.random.default_rng(11)
    shot.plates = [p + 0.01 * rng.standard_normal(p.shape, np.float32) for p in shot.plates]
    ratio = grain_in(picture(shot, filled(shot)), shot.holes[4]) / 0.01**2
    assert (ratio > 0.75).all(), ratio
    assert (ratio < 1.3).all(), ratio
    still = grain_in(picture(shot, filled(shot, grain=0)), shot.holes[4]) / 0.01**2
    assert (still < 0.05).all(), still


def test_grain_is_the_same_for_a_seed_and_a_frame():
    shot = Shot(scene(), move=(0, 0), speed=0)
    shot.plates = [p + 0.01 * np.random.default_rng(2).standard_normal(p.shape, np.float32) for p in shot.plates]
    assert np.array_equal(filled(shot).colour, filled(shot).colour)
    assert not np.array_equal(filled(shot).colour, filled(shot, seed=1).colour)


def test_an_artist_s_frame_counts_alone():
    shot = Shot(scene(), move=(0, 0), speed=1, radius=6)
    shot.clean = {6: shot.truth[6] * np.float32(1.02)}
    fill = filled(shot, light_match=0)
    assert (fill.offset == 2).all()
    assert (fill.confidence == 1).all()
    assert np.array_equal(fill.colour, shot.clean[6][shot.holes[4]])


def flowing(shot, *, astray=0.0):
    """The same shot, its motion all residual; backwards it leads ``astray`` pixels beside."""
    homography_only = shot.motion

    def motion(a, b):
        measured = homography_only(a, b)
        moved = np.array([-3 * (b - a) + astray * (b < a), a - b], np.float32)
        return measured and Motion(np.eye(3), np.broadcast_to(moved, (9, 12, 2)).copy(), SIZE)

    shot.motion = motion
    return shot


def test_a_residual_makes_it_a_flow_copy():
    shot = flowing(Shot(scene(), move=(3, 1)))
    fill = filled(shot)
    assert (fill.method == 2).all()
    assert np.array_equal(fill.colour, shot.truth[4][shot.holes[4]])


def test_a_copy_whose_way_back_ends_elsewhere_is_of_another_place():
    assert (filled(flowing(Shot(scene()), astray=0.2)).method == Provenance.FLOW_COPY).all()
    assert (filled(flowing(Shot(scene()), astray=4.0)).method == Provenance.SPATIAL).all()


def test_confidence_falls_with_the_error():
    shot = Shot(scene(), move=(2.3, 0.4))
    sure = filled(shot).confidence.mean()
    rng = np.random.default_rng(4)
    blotch = [ndimage.gaussian_filter(rng.standard_normal((*p.shape[:2], 1)), (3, 3, 0)) * 4 for p in shot.plates]
    shot.plates = [(p * np.exp(b)).astype(np.float32) for p, b in zip(shot.plates, blotch, strict=True)]
    assert filled(shot).confidence.mean() < sure - 0.2


def test_an_empty_hole_costs_nothing_and_gives_nothing():
    shot = Shot(scene())
    fill = fill_frame(4, np.zeros_like(shot.holes[4]), source=shot.source, motion=shot.motion, settings=FillSettings())
    assert fill.colour.shape == (0, 3)
    assert set(shot.asked) <= {4}
