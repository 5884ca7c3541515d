"""Makes the README's pictures from results; `make demo` makes that of the first one, `--plate` names another plate.

python docs/pictures.py                                                       plate, matte, clean plate, confidence
python docs/pictures.py --mattes --result out/demo/mattes/matte.####.exr      a key, and what was made of it
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.ocio import Colours, open_colours
from vfxlib.inputs.shot import to_colour
from vfxlib.io.footage import Footage, open_footage
from vfxlib.io.images import write_png
from vfxlib.review.contact_sheet import strip
from vfxlib.review.false_colour import confidence_overlay, matte_overlay, object_overlay

Shown = NDArray[np.uint8]

HERE = Path(__file__).parent


def main() -> None:
    """Read the options and write a strip."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plate", default="demo/plate")
    parser.add_argument("--result", default="out/demo/clean.####.exr")
    parser.add_argument("--frame", type=int, default=1007)
    parser.add_argument("--mattes", action="store_true")
    words = parser.parse_args()
    plate, result = open_footage(words.plate), open_footage(words.result)
    colours = open_colours(config=None, colorspace=None, output_colorspace=None, header=plate.header(words.frame))
    if words.mattes:
        write_png(HERE / "mattes.png", strip(carried(plate, result, colours)))
    else:
        write_png(HERE / "strip.png", strip(cleaned(plate, result, colours, words.frame)))


def cleaned(plate: Footage, result: Footage, colours: Colours, frame: int) -> list[tuple[str, Shown]]:
    """Plate, matte, clean plate, confidence."""
    before = colours.display(to_colour(plate.read(frame), colours))
    made = result.read(frame)
    after = colours.display(to_colour(made, colours))
    matte, sure = (made.channels[name].astype(np.float32) for name in ("matte.A", "confidence.A"))
    return [
        ("plate", before),
        ("matte", matte_overlay(before, matte)),
        ("clean plate", after),
        ("confidence", confidence_overlay(before, sure, matte)),
    ]


def carried(plate: Footage, result: Footage, colours: Colours) -> list[tuple[str, Shown]]:
    """The key, which is the first frame's matte, and three frames after it."""
    there, shown = result.frames, []
    for number in (there[0], *(there[len(there) * part // 3 - 1] for part in (1, 2, 3))):
        made = result.read(number)
        matte, index = (made.channels[name].astype(np.float32) for name in ("matte.A", "index.A"))
        picture = object_overlay(colours.display(to_colour(plate.read(number), colours)), matte, index)
        shown.append((f"key, frame {number}" if number == there[0] else f"frame {number}", picture))
    return shown


main()
