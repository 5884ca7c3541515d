"""``paintout submit``: a job, or a table of shots, handed to a render farm."""

import argparse
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from nodes import RECIPES, all_nodes
from nodes.job import Job, load_job, save_job
from nodes.names import path_text, unknown
from nodes.node import Node
from nodes.recipes import Recipe
from plugin.commands import mended
from plugin.farm.edit import EDITS
from plugin.farm.farm_job import JOB_FILE, FarmJob, farm_job
from plugin.farm.shot_list import TABLE, read_shot_list
from plugin.options import given_path
from plugin.stops import begin_work
from vfxlib.errors import OutputError, PaintoutError, UsageError
from vfxlib.io.os_errors import writing

__all__ = ["submit"]

BUNDLES = {"template.yaml", "submit.py", "job.xml"}  # of which every bundle has one

log = logging.getLogger("paintout")


def submit(values: argparse.Namespace) -> int:
    """Write what an engine takes, and run it here if that is asked for; of many shots all or none."""
    from plugin.farm.openjd import run_bundle

    path = given_path(values.job, "JOB.json")
    folder = Path(path_text(values.bundle, "--bundle")).absolute()
    many = path.suffix.lower() in (TABLE, *EDITS)
    if values.run and (many or values.to != "openjd"):
        raise UsageError("this cannot be run here", where="--run", fix="give one job, and --to openjd; or paintout run")
    if values.chunk < 0:
        raise UsageError(f"{values.chunk} frames are no task", where="--chunk", fix="give at least 1, or 0 to choose")
    if (values.recipe or values.column) and not many:
        where = "--recipe" if values.recipe else "--column"
        raise UsageError("a job says itself what runs", where=where, fix="leave it out, or give a table of shots")
    shots = _listed(path, folder, values.recipe, values.column) if many else [(folder, load_job(path))]
    bundles = []
    for place, job in shots:
        with _named(place if many else None):
            farm = farm_job(mended(job), place / JOB_FILE, values.chunk)
            bundles.append((place, farm, _files(values.to, farm, place)))
            _check_folder(place, path)
    if any(job.output.device == "auto" for _, job in shots):
        log.warning("--device auto is cpu on a farm; for workers with GPUs save the job with --device cuda")
    begin_work()
    for place, farm, files in bundles:
        _write(place, farm, files)
        print(place)
    return run_bundle(folder) if values.run else 0


def _listed(path: Path, folder: Path, recipe: str, columns: list[str]) -> list[tuple[Path, Job]]:
    """The folders and jobs of the shots of a table or an edit."""
    from nodes.engine.make_job import make_job

    faces: tuple[Node | Recipe, ...] = (*RECIPES, *all_nodes())
    what = next((face for face in faces if face.name == (recipe or RECIPES[0].name)), None)
    if what is None:
        raise unknown("recipe", recipe, [face.name for face in faces], "--recipe")
    shots = []
    for each in read_shot_list(path, what, columns):
        with _named(folder / each.name):
            shots.append((folder / each.name, make_job(what, each.params, each.shot, each.output)))
    return shots


@contextmanager
def _named(place: Path | None) -> Iterator[None]:
    """What is wrong with one of many shots is told with its name; None for a shot that is the only one."""
    try:
        yield
    except PaintoutError as error:
        if place is None:
            raise
        where = f"shot {place.name}: {error.where}" if error.where else f"shot {place.name}"
        raise type(error)(error.problem, where=where, fix=error.fix) from error


def _write(folder: Path, farm: FarmJob, files: Mapping[str, str]) -> None:
    from vfxlib.io.atomic import write_text

    with writing(folder, "choose another folder"):
        folder.mkdir(parents=True, exist_ok=True)
    save_job(farm.job, folder / JOB_FILE, whole=True)
    for name, words in files.items():
        write_text(folder / name, words)


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


def _check_folder(folder: Path, source: Path) -> None:
    """See that a bundle replaces nothing but a bundle.

    source   what is submitted
    raises  OutputError
    """
    if not folder.exists():
        return
    with writing(folder, "choose another folder"):
        there = sorted(path.name for path in folder.iterdir())
    own = folder / JOB_FILE
    if own.exists() and own.samefile(source):
        raise OutputError("is the job that is submitted", where=own, fix="choose another --bundle")
    if there and not (JOB_FILE in there and BUNDLES & set(there)):
        raise OutputError(f"holds {there[0]}, and is no bundle", where=folder, fix="choose another --bundle")
