"""Makes the README's pictures from the demo's result: ``make demo && .venv/bin/python docs/pictures.py``."""

import argparse
from pathlib import Path

import numpy as np

from vfxlib.colour import open_colours
from vfxlib.falsecolour import confidence_shown, matte_shown
from vfxlib.footage import open_footage
from vfxlib.sheet import strip, write_png
from vfxlib.shot import to_colour

HERE = Path(__file__).parent


def main() -> None:
    """One strip: plate, matte, clean plate, confidence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plate", default="demo/plate")
    parser.add_argument("--result", default="out/demo/clean.####.exr")
    parser.add_argument("--frame", type=int, default=1007)
    words = parser.parse_args()
    plate, result = open_footage(words.plate), open_footage(words.result)
    colours = open_colours(config=None, colorspace=None, output_colorspace=None, header=plate.header(words.frame))
    before = colours.display(to_colour(plate.read(words.frame), colours))
    made = result.read(words.frame)
    after = colours.display(to_colour(made, colours))
    matte, sure = (made.channels[name].astype(np.float32) for name in ("matte.A", "confidence.A"))
    pictures = [
        ("plate", before),
        ("matte", matte_shown(before, matte)),
        ("clean plate", after),
        ("confidence", confidence_shown(before, sure, matte)),
    ]
    write_png(HERE / "strip.png", strip(pictures))


main()
