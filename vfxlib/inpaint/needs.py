"""How much memory a fit and a painting take, as far as it can be known before."""

from __future__ import annotations

from vfxlib.errors import DeviceError
from vfxlib.nets.painter import PainterSettings

__all__ = ["fit_bytes", "paint_bytes", "see_that_it_fits"]

# bytes for each pixel of a batch or of a picture at width 1, measured on a processor
FIT_PIXEL = 3300
PAINT_PIXEL = 1350
STAGES = {"base": 1.0, "stacked": 2.0, "coarse-to-fine": 2.2}
PROCESS = 450 * 2**20  # Python, torch and the rest, before anything is done


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


def see_that_it_fits(needed: int, memory: float, what: str) -> None:
    """See that --memory has room for it.

    needed  bytes beside the process itself
    memory  GiB that the process may take
    what    that needs them, as words for the error
    raises  DeviceError that says how much is needed
    """
    whole = (needed + PROCESS) / 2**30
    if whole > memory:
        raise DeviceError(
            f"{what} needs {whole:.1f} GiB, and --memory allows {memory:g}",
            fix=f"--memory {whole:.1f} or more, a smaller --network, or a smaller --width",
        )
