"""The pack's file: pictures for displays in 8 bits, and the table of where they are from; for torch alone to read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from vfxlib.errors import WeightsError
from vfxlib.io.json_file import parse_json
from vfxlib.io.weights import read_weights, write_weights
from vfxlib.training_ground.light import display_to_light

__all__ = ["Pack", "PackRow", "is_pack", "read_pack", "write_pack"]

KIND = "training-pack"  # what the file says that it is
PICTURES = "pictures"
FIX = "make it again: paintout train data --out PACK"
AT_ONCE = 32  # pictures that are turned into light at once


@dataclass(frozen=True)
class PackRow:
    """Where some of the pictures are from.

    package  of Debian; "paintout" for surfaces that are made
    version  of the package
    file     its name as the copyright file lists it
    licence  short name, as "GPL-2+"
    author   years and names
    crops    how many pictures in a row are parts of it
    """

    package: str
    version: str
    file: str
    licence: str
    author: str
    crops: int


@dataclass(frozen=True)
class Pack:
    """What a pack holds.

    pictures  [n 3 s s]  uint8, for a display, sRGB
    rows      where they are from, in their order
    digest    SHA-256 of the pictures, in hexadecimal
    """

    pictures: torch.Tensor
    rows: tuple[PackRow, ...]
    digest: str

    def light(self, kind: torch.dtype = torch.float16) -> torch.Tensor:
        """The pictures as scenes show them: [n 3 s s], scene-linear in ACEScg's primaries, as `display_to_light` says.

        kind  of numbers; half as exact as any display needs, in half the memory
        """
        parts = [self.pictures[at : at + AT_ONCE] for at in range(0, len(self.pictures), AT_ONCE)]
        light = [display_to_light(part.float() / 255.0).to(kind) for part in parts]
        return torch.cat(light)

    def origin(self) -> torch.Tensor:
        """Which row each picture belongs to: [n] int64. Parts of one photograph must not both teach and judge."""
        counts = [torch.full((row.crops,), index) for index, row in enumerate(self.rows)]
        return torch.cat(counts)


def write_pack(path: Path, pictures: torch.Tensor, rows: Sequence[PackRow], about: Mapping[str, str]) -> str:
    """Write a pack, whole or not at all.

    pictures  [n 3 s s]  uint8
    rows      as many crops together as there are pictures
    about     what else the file says about itself
    returns   the digest
    raises    OutputError if the place cannot be written
    """
    assert sum(row.crops for row in rows) == len(pictures)
    table = json.dumps([asdict(row) for row in rows], ensure_ascii=False)
    return write_weights(path, {PICTURES: pictures}, {**about, "kind": KIND, "table": table})


def read_pack(path: Path) -> Pack:
    """Read a pack, and check it against its checksum.

    raises  WeightsError if it is not there, damaged, or something else
    """
    file = read_weights(path)
    pictures = file.tensors.get(PICTURES)
    if file.about.get("kind") != KIND or pictures is None:
        raise WeightsError("holds no training pack", where=path, fix=FIX)
    if pictures.dtype != torch.uint8 or pictures.ndim != 4 or pictures.shape[1] != 3 or min(pictures.shape) < 1:
        raise WeightsError("holds no pictures that scenes could show", where=path, fix=FIX)
    try:
        rows = tuple(_row(each) for each in parse_json(file.about["table"]))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise WeightsError("does not say where its pictures are from", where=path, fix=FIX) from error
    if sum(row.crops for row in rows) != len(pictures):
        raise WeightsError("does not say of every picture where it is from", where=path, fix=FIX)
    return Pack(pictures, rows, file.digest)


def is_pack(path: Path) -> bool:
    """Whether a file is a pack that can be read."""
    try:
        read_pack(path)
    except WeightsError:
        return False
    return True


def _row(values: Any) -> PackRow:
    row = PackRow(**values)
    words = (row.package, row.version, row.file, row.licence, row.author)
    if not all(isinstance(each, str) for each in words) or type(row.crops) is not int or row.crops < 1:
        raise ValueError(row)
    return row
