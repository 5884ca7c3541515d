import pytest
import torch

from tests.vfxlib.mask_propagate.shots import HEIGHT, LARGE, SIDE, WIDTH, crossing, iou, looked_at
from vfxlib.mask_propagate.features import FRAME_CHANNELS
from vfxlib.mask_propagate.propagation import ObjectSize, PropagatedFrame
from vfxlib.mask_propagate.pseudo_labels import DISAGREEMENT_WEIGHT, PseudoLabels, make_pseudo_labels

SIZE = ObjectSize(SIDE**2, SIDE)


def learned(shot, passes, folder, keys=None, room=LARGE):
    """What a round has found, as (mattes, weight) by index."""
    with looked_at(shot, folder, room) as dataset:
        labels = make_pseudo_labels(dataset, passes, keys or {0: shot.matte(0)}, SIZE, room=room, folder=folder)
        try:
            assert len(labels) == len(shot)
            assert labels.numbers == dataset.numbers
            frames = []
            for index in range(len(shot)):
                features, mattes, weight = labels.frame(index)
                assert torch.equal(features[:FRAME_CHANNELS], dataset.features(index))
                frames.append((mattes, weight))
            return frames
        finally:
            labels.close()


def true(shot, wrong=lambda index, mattes: mattes):
    return [
        PropagatedFrame(index, wrong(index, shot.matte(index)), wrong(index, shot.matte(index)))
        for index in range(len(shot))
    ]


def test_what_is_sure_is_learned_as_it_was_found(tmp_path):
    shot = crossing(12)
    for index, (mattes, weight) in enumerate(learned(shot, true(shot), tmp_path)):
        assert iou(mattes, shot.matte(index)) > 0.99
        assert set(mattes.unique().tolist()) == {0.0, 1.0}
        assert weight.mean() > 0.99


def test_a_key_is_learned_as_it_is(tmp_path):
    shot = crossing(6)
    key = shot.matte(2) * 0.5
    frames = learned(shot, true(shot, lambda index, mattes: mattes * 0.9), tmp_path, {2: key})
    assert torch.equal(frames[2][0], key)
    assert (frames[2][1] == 1).all()


def test_an_object_that_was_missed_on_some_frames_is_not_learned_as_background_on_others(tmp_path):
    shot = crossing(24, (40, 12), (-1, 0))  # it rests in the scene
    passes = true(shot, lambda index, mattes: mattes * (index not in (6, 10, 14, 18)))
    for index, (mattes, _) in enumerate(learned(shot, passes, tmp_path)):
        if index not in (6, 10, 14, 18):
            assert iou(mattes, shot.matte(index)) > 0.99


def test_where_the_sources_disagree_little_is_trusted(tmp_path):
    shot = crossing(4)
    passes = [PropagatedFrame(index, shot.matte(index), torch.zeros(1, HEIGHT, WIDTH)) for index in range(4)]
    mattes, weight = learned(shot, passes, tmp_path)[3]
    inside = shot.matte(3) > 0
    assert torch.allclose(weight[inside], torch.tensor(DISAGREEMENT_WEIGHT), atol=1e-3)
    assert (mattes[inside] == 1).all()


def test_what_is_undecided_counts_for_nothing_and_what_is_far_is_background_for_certain(tmp_path):
    shot = crossing(4)
    faint = [PropagatedFrame(index, shot.matte(index) * 0.5 + 0.02, shot.matte(index)) for index in range(4)]
    mattes, weight = learned(shot, faint, tmp_path)[2]
    assert weight[shot.matte(2) > 0].max() < 0.05
    far = torch.ones(HEIGHT, WIDTH, dtype=torch.bool)
    x, y = shot.there[2]
    far[y - 4 : y + SIDE + 4, x - 4 : x + SIDE + 4] = False
    assert (weight[:, far] == 1).all()
    assert (mattes[:, far] == 0).all()


def test_passes_come_in_any_order_and_their_room_changes_nothing(tmp_path):
    shot = crossing(9)
    one = learned(shot, true(shot), tmp_path)
    other = learned(shot, list(reversed(true(shot))), tmp_path, room=0)
    assert all(torch.equal(a, b) for x, y in zip(one, other, strict=True) for a, b in zip(x, y, strict=True))
    assert not list(tmp_path.iterdir())


def test_several_objects_are_learned_apart(tmp_path):
    shot = crossing(4)

    def both(index):
        mattes = torch.zeros(2, HEIGHT, WIDTH)
        mattes[0] = shot.matte(index)[0]
        mattes[1, 36:46, 4:14] = 1
        return mattes

    passes = [PropagatedFrame(index, both(index), both(index)) for index in range(4)]
    mattes, weight = learned(shot, passes, tmp_path, {0: both(0)})[1]
    assert mattes.shape == weight.shape == (2, HEIGHT, WIDTH)
    assert torch.equal(mattes, both(1))


def test_a_carrying_that_fails_leaves_nothing_open(tmp_path, monkeypatch):
    shot, closed = crossing(3), []
    monkeypatch.setattr(PseudoLabels, "close", lambda labels: closed.append(labels))

    def passes():
        yield PropagatedFrame(0, shot.matte(0), shot.matte(0))
        raise KeyboardInterrupt

    with looked_at(shot, tmp_path) as dataset, pytest.raises(KeyboardInterrupt):
        make_pseudo_labels(dataset, passes(), {0: shot.matte(0)}, SIZE, room=LARGE, folder=tmp_path)
    assert len(closed) == 1


def test_each_pass_is_told(tmp_path):
    shot, calls = crossing(3), []
    with looked_at(shot, tmp_path) as dataset:
        keys = {0: shot.matte(0)}
        passes = true(shot)
        labels = make_pseudo_labels(
            dataset, passes, keys, SIZE, room=0, folder=tmp_path, advance=lambda: calls.append(1)
        )
        labels.close()
    assert len(calls) == 3
