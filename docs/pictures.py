"""Makes every picture of a result in docs/ from the demo shot: `make pictures`, or `python docs/pictures.py`.

The jobs that it needs run first, as `make demo` runs them, and are kept in out/demo: what is there is not made again.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vfxlib.colour.ocio import Colours, open_colours
from vfxlib.image.picture import RawFrame
from vfxlib.inputs.shot import to_colour
from vfxlib.io.footage import Footage, open_footage
from vfxlib.review.contact_sheet import strip
from vfxlib.review.false_colour import (
    confidence_overlay,
    matte_confidence_overlay,
    matte_overlay,
    object_overlay,
    outline_matte,
    provenance_overlay,
)

Shown = NDArray[np.uint8]  # [h w 3] display
Strip = list[tuple[str, Shown]]
Window = tuple[slice, slice]

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "nodes"
PLATE, KEY, MATTE = "demo/plate", "demo/matte/matte.1001.exr", "demo/matte"
FIRST, LATER = 1001, (1006, 1011, 1016)
SHOWN = 1013  # the frame of which most nodes show what they do
ROBOT = (slice(96, 296), slice(84, 404))  # rows and columns that hold the robot and its shadow on every frame
REDUCED, ENLARGED = 272, 1007  # longest side of the reduced plate, half of it, and the frame that is shown of it
TRAINED = 600  # steps
COLOURS = 255  # of a picture's palette, which is a third as large as one in full colour
LOW = 0.5  # confidence below which a place is painted anew


@dataclass(frozen=True)
class Results:
    """The demo shot and what was made of it.

    colours  of the plate
    plate    the shot
    clean    the recipe's result from one key, and its work folder
    reduced  what other frames saw, copied at half the size and given detail, and its work folder
    trained  what a trained STA-Net made of it
    """

    colours: Colours
    plate: Footage
    clean: Path
    reduced: Path
    trained: Path

    def frame(self, file: Path, number: int) -> RawFrame:
        """One frame of a sequence."""
        return open_footage(file).read(number)

    def display(self, frame: RawFrame) -> Shown:
        """A frame as the config's view shows it."""
        return self.colours.display(to_colour(frame, self.colours))


