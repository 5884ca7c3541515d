"""The page in a real browser, from a file: it asks for nothing else, works by keys, fits wide and narrow screens."""

import re
import shutil

import pytest

from tests.vfxlib.review.made_fill import FRAMES, POPPED, write_shot
from vfxlib.review.clean_plate import make_review
from vfxlib.review.facts import Facts, HeldOut, NodeFacts, Parameter

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
EVIL = "<script>document.title='no'</script>\"'><img src=http://example.org/x.png> ../sh\n010 \udcff"
LONG = "a-very-long-name-without-any-place-to-break-" * 6
CONTRAST = """() => {
  const light = (words) => {
    const [r, g, b, a = 1] = words.match(/[\\d.]+/g).map(Number);
    const linear = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return [0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2], a];
  };
  const ground = (each) => {
    for (; each; each = each.parentElement) {
      const [own, opaque] = light(getComputedStyle(each).backgroundColor);
      if (opaque > 0.5) return own;
    }
    return 1;
  };
  const bad = [];
  for (const each of document.querySelectorAll("body *")) {
    if (![...each.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const style = getComputedStyle(each);
    if (!each.getClientRects().length || /^(script|style|title|desc)$/i.test(each.tagName)) continue;
    const own = light(each instanceof SVGElement ? style.fill : style.color)[0];
    const [a, b] = [own, ground(each)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) bad.push(each.tagName + " " + each.textContent.slice(0, 30));
  }
  return bad;
}"""


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed here")
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed here")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """The page of a shot that pops; names are as bad as they come."""
    folder = tmp_path_factory.mktemp("page")
    node = NodeFacts("fill", "Fills.", (Parameter("Start", LONG, True),))
    facts = Facts(EVIL, (("Plate", LONG),), (node,), (HeldOut("fit", ((0.0, 20.0), (1.0, 25.0))),))
    return make_review(*write_shot(folder, "pop"), folder / "r # %41", title=EVIL, facts=facts).page


class Opened:
    """The page in a window; what went wrong is kept."""

    def __init__(self, browser, file, width=1600, **more):
        self.context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        self.page = self.context.new_page()
        self.wrong, self.asked = [], []
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("requestfailed", lambda request: self.wrong.append(f"{request.url}: {request.failure}"))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.resolve().as_uri(), wait_until="load")

    @property
    def shown(self):
        """Layer and frame in the viewer."""
        return re.search(r"(\w+)\.(\d+)\.png$", self.page.get_attribute("img.under", "src")).groups()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        return self.shown


@pytest.fixture
def opened(browser, page_file):
    own = Opened(browser, page_file)
    yield own
    own.context.close()
    assert own.wrong == []
    assert own.asked
    assert not [address for address in own.asked if not address.startswith("file:")]


def test_keys_choose_frame_and_picture(opened):
    assert opened.shown == ("clean", str(POPPED))
    assert opened.press("ArrowRight") == ("clean", str(POPPED + 1))
    assert opened.press("ArrowLeft", "ArrowLeft") == ("clean", str(POPPED - 1))
    assert opened.press("4") == ("confidence", str(POPPED - 1))
    assert opened.press("1") == ("plate", str(POPPED - 1))
    assert opened.press("n") == ("plate", str(POPPED))
    assert opened.page.text_content(".caption").startswith(f"frame {POPPED}, plate")
    assert opened.page.get_attribute("img.under", "alt") == f"frame {POPPED}, plate"
    assert opened.page.get_attribute("[data-layer=plate]", "aria-pressed") == "true"


def test_the_ends_of_the_shot_are_ends(opened):
    opened.page.focus("[data-do=frame]")
    assert opened.press("Home", "ArrowLeft")[1] == str(FRAMES[0])
    assert opened.press("End", "ArrowRight")[1] == str(FRAMES[-1])


def test_the_slider_goes_over_the_frames_and_says_them(opened):
    slider = opened.page.locator("[data-do=frame]")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    opened.page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
    assert opened.shown[1] == str(FRAMES[-1])
    slider.press("ArrowLeft")
    assert opened.shown[1] == str(FRAMES[-2])
    assert slider.get_attribute("aria-valuetext").startswith(f"frame {FRAMES[-2]}")


def test_the_wipe_shows_the_plate_at_its_left_and_is_dragged(opened):
    assert not opened.page.is_visible("img.over")
    opened.press("w")
    assert opened.page.get_attribute("img.over", "src").endswith(f"plate.{POPPED}.png")
    assert opened.page.is_visible("img.over")
    box = opened.page.locator("img.under").bounding_box()
    opened.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 40)
    opened.page.mouse.up()
    assert float(opened.page.input_value("[data-do=wiper]")) == pytest.approx(25, abs=1)
    assert "25" in opened.page.evaluate(
        "getComputedStyle(document.querySelector('.over')).clipPath + document.querySelector('.sheet').style.cssText"
    )
    opened.page.locator("[data-do=wiper]").press("End")
    assert float(opened.page.input_value("[data-do=wiper]")) == 100
    assert opened.shown[1] == str(POPPED)
    opened.press("w", "z")
    assert not opened.page.is_visible("img.over")


def test_buttons_do_what_keys_do(opened):
    opened.page.click("[data-layer=provenance]")
    opened.page.click("[data-do=on]")
    assert opened.shown == ("provenance", str(POPPED + 1))
    assert opened.page.is_visible("[data-of=provenance]")
    assert not opened.page.is_visible("[data-of=confidence]")
    opened.page.click("[data-do=next]")
    assert opened.shown[1] != str(POPPED + 1)


def test_a_frame_to_look_at_is_a_link_into_the_viewer(opened):
    opened.press("Home", "ArrowLeft", "ArrowLeft")
    opened.page.click(f"a[data-frame='{POPPED}']")
    assert opened.shown[1] == str(POPPED)
    assert opened.page.evaluate("document.activeElement.dataset.do") == "frame"
    assert opened.page.locator(f"#f{POPPED}.current").count() == 1


def test_what_has_the_focus_is_seen(opened):
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.textContent") == "to the viewer"
    assert opened.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_hostile_names_are_shown_as_text(opened):
    assert opened.page.title() != "no"
    assert "<script>document.title='no'</script>" in opened.page.text_content("h1")
    assert opened.page.locator("h1 *").count() == 0
    assert "<img src=http://example.org/x.png>" in opened.page.text_content("table.about")


def test_all_text_stands_out_from_its_ground(opened):
    opened.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    opened.press("w")
    assert opened.page.evaluate(CONTRAST) == []


def test_everything_that_is_set_is_named_and_every_picture_told(opened):
    nameless = """() => [...document.querySelectorAll("button, input, a, img")].filter((each) => {
      const label = each.closest("label")?.textContent || each.getAttribute("aria-label") || each.getAttribute("alt");
      return !(label || each.textContent).trim() && !each.classList.contains("over") && !each.querySelector("img[alt]");
    }).map((each) => each.outerHTML)"""
    assert opened.page.evaluate(nameless) == []


@pytest.mark.parametrize("width", [1600, 390])
def test_the_page_fits_the_screen_and_all_its_pictures_are_there(browser, page_file, width):
    own = Opened(browser, page_file, width, reduced_motion="reduce")
    own.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert own.page.evaluate("document.documentElement.scrollWidth") <= width
    assert own.page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    own.page.evaluate("document.querySelectorAll('img').forEach((each) => { each.loading = 'eager'; })")
    # not wait_for_function, which the page's own policy refuses once it has to ask twice
    own.page.evaluate(
        "Promise.all([...document.images].filter((each) => each.getAttribute('src'))"
        ".map((each) => each.decode().catch(() => null)))"
    )
    broken = (
        "[...document.images].filter((each) => each.getAttribute('src') && !each.naturalWidth).map((each) => each.src)"
    )
    assert own.page.evaluate(broken) == []
    own.context.close()
    assert own.wrong == []


def test_without_scripts_strips_curves_and_tables_are_there(browser, page_file):
    own = Opened(browser, page_file, java_script_enabled=False)
    assert own.page.locator(".strips li").count() == len(FRAMES)
    assert own.page.is_visible("img.under")
    assert own.page.is_visible(f"#f{POPPED} img >> nth=0")
    assert own.page.is_visible(".curve svg >> nth=0")
    assert own.page.is_visible("table.about >> nth=0")
    assert not own.page.is_visible("[data-do=frame]")
    own.page.click(f"a[data-frame='{POPPED}']")
    assert own.page.url.endswith(f"#f{POPPED}")
    own.context.close()
    assert own.wrong == []
