"""The features of a frame that the network sees beside the mattes: colour, difference to neighbours, and motion."""

import torch

__all__ = [
    "BACKWARD",
    "COLOUR",
    "COMPARED",
    "DIFFERENCE",
    "FORWARD",
    "FRAME_CHANNELS",
    "INPUT_CHANNELS",
    "MEDIAN",
    "OBJECT_MOTION",
    "REFERENCE_LINES",
    "SPEED",
    "STORED_CHANNELS",
    "VELOCITY",
    "drop_channels",
    "features_of",
]

COLOUR = slice(0, 3)  # normalised working colour
DIFFERENCE = slice(3, 6)  # to registered neighbours: the second least, the median, 1 where there are enough
MEDIAN, COMPARED = 4, 5  # of these, the last two
SPEED = slice(6, 8)  # how fast it moves against the background; 1 where that is known
FRAME_CHANNELS = 8  # of a frame without mattes

OBJECT_MOTION = slice(8, 10)  # how differently from the objects a pixel moves; 1 where it is known where these are
INPUT_CHANNELS = 10  # of a frame with mattes

# of a frame as it is stored, behind its features: motion in pixels, x right, y down
FORWARD, BACKWARD = slice(8, 10), slice(10, 12)  # to the next and the previous frame
VELOCITY = slice(12, 14)  # a frame, the mean of both ways
STORED_CHANNELS = 14

REFERENCE_LINES = 480  # speeds are stated in pixels of a plate so high
UNIT = 0.1  # working code values of difference that count as 1
MAX_UNITS = 3.0


def features_of(
    colour: torch.Tensor, difference: torch.Tensor, compared: torch.Tensor, speed: torch.Tensor, measured: bool
) -> torch.Tensor:
    """The features of a frame.

    colour      [3 h w]  normalised
    difference  [2 h w]  difference to registered neighbours, the second least and the median, working code values
    compared    [h w]    1 where there are enough of them
    speed       [h w]    against the background, plate pixels at 480 lines
    measured             True if the frame has a neighbour to measure it to
    returns     [8 h w]
    """
    measured_map = torch.full_like(speed, float(measured))
    units = (difference / UNIT).clamp(max=MAX_UNITS) * compared
    return torch.cat((colour, units, torch.stack((compared, torch.log1p(speed), measured_map))))


def drop_channels(features: torch.Tensor, what: slice) -> torch.Tensor:
    """A frame without one of its features, as at the end of a shot or beside a cut.

    features  [10 h w]
    what      DIFFERENCE, SPEED or OBJECT_MOTION
    """
    dropped = features.clone()
    dropped[what] = 0
    return dropped
