"""How much memory a fit and a painting take, as far as it can be known before."""

from vfxlib.nets.painter import PainterSettings

__all__ = ["SMALLER", "fit_bytes", "paint_bytes"]

SMALLER = ", a smaller --network, or a smaller --width"  # what helps where memory is short

# bytes for each pixel of a batch or of a picture at width 1, measured on a processor
FIT_PIXEL = 3300
PAINT_PIXEL = 1350
STAGES = {"base": 1.0, "stacked": 2.0, "coarse-to-fine": 2.2}


def fit_bytes(settings: PainterSettings, batch: int, crop: int, *, twice: bool) -> int:
    """What a step takes.

    batch, crop  samples, and their side in pixels
    twice        True if every sample is painted twice, as the stabilising loss does
    """
    pixels = batch * crop * crop * (2 if twice else 1)
    return round(pixels * FIT_PIXEL * settings.width * STAGES[settings.network])


def paint_bytes(settings: PainterSettings, pixels: int) -> int:
    """What painting takes of the largest part that goes through the network at once."""
    return round(pixels * PAINT_PIXEL * settings.width)
