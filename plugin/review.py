"""``paintout review``: a result to look at; its options, and what it does with them."""

import argparse
import json
import os

from nodes.job import load_job
from plugin.commands import mended
from plugin.options import given_path
from plugin.stops import begin_work
from vfxlib.errors import UsageError
from vfxlib.review.movie_options import MODES, WIPE, MovieOptions, parse_exposure, parse_rate, parse_share

__all__ = ["add_review", "review"]


def add_review(word: argparse.ArgumentParser) -> None:
    """Give the command its options."""
    word.add_argument("job", metavar="JOB.json", help="The job; every run writes it into its work folder.")
    word.add_argument("--out", metavar="DIR", required=True, help="Where they go.")
    word.add_argument("--title", default="", help="Head of the sheet and the page. [what the job makes]")
    word.add_argument(
        "--label",
        metavar="WORDS",
        default="",
        help="Shot and version, burnt into the movies. [the title, else $SHOT and the result's name]",
    )
    word.add_argument(
        "--movie",
        action="append",
        choices=MODES,
        help="Plate beside result, a line that wipes over them, their difference, or the confidence over the result; "
        f"given several times, a movie of each: review.mp4, review.wipe.mp4, ... [{MODES[0]}]",
    )
    word.add_argument(
        "--wipe-at", metavar="SHARE", help="Where a wipe's line stands, 0 (left) to 1 (right). [it moves]"
    )
    word.add_argument("--rate", metavar="RATE", help="Frames a second: 24, 23.976, 24000/1001. [the plate's, else 24]")
    word.add_argument("--display", metavar="NAME", default="", help="Display of the OCIO config. [its default]")
    word.add_argument("--view", metavar="NAME", default="", help="View of that display. [its default]")
    word.add_argument("--exposure", metavar="STOPS", help="Brighter or darker by so many stops. [0]")
    word.add_argument("--json", action="store_true", help="One JSON document.")
    word.set_defaults(call=review, answers=False)


def review(values: argparse.Namespace) -> int:
    """``paintout review``: movies and a page to look at the result."""
    job_file, out = given_path(values.job, "JOB.json"), given_path(values.out, "--out")
    modes = tuple(dict.fromkeys(values.movie or MODES[:1]))
    rate = None if values.rate is None else parse_rate(values.rate)
    exposure = 0.0 if values.exposure is None else parse_exposure(values.exposure)
    wipe_at = None if values.wipe_at is None else parse_share(values.wipe_at)
    if wipe_at is not None and WIPE not in modes:
        raise UsageError("no wipe is asked for", where="--wipe-at", fix=f"give --movie {WIPE} as well")

    from nodes.engine.named import named
    from nodes.engine.open_job import open_job
    from vfxlib.io.footage import open_footage
    from vfxlib.io.movie_writer import find_encoder

    encoder = find_encoder()
    opened = open_job(mended(load_job(job_file)))
    job, shot = opened.job, opened.shot
    label = values.label or values.title or " ".join(filter(None, (os.environ.get("SHOT", ""), job.name)))
    options = MovieOptions(modes, rate, exposure, label, wipe_at)
    colours = shot.colours.with_view(values.display, values.view)
    make = named(job.nodes[-1].node.review)
    begin_work()
    files = [
        str(path) for path in make(job, open_footage(job.output.out), shot.plate, colours, out, values.title, options)
    ]
    if not values.json:
        print(*files, sep="\n")
        return 0
    told = {
        "files": files,
        "movies": modes,
        "codec": encoder.codec,
        "label": label,
        "config": colours.config,
        "display": colours.view[0],
        "view": colours.view[1],
        "exposure": exposure,
    }
    print(json.dumps(told, indent=2, allow_nan=False))
    return 0
