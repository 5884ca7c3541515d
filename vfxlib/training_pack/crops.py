"""Square parts of pictures at several sizes, where there is something to see."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812

__all__ = [
    "Content",
    "content_of",
    "crop_photograph",
    "crop_texture",
    "is_duplicate",
    "looks_photographed",
    "resize",
    "thumbnail",
]

STEPS = (1.0, 1.8, 3.0, 4.5)  # of the shorter side, in crops: the whole picture first, then its details
TRIES = 8
ALIKE = 6.0  # code values of 255
FLAT = 1.5  # least detail that a texture is worth keeping for, code values of 255
EMPTY = 0.5  # the same of a photograph's part: mist and what is out of focus belong to plates
ENOUGH = 8.0
FEWEST_COLOURS = 64  # of 32768, in what was photographed
MOST_EQUAL = 0.35  # share of neighbouring pixels that are the same, in what was photographed
MOST_ENDS = 0.08  # share of pixels that are black or white: more is a sheet of cut-outs
COARSEST = 45.0  # detail above that is noise or a pattern of black and white


@dataclass(frozen=True)
class Content:
    """What is in a picture.

    detail   mean difference of neighbouring pixels, code values of 255
    equal    share of neighbouring pixels that are the same
    colours  how many of 32768 colours
    ends     share of pixels that are black or white
    """

    detail: float
    equal: float
    colours: int
    ends: float


def content_of(crop: torch.Tensor) -> Content:
    """Measure a crop: [3 h w] uint8."""
    codes, steps = crop.int(), _steps(crop)
    packed = (codes[0] // 8) * 1024 + (codes[1] // 8) * 32 + codes[2] // 8
    # whole numbers until the last division, so that it is the same however it is added up
    return Content(
        detail=int(steps.sum()) / (3 * steps.numel()),
        equal=int((steps == 0).sum()) / steps.numel(),
        colours=int((torch.bincount(packed.flatten(), minlength=32768) > 0).sum()),
        ends=int(((codes.amax(0) < 4) | (codes.amin(0) > 251)).sum()) / codes[0].numel(),
    )


def looks_photographed(crop: torch.Tensor) -> bool:
    """Whether a crop [3 h w] uint8 seems to be photographed: not drawn, not flat, not noise."""
    content = content_of(crop)
    seen = FLAT < content.detail < COARSEST and content.colours > FEWEST_COLOURS
    return seen and content.equal < MOST_EQUAL and content.ends < MOST_ENDS


def thumbnail(crop: torch.Tensor) -> torch.Tensor:
    """What is left of a crop at 8x8 pixels: [3 h w] uint8 to [3 8 8] float32, code values."""
    return F.adaptive_avg_pool2d(crop.float(), 8)


def is_duplicate(crop: torch.Tensor, thumbnails: Sequence[torch.Tensor]) -> bool:
    """Whether a crop [3 h w] uint8 is one of others over again, by the thumbnails of those."""
    own = thumbnail(crop)
    return any(float((own - other).abs().max()) < ALIKE for other in thumbnails)


def crop_photograph(picture: torch.Tensor, side: int, count: int, name: str) -> list[torch.Tensor]:
    """Cut several squares out of a photograph, from the whole of it to its details.

    picture  [3 h w]  uint8, not smaller than a crop
    side     of a crop, pixels
    count    how many at most
    name     of the picture, from which the places follow
    returns  [3 side side] uint8 each; fewer if there is too little to see
    """
    rng, shorter = _generator(name), min(picture.shape[-2:])
    sizes = [resize(picture, round(step * side)) for step in STEPS[:count] if step * side <= shorter]
    crops: list[torch.Tensor] = []
    for number in range(count):
        small = sizes[number % len(sizes)]
        best = max((_random_crop(small, side, rng) for _ in range(TRIES)), key=_detail)
        if _detail(best) >= EMPTY:
            crops.append(best)
    return crops


def crop_texture(picture: torch.Tensor, side: int, name: str) -> torch.Tensor | None:
    """Cut a square out of a texture.

    picture  [3 h w]  uint8
    side     of a crop, pixels
    name     of the picture, from which the place follows
    returns  [3 side side] uint8; None if the picture is too small
    """
    shorter = min(picture.shape[-2:])
    if shorter < side:
        return None
    # up to half again as large as a crop it is shown as it is, larger ones are made smaller now and then
    rng = _generator(name)
    whole = shorter >= 1.5 * side and bool(torch.rand((), generator=rng) < 0.5)
    return _random_crop(resize(picture, side) if whole else picture, side, rng)


def resize(picture: torch.Tensor, shorter: int) -> torch.Tensor:
    """Make a picture smaller by the mean of what each pixel covers, in light.

    picture  [3 h w]  uint8, sRGB
    shorter  of its sides afterwards, pixels, not more than before
    returns  [3 h w]  uint8, sRGB
    """
    height, width = picture.shape[-2:]
    if shorter >= min(height, width):
        return picture
    factor = shorter / min(height, width)
    size = (max(shorter, round(height * factor)), max(shorter, round(width * factor)))
    code = picture.float() / 255.0
    light = torch.where(code > 0.04045, ((code + 0.055) / 1.055) ** 2.4, code / 12.92)
    light = F.interpolate(light[None], size, mode="area")[0]
    code = torch.where(light > 0.0031308, 1.055 * light.clamp(min=0.0031308) ** (1 / 2.4) - 0.055, light * 12.92)
    return (code * 255.0).round().clamp(0, 255).to(torch.uint8)


def _generator(name: str) -> torch.Generator:
    return torch.Generator().manual_seed(int.from_bytes(hashlib.sha256(name.encode()).digest()[:7], "big"))


def _random_crop(picture: torch.Tensor, side: int, rng: torch.Generator) -> torch.Tensor:
    y, x = (int(torch.randint(length - side + 1, (), generator=rng)) for length in picture.shape[-2:])
    return picture[:, y : y + side, x : x + side].contiguous()


def _steps(crop: torch.Tensor) -> torch.Tensor:
    """How far each pixel is from its neighbour, of all channels together."""
    codes = crop.int()
    return (codes[:, :, 1:] - codes[:, :, :-1]).abs().sum(0)


def _detail(crop: torch.Tensor) -> float:
    """How much there is to see; more than enough counts no more, or the noisiest place would always win."""
    steps = _steps(crop)
    return min(int(steps.sum()) / (3 * steps.numel()), ENOUGH)
