"""What tells damage of a pixel from picture: how it differs from its aligned neighbours in time, and from its own."""

import torch
import torch.nn.functional as F  # noqa: N812

__all__ = ["CONTRAST", "FEATURES", "box_mean", "damage_features"]

LUMA = (0.3, 0.6, 0.1)
MOST = 0.1  # working code values: more contrast than this counts as this along a line
FEATURES = (
    *("spike", "spike of a colour", "change", "change around", "off its row", "off its column", "off its square"),
    *("off its row, along the column", "off its column, along the row", "off its row, near by"),
    *("spike along the column", "spike along the row", "spike near by", "spike of a colour near by"),
    *("spike of a colour around", "light", "red", "blue", "texture", "darker than around"),
)
CONTRAST = (0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 19)  # those that grow as damage is stronger


def damage_features(frame: torch.Tensor, neighbours: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    """Features of every pixel of a frame.

    frame       [3 h w]  working code values
    neighbours  [3 h w]  two other frames, moved so that they lie on it
    returns     [20 h w], in the order of ``FEATURES``
    paper       spike detection index and rank order after Kokaram, Motion picture restoration, 1998, 3
    """
    apart = [frame - other for other in neighbours]
    one, other = (_luma(each) for each in apart)
    spike = torch.where(one.sign() == other.sign(), one.sign() * torch.minimum(one.abs(), other.abs()), 0.0)
    coloured = torch.minimum(*(each.abs().amax(0, keepdim=True) for each in apart))
    change = (neighbours[0] - neighbours[1]).abs().amax(0, keepdim=True)
    light = _luma(frame)
    row, column = light - _median(light, 1, 9), light - _median(light, 9, 1)
    square = light - _median(light, 5, 5)
    mean = box_mean(light, 7, 7)
    texture = (box_mean(light * light, 7, 7) - mean * mean).clamp(min=0).sqrt()
    return torch.cat(
        (
            *(spike, coloured, change, box_mean(change, 7, 7), row, column, square),
            *(box_mean(_least(row), 61, 1), box_mean(_least(column), 1, 61), box_mean(_least(row), 15, 1)),
            *(box_mean(_least(spike), 61, 1), box_mean(_least(spike), 1, 61)),
            *(box_mean(spike, 3, 3), box_mean(coloured, 3, 3), box_mean(coloured, 15, 15)),
            *(light, frame[:1] - light, frame[2:] - light, texture, mean - light),
        )
    )


def box_mean(x: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """Mean over a box of odd sides around each pixel, of what of it lies inside: [c h w] to [c h w]."""
    return F.avg_pool2d(x[None], (rows, columns), 1, (rows // 2, columns // 2), count_include_pad=False)[0]


def _luma(colour: torch.Tensor) -> torch.Tensor:
    red, green, blue = colour.split(1)
    return LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue


def _least(x: torch.Tensor) -> torch.Tensor:
    return x.clamp(-MOST, MOST)


def _median(x: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """Median over a box of odd sides: [1 h w]."""
    padded = F.pad(x[None], (columns // 2, columns // 2, rows // 2, rows // 2), mode="replicate")[0, 0]
    height, width = x.shape[-2:]
    shifted = [padded[i : i + height, j : j + width] for i in range(rows) for j in range(columns)]
    return torch.stack(shifted).median(0, keepdim=True).values
