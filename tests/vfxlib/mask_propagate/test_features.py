import torch

from vfxlib.mask_propagate.features import (
    BACKWARD,
    COLOUR,
    DIFFERENCE,
    FORWARD,
    FRAME_CHANNELS,
    INPUT_CHANNELS,
    OBJECT_MOTION,
    SPEED,
    STORED_CHANNELS,
    VELOCITY,
    drop_channels,
    features_of,
)


def features(measured: bool = True, compared: float = 1.0) -> torch.Tensor:
    colour = torch.full((3, 4, 5), 0.5)
    apart = torch.stack((torch.full((4, 5), 0.05), torch.full((4, 5), 9.0)))
    return features_of(colour, apart, torch.full((4, 5), compared), torch.full((4, 5), 7.0), measured)


def test_every_channel_has_its_place():
    taken = [i for part in (COLOUR, DIFFERENCE, SPEED) for i in range(part.start, part.stop)]
    assert taken == list(range(FRAME_CHANNELS))
    kept = taken + [i for part in (FORWARD, BACKWARD, VELOCITY) for i in range(part.start, part.stop)]
    assert [*taken, *range(OBJECT_MOTION.start, OBJECT_MOTION.stop)] == list(range(INPUT_CHANNELS))
    assert kept == list(range(STORED_CHANNELS))


def test_differences_are_counted_in_steps_and_end_somewhere():
    seen = features()
    assert seen.shape == (FRAME_CHANNELS, 4, 5)
    assert (seen[COLOUR] == 0.5).all()
    assert torch.allclose(seen[DIFFERENCE.start], torch.tensor(0.5))
    assert (seen[DIFFERENCE.start + 1] == 3).all()
    assert torch.allclose(seen[SPEED.start], torch.tensor(8.0).log())


def test_what_was_not_compared_or_measured_says_so():
    assert (features(compared=0.0)[DIFFERENCE] == 0).all()
    assert (features()[DIFFERENCE.stop - 1] == 1).all()
    assert (features()[SPEED.stop - 1] == 1).all()
    assert (features(measured=False)[SPEED.stop - 1] == 0).all()


def test_a_forgotten_comparison_is_as_one_that_was_never_made():
    seen = features()
    for what, others in ((DIFFERENCE, (COLOUR, SPEED)), (SPEED, (COLOUR, DIFFERENCE))):
        left = drop_channels(seen, what)
        assert (left[what] == 0).all()
        assert all(torch.equal(left[other], seen[other]) for other in others)
    assert torch.equal(seen, features()), "the frame itself stays as it is"