def main() -> None:
    """Read the options, run the jobs and write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "demo", help="where the jobs' results are kept")
    parser.add_argument("--only", choices=STRIPS, action="append", help="make this picture alone; may be repeated")
    words = parser.parse_args()
    results = run_jobs(words.out.absolute())
    for name in words.only or STRIPS:
        write_picture(PAGES / f"{name}.png", strip(STRIPS[name](results)))


def run_jobs(out: Path) -> Results:
    """Run what has not been run."""
    clean, reduced, trained = (out / f"{name}.####.exr" for name in ("clean", "reduced", "trained"))
    run = [sys.executable, "-m", "plugin", "clean-plate", "--plate", PLATE, "--quality", "draft"]
    subprocess.run([*run, "--key", f"{FIRST}={KEY}", "--out", clean], cwd=ROOT, check=True)
    small = ["--matte", MATTE, "--working-size", str(REDUCED), "--take-over", "0"]  # nothing is painted: no fit
    subprocess.run([*run, *small, "--out", reduced], cwd=ROOT, check=True)
    run_network(out, trained)
    plate = open_footage(ROOT / PLATE)
    colours = open_colours(config=None, colorspace=None, output_colorspace=None, header=plate.header(FIRST))
    return Results(colours, plate, clean, reduced, trained)


def run_network(out: Path, trained: Path) -> None:
    """Fill the demo shot with STA-Net: with OUT/sta.safetensors, or with one that is trained there for some minutes."""
    weights, paintout = out / "sta.safetensors", [sys.executable, "-m", "plugin"]
    if not weights.exists():
        words = ["train", "sta", "--out", weights, "--steps", str(TRAINED), "--device", "cpu"]
        subprocess.run([*paintout, *words], cwd=ROOT, check=True)
    words = ["sta-net", "--plate", PLATE, "--matte", MATTE, "--weights", weights, "--out", trained]
    subprocess.run([*paintout, *words], cwd=ROOT, check=True)


def work(result: Path) -> Path:
    """The work folder of a result."""
    return result.with_name(f"{result.name.partition('.')[0]}.work")


def layer(frame: RawFrame, name: str) -> NDArray[np.float32]:
    """A channel as float."""
    return frame.channels[name].astype(np.float32)


def write_picture(path: Path, pixels: Shown) -> None:
    """Write a PNG with a palette of its own, in which the few pixels of a lamp count as much as the many of a wall."""
    palette = Image.fromarray(pixels).quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    palette.save(path, optimize=True)


def clean_plate(results: Results) -> Strip:
    """The whole: a key, a later frame, its clean plate and how sure that is."""
    key = results.plate.read(FIRST)
    before, made = results.display(results.plate.read(SHOWN)), results.frame(results.clean, SHOWN)
    matte, sure = layer(made, "matte.A"), layer(made, "confidence.A")
    keyed = layer(results.frame(ROOT / KEY, FIRST), "A")
    return [
        (f"the only matte given, frame {FIRST}", matte_overlay(results.display(key), keyed)),
        (f"plate, frame {SHOWN}", before),
        (f"clean plate, frame {SHOWN}", results.display(made)),
        ("confidence: the bluer, the surer", confidence_overlay(before, sure, matte)),
    ]


def mask_propagate(results: Results) -> Strip:
    """The key, what it became on later frames, and how sure the last one is."""
    mattes, shown = work(results.clean) / "mask-propagate/render/render.####.exr", []
    for number in (FIRST, *LATER):
        made = results.frame(mattes, number)
        picture = results.display(results.plate.read(number))
        matte, index = layer(made, "matte.A"), layer(made, "index.A")
        caption = f"the key, frame {number}" if number == FIRST else f"carried to frame {number}"
        shown.append((caption, object_overlay(picture, matte, index)[ROBOT]))
    doubt = matte_confidence_overlay(picture, layer(made, "confidence.A"), matte)
    return [*shown, (f"confidence of frame {number}", doubt[ROBOT])]


def flow_inpaint(results: Results) -> Strip:
    """The plate and its matte, what was copied, from where, and how sure that is."""
    before = results.display(results.plate.read(SHOWN))
    made = results.frame(work(results.clean) / "flow-inpaint/render/render.####.exr", SHOWN)
    matte = layer(made, "matte.A")
    methods = provenance_overlay(before, layer(made, "provenance.method"), matte)
    return [
        ("plate and matte", matte_overlay(before, matte)[ROBOT]),
        ("copied from other frames", results.display(made)[ROBOT]),
        ("blue and green: copied; red: painted", methods[ROBOT]),
        ("confidence: the bluer, the surer", confidence_overlay(before, layer(made, "confidence.A"), matte)[ROBOT]),
    ]


def internal_fit(results: Results) -> Strip:
    """What no frame saw, painted by example and by the fitted network, and how sure that is."""
    given = results.frame(work(results.clean) / "flow-inpaint/render/render.####.exr", SHOWN)
    made = results.frame(results.clean, SHOWN)
    matte = layer(made, "matte.A")
    doubtful = ((layer(given, "confidence.A") < LOW) & (matte > 0)).astype(np.float32)
    window = around(doubtful, 8 / 5)
    plate, before = results.display(results.plate.read(SHOWN)), results.display(given)
    sure = confidence_overlay(plate, layer(made, "confidence.A"), matte)
    return [
        ("plate; outlined: no frame saw it", outline_matte(plate, doubtful)[window]),
        ("before: painted by example", before[window]),
        ("after: painted by the fitted network", results.display(made)[window]),
        ("confidence after: the bluer, the surer", sure[window]),
    ]


def sta_net(results: Results) -> Strip:
    """The plate and its matte, what the network painted, where references show the place, and how sure that is."""
    before, made = results.display(results.plate.read(SHOWN)), results.frame(results.trained, SHOWN)
    matte = layer(made, "matte.A")
    methods = provenance_overlay(before, layer(made, "provenance.method"), matte)
    return [
        ("plate and matte", matte_overlay(before, matte)[ROBOT]),
        ("painted by the network", results.display(made)[ROBOT]),
        ("red: no reference shows it", methods[ROBOT]),
        ("confidence: the bluer, the surer", confidence_overlay(before, layer(made, "confidence.A"), matte)[ROBOT]),
    ]


def residual_hires(results: Results) -> Strip:
    """The plate reduced, the fill that was solved there, and the detail that it was given."""
    made = results.frame(results.reduced, ENLARGED)
    small = results.display(results.frame(work(results.reduced) / "internal-fit/render/render.####.exr", ENLARGED))
    plate, after = results.display(results.plate.read(ENLARGED)), results.display(made)
    size = after.shape[1], after.shape[0]
    before = np.asarray(Image.fromarray(small).resize(size, Image.Resampling.BICUBIC))
    matte = layer(made, "matte.A")[..., None] > 0
    added = np.clip(128 + 2.0 * (after.astype(np.float32) - before), 0, 255).astype(np.uint8)
    return [
        ("plate", plate[ROBOT]),
        ("filled at half the size", before[ROBOT]),
        ("enlarged and given detail", after[ROBOT]),
        ("the detail, twice as strong", np.where(matte, added, 128).astype(np.uint8)[ROBOT]),
    ]


def around(mask: NDArray[np.float32], aspect: float, margin: int = 24) -> Window:
    """Rows and columns of what is above 0 with ground around it, as wide over high as asked for."""
    rows, columns = np.nonzero(mask > 0)
    height = max(np.ptp(rows) + 2 * margin, (np.ptp(columns) + 2 * margin) / aspect)
    height, width = min(mask.shape[0], round(height)), min(mask.shape[1], round(height * aspect))
    top = int(np.clip((rows.min() + rows.max() - height) // 2, 0, mask.shape[0] - height))
    left = int(np.clip((columns.min() + columns.max() - width) // 2, 0, mask.shape[1] - width))
    return slice(top, top + height), slice(left, left + width)


STRIPS: Mapping[str, Callable[[Results], Strip]] = {
    "clean-plate": clean_plate,
    "mask-propagate": mask_propagate,
    "flow-inpaint": flow_inpaint,
    "internal-fit": internal_fit,
    "sta-net": sta_net,
    "residual-hires": residual_hires,
}

if __name__ == "__main__":
    main()
