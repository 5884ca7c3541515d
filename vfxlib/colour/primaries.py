"""Primaries of RGB spaces, as file headers state them."""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["LINEAR_SPACES", "Chromaticities", "LinearSpace", "linear_space_with", "read_chromaticities"]

Chromaticities = tuple[float, float, float, float, float, float, float, float]

TOLERANCE = 2e-3  # headers round to 3 digits; the closest two spaces here differ by 0.008 (white of ACES and D60-like)

_D65 = (0.3127, 0.3290)
_ACES = (0.32168, 0.33767)


@dataclass(frozen=True)
class LinearSpace:
    """A scene-linear space that a header can name.

    interop         Color Interop Forum name, as in ``colorInteropID``
    builtin         name in OCIO's built-in studio config, by which any config's own space is found
    chromaticities  x and y of red, green, blue and white
    """

    interop: str
    builtin: str
    chromaticities: Chromaticities


def _space(interop: str, builtin: str, rgb: tuple[float, ...], white: tuple[float, float] = _D65) -> LinearSpace:
    (rx, ry, gx, gy, bx, by), (wx, wy) = rgb, white
    return LinearSpace(interop, builtin, (rx, ry, gx, gy, bx, by, wx, wy))


_P3 = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060)
LINEAR_SPACES = (
    _space("lin_rec709_scene", "Linear Rec.709 (sRGB)", (0.64, 0.33, 0.30, 0.60, 0.15, 0.06)),
    _space("lin_ap1_scene", "ACEScg", (0.713, 0.293, 0.165, 0.830, 0.128, 0.044), _ACES),
    _space("lin_ap0_scene", "ACES2065-1", (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077), _ACES),
    _space("lin_p3d65_scene", "Linear P3-D65", _P3),
    _space("lin_rec2020_scene", "Linear Rec.2020", (0.708, 0.292, 0.170, 0.797, 0.131, 0.046)),
    _space("lin_adobergb_scene", "Linear AdobeRGB", (0.64, 0.33, 0.21, 0.71, 0.15, 0.06)),
    # X = Y = Z has the chromaticity of E, though what is lit by D65 and white is not X = Y = Z
    _space("lin_ciexyzd65_scene", "CIE XYZ-D65 - Scene-referred", (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), (1 / 3, 1 / 3)),
    _space("ocio:lin_awg3_scene", "Linear ARRI Wide Gamut 3", (0.6840, 0.3130, 0.2210, 0.8480, 0.0861, -0.1020)),
    _space("ocio:lin_awg4_scene", "Linear ARRI Wide Gamut 4", (0.7347, 0.2653, 0.1424, 0.8576, 0.0991, -0.0308)),
    _space(
        "ocio:lin_rwg_scene", "Linear REDWideGamutRGB", (0.780308, 0.304253, 0.121595, 1.493994, 0.095612, -0.084589)
    ),
    _space("ocio:lin_sgamut3_scene", "Linear S-Gamut3", (0.730, 0.280, 0.140, 0.855, 0.100, -0.050)),
    _space("ocio:lin_sgamut3cine_scene", "Linear S-Gamut3.Cine", (0.766, 0.275, 0.225, 0.800, 0.089, -0.087)),
    _space("ocio:lin_vgamut_scene", "Linear V-Gamut", (0.730, 0.280, 0.165, 0.840, 0.100, -0.030)),
    _space("ocio:lin_cgamutd55_scene", "Linear CinemaGamut D55", (0.740, 0.270, 0.170, 1.140, 0.080, -0.100)),
    _space("ocio:lin_dwg_scene", "Linear DaVinci WideGamut", (0.8000, 0.3130, 0.1682, 0.9877, 0.0790, -0.1155)),
)


def read_chromaticities(value: object) -> Chromaticities | None:
    """The eight numbers of a ``chromaticities`` attribute; None if it is none."""
    if not isinstance(value, Iterable) or isinstance(value, str | bytes):
        return None
    try:
        rx, ry, gx, gy, bx, by, wx, wy = (float(number) for number in value)
    except (TypeError, ValueError):
        return None
    return rx, ry, gx, gy, bx, by, wx, wy


def linear_space_with(chromaticities: Chromaticities) -> LinearSpace | None:
    """The known space with these primaries and white, each within 0.002; None if there is none."""
    for space in LINEAR_SPACES:
        if all(abs(a - b) <= TOLERANCE for a, b in zip(chromaticities, space.chromaticities, strict=True)):
            return space
    return None
