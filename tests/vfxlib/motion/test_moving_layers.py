"""Where a thing that moves on its own is behind a matte, and where it is not."""

import dataclasses

import numpy as np

from tests.vfxlib.motion.crossing import COUNT, MIDDLE, SPEED, changing, frames, thing_at
from tests.vfxlib.motion.scenes import window_frames
from vfxlib.device import to_numpy
from vfxlib.motion.follow import LayerFrame, follow
from vfxlib.motion.moving_layers import find_moving_layers, keeps_its_shape
from vfxlib.motion.sampling import eroded

WINDOW = list(range(COUNT))


def layers_at(index, shot=None, window=WINDOW):
    shot = frames() if shot is None else shot
    domain = ~eroded(to_numpy(shot[index].known), 8)
    return find_moving_layers(index, window, shot, domain), domain


def test_a_thing_is_found_behind_the_matte_where_it_is():
    for index in (MIDDLE - 4, MIDDLE, MIDDLE + 4):
        layers, domain = layers_at(index)
        truth = thing_at(index)[domain]
        found = layers.inside[domain]
        assert (found & truth).sum() / (found | truth).sum() > 0.85
        assert np.abs(layers.speeds - (SPEED, 0)).max() < 0.5
        there = layers.inside & thing_at(index)
        y, x = np.nonzero(there)
        moved = layers.beside[1][there] - np.stack([x, y], axis=1)
        assert np.abs(moved - (SPEED, 0)).max() < 0.5
        assert np.allclose(layers.velocity[there], moved, atol=0.5)


def test_a_thing_that_the_matte_hides_in_full_is_known_from_other_frames():
    shot = frames()
    none = dataclasses.replace(shot[MIDDLE], things=())
    layers, domain = layers_at(MIDDLE, {**shot, MIDDLE: none})
    assert (layers.inside & thing_at(MIDDLE)).sum() > 0.85 * (thing_at(MIDDLE) & domain).sum()


def test_where_nothing_moves_on_its_own_there_is_no_layer():
    still = {t: dataclasses.replace(frame, things=()) for t, frame in frames().items()}
    assert layers_at(MIDDLE, still)[0] is None


def test_what_stands_before_a_thing_stays_there():
    layers, domain = layers_at(MIDDLE, frames(post=True))
    behind = np.zeros_like(domain)
    behind[52:78, 146:152] = True
    assert (layers.inside & thing_at(MIDDLE) & ~behind).sum() > 200
    assert (layers.inside & behind).sum() < 0.3 * behind.sum()


def test_where_no_frame_shows_whether_the_thing_goes_on_it_is_said_to_be_unsure():
    layers, _ = layers_at(4, window=list(range(5)))  # its front has been behind the matte since the first frame
    hidden = ~to_numpy(frames()[4].known)
    assert layers.unsure[54:74, 142:147].mean() > 0.25
    assert layers.unsure[54:74, 142:147].mean() > layers.unsure[54:74, 148:152].mean()
    assert not layers.unsure[~hidden].any()
    assert not layers.unsure[layers.inside].any()
    assert layers.doubt[layers.inside].mean() < 0.3


def test_velocities_of_a_thing_and_of_its_edge_are_not_the_backgrounds():
    layers, _ = layers_at(MIDDLE)
    velocities = np.array([[[SPEED, 0.2], [SPEED / 2, 0.0], [0.2, 0.1]]], np.float32)
    assert layers.moves_so(velocities).tolist() == [[True, True, False]]


def test_of_a_thing_that_changes_its_looks_it_is_only_said_that_it_may_go_on():
    shot = window_frames(*changing())
    every = {t: LayerFrame(frame, [s for s in (1, -1) if t + s in shot]) for t, frame in shot.items()}
    assert not keeps_its_shape(follow(shot[0].things[0], 0, every), every)
    every = {t: LayerFrame(frame, [s for s in (1, -1) if t + s in shot]) for t, frame in frames().items()}
    assert keeps_its_shape(follow(shot[0].things[0], 0, every), every)
    layers, _ = layers_at(MIDDLE, shot)
    assert layers is None or not layers.inside.any()
