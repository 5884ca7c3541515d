"""What stands against publishing a job's result: facts of every frame, judged in words for people."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from nodes.engine.layers import written_layers
from nodes.engine.open_job import OpenJob, open_job
from nodes.engine.status import FrameStatus, job_status
from nodes.engine.workspace import Workspace
from nodes.job import Job
from plugin.publish.checks import CHECKS
from plugin.publish.frame_facts import FrameFacts, frame_facts
from vfxlib.io.frames import format_frames
from vfxlib.progress import Progress

__all__ = ["Finding", "Report", "look_over"]

LOW_SHARE = 0.25  # of what was replaced in a frame; above it somebody should look
READERS = 2  # frames in memory at a time
RUN_AGAIN = "run the job again, which makes what is missing, or pass --repair"
MAKE_ANEW = "run the job again with --overwrite"


@dataclass(frozen=True)
class Finding:
    """Something that a check has found.

    problem  a phrase, with the frames that it is about
    fix      what to do
    """

    problem: str
    fix: str


@dataclass(frozen=True)
class Report:
    """A result as it lies there.

    opened    the job, with its frames and its shot
    statuses  frame -> what the engine knows of it, nothing being run
    facts     of every frame of the job, in order
    colour    the plate's colour space, and why it was taken for that
    declared  True if somebody or the file has said so, and no rule had to guess
    may_lose  True if a compression that changes the picture outside the matte is what is wanted
    """

    opened: OpenJob
    statuses: Mapping[int, str]
    facts: Sequence[FrameFacts]
    colour: str
    declared: bool
    may_lose: bool = False

    @property
    def job(self) -> Job:
        """The job, with its frames."""
        return self.opened.job

    @property
    def readable(self) -> list[FrameFacts]:
        """The frames that can be read."""
        return [each for each in self.facts if not each.error]

    @property
    def fidelity(self) -> dict[str, Any]:
        """How many pixels outside the matte were compared with the plate, and how many of them had changed."""
        frames = {str(each.number): {"compared": each.compared, "changed": each.changed} for each in self.readable}
        totals = {name: sum(each[name] for each in frames.values()) for name in ("compared", "changed")}
        return {**totals, "frames": frames}

    def to_mapping(self) -> dict[str, Any]:
        """The report with every check, as JSON takes it."""
        return {
            "name": self.job.name,
            "frames": format_frames(self.job.shot.frames),
            "colour": self.colour,
            "statuses": {str(number): status for number, status in self.statuses.items()},
            "checks": [
                {**asdict(check), "findings": [asdict(finding) for finding in FIND[check.name](self)]}
                for check in CHECKS
            ],
            "fidelity": self.fidelity,
            "facts": [asdict(each) for each in self.facts],
        }


def look_over(job: Job, progress: Progress, may_lose: bool = False) -> Report:
    """Look at a job's result, every frame of it, and run nothing.

    progress  is told of every frame
    may_lose  as the report has it
    raises    UsageError, InputError for a job that could not be run
    """
    steps = job_status(job)
    opened = open_job(job)
    last, shot = opened.job.nodes[-1], opened.nodes[-1]
    files = Workspace(opened.job).files(last, last.node.steps[-1])
    layers = written_layers(opened.job, last, True)
    progress.begin("publish/look over", len(shot.frames))

    def facts(number: int) -> FrameFacts:
        return frame_facts(shot, number, files.path(number), layers)

    found = []
    with ThreadPoolExecutor(READERS, thread_name_prefix="publish") as pool:
        for each in pool.map(facts, shot.frames):
            found.append(each)
            progress.advance()
    statuses = {number: status.value for number, status in steps[-1].frames.items()}
    colours = opened.shot.colours
    declared = bool(opened.job.shot.colorspace) or any(each.label for each in found)
    return Report(opened, statuses, found, f"{colours.file} ({colours.reason})", declared, may_lose)


def _frames(numbers: Sequence[int]) -> str:
    return f"frame{'s' if len(numbers) > 1 else ''} {format_frames(numbers)}"


def _not_current(report: Report) -> Iterator[Finding]:
    words = {
        FrameStatus.MISSING: ("not there", RUN_AGAIN),
        FrameStatus.FAILED: ("failed when the job ran last", RUN_AGAIN),
        FrameStatus.STALE: ("made from what has changed since", RUN_AGAIN),
        FrameStatus.FOREIGN: ("not made by Paintout", "move what lies there away and run the job again"),
    }
    for status, (problem, fix) in words.items():
        if numbers := [number for number, own in report.statuses.items() if own == status.value]:
            yield Finding(f"{_frames(numbers)}: {problem}", fix)


def _unreadable(report: Report) -> Iterator[Finding]:
    for each in report.facts:
        if each.error and report.statuses.get(each.number) != FrameStatus.MISSING.value:
            yield Finding(f"frame {each.number}: {each.error}", f"delete {each.path} and run the job again")
    if numbers := [each.number for each in report.readable if each.touched]:
        yield Finding(f"{_frames(numbers)}: somebody has changed the pixels", MAKE_ANEW)


def _layers(report: Report) -> Iterator[Finding]:
    for each in report.readable:
        if each.lacks:
            yield Finding(f"frame {each.number}: lacks {', '.join(each.lacks)}", MAKE_ANEW)
        if each.types:
            yield Finding(
                f"frame {each.number}: {', '.join(each.types)} of another type than it should have", MAKE_ANEW
            )


def _windows(report: Report) -> Iterator[Finding]:
    for each in report.readable:
        if each.windows:
            yield Finding(f"frame {each.number}: {'; '.join(each.windows)}, which is the plate's", MAKE_ANEW)


def _attributes(report: Report) -> Iterator[Finding]:
    for each in report.readable:
        if each.attributes:
            yield Finding(
                f"frame {each.number}: does not say of {', '.join(each.attributes)} what the plate says", MAKE_ANEW
            )


def _changed(report: Report) -> Iterator[Finding]:
    lossy = [each for each in report.readable if each.loss]
    if lossy and not report.may_lose:
        problem = f"{_frames([each.number for each in lossy])}: packed with loss ({lossy[0].loss})"
        yield Finding(problem, "render with --compression zip, or publish with --lossy")
    for each in report.readable:
        if each.changed and not each.loss:
            problem = f"frame {each.number}: {each.changed} of {each.compared} pixels outside the matte have changed"
            yield Finding(problem, "delete the frame and run the job again")


def _not_finite(report: Report) -> Iterator[Finding]:
    for each in report.readable:
        if each.not_finite:
            problem = f"frame {each.number}: {each.not_finite} of {each.filled} filled pixels hold NaN or inf"
            yield Finding(problem, "delete the frame and run the job again; if it stays so, report it")


def _colour(report: Report) -> Iterator[Finding]:
    if not report.declared:
        problem = f"nobody has said what colour space the plate has; it was taken for {report.colour}"
        yield Finding(problem, "give --colorspace when the job is made, or label the plate's files")


def _low(report: Report) -> Iterator[Finding]:
    numbers = [each.number for each in report.readable if each.low > LOW_SHARE * max(1, each.filled)]
    if numbers:
        problem = f"{_frames(numbers)}: more than {LOW_SHARE:.0%} of what was replaced has a low confidence"
        yield Finding(problem, "look at these frames first; paint one by hand and give it with --paint")


FIND: dict[str, Callable[[Report], Iterator[Finding]]] = {
    "current": _not_current,
    "whole": _unreadable,
    "layers": _layers,
    "windows": _windows,
    "metadata": _attributes,
    "outside": _changed,
    "finite": _not_finite,
    "colour": _colour,
    "confidence": _low,
}
