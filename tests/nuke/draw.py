"""docs/nuke-group.png, the recipe's Group as its golden script has it: python -m tests.nuke.draw."""

import sys

from PIL import Image, ImageDraw, ImageFont

from tests.nuke.conftest import FAKE
from tests.places import ROOT

WIDTH, ROW, LABEL, PANEL = 1180, 25, 190, 720
GREY, DARK, LIGHT, WORDS, ACCENT = "#323232", "#222222", "#4d4d4d", "#dddddd", "#d08a3c"
INDENT = 14


def font(size):
    return ImageFont.load_default(size=size)


def knob_rows(node):
    """The first tab's knobs as rows: a button joins the row before it unless it begins a line."""
    from nuke import INVISIBLE, STARTLINE, Boolean_Knob, PyScript_Knob, Tab_Knob

    rows, tabs = [], [knob for knob in node.knobs().values() if isinstance(knob, Tab_Knob)]
    own = [knob for knob in node.knobs().values() if knob._user and not isinstance(knob, Tab_Knob)]
    names = list(node.knobs())
    end = names.index(tabs[1].name())
    for knob in (each for each in own if names.index(each.name()) < end and INVISIBLE not in each._flags):
        joins = isinstance(knob, PyScript_Knob | Boolean_Knob) and STARTLINE not in knob._flags
        if joins and rows:
            rows[-1].append(knob)
        else:
            rows.append([knob])
    return [tab.label() for tab in tabs], rows


def panel(draw, node):
    """The panel, as far as the first tab goes; returns its height."""
    from nuke import Boolean_Knob, Double_Knob, Enumeration_Knob, Int_Knob, PyScript_Knob, Text_Knob

    tabs, rows = knob_rows(node)
    draw.text((INDENT, 10), node.name(), font=font(17), fill=WORDS)
    x = INDENT
    for index, label in enumerate(tabs):
        wide = draw.textlength(label, font=font(13)) + 20
        draw.rectangle((x, 40, x + wide, 62), fill=LIGHT if index == 0 else DARK)
        draw.text((x + 10, 44), label, font=font(13), fill=WORDS)
        x += wide + 4
    y = 72
    for row in rows:
        x = LABEL
        for knob in row:
            name = knob.label()
            if isinstance(knob, Text_Knob):
                draw.text((INDENT, y + 4), knob.value(), font=font(12), fill="#aaaaaa")
            elif isinstance(knob, PyScript_Knob):
                wide = draw.textlength(name, font=font(13)) + 24
                draw.rounded_rectangle((x, y + 2, x + wide, y + ROW - 2), 4, fill=LIGHT, outline="#666666")
                draw.text((x + 12, y + 5), name, font=font(13), fill=WORDS)
                x += wide + 8
            elif isinstance(knob, Boolean_Knob) and knob is not row[0]:
                box(draw, PANEL - 150, y, knob.value())
                draw.text((PANEL - 128, y + 5), name, font=font(12), fill=WORDS)
            else:
                draw.text((LABEL - 10 - draw.textlength(name, font=font(13)), y + 5), name, font=font(13), fill=WORDS)
                if isinstance(knob, Boolean_Knob):
                    box(draw, LABEL, y, knob.value())
                    continue
                number = isinstance(knob, Double_Knob | Int_Knob)
                wide = 70 if number else 110 if isinstance(knob, Enumeration_Knob) else 330
                draw.rectangle((LABEL, y + 3, LABEL + wide, y + ROW - 3), fill=DARK, outline="#555555")
                value = f"{knob.value():g}" if number else knob.value()
                draw.text((LABEL + 6, y + 5), value, font=font(13), fill=WORDS)
                if number:
                    slider(draw, LABEL + 84, y, knob)
        y += ROW
    return y + 10


def box(draw, x, y, on):
    draw.rectangle((x, y + 5, x + 14, y + 19), fill=DARK, outline="#777777")
    if on:
        draw.line((x + 3, y + 12, x + 6, y + 16, x + 12, y + 8), fill=ACCENT, width=2)


def slider(draw, x, y, knob):
    low, high = knob._range
    wide = PANEL - 170 - x
    draw.line((x, y + 12, x + wide, y + 12), fill="#666666", width=2)
    at = x + wide * (min(max(knob.value(), low), high) - low) / (high - low)
    draw.rectangle((at - 3, y + 5, at + 3, y + 19), fill=ACCENT)


def graph(draw, node, outer):
    """The nodes inside, and what is connected outside."""
    left, top = PANEL + 40, 60
    draw.text((left, 10), "outside", font=font(13), fill="#aaaaaa")
    for index, (name, what) in enumerate(outer):
        x = left + index * 190
        arrow(draw, (x + 65, top + 30), (left + 160 + (index - 0.5) * 60, top + 82), "#aaaaaa")
        tile(draw, x, top, what, "#5a5a5a")
        draw.text((x + 70, top + 38), name, font=font(12), fill=ACCENT)
    tile(draw, left + 95, top + 84, node.name(), "#8a5a24")
    draw.text((left, top + 160), "inside: a plain Group, which needs no Paintout", font=font(13), fill="#aaaaaa")
    places = {}
    for each in node.nodes():
        places[each.name()] = (left + 130 + each.xpos() * 0.93, top + 190 + each.ypos() * 1.25)
    for each in node.nodes():
        for index in range(each.inputs()):
            above, below = places[each.input(index).name()], places[each.name()]
            arrow(
                draw,
                (above[0] + 65, above[1] + 30),
                (below[0] + 65 + 30 * (index - (each.inputs() - 1) / 2), below[1] - 2),
                "#aaaaaa",
            )
    for each in node.nodes():
        words = each.name() if each.name().startswith(each.Class()) else f"{each.name()} ({each.Class()})"
        tile(draw, *places[each.name()], words, "#46603f" if each.Class() == "Read" else "#5a5a5a")


def tile(draw, x, y, words, colour):
    draw.rounded_rectangle((x, y, x + 130, y + 30), 4, fill=colour, outline="#888888")
    draw.text((x + 65 - draw.textlength(words, font=font(13)) / 2, y + 7), words, font=font(13), fill=WORDS)


def arrow(draw, begin, end, colour):
    draw.line((*begin, *end), fill=colour, width=1)
    draw.polygon(((end[0] - 4, end[1] - 6), (end[0] + 4, end[1] - 6), end), fill=colour)


def draw_group(path, out):
    """The Group of a golden script as a picture."""
    import nuke

    (node,) = nuke.from_text(path.read_text())
    picture = Image.new("RGB", (WIDTH, 1200), GREY)
    draw = ImageDraw.Draw(picture)
    height = panel(draw, node)
    draw.line((PANEL, 0, PANEL, height), fill=DARK, width=3)
    graph(draw, node, (("plate", "Read"), ("matte", "Roto")))
    picture.crop((0, 0, WIDTH, height)).quantize(64).save(out, optimize=True)


if __name__ == "__main__":
    sys.path.append(str(FAKE))
    draw_group(ROOT / "tests" / "nuke" / "goldens" / "clean-plate.nk", ROOT / "docs" / "nuke-group.png")
