"""A classifier that a key teaches."""

import copy

import numpy as np
import pytest
import torch

from tests.vfxlib.mask_propagate.damaged import keyed
from vfxlib.errors import WeightsError
from vfxlib.mask_propagate import damage_classifier
from vfxlib.mask_propagate.damage_classifier import (
    LOWER,
    MEMBERS,
    PixelClassifier,
    _lowered,
    best_threshold,
    fit_damage,
)
from vfxlib.mask_propagate.damage_examples import keyed_look, make_examples
from vfxlib.mask_propagate.damage_features import damage_features
from vfxlib.mask_propagate.damage_weights import DamageModel, read_damage, write_damage

FRAMES = [keyed([(10, 12), (40, 60), (50, 20)])]
LOOK = keyed_look(FRAMES)
OTHERS = [keyed([(20, 44)], seed=5).beside]  # its damage is known to nobody


@pytest.fixture(scope="module")
def fit():
    """Fits quickly."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"STEPS": (20, 20, 40), "MARKED": 32, "CLEAN": 64, "LOOKED_AT": 400}.items():
            patch.setattr(damage_classifier, name, value)
        examples = make_examples(FRAMES, OTHERS, LOOK, torch.Generator().manual_seed(0))
        yield lambda: fit_damage(examples, 1, seed=3)


@pytest.fixture(scope="module")
def classifier(fit):
    return fit()


def test_specks_of_another_frame_are_found_where_they_are(classifier):
    other = keyed([(30, 40), (5, 80)], seed=7)
    found = classifier.find(classifier.score(damage_features(other.beside, LOOK)).numpy())
    wanted = other.key.numpy() > 0
    assert (found & wanted).sum() / (found | wanted).sum() > 0.9
    clean = keyed([], seed=8)
    assert not classifier.find(classifier.score(damage_features(clean.beside, LOOK)).numpy()).any()
    assert 0.8 < float(classifier.expected) <= 1


def test_members_begin_elsewhere_see_what_is_theirs_and_their_mean_counts():
    network = PixelClassifier(4)
    network.draw(torch.Generator().manual_seed(1))
    pixels = torch.randn(MEMBERS, 10, 4, generator=torch.Generator().manual_seed(2))
    own, shared = network(pixels).detach(), network(pixels[:1]).detach()
    assert own.shape == shared.shape == (MEMBERS, 10)
    assert torch.allclose(own[0], shared[0])
    assert not torch.allclose(own[1], shared[1])
    assert (shared[0] - shared[1]).abs().min() > 0
    features = pixels[0].T.reshape(4, 2, 5)
    assert torch.allclose(network.score(features).flatten(), shared.mean(0), atol=1e-6)


def test_what_is_sure_is_beyond_the_threshold_as_it_was(classifier):
    score = np.full((20, 20), -9, np.float32)
    score[4:8, 4:8], score[12:16, 12:16] = 20, float(classifier.strong) + 1
    lowered = copy.deepcopy(classifier)
    lowered.lowered.fill_(2)
    assert lowered.find(score)[12:16, 12:16].all()
    sure = lowered.find(score, sure=True)
    assert sure[4:8, 4:8].all()
    assert sure.sum() == 16


def test_damage_that_nobody_has_marked_is_told_all_the_same(classifier):
    marked = torch.zeros(64, 96, dtype=torch.bool)
    marked[20:24, 44:48] = True
    found = classifier.find(classifier.score(damage_features(OTHERS[0], LOOK)).numpy())
    assert found[marked.numpy()].mean() > 0.7


def test_damage_that_lies_in_one_half_alone_teaches_both(fit):
    frames = [keyed([(10, 12)])]  # as a stuck pixel, whose copies may all fall into squares of one half
    classifier = fit_damage(make_examples(frames, [], keyed_look(frames), torch.Generator()), 1, seed=3)
    assert float(classifier.expected) > 0.8


def test_the_same_seed_gives_the_same_bits_and_leaves_torch_s_own_draws_alone(fit, classifier):
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    again = fit().state_dict()
    assert torch.equal(torch.rand(3), wanted)
    assert all(torch.equal(tensor, again[name]) for name, tensor in classifier.state_dict().items())


def test_parts_that_are_strong_nowhere_are_left_out(classifier):
    score = np.full((8, 8), -1, np.float32)
    score[1, 1:4], score[6, 1:4] = 0.5, 0.5
    score[1, 2] = 9
    assert classifier.find(score)[1].sum() == 3
    if float(classifier.strong) > 0.5:
        assert not classifier.find(score)[6].any()


def test_the_threshold_goes_down_until_other_frames_have_a_share_of_the_key_s_damage():
    score = np.full((10, 10), -9, np.float32)
    score[4, 4:8] = -1.5
    everywhere = np.ones(score.shape, np.bool_)
    assert _lowered([score], [everywhere], 0.0, 0.04) == 2
    assert _lowered([score], [everywhere], 2.0, 0.04) == 4
    assert _lowered([score], [everywhere], 0.0, 0.5) == LOWER[-1]  # never further
    assert _lowered([score + 3], [everywhere], 0.0, 0.04) == 0
    assert _lowered([], [], 0.0, 0.04) == 0


def test_the_threshold_is_where_the_overlap_is_best():
    matte = torch.zeros(1, 10)
    matte[0, :4] = 1
    score = torch.tensor([[9.0, 8.0, 7.0, 2.0, 3.0, 1.0, 1.0, 1.0, 1.0, 1.0]])
    threshold, overlap = best_threshold([score], [matte])
    assert 1 < threshold <= 2
    assert overlap == 4 / 5


def test_what_was_learned_is_read_as_it_was_written_and_another_file_is_refused(classifier, tmp_path):
    path = tmp_path / "damage.safetensors"
    write_damage(path, DamageModel(LOOK, classifier, classifier), {})
    read = read_damage(path)
    features = damage_features(FRAMES[0].beside, LOOK)
    assert len(features) == LOOK.features
    assert torch.equal(read.both.score(features), classifier.score(features))
    assert torch.equal(read.look.colour, LOOK.colour)
    from vfxlib.io.weights import write_weights

    write_weights(path, {"look.colour": torch.zeros(3)}, {"network": "masker"})
    with pytest.raises(WeightsError, match="holds no damage classifier"):
        read_damage(path)


@pytest.mark.parametrize("shape", [(48, 48), (1, 64), (2, 2), (480, 854)])
def test_there_are_two_halves_of_every_picture(shape):
    second = damage_classifier._halves(torch.zeros(shape)).float().mean()
    assert 0.3 < float(second) < 0.7
