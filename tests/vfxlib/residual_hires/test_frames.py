"""What the method is given."""

from tests.vfxlib.residual_hires.shots import MadeShot


def test_a_frame_tells_how_much_memory_it_takes():
    low = MadeShot().low_frame(0)
    assert low.nbytes == low.colour.nbytes + low.known.nbytes + low.confidence.nbytes
