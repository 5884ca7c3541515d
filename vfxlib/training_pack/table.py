"""The table of a pack as Markdown: what is in it, from where, whose it is and under which licence."""

from collections.abc import Sequence

from vfxlib.training_pack.pack import PackRow

__all__ = ["pack_table"]

LIGHT = (
    "The pictures are made for displays: 8 bits, sRGB. What scenes show is scene-linear light in ACEScg's primaries: "
    "sRGB's curve backwards, Rec.709 to AP1, and from 0.8 of display light on all three channels raised alike, up to "
    "four times at white, for a camera has rolled highlights off to fit below it."
)


def pack_table(name: str, rows: Sequence[PackRow], missing: Sequence[str], digest: str, side: int) -> str:
    """The page beside a pack.

    name     of the pack's file
    rows     where its pictures are from
    missing  what was left out, and why
    digest   of the pictures
    side     of a picture, pixels
    """
    total = sum(row.crops for row in rows)
    lines = [
        f"# {name}",
        "",
        f"{total} pictures of {side}x{side} pixels, parts of free pictures and textures and made surfaces, to make "
        "scenes of which networks learn. Each picture keeps the licence of what it is a part of.",
        "",
        LIGHT,
        "",
        f"SHA-256 of the pictures: `{digest}`",
        "",
        "| package | version | files | pictures | licences |",
        "| --- | --- | --- | --- | --- |",
    ]
    for package, version in dict.fromkeys((row.package, row.version) for row in rows):
        own = [row for row in rows if row.package == package]
        licences = ", ".join(sorted({row.licence for row in own}))
        lines.append(f"| {package} | {version} | {len(own)} | {sum(row.crops for row in own)} | {_cell(licences)} |")
    if missing:
        lines += ["", "Left out:", "", *(f"- {_cell(each)}" for each in missing)]
    lines += ["", "| package | file | pictures | licence | author |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {row.package} | {_cell(row.file)} | {row.crops} | {_cell(row.licence)} | {_cell(row.author)} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _cell(words: str) -> str:
    """Words that stay inside a cell, whatever somebody has called a file."""
    return " ".join(words.replace("|", "\\|").replace("<", "&lt;").split())
