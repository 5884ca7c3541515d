import numpy as np
import pytest
from scipy import ndimage

from vfxlib.inputs.keys import KeyMatte
from vfxlib.mask_propagate.edge import edge_width, finish
from vfxlib.mask_propagate.frame import CarriedMatte

HEIGHT, WIDTH = 120, 160


def disc(radius: float = 30.0, height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    """A hard disc [h w]."""
    y, x = np.mgrid[:height, :width]
    return (np.hypot(x - width / 2 + 0.5, y - height / 2 + 0.5) < radius * height / HEIGHT).astype(np.float32)


def plate(matte: np.ndarray) -> np.ndarray:
    """The disc before a wall."""
    noise = np.random.default_rng(0).normal(0, 0.01, (*matte.shape, 3))
    return (0.3 + 0.3 * matte[..., None] + noise).astype(np.float32)


def mean(picture: np.ndarray, factor: int) -> np.ndarray:
    height, width = picture.shape
    return picture.reshape(height // factor, factor, width // factor, factor).mean((1, 3)).astype(np.float32)


def carried(matte: np.ndarray, index: np.ndarray | None = None, effect: np.ndarray | None = None) -> CarriedMatte:
    numbers = (matte >= 0.5).astype(np.int32) if index is None else index
    return CarriedMatte(matte, numbers, np.full_like(matte, 0.8), np.zeros_like(matte) if effect is None else effect)


def iou(a: np.ndarray, b: np.ndarray) -> float:
    one, other = a >= 0.5, b >= 0.5
    return (one & other).sum() / (one | other).sum()


def soft_share(matte: np.ndarray) -> float:
    """Pixels of the edge that are neither, by its length."""
    inside = matte >= 0.5
    length = (inside & ~ndimage.binary_erosion(inside)).sum()
    return ((matte > 0.02) & (matte < 0.98)).sum() / length


def finished(carrying: CarriedMatte, working: np.ndarray | None = None, key=None, width=1.0, grow=0.0, soften=0.0):
    return finish(plate(disc()) if working is None else working, carrying, key, width, grow, soften)


def test_a_hard_key_gives_a_hard_edge():
    assert edge_width([disc(), disc(12)]) == 1
    matte = finished(carried(mean(disc(), 4))).matte
    assert soft_share(matte) < 2
    assert soft_share(mean(disc(), 4).repeat(4, 0).repeat(4, 1)) > 2.5, "as it was carried it is not"


@pytest.mark.parametrize("deviation", [1.0, 1.5, 3.0])
@pytest.mark.parametrize("picture", ["soft", "hard"])
def test_a_soft_key_gives_an_edge_as_soft(deviation, picture):
    """Whether the picture has a soft edge there or a hard one."""
    truth = ndimage.gaussian_filter(disc(), deviation)
    width = edge_width([truth])
    assert width == pytest.approx(soft_share(truth), rel=0.1)
    found = finished(carried(mean(truth, 4)), plate(truth if picture == "soft" else disc()), width=width).matte
    assert soft_share(found) == pytest.approx(width, rel=0.2)
    assert np.abs(found - truth).max() < 0.1, "and rises as evenly"


@pytest.mark.parametrize(
    "beside",
    [
        pytest.param(0.4 * np.roll(disc(40), 20, 0), id="a soft shadow in the key"),
        pytest.param(np.full((HEIGHT, WIDTH), 0.03, np.float32), id="a ground that is nowhere quite 0"),
    ],
)
@pytest.mark.parametrize("most", [1.0, 0.97])
def test_what_is_soft_far_from_the_edge_makes_no_edge_softer(beside, most):
    assert edge_width([np.maximum(most * disc(), beside)]) < 5


def test_without_any_edge_a_hard_one_is_taken():
    assert edge_width([]) == 1
    assert edge_width([np.full((5, 6), 0.4, np.float32)]) == 1, "nor in glass that is nowhere an object"
    assert edge_width([np.ones((5, 6), np.float32)]) == 1
    assert edge_width([np.zeros((5, 6), np.float32)]) == 1


@pytest.mark.parametrize("off", [-3, 0, 3])
def test_the_edge_moves_to_where_the_picture_has_one(off):
    truth = disc()
    coarse = carried(mean(np.roll(truth, off, 1), 4))
    assert iou(finished(coarse).matte, truth) > 0.97
    assert iou(finished(coarse).matte, truth) >= iou(np.kron(coarse.matte, np.ones((4, 4))), truth)


def test_a_keys_frame_is_the_key():
    coverage = ndimage.gaussian_filter(disc(20), 2.0).astype(np.float32)
    key = KeyMatte(7, coverage, np.where(coverage > 0, 3, 0).astype(np.int32))
    found = finished(carried(mean(disc(), 4)), key=key)
    assert np.array_equal(found.matte, coverage)
    assert (found.confidence == 1).all()
    assert np.array_equal(found.index, np.where(coverage.astype(np.float16) >= 0.5, 3, 0))


def test_what_is_an_object_only_as_it_is_written_has_its_number_too():
    coverage = np.full((HEIGHT, WIDTH), 0.49999, np.float32)
    assert coverage.astype(np.float16)[0, 0] == 0.5
    key = KeyMatte(7, coverage, np.full((HEIGHT, WIDTH), 3, np.int32))
    assert (finished(carried(mean(disc(), 4)), key=key).index == 3).all()


def test_a_matte_carried_at_the_plates_own_resolution_keeps_its_cut():
    for matte in (disc(), ndimage.gaussian_filter(disc(), 1.5).astype(np.float32)):
        assert np.array_equal(finished(carried(matte)).matte >= 0.5, matte >= 0.5)


@pytest.mark.parametrize("pixels", [-6.0, -2.0, 3.0, 8.0])
def test_it_grows_and_shrinks_in_plate_pixels(pixels):
    coarse = carried(mean(disc(), 4))
    before, after = finished(coarse).matte, finished(coarse, grow=pixels).matte
    areas = [(matte >= 0.5).sum() for matte in (before, after)]
    radii = [np.sqrt(area / np.pi) for area in areas]
    assert radii[1] - radii[0] == pytest.approx(pixels, abs=1.0)


def test_a_softened_edge_rises_over_the_distance_and_stays_where_it_was():
    coarse = carried(mean(disc(), 4))
    hard, soft = finished(coarse).matte, finished(coarse, soften=10.0).matte
    assert iou(hard, soft) > 0.95
    assert 7 < soft_share(soft) < 20
    assert soft.min() >= 0
    assert soft.max() <= 1


def test_a_key_is_grown_and_softened_too():
    key = KeyMatte(7, disc(20), disc(20).astype(np.int32))
    found = finished(carried(mean(disc(), 4)), key=key, grow=5.0, soften=6.0)
    assert (found.matte >= 0.5).sum() > 1.4 * disc(20).sum()
    assert soft_share(found.matte) > 3


def test_every_pixel_of_a_grown_matte_belongs_to_the_nearest_object():
    matte = np.zeros((30, 40), np.float32)
    matte[10:20, 5:15], matte[10:20, 25:35] = 1, 1
    index = np.zeros((30, 40), np.int32)
    index[10:20, 5:15], index[10:20, 25:35] = 4, 9
    found = finished(carried(matte, index), np.kron(plate(matte), np.ones((4, 4, 1), np.float32)), grow=12.0)
    inside = found.matte >= 0.5
    assert np.array_equal(found.index > 0, inside)
    assert set(np.unique(found.index)) == {0, 4, 9}
    assert set(np.unique(found.index[:, :78])) == {0, 4}
    assert set(np.unique(found.index[:, 82:])) == {0, 9}


def test_the_effect_is_beside_the_matte_and_never_in_it():
    effect = np.clip(mean(disc(45), 4) - 0.2, 0, 1)
    found = finished(carried(mean(disc(), 4), effect=effect))
    assert (found.effect[disc(28) > 0] == 0).all()
    ring = (disc(40) > 0) & (disc(33) == 0)
    assert found.effect[ring].mean() > 0.6
    assert found.effect.max() <= 1
    assert np.array_equal(found.matte, finished(carried(mean(disc(), 4))).matte), "and changes nothing of it"


def test_the_confidence_is_the_carried_one_made_larger():
    assert np.allclose(finished(carried(mean(disc(), 4))).confidence, 0.8, atol=1e-5)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_nothing_and_everything_are_mattes_too(value):
    found = finished(carried(np.full((30, 40), value, np.float32)))
    assert (found.matte == value).all()
    assert (found.index == value).all()


@pytest.mark.parametrize("tile", [16, 37, 64])
def test_a_plate_larger_than_a_tile_has_no_seams(tile, monkeypatch):
    coarse = carried(mean(np.roll(disc(), 2, 1), 4))
    whole = finished(coarse).matte
    monkeypatch.setattr("vfxlib.mask_propagate.edge.TILE", tile)
    assert np.allclose(finished(coarse).matte, whole, atol=1e-4)


def test_a_plate_of_an_odd_size_is_finished_at_its_own():
    truth = disc()[:117, :159]
    small = ndimage.zoom(truth, (40 / 117, 53 / 159), order=1).astype(np.float32)
    found = finish(plate(truth), carried(small), None, 1.0, 0.0, 0.0)
    assert found.matte.shape == found.index.shape == found.effect.shape == found.confidence.shape == (117, 159)
    assert found.index.dtype == np.int32
    assert iou(found.matte, truth) > 0.95


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (2, 9)])
def test_a_picture_of_a_single_row_or_column_gets_its_matte(shape):
    soft = np.linspace(0.3, 0.7, shape[0] * shape[1], dtype=np.float32).reshape(shape)
    result = finished(carried(soft), np.full((*shape, 3), 0.4, np.float32))
    assert result.matte.shape == shape
    assert np.isfinite(result.matte).all()


@pytest.mark.parametrize("width", [3, 4, 6])
def test_what_is_thin_as_it_was_carried_is_not_lost_in_the_picture(width):
    """A pole before a wall that is rougher than the pole is dark, to which the guided filter alone would lose it."""
    truth, pole = disc(20), (slice(36), slice(80, 80 + width))
    truth[:60, pole[1]] = 1
    wall = plate(truth) + np.random.default_rng(1).normal(0, 0.2, (HEIGHT, WIDTH, 3)).astype(np.float32)
    found = finished(carried(mean(truth, 4)), wall).matte
    assert (found[pole] >= 0.5).mean() > 0.9
    assert (found[:36, :76] < 0.5).all()
    assert (found[:36, 92:] < 0.5).all()
