"""What a flow refinement is built from."""

from dataclasses import dataclass
from typing import Literal, get_args

from vfxlib.nets.partial_conv import ConfidenceUpdateKind
from vfxlib.nets.settings import NetworkSettings

__all__ = ["FLOWS", "KIND", "FlowRefinementSettings", "GuideKind", "MergeKind"]

MergeKind = Literal["residual", "weighted"]
GuideKind = Literal["none", "edges"]

KIND = "flow-refinement"  # what the file of the weights calls the network
FLOWS = 4  # channels of a frame's motion: forward x y, backward x y
EDGES = 2  # channels of its edges
MOST_STEPS = 1000


@dataclass(frozen=True)
class FlowRefinementSettings(NetworkSettings):
    """What a flow refinement is built from; it goes into the file of its weights.

    channels      of the features
    blocks        residual layers of the encoder
    architecture  of the update: 1 joins the three frames in its first layer, 2 in its second
    confidence    how the confidence goes on, as ``ConfidenceUpdate`` has it
    merge         how new features join the old. "residual": the paper's formula, in which half of the smooth start may
                  stay; "weighted": by what confidence either has, so that none of it stays
    guide         "edges": motion's edges are known and completed beside motion (the paper's 2.6.2); "none"
    kernel        side of a partial convolution, pixels, odd; twice its half is how far a step sees
    steps         updates, unless the caller wants another number
    unit          pixels of motion that count as 1
    """

    channels: int = 32
    blocks: int = 2
    architecture: int = 1
    confidence: ConfidenceUpdateKind = "polynomial"
    merge: MergeKind = "weighted"
    guide: GuideKind = "none"
    kernel: int = 3
    steps: int = 8
    unit: float = 8.0

    def __post_init__(self) -> None:
        sizes = FLOWS + EDGES <= self.channels <= 512 and 0 <= self.blocks <= 64 and 0 <= self.steps <= MOST_STEPS
        if not sizes or self.kernel not in (1, 3, 5, 7, 9) or not 0 < self.unit < 1e6:
            raise ValueError(f"no flow refinement has {self}")
        words = (
            (self.confidence, ConfidenceUpdateKind),
            (self.merge, MergeKind),
            (self.guide, GuideKind),
        )
        if self.architecture not in (1, 2) or any(word not in get_args(kind) for word, kind in words):
            raise ValueError(f"no flow refinement has {self}")

    @property
    def maps(self) -> int:
        """Channels that are completed: motion, and its edges if they guide."""
        return FLOWS + (EDGES if self.guide == "edges" else 0)
