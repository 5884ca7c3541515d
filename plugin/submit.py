"""``paintout submit``: a job handed to a render farm."""

import argparse
from pathlib import Path

from nodes.job import load_job, save_job
from nodes.names import path_text
from plugin.farm.farm_job import FarmJob, farm_job
from plugin.options import given_path
from plugin.stops import begin_work
from vfxlib.errors import OutputError, UsageError
from vfxlib.io.os_errors import writing

__all__ = ["ENGINES", "submit"]

ENGINES = ("openjd", "deadline-cloud", "deadline", "opencue")


def submit(values: argparse.Namespace) -> int:
    """Write what an engine takes, and run it here if that is asked for."""
    from nodes.engine.mend_mattes import with_mended_mattes
    from plugin.farm.openjd import JOB_FILE, run_bundle
    from vfxlib.io.atomic import write_text

    job = load_job(given_path(values.job, "JOB.json"))
    folder = Path(path_text(values.bundle, "--bundle")).absolute()
    if values.run and values.to != "openjd":
        raise UsageError(f"{values.to} cannot be run here", where="--run", fix="--to openjd --run, or paintout run")
    if values.chunk < 0:
        raise UsageError(f"{values.chunk} frames are no task", where="--chunk", fix="give at least 1, or 0 to choose")
    farm = farm_job(with_mended_mattes(job) if job.shot.mend_mattes else job, folder / JOB_FILE, values.chunk)
    files = _files(values.to, farm, folder)
    _check_folder(folder, JOB_FILE)
    begin_work()
    with writing(folder, "choose another folder"):
        folder.mkdir(parents=True, exist_ok=True)
    save_job(farm.job, folder / JOB_FILE, whole=True)
    for name, words in files.items():
        write_text(folder / name, words)
    print(folder)
    return run_bundle(folder) if values.run else 0


def _files(engine: str, farm: FarmJob, folder: Path) -> dict[str, str]:
    """What an engine takes, as far as its own library can tell; file name -> text."""
    match engine:
        case "openjd" | "deadline-cloud":
            from plugin.farm.deadline_cloud import deadline_cloud_files
            from plugin.farm.openjd import checked_bundle

            bundle = checked_bundle(farm, folder)
            return bundle.files() if engine == "openjd" else deadline_cloud_files(farm, bundle)
        case "deadline":
            from plugin.farm.deadline import deadline_files

            return deadline_files(farm)
        case _:
            from plugin.farm.opencue import opencue_files

            return opencue_files(farm)


def _check_folder(folder: Path, job_file: str) -> None:
    """See that a bundle replaces nothing but a bundle.

    raises  OutputError
    """
    if not folder.exists():
        return
    with writing(folder, "choose another folder"):
        there = sorted(path.name for path in folder.iterdir())
    if there and job_file not in there:
        raise OutputError(f"holds {there[0]}, and is no bundle", where=folder, fix="choose another folder")
