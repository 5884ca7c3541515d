"""What a person looks at to judge carried mattes."""

from pathlib import Path

from nodes.engine.review import job_facts
from nodes.job import Job
from vfxlib.colour.ocio import Colours
from vfxlib.io.footage import Footage
from vfxlib.review.matte import make_matte_review
from vfxlib.review.matte_report import REPORT, read_report
from vfxlib.review.movie_options import ONE_MOVIE, MovieOptions

__all__ = ["matte_review"]


def matte_review(
    job: Job,
    output: Footage,
    plate: Footage,
    colours: Colours,
    folder: Path,
    title: str,
    options: MovieOptions = ONE_MOVIE,
) -> tuple[Path, ...]:
    """Movies, contact sheet and page of a job whose result is mattes.

    title    head of sheet and page; "" for the usual one
    options  of the movies
    raises   UsageError if their difference is asked for, which a matte does not have; SequenceError if output and
             plate have no frame in common; PictureError, OutputError
    """
    report = job.work / job.nodes[-1].name / "carry" / REPORT
    findings = read_report(report) if report.exists() else None
    facts = job_facts(job, plate)
    head = title or "matte"
    made = make_matte_review(
        output, plate, colours, folder, findings=findings, options=options, title=head, facts=facts
    )
    return made.paths
