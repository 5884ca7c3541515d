"""The page of FlowInpaint's figures: what was run, when and where, what the sets and the peers are, the tables."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.bench.cache import origin

__all__ = ["page_text"]

HEAD = """# Figures

Made by `{command}` on {when} at {state}; every number below comes from that run.
Machine: {machine}.

{sets}
{peers}
On a camera that stands a median averages grain away: that wins decibels and loses the look.
"""
SETS = (
    "Sets, of which all but demo need the shared plates: street is the rendered shot (480x270, 12 frames, matte "
    "effect.A, against truth_grain); blackswan, bmx-trees and tennis are 24 frames of footage at 432x240 from 8-bit "
    "pictures, under the mattes of tennis, blackswan and bmx-trees; hillside and still are a camera over a photograph "
    "(1728x960, 12 frames), moving and standing; demo is the plate of this repository (544x306, 16 frames; its must "
    "is about 1 dB above the best peer). Sets of the classes wires, flicker, crossing, behind, fast_pan, dolly, zoom "
    "and cut are our own renders of hard shots (480x270, 12 or 14 frames, matte effect.A), one of each for tuning and "
    "one that is only ever measured."
)
PEERS = (
    "Peers: telea is cv2.inpaint; median, a median over time of the unaligned frames; hmedian, the same of frames "
    "aligned by a chained homography; copy, the nearest frame that saw the pixel, along that homography."
)


def page_text(parts: Sequence[str], command: str) -> str:
    """The page, as Markdown.

    parts    tables and what is said of them
    command  that was run
    """
    now = origin()
    head = HEAD.format(command=command, when=now.when, state=now.state, machine=now.machine, sets=SETS, peers=PEERS)
    return "\n\n".join([head.rstrip(), *parts]) + "\n"
