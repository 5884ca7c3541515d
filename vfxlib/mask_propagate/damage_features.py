"""What tells damage of a pixel from picture: how it differs from its aligned neighbours in time, and from its own."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812

__all__ = [
    "COUNT",
    "REACH",
    "DamageLook",
    "FrameBeside",
    "beside_line",
    "between",
    "box_mean",
    "damage_features",
    "damage_look",
    "picture_below",
]

REACH = 72  # pixels to either side that the features of a pixel see
LUMA = (0.3, 0.6, 0.1)
MOST = 0.1  # working code values: more contrast than this counts as this along a line
LEAST_CONTRAST = 2e-3  # of a colour, squared: less tells nothing
LIMIT = 4.0  # of a feature; all are of about this size
MIXED = 0.02  # of a change times a contrast: more counts as this, so that a few pixels do not decide for a line
DOWN, ACROSS = ((31, 1), (121, 1)), ((1, 31), (1, 121))  # pixels over which shares are measured
NEARBY, LEAST_GAP = 15, 0.004  # pixels over which others are compared with a frame, and their least difference
USUAL = 0.05  # of a colour, mixed in where others lie well
SHORT = 31  # pixels: over so many what the pixels beside have is told too
COUNT, LINE_COUNT, SPECK_COUNT = 39, 16, 4  # features of all damage, more of what has lines, and of what has none


@dataclass(frozen=True)
class FrameBeside:
    """A frame, or a part of it, beside others that are moved so that they lie on it.

    frame   [3 h w]    working code values
    others  [n 3 h w]  the same of n other frames, the nearest in time first; n is at least 2
    """

    frame: torch.Tensor
    others: torch.Tensor


@dataclass(frozen=True)
class DamageLook:
    """What damage of a key looks like as a whole.

    colour  [3]  working code values that it has where it hides the picture
    change  [3]  by which it changes the picture, working code values
    lines   True if some of it is long and thin: features of lines are measured, which would mislead about specks, and
            none of coverage, which would mislead about what moves across a line
    """

    colour: torch.Tensor
    change: torch.Tensor
    lines: bool = False

    @property
    def features(self) -> int:
        """How many features a pixel has."""
        return COUNT + (LINE_COUNT if self.lines else SPECK_COUNT)


def damage_look(beside: FrameBeside, content: torch.Tensor, key: torch.Tensor) -> DamageLook:
    """Measure what damage looks like.

    content  [3 h w]  its own colours, from ``damage_content``
    key      [h w]    0..1
    """
    sure = key >= min(0.5, float(key.max()))
    spike = beside.frame - between(beside.frame, beside.others[:2])
    return DamageLook(content[:, sure].median(1).values, spike[:, sure].mean(1))


def damage_features(beside: FrameBeside, look: DamageLook) -> torch.Tensor:
    """Features of every pixel of a frame.

    look     of the key's damage: it is searched for by its colour and by how it changes the picture
    returns  [f h w]  each about -4..4
    paper    Kokaram, Motion picture restoration, 1998, 3: spikes; Nadenau and Mitra, Blotch and scratch detection in
             image sequences based on rank ordered differences, 1997
    """
    frame, others = beside.frame, beside.others
    low, high = others[:2].amin(0), others[:2].amax(0)
    spike = frame - between(frame, others[:2])
    change = (high - low).amax(0, keepdim=True)
    every_low, every_high = others.amin(0), others.amax(0)
    outside = frame - between(frame, others)
    near = frame - torch.minimum(torch.maximum(frame, -_most(-every_low, 1)), _most(every_high, 1))
    light = _luma(frame)
    far = light - torch.minimum(torch.maximum(light, -_most(-_luma(every_low), 3)), _most(_luma(every_high), 3))
    row, column = light - _median(light, 1, 9), light - _median(light, 9, 1)
    least_row, least_column, least_spike = (x.clamp(-MOST, MOST) for x in (row, column, _luma(spike)))
    around = box_mean(light, 15, 15)
    mean = box_mean(light, 7, 7)
    texture = (box_mean(light * light, 7, 7) - mean * mean).clamp(min=0).sqrt()
    colour = look.colour[:, None, None]
    along_rows, along_columns = box_mean(least_column, 1, 15), box_mean(least_row, 15, 1)
    return torch.cat(
        (
            *(5 * spike, 5 * outside, 8 * near, 10 * far),
            *_mixed(spike, colour - frame + spike),
            *_mixed(outside, colour - frame + outside),
            *_along(spike, look.change),
            *(4 * (frame - colour).abs().amax(0, keepdim=True), 4 * change, 4 * box_mean(change, 9, 9)),
            *(6 * row, 6 * column, 15 * along_columns, 20 * box_mean(least_row, 61, 1)),
            *(30 * box_mean(least_row, 121, 3), 15 * along_rows, 20 * box_mean(least_column, 1, 61)),
            *(
                30 * box_mean(least_column, 3, 121),
                20 * box_mean(least_spike, 61, 1),
                20 * box_mean(least_spike, 1, 61),
            ),
            *(15 * each for each in beside_line(along_columns, along_rows)),
            *(10 * box_mean(least_spike, 5, 5), 3 * (frame - 0.4), 4 * (light - around), 8 * texture),
            *(_shares(light, _luma(spike), row, column, _luma(colour)) if look.lines else _covered(beside, colour)),
        )
    ).clamp_(-LIMIT, LIMIT)


def box_mean(x: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """Mean over a box of odd sides around each pixel, of what of it lies inside: [c h w] to [c h w]."""
    for shape in ((rows, 1), (1, columns)):  # one after the other is the same mean, far quicker
        if shape != (1, 1):
            x = F.avg_pool2d(x[None], shape, 1, (shape[0] // 2, shape[1] // 2), count_include_pad=False)[0]
    return x


def beside_line(along_columns: torch.Tensor, along_rows: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Means along lines, as the pixels to both sides have them: they tell which pixel a thin line goes through.

    along_columns, along_rows  [c h w]
    returns  [c h w] of the pixel to the left, to the right, above, below
    """
    wide = F.pad(along_columns[None], (1, 1, 0, 0), mode="replicate")[0]
    tall = F.pad(along_rows[None], (0, 0, 1, 1), mode="replicate")[0]
    return wide[..., :-2], wide[..., 2:], tall[..., :-2, :], tall[..., 2:, :]


