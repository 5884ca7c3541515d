import torch

from vfxlib.mask_propagate.features import (
    APART,
    BACKWARD,
    CHANNELS,
    COLOUR,
    FOLLOWS,
    FORWARD,
    KEPT,
    MOVES,
    SEEN,
    VELOCITY,
    drop_channels,
    features_of,
)


def shown(measured: bool = True, compared: float = 1.0) -> torch.Tensor:
    colour = torch.full((3, 4, 5), 0.5)
    apart = torch.stack((torch.full((4, 5), 0.05), torch.full((4, 5), 9.0)))
    return features_of(colour, apart, torch.full((4, 5), compared), torch.full((4, 5), 7.0), measured)


def test_every_channel_has_its_place():
    taken = [i for part in (COLOUR, APART, MOVES) for i in range(part.start, part.stop)]
    assert taken == list(range(CHANNELS))
    kept = taken + [i for part in (FORWARD, BACKWARD, VELOCITY) for i in range(part.start, part.stop)]
    assert [*taken, *range(FOLLOWS.start, FOLLOWS.stop)] == list(range(SEEN))
    assert kept == list(range(KEPT))


def test_differences_are_counted_in_steps_and_end_somewhere():
    seen = shown()
    assert seen.shape == (CHANNELS, 4, 5)
    assert (seen[COLOUR] == 0.5).all()
    assert torch.allclose(seen[APART.start], torch.tensor(0.5))
    assert (seen[APART.start + 1] == 3).all()
    assert torch.allclose(seen[MOVES.start], torch.tensor(8.0).log())


def test_what_was_not_compared_or_measured_says_so():
    assert (shown(compared=0.0)[APART] == 0).all()
    assert (shown()[APART.stop - 1] == 1).all()
    assert (shown()[MOVES.stop - 1] == 1).all()
    assert (shown(measured=False)[MOVES.stop - 1] == 0).all()


def test_a_forgotten_comparison_is_as_one_that_was_never_made():
    seen = shown()
    for what, others in ((APART, (COLOUR, MOVES)), (MOVES, (COLOUR, APART))):
        left = drop_channels(seen, what)
        assert (left[what] == 0).all()
        assert all(torch.equal(left[other], seen[other]) for other in others)
    assert torch.equal(seen, shown()), "the frame itself stays as it is"
