"""What a person looks at to judge a clean plate; what every node's result gets that asks for nothing else."""

from pathlib import Path

from nodes.job import Job
from vfxlib.colour.ocio import Colours
from vfxlib.io.footage import Footage
from vfxlib.review.clean_plate import make_review

__all__ = ["clean_plate_review"]


def clean_plate_review(
    job: Job, output: Footage, plate: Footage, colours: Colours, folder: Path, title: str
) -> tuple[Path, ...]:
    """Movie, contact sheet and page of a job whose result is a clean plate.

    title   head of sheet and page; "" for the usual one
    raises  SequenceError if output and plate have no frame in common; PictureError, OutputError
    """
    made = make_review(output, plate, colours, folder, title=title or "clean plate", keys=[n for n, _ in job.shot.key])
    return made.movie, made.sheet, made.page