def between(frame: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """The frame where it lies between the others, else the nearest of them: the median, of two others.

    frame   [3 h w]
    others  [n 3 h w]
    """
    return torch.minimum(torch.maximum(frame, others.amin(0)), others.amax(0))


def picture_below(beside: FrameBeside) -> torch.Tensor:
    """What damage of a frame hides, guessed from the others: [3 h w].

    The mean of those in the middle, without the least and the most of four, for they may be damaged themselves; each
    counts by how well it lies on the frame around there.
    """
    light, others = _luma(beside.frame), beside.others
    gap = torch.stack([box_mean((light - _luma(each)).abs().clamp(max=MOST), NEARBY, NEARBY) for each in others])
    values, order = others.sort(0)
    weight = (1 / (gap + LEAST_GAP).square()).expand_as(others).gather(0, order)
    trim = (len(others) - 1) // 2
    middle = slice(trim, len(others) - trim)
    return (weight[middle] * values[middle]).sum(0) / weight[middle].sum(0)


def _covered(beside: FrameBeside, colour: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """How much of a colour is mixed in to the picture below, what that leaves, and both beside what is usual around.

    Where others lie badly, or do not agree, as on water, much seems to be mixed in all around: [1 h w] each.
    """
    below = picture_below(beside)
    share, left = _mixed(beside.frame - below, colour - below)
    usual = box_mean(share.abs().clamp(max=1), NEARBY, NEARBY)
    return 2 * share, left, 0.3 * share / (usual + USUAL), 4 * usual


def _mixed(spike: torch.Tensor, contrast: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """How much of a colour would be mixed in to make a spike, and what that leaves of it: [1 h w] each.

    contrast  [3 h w]  of the colour beside the picture below
    """
    share = (spike * contrast).sum(0, keepdim=True) / ((contrast * contrast).sum(0, keepdim=True) + LEAST_CONTRAST)
    return share, 8 * (spike - share * contrast).abs().amax(0, keepdim=True)


def _shares(
    light: torch.Tensor, spike: torch.Tensor, row: torch.Tensor, column: torch.Tensor, colour: torch.Tensor
) -> tuple[torch.Tensor, ...]:
    """How much of the damage's colour is mixed in, as a whole, over lines: least squares, [1 h w] each.

    Damage of one colour lightens what is dark and darkens what is light, which a mean of the change would cancel out.

    light                [1 h w]    of the frame
    spike, row, column   [1 h w]    what it is more than in time, beside it on its row, and on its column
    colour               [1 1 1]    light of the damage
    """
    shares = []
    for change, boxes in ((spike, DOWN + ACROSS), (row, DOWN), (column, ACROSS)):
        contrast = colour - light + change
        mixed, all_of_it = (change * contrast).clamp(-MIXED, MIXED), (contrast * contrast).clamp(max=MIXED)
        for box in boxes:
            share = box_mean(mixed, *box) / (box_mean(all_of_it, *box) + LEAST_CONTRAST / 4)
            shares.append(3 * share)
            if max(box) == SHORT:
                left, right, above, below = beside_line(share, share)
                shares += [3 * each for each in ((left, right) if box in DOWN else (above, below))]
    return tuple(shares)


def _along(spike: torch.Tensor, change: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """How far a spike goes the way of a change, and how far from it: [1 h w] each."""
    way = (change / change.norm().clamp(min=1e-3))[:, None, None]
    along = (spike * way).sum(0, keepdim=True)
    return 5 * along, 8 * (spike - along * way).abs().amax(0, keepdim=True)


def _luma(colour: torch.Tensor) -> torch.Tensor:
    red, green, blue = colour[:1], colour[1:2], colour[2:]
    return LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue


def _most(x: torch.Tensor, radius: int) -> torch.Tensor:
    return F.max_pool2d(x[None], 2 * radius + 1, 1, radius)[0]


def _median(x: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """Median over a box of odd sides: [1 h w]."""
    padded = F.pad(x[None], (columns // 2, columns // 2, rows // 2, rows // 2), mode="replicate")[0, 0]
    height, width = x.shape[-2:]
    shifted = [padded[i : i + height, j : j + width] for i in range(rows) for j in range(columns)]
    return torch.stack(shifted).median(0, keepdim=True).values
