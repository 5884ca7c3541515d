"""References are spread evenly over the reach, the nearest among them."""

from nodes.processors.sta_net.painter import spread_offsets


def test_few_frames_are_all_taken():
    assert spread_offsets([-2, -1, 1], 4) == [-2, -1, 1]


def test_many_are_spread_to_the_ends_and_the_nearest_is_kept():
    inside = [o for o in range(-12, 13) if o]
    chosen = spread_offsets(inside, 6)
    assert len(chosen) == 6
    assert min(abs(o) for o in chosen) == 1
    assert max(abs(o) for o in chosen) == 12
    assert spread_offsets(inside, 1) == [-1]
