"""A trained network's features compare frames: what is the same is alike, wherever an alignment leads."""

import numpy as np

from tests.untrained_sta import untrained_sta
from vfxlib.device import open_device
from vfxlib.image.box import Box
from vfxlib.nets.sta_clip import read_sta
from vfxlib.residual_hires.alignment import Alignment
from vfxlib.residual_hires.attention import attention_likeness, low_features
from vfxlib.residual_hires.scales import Scales

SCALES = Scales((96, 64), (48, 32))
BOX = Box(8, 8, 40, 24)


def picture(seed):
    rng = np.random.default_rng(seed)
    return np.kron(rng.random((8, 12, 3)), np.ones((4, 4, 1))).astype(np.float32)


def compared(pictures, shift=0.0):
    network = read_sta(untrained_sta(), open_device("cpu"))
    move = np.eye(3)
    move[0, 2] = 2 * shift  # plate pixels
    alignments = [Alignment(k, move, None, BOX, SCALES) for k in range(1, len(pictures))]
    features = [low_features(network, each) for each in pictures]
    return attention_likeness(network, features.__getitem__)(0, alignments, pictures.__getitem__, BOX)


def test_the_same_picture_is_wholly_alike_and_another_less():
    same, other = compared([picture(1), picture(1), picture(2)])
    assert same.shape == (BOX.height, BOX.width)
    assert same.min() > 0.999
    assert other.mean() < same.mean()


def test_it_is_read_where_the_alignment_leads():
    moved = np.roll(picture(1), 4, axis=1)
    right, wrong = compared([picture(1), moved], 4.0)[0], compared([picture(1), moved])[0]
    assert right[:, 4:-8].mean() > 0.99 > wrong[:, 4:-8].mean()


def test_without_alignments_there_is_nothing():
    assert compared([picture(1)]).shape == (0, BOX.height, BOX.width)
