import numpy as np
import pytest
import torch

from tests.vfxlib.mask_propagate.shots import HEIGHT, SIDE, WIDTH, crossing, key_of, looked_at
from vfxlib.mask_propagate.augment import augment_cutout, crop_pseudo_label
from vfxlib.mask_propagate.cutout import Cutout
from vfxlib.mask_propagate.features import DIFFERENCE, INPUT_CHANNELS, OBJECT_MOTION, SPEED

CROP = 40


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    with looked_at(crossing(9), tmp_path_factory.mktemp("frames")) as looked:
        yield looked


@pytest.fixture(scope="module")
def key(dataset):
    return key_of(dataset, 4, crossing(9).matte(4))


def drawn(key: Cutout, count: int = 80, side: int = CROP):
    return [augment_cutout(np.random.default_rng(seed), key, side) for seed in range(count)]


def test_every_sample_has_the_same_shapes_and_is_finite(key):
    for sample in drawn(key):
        assert sample.features.shape == (INPUT_CHANNELS, CROP, CROP)
        assert sample.mattes.shape == sample.weight.shape == (1, CROP, CROP)
        assert all(torch.isfinite(each).all() for each in (sample.features, sample.mattes, sample.weight))
        assert -1e-5 <= sample.mattes.min() <= sample.mattes.max() <= 1 + 1e-5
        assert -1e-5 <= sample.weight.min() <= sample.weight.max() <= 1 + 1e-5
        assert sample.size == pytest.approx(SIDE)


def test_a_crop_is_never_larger_than_the_frame(key):
    for sample in drawn(key, 5, 500):
        assert sample.features.shape == (INPUT_CHANNELS, HEIGHT, WIDTH)


def test_a_sample_follows_from_what_is_drawn_alone(key):
    before = key.features.clone(), key.background.clone(), key.mattes.clone()
    one, again = drawn(key, 10), drawn(key, 10)
    assert all(torch.equal(a.features, b.features) for a, b in zip(one, again, strict=True))
    assert all(torch.equal(a.mattes, b.mattes) for a, b in zip(one, again, strict=True))
    assert all(torch.equal(a, b) for a, b in zip(before, (key.features, key.background, key.mattes), strict=True))
    assert len({float(sample.features.sum()) for sample in one}) == 10


def test_the_object_goes_to_many_places_and_its_matte_goes_with_it(key):
    centres, right = [], []
    for sample in drawn(key):
        inside = sample.mattes[0] > 0.5
        if inside.sum() < 60:
            continue
        centres.append(torch.nonzero(inside).float().mean(0))
        colour = sample.features[0] - sample.features[1:3].mean(0)
        right.append(float(colour[inside].mean() - colour[~inside & (sample.weight[0] > 0.5)].mean()))
    assert len(centres) > 40
    assert torch.stack(centres).std(0).min() > 5
    assert np.quantile(right, 0.1) > 1, "the square is red wherever its matte is"


def test_what_was_hidden_behind_the_object_counts_only_where_the_object_is_again(key, monkeypatch):
    """Its background was never seen: nothing there is true."""
    monkeypatch.setattr("vfxlib.mask_propagate.augment.OCCLUDED", 0.0)
    blank = Cutout(**{**vars(key), "background": torch.where(key.known > 0, key.background, torch.tensor(99.0))})
    samples = drawn(blank)
    assert sum(bool((sample.weight < 0.1).any()) for sample in samples) > 30
    false = 0
    for sample in samples:
        counts = sample.weight[0] > 0.99
        assert (sample.weight[sample.mattes > 0.5] > 0.99).all()
        false += int((sample.features[0][counts & (sample.mattes[0] < 1e-3)] > 60).sum())
    assert false < 10, "but for a pixel at the faintest edge"


def test_now_and_then_something_stands_before_the_object_and_is_none_of_it(key, monkeypatch):
    """A post that it will pass behind must not be taken for its edge, nor for a part of it."""
    occluded = drawn(key)
    monkeypatch.setattr("vfxlib.mask_propagate.augment.OCCLUDED", 0.0)
    hidden = 0
    for sample, free in zip(occluded, drawn(key), strict=True):
        lost = free.mattes - sample.mattes
        assert lost.min() >= 0
        assert (sample.weight[lost > 0] > 0.99).all()
        hidden += bool(lost.sum() > 0.05 * free.mattes.sum() > 0)
    assert 8 < hidden < 40


def test_several_objects_stay_apart(dataset):
    matte = crossing(9).matte(4)
    halves = torch.cat((matte, matte))
    middle = int(torch.nonzero(matte[0])[:, 1].float().mean())
    halves[0, :, middle:] = 0
    halves[1, :, :middle] = 0
    for sample in drawn(key_of(dataset, 4, halves), 30):
        assert sample.mattes.shape == sample.weight.shape == (2, CROP, CROP)
        assert (sample.mattes.sum(0) < 1 + 1e-4).all()
        assert torch.equal(sample.weight[0], sample.weight[1])


def test_an_empty_key_teaches_that_nothing_is_there(dataset):
    for sample in drawn(key_of(dataset, 4, torch.zeros(1, HEIGHT, WIDTH)), 10):
        assert (sample.mattes == 0).all()
        assert (sample.weight == 1).all()
        assert sample.size == 0


def test_no_feature_is_relied_upon_alone(key):
    samples = drawn(key, 120)
    for what in (DIFFERENCE, SPEED, OBJECT_MOTION):
        missing = np.mean([bool((sample.features[what] == 0).all()) for sample in samples])
        assert 0.03 < missing < 0.3


def test_a_found_frame_is_drawn_with_its_mattes_and_its_trust(key):
    mattes = crossing(9).matte(4)
    weight = torch.full_like(mattes, 0.4)
    inside, outside = [], []
    for seed in range(40):
        sample = crop_pseudo_label(np.random.default_rng(seed), key.features, mattes, weight, CROP, 14.0)
        assert sample.features.shape == (INPUT_CHANNELS, CROP, CROP)
        assert sample.size == 14
        assert sample.weight.max() < 0.41
        colour = sample.features[0] - sample.features[1:3].mean(0)
        if (sample.mattes > 0.9).any():
            inside.append(float(colour[sample.mattes[0] > 0.9].mean()))
        outside.append(float(colour[sample.mattes[0] < 0.01].mean()))
    assert len(inside) > 25, "the object is in it more often than not"
    assert np.mean(inside) > np.mean(outside) + 2


def test_beyond_the_frame_nothing_that_was_found_is_trusted(key):
    """Turned, a crop shows what lies outside."""
    mattes, ones = crossing(9).matte(4), torch.ones(1, HEIGHT, WIDTH)
    for seed in range(40):
        sample = crop_pseudo_label(np.random.default_rng(seed), key.features, mattes, ones, WIDTH, 14.0)
        if (sample.weight == 0).any():
            return
    raise AssertionError("no crop was turned beyond the frame")


def test_a_frame_on_which_nothing_was_found_is_drawn_too(key):
    empty = torch.zeros(1, HEIGHT, WIDTH)
    sample = crop_pseudo_label(np.random.default_rng(0), key.features, empty, torch.ones_like(empty), CROP, 14.0)
    assert (sample.mattes == 0).all()
