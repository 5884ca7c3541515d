"""Pseudo-labels: mattes that a network segmented, from which the next round learns, with a weight of each pixel."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import torch

from vfxlib.layer_names import OBJECT_THRESHOLD
from vfxlib.mask_propagate.dataset import MatteDataset
from vfxlib.mask_propagate.features import OBJECT_MOTION
from vfxlib.mask_propagate.object_motion import with_object_motion
from vfxlib.mask_propagate.propagation import ObjectSize, PropagatedFrame
from vfxlib.mask_propagate.warp import dilate
from vfxlib.train.frame_store import TensorStore

__all__ = ["PseudoLabels", "make_pseudo_labels"]

FAR = 0.15  # of the objects' extent: what is so far from any matte is background for certain
DISAGREEMENT_WEIGHT = 0.3  # factor of the weight where network and motion disagree


class PseudoLabels:
    """Mattes and their weights, by the index of their frame.

    dataset  the shot
    objects  how many
    numbers  frame number of each index
    """

    def __init__(self, dataset: MatteDataset, objects: int, *, device: torch.device, room: int, folder: Path) -> None:
        self._dataset, self._objects = dataset, objects
        self._store = TensorStore(2 * objects + 2, dataset.shape, device=device, room=room, folder=folder)
        self.numbers = dataset.numbers

    def __len__(self) -> int:
        return len(self._store)

    def close(self) -> None:
        """Let go of everything."""
        self._store.close()

    def put(self, index: int, mattes: torch.Tensor, weight: torch.Tensor) -> None:
        """Put in a frame's mattes [k h w] and their weight in the loss [k h w]."""
        features = with_object_motion(self._dataset.features(index), self._dataset.velocity(index), mattes)
        self._store.put(index, torch.cat((mattes, weight, features[OBJECT_MOTION])))

    def frame(self, index: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Features [10 h w], mattes and weight [k h w] of a frame."""
        stored, count = self._store.get(index), self._objects
        return (
            torch.cat((self._dataset.features(index), stored[2 * count :])),
            stored[:count],
            stored[count : 2 * count],
        )


def make_pseudo_labels(
    dataset: MatteDataset,
    frames: Iterable[PropagatedFrame],
    keys: Mapping[int, torch.Tensor],
    size: ObjectSize,
    *,
    room: int,
    folder: Path,
    advance: Callable[[], None] = lambda: None,
) -> PseudoLabels:
    """Make pseudo-labels of propagated mattes.

    dataset  the shot
    frames   every frame once, in any order
    keys     index -> [k h w], which are taken as they are
    size     of the objects
    room     bytes that the frames may take on the device
    folder   where what is over is kept meanwhile
    advance  is called after every frame
    paper    after the online adaptation of Voigtlaender and Leibe (2017): what is sure is learned as object, what is
             far from it as background
    """
    labels = PseudoLabels(dataset, len(next(iter(keys.values()))), device=dataset.device, room=room, folder=folder)
    far = max(2, round(FAR * size.extent))
    try:
        for propagated in frames:
            index = propagated.index
            if index in keys:
                labels.put(index, keys[index], torch.ones_like(keys[index]))
            else:
                labels.put(index, *_label(propagated.mattes, propagated.warped, far))
            advance()
    except BaseException:
        labels.close()
        raise
    return labels


def _label(mattes: torch.Tensor, warped: torch.Tensor, far: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The label of a frame, and its weight.

    mattes   [k h w]  what was segmented, 0..1; 0 also where the network said more than could be
    warped   [k h w]  warped along the motion, 0..1
    far      pixels from any matte at which all is background
    returns  [k h w] the mattes at the threshold, and [k h w] their weight
    """
    label, motion_label = mattes > OBJECT_THRESHOLD, warped > OBJECT_THRESHOLD
    weight = (2 * mattes - 1).abs()
    weight = torch.where(label != motion_label, DISAGREEMENT_WEIGHT * weight, weight)
    background = dilate((label | motion_label).float(), far) == 0
    return label.float(), torch.where(background, torch.ones_like(weight), weight)
