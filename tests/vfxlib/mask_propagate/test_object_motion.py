import pytest
import torch

from tests.vfxlib.mask_propagate.shots import HEIGHT, SIDE, WIDTH, crossing, looked_at
from vfxlib.mask_propagate.features import FRAME_CHANNELS, INPUT_CHANNELS, OBJECT_MOTION
from vfxlib.mask_propagate.object_motion import object_motion, with_object_motion
from vfxlib.mask_propagate.warp import pixel_coordinates

CPU = torch.device("cpu")
FEATURES = torch.rand((FRAME_CHANNELS, HEIGHT, WIDTH), generator=torch.Generator().manual_seed(0))


def square() -> torch.Tensor:
    matte = torch.zeros(1, HEIGHT, WIDTH)
    matte[:, 10:30, 20:40] = 1
    return matte


def difference(velocity: torch.Tensor, mattes: torch.Tensor) -> torch.Tensor:
    """[h w] plate pixels at 480 lines."""
    seen = with_object_motion(FEATURES, velocity, mattes)
    assert seen.shape == (INPUT_CHANNELS, HEIGHT, WIDTH)
    assert torch.equal(seen[:FRAME_CHANNELS], FEATURES)
    assert (seen[OBJECT_MOTION.stop - 1] == 1).all()
    return torch.expm1(seen[OBJECT_MOTION.start])


def moving(inside: tuple[float, float], outside: tuple[float, float]) -> torch.Tensor:
    one, other = (torch.tensor(each)[:, None, None] for each in (inside, outside))
    return torch.where(square() > 0, one, other).expand(2, HEIGHT, WIDTH).contiguous()


def test_what_goes_with_the_object_follows_it_and_what_does_not_is_told_by_how_much():
    found = difference(moving((3.0, 1.0), (-1.0, 1.0)), square())
    assert found[square()[0] > 0].max() < 0.1
    assert found[square()[0] == 0].numpy(force=True) == pytest.approx(4 * 480 / HEIGHT, rel=0.01)


def test_an_object_that_grows_or_turns_is_followed_too():
    at = pixel_coordinates(0, 0, WIDTH, HEIGHT, CPU) - torch.tensor([30.0, 20.0])
    velocity = torch.stack((0.05 * at[..., 0] - 0.1 * at[..., 1], 0.1 * at[..., 0] + 0.05 * at[..., 1]))
    assert difference(velocity, square()).max() < 1.0


def test_a_limb_that_moves_otherwise_does_not_pull_the_object_s_motion_away():
    velocity = moving((3.0, 1.0), (-1.0, 1.0))
    velocity[0, 10:14, 20:40] = -9.0  # a fifth of it
    found = difference(velocity, square())
    assert found[18:30, 20:40].mean() < 5
    assert found[10:14, 20:40].mean() > 60


def test_without_an_object_nothing_is_told():
    few = torch.zeros(1, HEIGHT, WIDTH)
    few[:, 5:9, 5:9] = 1
    for mattes in (torch.zeros(2, HEIGHT, WIDTH), few):
        assert (with_object_motion(FEATURES, moving((3.0, 1.0), (0.0, 0.0)), mattes)[OBJECT_MOTION] == 0).all()


def test_a_line_of_pixels_has_a_motion_too():
    line = torch.zeros(1, HEIGHT, WIDTH)
    line[:, 20, 5:55] = 1
    found = difference(torch.ones(2, HEIGHT, WIDTH), line)
    assert torch.isfinite(found).all()
    assert found[20, 5:55].max() < 0.5


def test_a_shot_tells_what_follows(tmp_path):
    shot = crossing(5)
    with looked_at(shot, tmp_path) as dataset:
        for index in (0, 2, 4):
            follows = with_object_motion(dataset.features(index), dataset.velocity(index), shot.matte(index))[
                OBJECT_MOTION.start
            ]
            assert follows[shot.part(index)].mean() < 0.5
            assert follows[~shot.part(index)].mean() > 3
            assert shot.part(index).sum() == SIDE**2


def test_the_motion_of_an_object_goes_on_beyond_it():
    """Whatever is measured there, and though a limb of it moves otherwise."""
    velocity = moving((3.0, 1.0), (-1.0, 1.0))
    velocity[:, 10:14, 20:26] = 9.0
    found = object_motion(velocity, square()[0])
    assert found is not None
    assert found.shape == velocity.shape
    assert found[0].numpy(force=True) == pytest.approx(3.0, abs=0.1)
    assert found[1].numpy(force=True) == pytest.approx(1.0, abs=0.1)


def test_too_little_of_an_object_has_no_motion_of_its_own():
    inside = torch.zeros(HEIGHT, WIDTH)
    inside[5, 5:9] = 1
    assert object_motion(moving((3.0, 1.0), (-1.0, 1.0)), inside) is None
