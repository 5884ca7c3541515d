"""A pack made: packages fetched one after the other, the parts of their pictures kept until all are there."""

import hashlib
import json
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import torch

from vfxlib.errors import InputError, OutputError, PictureError, WeightsError
from vfxlib.io.atomic import write_text
from vfxlib.io.json_file import parse_json, read_json
from vfxlib.io.os_errors import reading, writing
from vfxlib.io.weights import read_weights, write_weights
from vfxlib.training_ground.surfaces import SURFACES, draw_surface
from vfxlib.training_pack.crops import crop_photograph, crop_texture, is_duplicate, looks_photographed, thumbnail
from vfxlib.training_pack.debian import FIX, fetch_package, package_version, unpack
from vfxlib.training_pack.decode import read_picture
from vfxlib.training_pack.licences import Licence, licence_of, read_copyright
from vfxlib.training_pack.own import OwnPictures, take_own_pictures
from vfxlib.training_pack.pack import PICTURES, PackRow, is_pack, write_pack
from vfxlib.training_pack.sources import PACKAGES, Package
from vfxlib.training_pack.table import pack_table
from vfxlib.version import VERSION

__all__ = ["LARGE", "SMALL", "MadePack", "PackSize", "make_pack"]

ABANDONED = 7200.0  # seconds: no package takes so long, so it is another run's no more
LARGEST_FILE = 64 * 2**20  # bytes of a picture inside an archive; none of those that are wanted has a tenth


@dataclass(frozen=True)
class PackSize:
    """How large a pack is.

    side         of a picture, pixels
    photographs  parts of each photograph, at most
    textures     of each package of textures, at most
    surfaces     of each kind of made surface
    own          parts of each folder of own pictures, at most
    """

    side: int
    photographs: int
    textures: int
    surfaces: int
    own: int = 100


# some 350 MB, many pictures and not large ones; up to 400 MB more with each folder of own pictures
LARGE = PackSize(side=256, photographs=10, textures=700, surfaces=16, own=2000)
SMALL = PackSize(side=256, photographs=3, textures=25, surfaces=2, own=100)  # below 40 MB; with own ones 20 MB more


@dataclass(frozen=True)
class MadePack:
    """What came of it.

    pictures  how many the pack has
    missing   what was left out, and why
    files     that were written
    """

    pictures: int
    missing: tuple[str, ...]
    files: tuple[Path, ...]


@dataclass(frozen=True)
class _Part:
    """The parts of one package's pictures: pictures [n 3 s s] uint8, and their rows."""

    pictures: torch.Tensor
    rows: tuple[PackRow, ...]


def make_pack(
    out: Path,
    size: PackSize,
    tell: Callable[[str], None],
    packages: tuple[Package, ...] = PACKAGES,
    own: tuple[OwnPictures, ...] = (),
) -> MadePack:
    """Make a pack, and the table beside it.

    What is stopped goes on when it is started again: what has been taken from a package stays in OUT.parts until the
    pack is there. The same packages give the same pack.

    out       the pack; its table is called the same, with .md
    size      of it
    tell      is told what is going on
    packages  where pictures are from
    own       pictures that are there already; they come first
    raises    OutputError if something else is in the way, or the place cannot be written;
              InputError if no package at all can be fetched and there are no own pictures, or those cannot be used
    """
    table = out.with_suffix(".md")
    _check_place(out, table)
    parts = [_Part(*take_own_pictures(each, size.side, size.photographs, size.own, tell)) for each in own]
    folder = out.with_name(f"{out.name}.parts")
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    missing = []
    for package in packages:
        try:
            part = _kept_part(folder, package, size, tell)
        except InputError as error:
            missing.append(f"{package.name}: {error.problem}")
            tell(f"left out: {package.name}: {error.problem}")
            continue
        parts.append(part)
    if not parts:
        with suppress(OSError):
            folder.rmdir()
        problem = missing[0].partition(": ")[2] if missing else "none is wanted"
        raise InputError(f"no package of pictures can be fetched ({problem})", where=out, fix=FIX)
    parts.append(_surfaces(size))
    tell(f"writes {out.name}")
    pictures, rows = torch.cat([part.pictures for part in parts]), [row for part in parts for row in part.rows]
    digest = write_pack(out, pictures, rows, {"version": VERSION, "missing": json.dumps(missing)})
    write_text(table, pack_table(out.name, rows, missing, digest, size.side))
    for package in packages:
        with suppress(OSError):
            _part_file(folder, package).unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
    return MadePack(len(pictures), tuple(missing), (out, table))


def _check_place(out: Path, table: Path) -> None:
    """See that nobody else's file is in the way."""
    if out.is_dir():
        raise OutputError("is a folder", where=out, fix="give the name of a file, PACK.safetensors")
    if (out.exists() or out.is_symlink()) and not is_pack(out):
        raise OutputError("is there already and is no training pack", where=out, fix="give another name")
    if table == out:
        raise OutputError("is the table's name", where=out, fix="call it PACK.safetensors; the table is PACK.md")
    if table.exists() and not out.exists():
        raise OutputError("is there already", where=table, fix="give another name: the pack's table is called so")


