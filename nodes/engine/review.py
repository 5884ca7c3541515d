"""What a person looks at to judge a clean plate; what every node's result gets that asks for nothing else."""

from pathlib import Path

from nodes.job import Job
from vfxlib.colour.ocio import Colours
from vfxlib.io.footage import Footage
from vfxlib.review.clean_plate import make_review
from vfxlib.review.movie_options import ONE_MOVIE, MovieOptions

__all__ = ["clean_plate_review"]


def clean_plate_review(
    job: Job,
    output: Footage,
    plate: Footage,
    colours: Colours,
    folder: Path,
    title: str,
    options: MovieOptions = ONE_MOVIE,
) -> tuple[Path, ...]:
    """Movies, contact sheet and page of a job whose result is a clean plate.

    title    head of sheet and page; "" for the usual one
    options  of the movies
    raises   SequenceError if output and plate have no frame in common; PictureError, OutputError
    """
    keys = [number for number, _ in job.shot.key]
    return make_review(output, plate, colours, folder, options=options, title=title or "clean plate", keys=keys).paths
