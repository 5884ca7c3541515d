"""Perceptual features fitted to a shot: an encoder that tells its real textures from blurred and averaged ones.

A picture is filtered by the principal components (PCA) of its own patches. How strongly each answers around a pixel,
in decades, describes the texture there and hardly changes from one pixel to the next, while a blur or an average of two
places changes it much. Which mixtures show that best is measured on the shot itself by a linear discriminant analysis:
patches against the same patches moved a little (which must look alike) and blurred or averaged (which must not).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

__all__ = ["Encoder", "ShotEncoder", "fit_encoder"]

PATCHES = 2048
KERNEL, POOL, HALF = 5, 7, 2  # filter and window; each halves the size, so a feature sees 17 x 17 pixels
FIELD = KERNEL + (POOL - 1) * HALF
MARGIN = 6  # around a patch, for what is moved and blurred
COLOURS = 6  # the first components are colour and slope: their mean is looked at too, not their strength alone
QUIET = 0.05  # strength below which an answer is noise; a filter's answer has deviation 1
FLOOR = 0.02  # share of the mean variance below which a direction is noise
CONTENT = 0.25  # how much it counts to tell one place from another, beside real from blurred


class Encoder(nn.Module):
    """What turns pictures into features that can be compared; it is never trained, so it holds no parameters.

    stride   pixels from one feature to the next, in x and y
    field    receptive field: pixels that a feature sees, in x and y; those of feature 0 start at -first
    first    see field
    """

    def __init__(self, stride: int, field: int, first: int) -> None:
        super().__init__()
        self.stride, self.field, self.first = stride, field, first

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Encode.

        pictures [b 3 h w], finite, normalised by the shot's mean and deviation
        returns  [b c h/stride w/stride], rounded up
        """
        raise NotImplementedError

    def sees_only(self, known: torch.Tensor) -> torch.Tensor:
        """Say which features saw nothing unknown.

        known    [b 1 h w], above 0 where known; nothing is known beyond the edges
        returns  bool [b 1 h/stride w/stride], rounded up
        """
        return ~self.pool(known <= 0, self.field, self.first, beyond=1.0)

    def sees_any(self, wanted: torch.Tensor) -> torch.Tensor:
        """Say which features stand for something wanted: it lies in the cell of stride x stride at their heart.

        wanted   [b 1 h w], above 0 where wanted
        returns  bool [b 1 h/stride w/stride], rounded up
        """
        return self.pool(wanted > 0, self.stride, self.first - (self.field - self.stride) // 2, beyond=0.0)

    def pool(self, truth: torch.Tensor, size: int, first: int, beyond: float) -> torch.Tensor:
        """Say at each feature whether anything is true in a window of the picture that starts at -first."""
        height, width = truth.shape[-2:]
        after = [(-side % self.stride) + size - self.stride - first for side in (width, height)]
        padded = F.pad(truth.float(), (first, after[0], first, after[1]), value=beyond)
        return max_pool(padded, size, self.stride) > 0


class ShotEncoder(Encoder):
    """Two layers: filters, and a mixture of how strongly they answer around a pixel.

    kernel   [f 3 5 5], offset [f]: the filters, answers with mean 0 and deviation 1
    mix      [o f+6], shift [o]: the mixture, features with mean 0
    level    a constant beside the features: without it the cosine would not see how strong they are
    """

    kernel: torch.Tensor
    offset: torch.Tensor
    mix: torch.Tensor
    shift: torch.Tensor

    def __init__(self, kernel: torch.Tensor, offset: torch.Tensor) -> None:
        super().__init__(stride=HALF * HALF, field=FIELD, first=KERNEL // 2 + POOL // 2 * HALF)
        self.register_buffer("kernel", kernel)
        self.register_buffer("offset", offset)
        self.set_mixture(torch.eye(len(kernel) + COLOURS), torch.zeros(len(kernel) + COLOURS), 1.0)

    def set_mixture(self, mix: torch.Tensor, shift: torch.Tensor, level: float) -> ShotEncoder:
        """Take on a mixture of the filters' answers."""
        self.register_buffer("mix", mix)
        self.register_buffer("shift", shift)
        self.level = level
        return self

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Encode, in float32 whatever the rest of the step is done in: half of the digits are not enough to compare."""
        with torch.autocast(pictures.device.type, enabled=False):
            described = self.describe(pictures.float(), padded=True)
            features = F.conv2d(described, self.mix[:, :, None, None], self.shift)
            return torch.cat((features, torch.full_like(features[:, :1], self.level)), 1)

    def describe(self, pictures: torch.Tensor, padded: bool) -> torch.Tensor:
        """Say how strongly each filter answers around a pixel, [b f+6 h/4 w/4]; unpadded: only where it sees all."""
        answers = F.conv2d(pictures, self.kernel, self.offset, HALF, KERNEL // 2 if padded else 0)
        strength = F.avg_pool2d(answers.abs(), POOL, HALF, POOL // 2 if padded else 0)
        colour = F.avg_pool2d(answers[:, :COLOURS], POOL, HALF, POOL // 2 if padded else 0)
        return torch.cat(((strength + QUIET).log(), colour), 1)


def fit_encoder(
    pictures: torch.Tensor, known: torch.Tensor, filters: int = 24, features: int = 12, seed: int = 0
) -> ShotEncoder:
    """Fit an encoder to the known pixels of a shot; a second or two on a processor.

    pictures  [n 3 h w], normalised by the shot's mean and deviation; may be anything where unknown. Eight frames do
    known     [n 1 h w], above 0 where known
    filters   of the first layer, at least 6
    features  of the second
    seed      chooses the patches; the same seed gives the same encoder on one machine
    returns   on the pictures' device
    """
    generator = torch.Generator().manual_seed(seed)
    patches = sample_patches(pictures, known, FIELD + 2 * MARGIN, generator)
    encoder = ShotEncoder(*whiten(patches[..., :KERNEL, :KERNEL], filters))

    def describe(changed: torch.Tensor) -> torch.Tensor:
        centre = changed[..., MARGIN : MARGIN + FIELD, MARGIN : MARGIN + FIELD].contiguous()
        return encoder.describe(centre, padded=False).flatten(1).double()

    real = describe(patches)
    other = patches[torch.randperm(len(patches), generator=generator)]
    worse = [gaussian_blur(patches, 0.7), gaussian_blur(patches, 1.5), (patches + other) / 2]
    worse.append((patches + patches.roll((3, 5), (2, 3))) / 2)
    within = second_moment(real - describe(patches.roll((2, 3), (2, 3))))
    between = sum((second_moment(real - describe(change)) for change in worse), torch.zeros_like(within)) / len(worse)
    mean = real.mean(0)
    content = second_moment(real - mean)
    # directions by the ratio of what must differ to what must not, which is scaled to 1: a generalised eigenproblem
    ground = torch.eye(len(within), dtype=within.dtype) * (0.05 * within.trace() / len(within) + 1e-6)
    back = torch.linalg.inv(torch.linalg.cholesky(within + ground))
    _, vectors = torch.linalg.eigh(back @ (between + CONTENT * content) @ back.T)
    mix = vectors.flip(1)[:, :features].T @ back
    level = float((mix @ content @ mix.T).trace().sqrt()) + 1e-3
    return encoder.set_mixture(mix.float(), -(mix @ mean).float(), level).to(pictures.device)


def sample_patches(pictures: torch.Tensor, known: torch.Tensor, size: int, generator: torch.Generator) -> torch.Tensor:
    """Sample patches where all is known, [p 3 size size], on the processor."""
    if min(pictures.shape[-2:]) < size:
        grow = [max(0, size - side) for side in (pictures.shape[-1], pictures.shape[-2])]
        pictures, known = (
            F.pad(each, (0, grow[0], 0, grow[1]), mode="replicate") for each in (pictures, known.float())
        )
    height, width = pictures.shape[-2:]
    rows, columns = height - size + 1, width - size + 1
    corners = (max_pool((known <= 0).float(), size, 1) == 0).flatten().nonzero()[:, 0].cpu()
    if len(corners) == 0:  # patches with a piece missing are better than none
        corners = torch.arange(len(pictures) * rows * columns)
    chosen = corners[torch.randint(len(corners), (PATCHES,), generator=generator)].to(pictures.device)
    near = torch.arange(size, device=pictures.device)
    frame = (chosen // (rows * columns))[:, None, None]
    row = (chosen // columns % rows)[:, None, None] + near[:, None]
    column = (chosen % columns)[:, None, None] + near
    cut = torch.where(known[frame, :, row, column] > 0, pictures[frame, :, row, column], 0.0)
    return cut.permute(0, 3, 1, 2).float().cpu().contiguous()


def max_pool(picture: torch.Tensor, size: int, stride: int) -> torch.Tensor:
    """Take the greatest value in each window, rows and columns one after the other: a wide window in little time."""
    return F.max_pool2d(F.max_pool2d(picture, (size, 1), (stride, 1)), (1, size), (1, stride))


def whiten(patches: torch.Tensor, number: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Find the strongest directions of patches [p c k k], answers scaled to deviation 1: [number c k k], [number]."""
    flat = patches.flatten(1).double()
    mean = flat.mean(0)
    values, vectors = torch.linalg.eigh(second_moment(flat - mean))
    values, vectors = values.flip(0).clamp(min=0)[:number], vectors.flip(1)[:, :number]
    kernel = (vectors * (values + FLOOR * values.mean() + 1e-8).rsqrt()).T
    return kernel.reshape(number, *patches.shape[1:]).float(), (-kernel @ mean).float()


def second_moment(rows: torch.Tensor) -> torch.Tensor:
    """Average the products of every two columns."""
    return rows.T @ rows / len(rows)


def gaussian_blur(pictures: torch.Tensor, sigma: float) -> torch.Tensor:
    """Blur by a Gaussian, sigma in pixels."""
    reach = int(3 * sigma + 1)
    bell = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma) ** 2)
    bell = (bell / bell.sum()).expand(pictures.shape[1], 1, 1, -1)
    wide = F.pad(pictures, (reach,) * 4, mode="replicate")
    return F.conv2d(F.conv2d(wide, bell, groups=len(bell)), bell.transpose(2, 3), groups=len(bell))
