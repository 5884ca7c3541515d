"""A frame reduced to the working size: light averaged over areas, mattes by their largest value."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.ocio import Colours
from vfxlib.image.area import area_average, area_maximum, low_window
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, Header, LinearColour, Picture, RawFrame, is_light

__all__ = ["Reduction"]

HALF = 0.5  # share of a pixel that must hold light so that it counts as known


@dataclass(frozen=True)
class Reduction:
    """From a plate's display window to a smaller one.

    full  of the plate
    low   of what is worked on
    """

    full: Box
    low: Box

    @property
    def scale(self) -> float:
        """Pixels of the smaller picture for each of the plate's."""
        return self.low.height / self.full.height

    def header(self, header: Header) -> Header:
        """The header of a plate's frame as that of the smaller one."""
        data = low_window(header.data, self.full.size, self.low.size)
        return replace(header, display=self.low, origin=(0, 0), data=data, thin=())

    def light(self, picture: Picture[LinearColour], counts: NDArray[np.bool_]) -> tuple[Picture[LinearColour], Array]:
        """A picture's averages; NaN where nothing counts.

        counts   [h w]  True where the picture holds what is averaged
        returns  the smaller picture, and [h w] which share of each of its pixels counts
        """
        mean, share, window = area_average(picture.pixels, counts, picture.window, self.full.size, self.low.size)
        mean[share <= 0] = np.nan
        return Picture[LinearColour](mean, window), share

    def matte(self, matte: Array, window: Box) -> Array:
        """A matte that covers whatever the larger one touches.

        matte   [h w]  over ``window``, 0..1
        """
        return area_maximum(matte, window, self.full.size, self.low.size)

    def original(
        self, original: RawFrame, names: tuple[str, str, str], light: Picture[LinearColour], colours: Colours
    ) -> RawFrame:
        """The picture's channels as a file of the plate's kind would hold the smaller one."""
        header = self.header(original.header)
        pixels = colours.from_linear(light).pixels if header.format == "exr" else light.pixels
        channels: dict[str, NDArray[np.generic]] = {name: pixels[..., i] for i, name in enumerate(names)}
        return RawFrame(original.number, header, channels)

    def known(self, light: Picture[LinearColour], share: Array, matte: Array) -> NDArray[np.bool_]:
        """Where the smaller picture shows nothing but background.

        share  [h w]  of each pixel that is light
        matte  [h w]  reduced
        """
        return np.asarray((share >= HALF) & ~(matte > 0) & is_light(light.pixels))
