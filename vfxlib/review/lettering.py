"""The ground and the letters of sheets and curves (Pillow)."""

from functools import cache

from PIL import ImageFont

__all__ = ["GROUND", "font"]

GROUND: tuple[int, int, int] = (26, 26, 26)


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The letters of sheets and curves at a size in pixels."""
    return ImageFont.load_default(size)
