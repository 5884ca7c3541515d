"""Tables of the recipe's figures, and what of them does not hold."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.bench.report import GIB, decimal, table
from benchmarks.clean_plate.peer_methods import METHODS
from benchmarks.recipe.measure import Figure

__all__ = ["failures", "figures_text"]

RIGID = ("street", "hillside", "demo")  # sets whose background does not move by itself
LOCKED = (
    "still"  # where a median of all frames is the background without its grain, nearer to any frame than a frame is
)
ALONE = ("flow", "fit draft")
RECIPES = ("clean draft", "clean good")
WORSE, BETTER, KEYED = 0.1, 2.0, 1.0  # dB: under the best node alone at most, over the best plain method, from one key


def failures(figures: Sequence[Figure], key: str) -> dict[tuple[str, str], str]:
    """What does not hold, by set and method.

    key  what the method is called that has one key in place of mattes
    """
    found: dict[tuple[str, str], str] = {}
    by = {(figure.plates, figure.method): figure.psnr for figure in figures if figure.psnr is not None}
    for (name, method), psnr in by.items():
        if method == key:
            mattes = by.get((name, RECIPES[0]))
            if mattes is not None and psnr < mattes - KEYED:
                found[name, method] = f"{mattes - psnr:.2f} dB under that of true mattes"
        if method not in RECIPES:
            continue
        alone = max((by[name, other] for other in ALONE if (name, other) in by), default=None)
        plain = max((by[name, other] for other in METHODS if (name, other) in by), default=None)
        said = []
        if alone is not None and psnr < alone - WORSE:
            said.append(f"{alone - psnr:.2f} dB under the best node alone")
        if name in RIGID and plain is not None and psnr < plain + BETTER:
            said.append(f"{psnr - plain:+.2f} dB beside the best plain method")
        if said:
            found[name, method] = "; ".join(said)
    return found


def figures_text(
    figures: Sequence[Figure], left_out: Sequence[str], key: str
) -> tuple[str, dict[tuple[str, str], str]]:
    """All tables as Markdown, and what does not hold."""
    failed = failures(figures, key)
    methods = [m for m in dict.fromkeys(figure.method for figure in figures) if m != key]
    by = {(figure.plates, figure.method): figure for figure in figures}
    rows = []
    for name in dict.fromkeys(figure.plates for figure in figures):
        cells = [decimal(by[name, m].psnr, 2) if (name, m) in by else "-" for m in methods]
        said = "; ".join(f"{m}: {failed[name, m]}" for m in RECIPES if (name, m) in failed)
        rows.append([name, *cells, said or ("pass" if any((name, m) in by for m in RECIPES) else "")])
    words = (
        "PSNR in the hole, dB, of all hole pixels of all frames together; sRGB-encoded values, clipped. Must: at most "
        f"{WORSE:g} dB under the best of our nodes alone, and on sets with a rigid background ({', '.join(RIGID)}) "
        f"{BETTER:g} dB over the best plain method. On {LOCKED} the camera is locked: "
        "there a median is nearest, for it averages the grain away, and what keeps the grain comes to what copy does."
    )
    parts = [f"{words}\n\n{table(['set', *methods, 'verdict'], rows)}", _measures(figures)]
    parts += [
        f"From one key, on {f.plates}: {decimal(f.psnr, 2)} dB{_held(failed, f)}." for f in figures if f.method == key
    ]
    parts += [f"- {line}" for line in left_out]
    return "\n\n".join(parts), failed


def _held(failed: dict[tuple[str, str], str], figure: Figure) -> str:
    said = failed.get((figure.plates, figure.method))
    return f", {said}" if said else f", within {KEYED:g} dB of that of true mattes on every frame"


def _measures(figures: Sequence[Figure]) -> str:
    rows = [
        [
            figure.plates,
            figure.method,
            decimal(figure.ssim, 4),
            decimal(figure.warping, 2),
            decimal(figure.grain, 2),
            "-" if figure.changed is None else str(figure.changed),
            decimal(figure.seconds, 0),
            decimal(None if figure.memory is None else figure.memory / GIB, 1),
        ]
        for figure in figures
    ]
    words = (
        "In the hole as well: SSIM; warping error over that of the truth's; variance of the grain over that of the "
        "truth's; pixels changed where the matte is 0; processor time of the whole command, seconds, and the most "
        "memory, GiB."
    )
    return f"{words}\n\n{table(['set', 'method', 'SSIM', 'warping', 'grain', 'changed', 'seconds', 'GiB'], rows)}"
