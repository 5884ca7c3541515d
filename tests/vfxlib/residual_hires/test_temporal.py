"""Detail gathered from other frames."""

import numpy as np

from tests.vfxlib.residual_hires.shots import SCALES, WHOLE, WHOLE_LOW, MadeShot
from vfxlib.residual_hires.alignment import Alignment
from vfxlib.residual_hires.temporal import TEMPERATURE, Ground, Reference, aggregate


def references(made, t, offsets, likeness=None, box=WHOLE_LOW):
    alike = likeness or dict.fromkeys(offsets, 1.0)
    return [
        Reference(
            Alignment(offset, made.between(t, t + offset), None, box, SCALES),
            made.plate_frame(t + offset),
            np.full((box.height, box.width), (alike[offset] - 1) / TEMPERATURE, np.float32),
            np.ones(3, np.float32),
        )
        for offset in offsets
    ]


def gathered(made, t=3, offsets=(-3, -2, 2, 3), likeness=None):
    rows, columns = np.nonzero(made.hole[t])
    base = SCALES.enlarge(made.low[t], WHOLE)[rows, columns]
    found = aggregate(np.stack([columns, rows], -1).astype(float), base, references(made, t, offsets, likeness))
    return found, made.truth[t][rows, columns] - base


def test_the_detail_of_other_frames_is_that_of_the_hole():
    found, truth = gathered(MadeShot(move=(4.0, 4.0)))
    assert found.seen.all()
    assert np.abs(found.residual - truth)[found.seen].mean() < 0.1 * np.abs(truth).mean()


def test_a_place_that_no_frame_shows_is_unseen_and_gets_nothing():
    found, _ = gathered(MadeShot(move=(0.0, 0.0), still=True))
    assert not found.seen.any()
    assert not found.residual.any()
    assert not found.offset.any()


def test_a_reference_that_does_not_match_counts_nothing():
    made = MadeShot(move=(4.0, 4.0))
    for t in (5, 6):
        made.plate[t] = made.plate[t][:, ::-1].copy()
        made.hole[t] = np.zeros_like(made.hole[t])
    found, truth = gathered(made, likeness={-3: 1.0, -2: 1.0, 2: 0.1, 3: 0.1})
    assert np.abs(found.residual - truth)[found.seen].mean() < 0.15 * np.abs(truth).mean()


def instead(made, t, picture):
    """Frame t shows another picture [h w 3], and has no hole."""
    made.plate[t], made.low[t] = picture.copy(), SCALES.reduce(picture, WHOLE, WHOLE_LOW)
    made.hole[t] = np.zeros_like(made.hole[t])


def test_one_reference_that_shows_another_thing_is_outvoted():
    made = MadeShot(move=(4.0, 4.0))
    instead(made, 5, made.truth[5][:, ::-1] * 16)
    found, truth = gathered(made)
    wrong = np.abs(gathered(made, offsets=(2,))[0].residual - truth).mean()
    assert np.abs(found.residual - truth)[found.seen].mean() < 0.05 * wrong


def test_a_pixel_of_a_reference_counts_more_than_what_lies_between_its_pixels():
    """Two frames on, the camera has gone by whole pixels; one and three frames on, by halves."""
    found, truth = gathered(MadeShot(move=(2.5, 3.5)), offsets=(-3, -2, -1, 1, 2, 3))
    assert np.abs(found.residual - truth)[found.seen].mean() < 0.064 * np.abs(truth).mean()


def test_the_mean_of_references_that_show_nothing_alike_is_damped():
    made = MadeShot(move=(4.0, 4.0))
    for t, turned in ((0, np.s_[::-1]), (1, np.s_[:, ::-1]), (5, np.s_[::-1, ::-1]), (6, np.s_[::-1])):
        instead(made, t, made.truth[t][turned])
    found, truth = gathered(made, likeness=dict.fromkeys((-3, -2, 2, 3), 0.84))
    assert np.std(found.residual) < 0.52 * np.std(truth)


def test_detail_that_nothing_is_like_is_damped_to_nothing():
    made = MadeShot(move=(4.0, 4.0))
    found, _ = gathered(made, likeness=dict.fromkeys((-3, -2, 2, 3), 0.3))
    assert found.seen.any()
    assert np.abs(found.residual).max() < 1e-6


def test_the_offset_is_that_of_the_only_source():
    found, _ = gathered(MadeShot(move=(4.0, 4.0)), offsets=(2,))
    assert (found.offset[found.seen] == 2).all()


def test_highlights_and_negative_light_survive():
    made = MadeShot(move=(4.0, 4.0))
    made.truth = [view * 40 - 1 for view in made.truth]
    made.plate = [np.where(h[..., None], 7.0, v).astype(np.float32) for h, v in zip(made.hole, made.truth, strict=True)]
    made.low = [SCALES.reduce(v, WHOLE, WHOLE_LOW) for v in made.truth]
    found, truth = gathered(made)
    assert np.isfinite(found.residual).all()
    assert np.abs(found.residual - truth)[found.seen].mean() < 0.25 * np.abs(truth).mean()


def test_without_references_nothing_is_seen():
    found, _ = gathered(MadeShot(), offsets=())
    assert not found.seen.any()


def error_on_wrong_ground(lean, likeness):
    """Of a fill that is too bright, whose references are not."""
    made, offsets = MadeShot(move=(4.0, 4.0)), (-3, -2, 2, 3)
    rows, columns = np.nonzero(made.hole[3])
    points, right = np.stack([columns, rows], -1).astype(float), made.truth[3][rows, columns]
    wrong = made.low[3] * np.float32(1.3)
    base = SCALES.enlarge(wrong, WHOLE)[rows, columns]
    ground = Ground(wrong, np.full(wrong.shape[:2], lean, np.float32))
    found = aggregate(points, base, references(made, 3, offsets, dict.fromkeys(offsets, likeness)), ground)
    return np.abs(base + found.residual - right)[found.seen].mean()


def test_where_the_ground_leans_on_references_their_own_light_is_taken():
    assert error_on_wrong_ground(1, 0.83) < 0.2 * error_on_wrong_ground(0, 0.83)


def test_the_more_alike_a_reference_is_the_more_of_its_own_light_is_taken():
    doubtful, alike, same = (error_on_wrong_ground(0, likeness) for likeness in (0.83, 0.91, 1.0))
    assert same < 0.2 * doubtful
    assert same < alike < doubtful
