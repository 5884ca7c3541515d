"""Makes docs/review.png: the page of a review as a browser shows it, on a wide and on a narrow screen.

make demo
paintout review out/demo/clean.work/job.json --out out/demo/review
python docs/review_page.py --review out/demo/review        needs Chromium and `pip install playwright`
"""

import argparse
import shutil
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
WIDE, NARROW, HEIGHT = 1200, 390, 1330
WIDTH = 1200  # of the picture
COLOURS = 192  # so that it stays small
GAP = 24


def main() -> None:
    """Read the options, open the page twice, and write the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--review", required=True, type=Path, help="folder that holds review.html")
    parser.add_argument("--out", default=HERE / "review.png", type=Path)
    parser.add_argument("--browser", default=shutil.which("chromium") or shutil.which("google-chrome"))
    words = parser.parse_args()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=words.browser, args=["--no-sandbox"])
        screens = [seen(browser, words.review / "review.html", width) for width in (WIDE, NARROW)]
        browser.close()
    whole = np.full((HEIGHT, WIDE + GAP + NARROW, 3), 255, np.uint8)
    whole[:, :WIDE], whole[:, WIDE + GAP :] = screens
    picture = Image.fromarray(whole)
    picture = picture.resize((WIDTH, round(HEIGHT * WIDTH / picture.width)), Image.Resampling.LANCZOS)
    picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(words.out, optimize=True)
    print(f"{words.out}: {picture.width} x {picture.height}, {words.out.stat().st_size // 1024} KiB")


def seen(browser: Browser, page: Path, width: int) -> np.ndarray:
    """What a screen of a width shows: the wipe over the first frame to look at; [h w 3]."""
    window = browser.new_page(viewport={"width": width, "height": HEIGHT})
    window.goto(page.resolve().as_uri(), wait_until="load")
    window.keyboard.press("w")
    window.wait_for_timeout(500)
    shot = HERE / f".{width}.png"
    try:
        window.screenshot(path=shot)
        with Image.open(shot) as image:
            return np.asarray(image.convert("RGB"))
    finally:
        shot.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
