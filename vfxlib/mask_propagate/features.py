"""What the network is shown of a frame beside the mattes: its colour, and how it differs from its neighbours."""

from __future__ import annotations

import torch

__all__ = [
    "APART",
    "BACKWARD",
    "CHANNELS",
    "COLOUR",
    "COMPARED",
    "FOLLOWS",
    "FORWARD",
    "KEPT",
    "MOVES",
    "SEEN",
    "STATED",
    "USUAL",
    "VELOCITY",
    "drop_channels",
    "features_of",
]

COLOUR = slice(0, 3)  # normalised working colour
APART = slice(3, 6)  # difference to registered neighbours: the second least, the median, 1 where there are enough
USUAL, COMPARED = 4, 5  # of these, the last two
MOVES = slice(6, 8)  # how fast it moves against the background; 1 where that is known
CHANNELS = 8  # of a frame by itself

FOLLOWS = slice(8, 10)  # how differently from the objects a place moves; 1 where it is known where these are
SEEN = 10  # channels of a frame with mattes

# of a frame as it is kept, behind what is shown: motion in pixels, x right, y down
FORWARD, BACKWARD = slice(8, 10), slice(10, 12)  # to the next and the previous frame
VELOCITY = slice(12, 14)  # a frame, the mean of both ways
KEPT = 14

STATED = 480  # lines at which speeds are stated
STEP = 0.1  # working code values of difference that count as 1
LARGEST = 3.0


def features_of(
    colour: torch.Tensor, apart: torch.Tensor, compared: torch.Tensor, speed: torch.Tensor, measured: bool
) -> torch.Tensor:
    """Everything that the network is shown of a frame.

    colour    [3 h w]  normalised
    apart     [2 h w]  difference to registered neighbours, the second least and the median, working code values
    compared  [h w]    1 where there are enough of them
    speed     [h w]    against the background, plate pixels at 480 lines
    measured           True if the frame has a neighbour to measure it to
    returns   [8 h w]
    """
    mark = torch.full_like(speed, float(measured))
    steps = (apart / STEP).clamp(max=LARGEST) * compared
    return torch.cat((colour, steps, torch.stack((compared, torch.log1p(speed), mark))))


def drop_channels(shown: torch.Tensor, what: slice) -> torch.Tensor:
    """A frame without one of its comparisons, as at the end of a shot or beside a cut.

    shown    [10 h w]
    what     APART, MOVES or FOLLOWS
    """
    left = shown.clone()
    left[what] = 0
    return left
