"""Pictures to make scenes of, and what tests measure on clips."""

import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.training_ground.clip import Clip
from vfxlib.training_ground.sampler import SceneSampler
from vfxlib.training_ground.settings import SceneSettings

CPU = torch.device("cpu")
PLAIN = {"grain": (0.0, 0.0), "eight_bit": 0.0, "ten_bit": 0.0, "blur": 0.0}  # nothing that a camera or a file adds


def pictures(count: int = 4, side: int = 96) -> torch.Tensor:
    """Smooth pictures, so that reading between pixels costs nothing: [n 3 side side], light from 0.05 to 0.55."""
    rough = torch.rand(count, 3, 7, 7, generator=torch.Generator().manual_seed(5))
    return 0.05 + 0.5 * F.interpolate(rough, (side, side), mode="bicubic", align_corners=True).clamp(0, 1)


def sampler(seed: int = 0, shown: torch.Tensor | None = None, **settings: object) -> SceneSampler:
    """A sampler of small frames."""
    given = {"size": (48, 64), "frames": 4, "batch": 4, **settings}
    return SceneSampler(pictures() if shown is None else shown, SceneSettings(**given), CPU, seed)


def read_along(frames: torch.Tensor, motion: torch.Tensor) -> torch.Tensor:
    """Frames [n c h w] read where motion [n 2 h w] leads from each pixel: [n c h w]; the edge is held beyond it."""
    height, width = frames.shape[-2:]
    x = torch.arange(width) + motion[:, 0]
    y = torch.arange(height)[:, None] + motion[:, 1]
    grid = torch.stack(((x + 0.5) * 2 / width - 1, (y + 0.5) * 2 / height - 1), -1)
    return F.grid_sample(frames, grid, mode="bilinear", padding_mode="border", align_corners=False)


def bits(clip: Clip) -> list[torch.Tensor]:
    """All that a clip holds."""
    return [each for each in vars(clip).values() if each is not None]


def inner(label: torch.Tensor) -> torch.Tensor:
    """Where a pixel and all around it show the same layer: [... h w] bool. Soft edges lie elsewhere."""
    flat = label.float().flatten(0, -3)[:, None]
    wide = [F.max_pool2d(sign * flat, 5, 1, 2) * sign for sign in (1, -1)]
    return (wide[0] == wide[1])[:, 0].view_as(label)
