import numpy as np
import pytest

from tests.vfxlib.motion.scenes import moved, texture
from vfxlib.motion import Motion, background_difference, moves_by_itself

HEIGHT, WIDTH = 48, 64
REST = np.eye(3)


def shift(x: float, y: float = 0.0) -> np.ndarray:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def wall(x: float = 0.0) -> np.ndarray:
    """A wall [h w 3] seen through a window that lies at x."""
    grey = moved(texture(HEIGHT, WIDTH + 80, 3), shift(x + 40), (WIDTH, HEIGHT))
    return np.stack([grey, 0.8 * grey, 1.1 * grey], -1).astype(np.float32)


def with_square(picture: np.ndarray, x: int) -> np.ndarray:
    found = picture.copy()
    found[16:32, x : x + 12] = [0.9, 0.1, 0.1]
    return found


def inside(x: int, margin: int = 2) -> np.ndarray:
    there = np.zeros((HEIGHT, WIDTH), bool)
    there[16 + margin : 32 - margin, x + margin : x + 12 - margin] = True
    return there


def test_what_neighbours_show_differs_little_and_what_moves_much():
    here = with_square(wall(), 26)
    others = [(with_square(wall(n), 26 + 6 * n), shift(-n)) for n in (-4, -3, -2, 2, 3, 4)]
    found = background_difference(here, others)
    for apart in (found.second, found.median):
        assert apart[inside(26)].mean() > 0.2
        rest = ~inside(26, -3) & found.known
        assert apart[rest].mean() < 0.01
    assert found.second.dtype == found.median.dtype == np.float32
    assert (found.second <= found.median + 1e-6).all()


def test_one_neighbour_that_shows_the_object_too_does_not_explain_it():
    here, away = with_square(wall(), 26), wall()
    one = background_difference(here, [(here, REST), (away, REST), (away, REST), (away, REST)])
    assert one.second[inside(26)].mean() > 0.2
    most = background_difference(here, [(here, REST), (here, REST), (away, REST), (away, REST), (away, REST)])
    assert most.second[inside(26)].max() < 1e-6
    assert most.median[inside(26)].mean() > 0.2, "the median is not deceived by two of five"


def test_where_too_few_look_nothing_is_known():
    here = wall()
    for others in ([], [(wall(), REST)], [(wall(), shift(200.0)), (wall(), REST)]):
        found = background_difference(here, others)
        assert not found.known.any()
        assert (found.second == 0).all()
        assert (found.median == 0).all()


def test_a_neighbour_tells_nothing_of_what_lies_outside_of_it():
    found = background_difference(wall(), [(wall(20.0), shift(-20.0))] * 2)
    assert not found.known[:, :22].any(), "nor along its edge"
    assert found.known[10:-10, 24:-4].all()
    assert found.median[found.known].mean() < 0.01


def test_a_registration_off_by_a_pixel_explains_the_wall_all_the_same():
    exact = background_difference(wall(), [(wall(), REST)] * 3)
    off = background_difference(wall(), [(wall(), shift(1.0)), (wall(), shift(0.0, -1.0)), (wall(), shift(-1.0))])
    far = background_difference(wall(), [(wall(), shift(4.0))] * 3)
    inner = (slice(6, -6), slice(6, -6))
    assert exact.median[inner].max() < 1e-6
    assert off.median[inner].max() < 1e-6
    assert far.median[inner].mean() > 0.01


def test_noise_between_frames_is_little_beside_an_object():
    rng = np.random.default_rng(0)

    def noisy(picture: np.ndarray) -> np.ndarray:
        return (picture + rng.normal(0, 0.01, picture.shape)).astype(np.float32)

    found = background_difference(noisy(with_square(wall(), 26)), [(noisy(wall()), REST) for _ in range(6)])
    assert found.median[inside(26)].mean() > 10 * found.median[~inside(26, -4) & found.known].mean()


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_may_have_any_number_of_channels(channels):
    found = background_difference(wall()[..., :channels], [(wall()[..., :channels], REST)] * 2)
    assert found.second.shape == found.median.shape == found.known.shape == (HEIGHT, WIDTH)


def motion(residual: tuple[float, float] | None, size=(WIDTH, HEIGHT), cell: int = 1) -> Motion:
    """The camera moves by 5; beside it a part moves by itself."""
    field = None
    if residual is not None:
        field = np.zeros((HEIGHT // cell, WIDTH // cell, 2), np.float32)
        field[16 // cell : 32 // cell, 24 // cell : 40 // cell] = residual
    return Motion(shift(5.0), field, size)


def test_what_moves_against_the_background_is_as_fast_as_it_is_whatever_the_camera_does():
    for cell in (1, 2, 4):
        speed = moves_by_itself(motion((3.0, 4.0), cell=cell), motion((-3.0, -4.0), cell=cell), (HEIGHT, WIDTH))
        assert speed.shape == (HEIGHT, WIDTH)
        assert speed[20:28, 28:36] == pytest.approx(5.0, abs=0.01)
        assert speed[:8].max() == 0


def test_one_way_is_enough_and_none_is_nothing():
    assert moves_by_itself(motion((3.0, 4.0)), None, (HEIGHT, WIDTH)).max() == pytest.approx(5.0, abs=0.01)
    assert moves_by_itself(None, motion((3.0, 4.0)), (HEIGHT, WIDTH)).max() == pytest.approx(5.0, abs=0.01)
    assert moves_by_itself(None, None, (HEIGHT, WIDTH)).max() == 0
    assert moves_by_itself(motion(None), motion(None), (HEIGHT, WIDTH)).max() == 0


def test_what_trembles_does_not_move():
    """There and back again: no speed."""
    assert moves_by_itself(motion((3.0, 4.0)), motion((3.0, 4.0)), (HEIGHT, WIDTH)).max() < 0.01


def test_speeds_are_stated_in_plate_pixels_at_any_resolution():
    plate = motion((6.0, 8.0))
    small = moves_by_itself(plate, None, (HEIGHT // 2, WIDTH // 2))
    assert small.shape == (HEIGHT // 2, WIDTH // 2)
    assert small[10:14, 14:18] == pytest.approx(10.0, abs=0.02)
