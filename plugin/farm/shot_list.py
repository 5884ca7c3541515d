"""Many shots in one table or edit: a row or a clip each, its columns named like options."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodes.declare import FrameFiles, Params, controls, from_mapping, is_path
from nodes.job_values import from_words
from nodes.names import shown, unknown
from nodes.node import Node
from nodes.recipes import Recipe
from nodes.shot import Output, Shot, shot_fields
from plugin.farm.edit import read_edit
from vfxlib.errors import PaintoutError, UsageError
from vfxlib.io.open_file import open_binary
from vfxlib.io.relative_path import from_folder

__all__ = ["TABLE", "ListedShot", "read_shot_list"]

NAME = "name"
TABLE = ".csv"
MOST_BYTES = 64 * 2**20


@dataclass(frozen=True)
class ListedShot:
    """One row.

    name    of the shot, which its bundle is called by
    params  of the node or the recipe
    """

    name: str
    params: Params
    shot: Shot
    output: Output


def read_shot_list(path: Path, what: Node | Recipe, columns: Sequence[str] = ()) -> list[ListedShot]:
    """The shots of a CSV file, or of an edit that OpenTimelineIO reads.

    A table's first row names its columns: ``name``, and what a command of the node or the recipe has options for
    (plate, matte, key, out, quality, ...). An empty cell leaves the default; several keys are 1001=FILE;1050=FILE.
    Relative paths count from the file's folder. An edit has the columns name, plate and frames.

    columns  ``NAME=VALUE`` more columns, the same for all; {name} in them is the shot's
    raises   UsageError with the row and the column, for what is no such table
    """
    rows = _table(path) if path.suffix.lower() == TABLE else dict(enumerate(read_edit(path), start=1))
    unit = "row" if path.suffix.lower() == TABLE else "clip"
    if not rows:
        raise UsageError("holds no shots", where=path, fix=f"its first row names columns: {NAME}, plate, matte, out")
    more = dict(map(_column, columns))
    kinds: dict[str, type[Params]] = {}
    for kind in (Output, Shot, what.params):
        fields = shot_fields(what) if kind is Shot else tuple(controls(kind))
        kinds.update({name: kind for name in fields if name not in kinds})
    for places, names in ((f"{path}, row 1", next(iter(rows.values()))), ("--column", more)):
        for name in names:
            if name not in (NAME, *kinds):
                raise unknown("column", name, (NAME, *kinds), places)
    if NAME not in next(iter(rows.values())):
        raise UsageError(f"has no column {NAME}", where=f"{path}, row 1", fix="add one: bundles are called by it")
    found: dict[str, ListedShot] = {}
    for number, cells in rows.items():
        where, name = f"{path}, {unit} {number}", cells[NAME]
        if not name or name in (".", "..") or any(letter in name for letter in "/\\\0"):
            raise UsageError(
                f"{shown(name)} is no name of a folder", where=f"{where}, {NAME}", fix="give letters, digits"
            )
        if name in found:
            raise UsageError(f"{shown(name)} is there twice", where=where, fix="give each shot its own name")
        added = {column: words.replace("{name}", name) for column, words in more.items() if not cells.get(column)}
        found[name] = _listed(name, {**cells, **added}, what, kinds, path.parent.absolute(), where)
    return list(found.values())


def _column(words: str) -> tuple[str, str]:
    name, found, value = words.partition("=")
    if not found or not name:
        raise UsageError(f"{shown(words)} is not NAME=VALUE", where="--column", fix="write out=clean/{name}.####.exr")
    return _spelt(name), value


def _spelt(name: str) -> str:
    return name.strip().lower().replace("-", "_")


def _table(path: Path) -> dict[int, dict[str, str]]:
    """The rows of a table by their numbers: column -> cell.

    raises  UsageError
    """
    rows = _rows(path)
    if not rows:
        return {}
    names = list(map(_spelt, rows[0]))
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"column {name} is there twice", where=f"{path}, row 1", fix="take one of them out")
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(names):
            problem = f"has {len(row)} cells in place of {len(names)}"
            raise UsageError(problem, where=f"{path}, row {number}", fix="give one for each column")
    return {n: dict(zip(names, map(str.strip, row), strict=True)) for n, row in enumerate(rows[1:], start=2)}


def _rows(path: Path) -> list[list[str]]:
    with open_binary(path, UsageError) as file:
        content = file.read(MOST_BYTES + 1)
    try:
        if len(content) > MOST_BYTES:
            raise ValueError("it has over 64 MiB")
        text = content.decode("utf-8-sig")  # as spreadsheets write it
        return [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if any(map(str.strip, row))]
    except (ValueError, csv.Error) as error:
        raise UsageError(f"is no table of shots ({error})", where=path, fix="save it as CSV in UTF-8") from error


def _listed(
    name: str, cells: dict[str, str], what: Node | Recipe, kinds: dict[str, type[Params]], folder: Path, where: str
) -> ListedShot:
    given: dict[type[Params], dict[str, Any]] = {what.params: {}, Shot: {}, Output: {}}
    for column, words in cells.items():
        if words and column != NAME:
            kind = kinds[column]
            given[kind][column] = _value(kind, column, words, folder, f"{where}, {column}")
    try:
        made = [from_mapping(kind, values) for kind, values in given.items()]
    except PaintoutError as error:
        raise UsageError(error.problem, where=f"{where}, {error.where.removeprefix('--')}", fix=error.fix) from None
    params, shot, output = made
    assert isinstance(shot, Shot)
    assert isinstance(output, Output)
    return ListedShot(name, params, shot, output)


def _value(kind: type[Params], column: str, words: str, folder: Path, where: str) -> Any:
    control = controls(kind)[column]
    if isinstance(control, FrameFiles):
        files: Any = ()
        for each in filter(None, map(str.strip, words.split(";"))):
            files = from_words(control, each, files, where)
        return tuple((number, from_folder(path, folder)) for number, path in files)
    value = from_words(control, words, None, where)
    return from_folder(value, folder) if is_path(control, words) else value
