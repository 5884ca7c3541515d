"""The page of InternalFit's figures, made of what each program measured last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from benchmarks.bench.cache import Origin, load_record, origin_text, save_record
from benchmarks.bench.sets import ROOT
from benchmarks.internal_fit.records import FIT_RECORDS

__all__ = ["write_page"]

SECTIONS = {  # name -> title, and the program that measures it
    "curve": ("The paper's recipe and ours", "python -m benchmarks.internal_fit.curve"),
    "repair": ("What nobody saw: alone and after FlowInpaint", "python -m benchmarks.internal_fit.repair"),
    "warm": ("Begun with weights trained beforehand", "python -m benchmarks.internal_fit.warm"),
    "cost": ("Seconds and memory", "python -m benchmarks.internal_fit.cost"),
}
HEAD = """# InternalFit: figures

Made by the programs named below, each with `--write docs/fit.md`; every number comes from their last runs, and
each part says of which state of the code. PSNR is judged on known truth in the hole only. Sets are those of
[figures.md](figures.md). No figure of the paper stands beside ours: its protocol is another one.
"""


def write_page(
    page: Path | None, name: str, text: str, command: str, origins: Iterable[Origin], records: Path = FIT_RECORDS
) -> None:
    """Keep a part, and write the page of all parts that there are.

    page     where, from the root of the repository; None only keeps the part
    name     of the part, one of ``SECTIONS``
    command  that measured it
    origins  of the figures in it
    records  folder of the parts
    """
    values = {"text": text, "command": command, "origins": [asdict(one) for one in dict.fromkeys(origins)]}
    save_record(_path(records, name), values)
    if page is not None:
        path = ROOT / page
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(page_text(records, before), encoding="utf-8")


def page_text(records: Path, before: str = "") -> str:
    """The whole page.

    before  the page as it stands: a part of which there is no record here, for it was measured elsewhere, stays
    """
    standing = dict(part.split("\n", 1) for part in before.split("\n## ")[1:])
    parts = [HEAD.rstrip()]
    for name, (title, program) in SECTIONS.items():
        parts.append(f"## {title}")
        found = load_record(_path(records, name))
        if found is None:
            parts.append(standing.get(title, f"Not measured yet: `{program}`.").strip())
            continue
        values, _ = found
        origins = [Origin(**one) for one in values["origins"]]
        parts += [f"By `{values['command']}`. {origin_text(origins)}", values["text"]]
    return "\n\n".join(parts) + "\n"


def _path(records: Path, name: str) -> Path:
    return records / f"section-{name}.json"
