"""Light: from display pictures to scene-linear light, to what networks see, and what files and cameras do to it."""

import torch
import torch.nn.functional as F  # noqa: N812

__all__ = [
    "AP1_FROM_REC709",
    "BRIGHTEST",
    "HIGHLIGHT",
    "add_grain",
    "display_to_light",
    "file_round_trip",
    "light_to_display",
    "light_to_working",
    "mean_stops",
]

AP1_FROM_REC709 = (
    (0.613097396, 0.339523146, 0.047379458),
    (0.070193722, 0.916353879, 0.013452399),
    (0.020615592, 0.109569773, 0.869814634),
)
HIGHLIGHT = 0.8  # display light from which a camera's shoulder is undone
BRIGHTEST = 4.0  # what display white stands for
HALVINGS = 20  # of the way between HIGHLIGHT and white: far finer than 16 bits
MIDDLE = 0.18
BREAK_LIGHT, SLOPE, OFFSET = 0.0078125, 10.5402377416545, 0.0729055341958355  # ACEScct, S-2016-001
SHIFT, STOPS = 9.72, 17.52
BREAK_CODE = 0.155251141552511


def display_to_light(code: torch.Tensor) -> torch.Tensor:
    """Turn pictures that were made for a display into scene-linear light.

    sRGB's curve backwards, then Rec.709 to ACEScg's primaries (AP1). A camera rolls highlights off so that they fit
    below white; above ``HIGHLIGHT`` all three channels are raised alike, by the square of the way to white, up to
    ``BRIGHTEST`` times at white. What the picture has clipped is not known: it is as bright as that.

    code     [... 3 h w]  0..1, sRGB
    returns  [... 3 h w]  scene-linear light in ACEScg's primaries, 0 to ``BRIGHTEST``
    """
    linear = torch.where(code > 0.04045, ((code.clamp(min=0.04045) + 0.055) / 1.055) ** 2.4, code / 12.92)
    linear = linear * _raised(linear.amax(-3, keepdim=True))
    red, green, blue = linear.unbind(-3)
    return torch.stack([r * red + g * green + b * blue for r, g, b in AP1_FROM_REC709], -3)


def _raised(brightest: torch.Tensor) -> torch.Tensor:
    """By how much light is more than a display's, by the brightest channel on the display."""
    way = ((brightest - HIGHLIGHT) / (1.0 - HIGHLIGHT)).clamp(0.0, 1.0)
    return 1.0 + (BRIGHTEST - 1.0) * way * way


def light_to_display(light: torch.Tensor) -> torch.Tensor:
    """Turn scene-linear light into a picture for a display, so that ``display_to_light`` makes the same light of it.

    light    [... 3 h w]  scene-linear in Rec.709's primaries; what is below 0 or no number is black, what is brighter
             than ``BRIGHTEST`` keeps its hue
    returns  [... 3 h w]  0..1, sRGB
    """
    light = torch.nan_to_num(light, nan=0.0, posinf=BRIGHTEST, neginf=0.0).clamp(min=0.0)
    brightest = light.amax(-3, keepdim=True)
    low, high = torch.full_like(brightest, HIGHLIGHT), torch.ones_like(brightest)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        above = middle * _raised(middle) > brightest
        low, high = torch.where(above, low, middle), torch.where(above, middle, high)
    linear = torch.where(brightest > HIGHLIGHT, light * (low / brightest.clamp(min=HIGHLIGHT)), light)
    code = torch.where(linear > 0.0031308, 1.055 * linear.clamp(min=0.0031308) ** (1 / 2.4) - 0.055, linear * 12.92)
    return code.clamp(0.0, 1.0)


def light_to_working(light: torch.Tensor) -> torch.Tensor:
    """Turn scene-linear light of ACEScg's primaries into what networks see: the curve of ACEScct.

    light    [...]  scene-linear
    returns  [...]  code values, about 0.07 a stop
    """
    log = (torch.log2(light.clamp(min=BREAK_LIGHT)) + SHIFT) / STOPS
    return torch.where(light > BREAK_LIGHT, log, SLOPE * light + OFFSET)


def mean_stops(pictures: torch.Tensor) -> torch.Tensor:
    """How bright pictures usually are: stops above middle grey, on the average.

    pictures  [n 3 h w]  scene-linear
    returns   [n]        in steps of an eighth, so that it is the same however a mean is added up
    """
    light = pictures[..., ::4, ::4].float().mean(1).clamp(min=MIDDLE / 64)
    return (torch.log2(light / MIDDLE).mean((-2, -1)) * 8.0).round() / 8.0


def add_grain(
    light: torch.Tensor, amount: torch.Tensor, softness: torch.Tensor, generator: torch.Generator
) -> torch.Tensor:
    """Lay grain over frames, stronger in light than in shadow as a sensor's is.

    light      [B T 3 h w]  scene-linear
    amount     [B]          standard deviation at a light of 0.18
    softness   [B]          0 for grain of single pixels, 1 for grain of three
    generator  of the device
    returns    [B T 3 h w]
    """
    noise = torch.randn(light.shape, generator=generator, device=light.device)
    soft = F.avg_pool2d(noise.flatten(0, 1), 3, 1, 1, count_include_pad=False).view_as(noise)
    sharp = (1.0 - softness)[:, None, None, None, None]
    mixed = sharp * noise + (1.0 - sharp) * soft
    deviation = (sharp * sharp + 2.0 * sharp * (1.0 - sharp) / 9.0 + (1.0 - sharp) ** 2 / 9.0).sqrt()
    # shot noise grows with the root of light, over a floor that is a fifth of it at middle grey
    strength = ((light.clamp(min=0.0) / MIDDLE + 0.04) / 1.04).sqrt()
    return light + mixed / deviation * strength * amount[:, None, None, None, None]


def file_round_trip(light: torch.Tensor, eight: torch.Tensor, ten: torch.Tensor, *, steps: bool) -> torch.Tensor:
    """What is left of light after it has been in a file.

    light    [B T 3 h w]  scene-linear
    eight    [B]          True for 8 bits by sRGB's curve, which end at 0 and 1
    ten      [B]          True for 10 bits by ACEScct's curve
    steps    False for the ends alone, without the steps
    returns  [B T 3 h w]  scene-linear
    """
    narrow = light.clamp(0.0, 1.0)
    if steps:
        code = torch.where(narrow > 0.0031308, 1.055 * narrow.clamp(min=0.0031308) ** (1 / 2.4) - 0.055, narrow * 12.92)
        code = (code * 255.0).round() / 255.0
        narrow = torch.where(code > 0.04045, ((code.clamp(min=0.04045) + 0.055) / 1.055) ** 2.4, code / 12.92)
        stepped = (light_to_working(light) * 1023.0).round() / 1023.0
        log = torch.where(stepped > BREAK_CODE, torch.exp2(stepped * STOPS - SHIFT), (stepped - OFFSET) / SLOPE)
    else:
        log = light
    kind = eight[:, None, None, None, None], ten[:, None, None, None, None]
    return torch.where(kind[0], narrow, torch.where(kind[1], log, light))