def _kept_part(folder: Path, package: Package, size: PackSize, tell: Callable[[str], None]) -> _Part:
    """A package's part as an earlier run has left it, or made now."""
    path, made_by = _part_file(folder, package), _made_by(package, size)
    if path.exists():
        with suppress(WeightsError, KeyError, ValueError, TypeError):
            file = read_weights(path)
            if file.about["made_by"] == made_by:
                rows = tuple(PackRow(**each) for each in parse_json(file.about["rows"]))
                return _Part(file.tensors[PICTURES], rows)
    with _scratch(folder) as scratch:
        tell(f"fetches {package.name}")
        part = _take(package, size, scratch, tell)
    table = json.dumps([asdict(row) for row in part.rows])
    write_weights(path, {PICTURES: part.pictures}, {"made_by": made_by, "rows": table})
    return part


def _part_file(folder: Path, package: Package) -> Path:
    return folder / f"{package.name}.safetensors"


def _made_by(package: Package, size: PackSize) -> str:
    """Changes when what is taken from a package does."""
    return hashlib.sha256(repr((VERSION, package, size)).encode()).hexdigest()


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder for what is fetched and unpacked; those that killed runs have left go too."""
    for left in folder.glob("unpacked-*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
    with writing(folder):
        scratch = Path(tempfile.mkdtemp(prefix="unpacked-", dir=folder))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _take(package: Package, size: PackSize, scratch: Path, tell: Callable[[str], None]) -> _Part:
    """Fetch a package and take its pictures' parts."""
    with writing(scratch):
        (scratch / "fetched").mkdir()
        (scratch / "files").mkdir()
    fetched = fetch_package(package.name, scratch / "fetched")
    version = package_version(fetched, package.name)
    unpack(fetched, package.name, scratch / "files")
    copyrights = scratch / "files/usr/share/doc" / package.name / "copyright"
    with reading(copyrights, InputError):
        licences = read_copyright(copyrights.read_text(encoding="utf-8", errors="replace"))
    pictures: list[torch.Tensor] = []
    thumbnails: list[torch.Tensor] = []
    rows: list[PackRow] = []
    for name, path in _pictures(package, scratch):
        crops = _crops(package, name, path, size)
        if not crops or (not package.photographs and is_duplicate(crops[0], thumbnails)):
            continue
        listed = f"{package.listed}/{name}" if package.listed else name
        licence = _licence(package, listed, licences, path)
        if licence is None:
            continue  # what nobody says a licence of is not taken
        pictures += crops
        thumbnails += [thumbnail(crop) for crop in crops]
        rows.append(PackRow(package.name, version, listed, licence.licence, licence.author, len(crops)))
        if not package.photographs and len(rows) == size.textures:
            break
    if not rows:
        raise InputError("nothing in it is of use", where=package.name, fix=FIX)
    tell(f"{package.name} {version}: {len(pictures)} parts of {len(rows)} pictures")
    return _Part(torch.stack(pictures), tuple(rows))


def _pictures(package: Package, scratch: Path) -> Iterator[tuple[str, Path]]:
    """Files that may be of use, by the names that the copyright file lists, in an order by chance, always the same."""
    root = scratch / "files" / package.root
    if not package.archive:
        there = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
        for name in _wanted(package, there):
            yield name, root / name
        return
    with reading(root / package.archive, InputError):
        try:
            archive = zipfile.ZipFile(root / package.archive)
        except zipfile.BadZipFile as error:
            raise InputError("its archive is damaged", where=package.name, fix=FIX) from error
    with archive:
        there = [each.filename for each in archive.infolist() if each.file_size <= LARGEST_FILE]
        for name in _wanted(package, there):
            path = scratch / f"picture{Path(name).suffix}"
            with writing(path):
                path.write_bytes(archive.read(name))
            yield name, path


def _wanted(package: Package, names: list[str]) -> list[str]:
    chosen = {
        name
        for name in names
        if any(fnmatchcase(name, pattern) for pattern in package.files)
        and not any(word in name.lower() for word in package.without)
    }
    return sorted(chosen, key=lambda name: hashlib.sha256(name.encode()).digest())


def _crops(package: Package, name: str, path: Path, size: PackSize) -> list[torch.Tensor]:
    """Parts of a picture; [] for one that is of no use."""
    try:
        picture = read_picture(path)
    except PictureError:
        return []
    if picture is None or min(picture.shape[-2:]) < size.side:
        return []
    if package.photographs:
        return crop_photograph(picture, size.side, size.photographs, name)
    crop = crop_texture(picture, size.side, name)
    return [crop] if crop is not None and looks_photographed(crop) else []


def _licence(package: Package, listed: str, licences: list[Licence], path: Path) -> Licence | None:
    """A picture's licence: what lies beside a wallpaper says it best, then the copyright file, then we."""
    beside = path.parents[2] / "metadata.json" if package.photographs else None
    if beside is not None and beside.is_file():
        with suppress(OSError, ValueError, KeyError, TypeError, IndexError):
            values = read_json(beside)["KPlugin"]
            return Licence((), str(values["License"]), "; ".join(str(each["Name"]) for each in values["Authors"]))
    found = licence_of(listed, licences)
    return found if found is not None or not package.licence else Licence((), package.licence, package.author)


def _surfaces(size: PackSize) -> _Part:
    """Surfaces made by rule."""
    drawn = [draw_surface(kind, size.side, seed) for kind in SURFACES for seed in range(size.surfaces)]
    pictures = torch.stack([(picture * 255.0).round().to(torch.uint8) for picture in drawn])
    rows = [PackRow("paintout", VERSION, f"made: {kind}", "Apache-2.0", "Paintout", size.surfaces) for kind in SURFACES]
    return _Part(pictures, tuple(rows))
