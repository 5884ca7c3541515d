"""Which hole pixels other frames show: a made scene of a wall and a card before it, where the answer is known."""

import numpy as np
import pytest

from benchmarks.rendered_sets.seen import PlaceFrame, seen_elsewhere

HEIGHT, WIDTH, FOCAL = 12, 16, 16.0
WALL_AT, CARD_AT = 8.0, 4.0  # metres before the camera: a pixel is 0.5 m on the wall and 0.25 m on the card
WALL, CARD, SKY = 1, 2, 0


def looking(x=0.0):
    """World to clip of a camera at (x, 0, 0) that looks along y, z up."""
    matrix = np.zeros((4, 4))
    matrix[0] = [2 * FOCAL / WIDTH, 0, 0, -2 * FOCAL / WIDTH * x]
    matrix[1] = [0, 0, 2 * FOCAL / HEIGHT, 0]
    matrix[2], matrix[3] = [0, 1, 0, -0.1], [0, 1, 0, 0]
    return matrix


def frame(eye=0.0, card=None, take=0, sky_rows=0):
    """What a camera at ``eye`` metres shows of the wall, with a card over columns where one stands.

    card  metres of its left rim in the world; it is 1 m wide
    """
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    way_x, way_z = (columns + 0.5 - WIDTH / 2) / FOCAL, (HEIGHT / 2 - rows - 0.5) / FOCAL
    surface = np.full((HEIGHT, WIDTH), WALL, np.uint32)
    depth = np.full((HEIGHT, WIDTH), WALL_AT)
    poses = {}
    if card is not None:
        across = eye + way_x * CARD_AT
        on_it = (across >= card) & (across < card + 1)
        surface[on_it], depth[on_it] = CARD, CARD_AT
        pose = np.eye(4)
        pose[0, 3] = card
        poses[CARD] = pose
    position = np.stack([eye + way_x * depth, depth, way_z * depth], axis=-1)
    surface[:sky_rows], position[:sky_rows] = SKY, 0
    return PlaceFrame(take, surface, position.astype(np.float32), looking(eye), np.array([eye, 0.0, 0.0]), FOCAL, poses)


def hole(columns, rows=slice(None)):
    matte = np.zeros((HEIGHT, WIDTH), np.float32)
    matte[rows, columns] = 1
    return matte


NONE = hole(slice(0, 0))


def test_what_a_locked_camera_never_uncovers_is_not_seen():
    maps = seen_elsewhere([frame()] * 3, [hole(slice(4, 8))] * 3)
    assert not any(seen.any() or distance.any() for seen, distance in maps)


def test_what_uncovers_is_seen_and_the_nearest_frame_that_shows_it_is_told():
    mattes = [hole(slice(4, 8)), hole(slice(5, 9)), hole(slice(8, 12))]
    (seen, distance), _, (_, last) = seen_elsewhere([frame()] * 3, mattes)
    assert np.array_equal(np.unique(np.nonzero(seen)[1]), [4, 5, 6, 7])
    assert (distance[:, 4] == 1).all()
    assert (distance[:, 5:8] == 2).all()
    assert (last[:, 8] == 2).all()
    assert (last[:, 9:12] == 1).all()
    assert not distance[:, 8:].any()


def test_a_sliver_of_the_matte_is_a_hole_and_hides():
    faint = hole(slice(4, 8)) / 32
    (seen, _), _ = seen_elsewhere([frame(), frame()], [hole(slice(4, 8)), faint])
    assert not seen.any()


def test_a_camera_that_moves_sees_what_lies_within_its_picture():
    moved = 2.0  # metres: 4 pixels on the wall, so that columns 0 to 3 leave the picture
    (seen, _), _ = seen_elsewhere([frame(), frame(moved)], [hole(slice(0, 8)), NONE])
    assert np.array_equal(np.unique(np.nonzero(seen)[1]), [4, 5, 6, 7])


def test_what_something_else_stands_before_is_not_seen():
    clear, blocked = frame(), frame(card=0.0)  # 1 m wide: columns 8 to 11
    (seen, _), _ = seen_elsewhere([clear, blocked], [hole(slice(6, 14)), NONE])
    assert np.array_equal(np.unique(np.nonzero(seen)[1]), [6, 7, 12, 13])


def test_what_moves_on_its_own_is_seen_where_it_has_gone():
    here, there = frame(card=0.0), frame(card=-1.0)
    (seen, _), _ = seen_elsewhere([here, there], [hole(slice(8, 12)), NONE])
    assert seen[:, 8:12].all()  # the card's points, though the wall is what these pixels show in the other frame
    (seen, _), _ = seen_elsewhere([here, there], [hole(slice(8, 12)), hole(slice(4, 8))])
    assert not seen.any()  # covered where it has gone


def test_sky_is_a_direction_and_no_place():
    here, there = frame(sky_rows=3), frame(2.0, sky_rows=3)
    (seen, _), _ = seen_elsewhere([here, there], [hole(slice(0, 4), slice(0, 3)), hole(slice(10, 12), slice(0, 3))])
    assert seen[:3, :4].all()  # a camera that only moves keeps it where it is, while the wall leaves the picture


def test_nothing_is_seen_across_a_cut():
    maps = seen_elsewhere([frame(), frame(take=1)], [hole(slice(4, 8)), NONE])
    assert not maps[0][0].any()


@pytest.mark.parametrize("metres", [0.0, 0.25, 1.1])
def test_every_point_of_the_hole_is_found_wherever_between_pixels_it_lands(metres):
    (seen, _), _ = seen_elsewhere([frame(), frame(metres)], [hole(slice(6, 10), slice(1, 11)), NONE])
    assert seen[1:11, 6:10].all()
