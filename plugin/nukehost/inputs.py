"""What is connected, as files: an untouched Read gives its own, everything else is rendered by a Write of a moment."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import nuke

from plugin.nukehost import ocio
from plugin.nukehost.places import expand_view
from vfxlib.errors import InputError, PaintoutError
from vfxlib.io.os_errors import writing
from vfxlib.io.sequence import parse_sequence

__all__ = ["Picture", "picture", "single_frame"]

LOOKS = {  # knobs of every node that change no pixel
    *("name", "xpos", "ypos", "selected", "label", "note_font", "note_font_size", "note_font_color", "tile_color"),
    *("gl_color", "hide_input", "postage_stamp", "postage_stamp_frame", "bookmark", "dope_sheet", "indicators", "icon"),
}
SEQUENCES = (".exr", ".dpx", ".tif", ".tiff", ".png", ".jpg", ".jpeg")  # whose frames Nuke numbers as their names do


@dataclass(frozen=True)
class Picture:
    """A picture that is connected, as files.

    path          the sequence, with %V or %v if each view has its own
    first, last   frames
    colorspace    of the files; "" if they say it themselves
    raw           True if Nuke shows the files' numbers as they are
    shown_as      the colorspace by which a Read shows them, if not raw
    current       False of one that was rendered before, from what has changed since
    """

    path: str
    first: int
    last: int
    colorspace: str = ""
    raw: bool = True
    shown_as: str = ""
    current: bool = True


def picture(
    node: nuke.Node, name: str, folder: Path, views: tuple[str, ...], frames: tuple[int, ...], channels: str, make: bool
) -> Picture:
    """The files of what is connected.

    node      what is connected
    name      of the input
    folder    where what must be rendered goes
    frames    the first and the last, at least, that are wanted; empty for all of it
    channels  that a Write takes
    make      False to render nothing, and only say what would be there
    raises    InputError if Nuke cannot render it, OutputError if its place cannot be written
    """
    source = _behind_dots(node)
    first, last = (min(frames), max(frames)) if frames else (int(node.firstFrame()), int(node.lastFrame()))
    untouched = _untouched(source)
    return untouched or _rendered(node, name, folder, views, (first, last), channels, make)


def single_frame(node: nuke.Node, folder: Path, views: tuple[str, ...], frame: int) -> str:
    """The file of one frame of a matte, with %V or %v if each view has its own.

    raises  as ``picture``
    """
    source = _behind_dots(node)
    untouched = _untouched(source)
    if untouched is not None:
        path = parse_sequence(untouched.path).path(frame).as_posix()
        for view in views:
            if not os.path.isfile(expand_view(path, view)):
                fix = f"go to a frame that {source.name()} has"
                raise InputError("there is no such frame", where=expand_view(path, view), fix=fix)
        return path
    made = _rendered(node, f"key.{frame}", folder, views, (frame, frame), "alpha", make=True)
    return parse_sequence(made.path).path(frame).as_posix()


def _behind_dots(node: nuke.Node) -> nuke.Node:
    while node.Class() == "Dot":
        before = node.input(0)
        if before is None:
            break
        node = before
    return node


def _untouched(read: nuke.Node) -> Picture | None:
    """What a Read gives whose frames are its files as they are; None of any other node."""
    if read.Class() != "Read" or (read.knob("disable") is not None and read["disable"].value()):
        return None
    file = _whole(str(read["file"].value() or ""))
    plain = read["frame_mode"].value() == "expression" and not str(read["frame"].value() or "").strip()
    if not plain or not file.lower().endswith(SEQUENCES) or "[" in file or read["premultiplied"].value():
        return None
    first, last = int(read["first"].value()), int(read["last"].value())
    if read["raw"].value():
        return Picture(file, first, last, ocio.working_space())
    shown = ocio.space_name(str(read["colorspace"].value()))
    if shown.startswith("default"):
        space = ocio.default_space(file)
        return Picture(
            file, first, last, space, raw=space in ("", ocio.working_space(), "scene_linear"), shown_as=shown
        )
    if nuke.root()["colorManagement"].value() != "OCIO":
        if shown != "linear":
            return None  # a name that is Nuke's own: rendered, it is linear
        return Picture(file, first, last, ocio.working_space())
    return Picture(file, first, last, shown, raw=shown == ocio.working_space(), shown_as=shown)


def _whole(file: str) -> str:
    """A Read's file as a whole path: those that are not count from the project's folder, else the script's."""
    if not file or os.path.isabs(file) or file.startswith(("/", "\\\\", "~")) or file[1:2] == ":" or "[" in file:
        return file
    root = nuke.root()
    project = ocio.evaluated(root["project_directory"]) or os.path.dirname(str(root.name()))
    return f"{project.rstrip('/')}/{file}"


def _rendered(
    node: nuke.Node,
    name: str,
    folder: Path,
    views: tuple[str, ...],
    limits: tuple[int, int],
    channels: str,
    make: bool,
) -> Picture:
    """A picture that Nuke renders, into EXRs without conversion; the ones of the last time if nothing has changed."""
    if channels == "rgba" and "rgba.alpha" not in node.channels():
        channels = "rgb"
    view = "_%V" if len(views) > 1 else ""
    with _full_size():
        # what is rendered anew gets a folder of its own, for a farm may still read what was there before
        own = folder / _stamp(node, f"{limits} {views} {channels}", limits)[:8]
        made = Picture(f"{own.as_posix()}/{name}{view}.####.exr", *limits, ocio.working_space())
        if all(os.path.isfile(file) for file in _files(made, views)):
            return made
        if not make:
            return replace(made, current=False)
        with writing(own):
            own.mkdir(parents=True, exist_ok=True)
        _render(node, made, views, channels)
    return made


def _files(made: Picture, views: tuple[str, ...]) -> Iterator[str]:
    for view in views:
        sequence = parse_sequence(expand_view(made.path, view))
        for frame in range(made.first, made.last + 1):
            yield str(sequence.path(frame))


@contextmanager
def _full_size() -> Iterator[None]:
    """Proxy mode off, and as it was afterwards."""
    proxy = nuke.root()["proxy"]
    before = proxy.value()
    if before:
        proxy.setValue(False)
    try:
        yield
    finally:
        if before:
            proxy.setValue(before)


def _render(node: nuke.Node, made: Picture, views: tuple[str, ...], channels: str) -> None:
    parent = node.parent()
    with parent:
        write = nuke.nodes.Write()
    try:
        write.setInput(0, node)
        write["file"].setValue(made.path)
        write["file_type"].setValue("exr")
        write["datatype"].setValue("16 bit half" if channels == "alpha" else "32 bit float")
        write["raw"].setValue(True)
        write["channels"].setValue(channels)
        write["views"].setValue(" ".join(views))
        write["create_directories"].setValue(True)
        nuke.execute(write, made.first, made.last, 1, list(views))
    except RuntimeError as error:
        what = f"{node.name()}: {error}"
        raise InputError(f"Nuke could not render it ({what})", where=made.path, fix="mend the input") from error
    finally:
        nuke.delete(write)
    missing = [file for file in _files(made, views) if not os.path.isfile(file)]
    if missing:
        raise InputError("Nuke rendered no such frame", where=missing[0], fix="render the input by hand, and read it")


def _stamp(node: nuke.Node, how: str, limits: tuple[int, int]) -> str:
    """What a picture is made from, as a hash: the nodes above it with their knobs, and the files that they read.

    how     it is rendered
    limits  first and last frame
    """
    told = hashlib.sha256(how.encode())
    seen: set[str] = set()
    waiting = [node]
    while waiting:
        each = waiting.pop()
        name = each.fullName()
        if name in seen:
            continue
        seen.add(name)
        told.update(f"{each.Class()}\n".encode())  # Nuke's own hash is another on every frame
        for knob in sorted(set(each.knobs()) - LOOKS):
            told.update(f"{knob} {each[knob].toScript()}\n".encode(errors="surrogatepass"))
        for file in _read_files(each, limits):
            with suppress(OSError):
                found = os.stat(file)
                told.update(f"{file} {found.st_size} {found.st_mtime_ns}\n".encode())
        waiting += each.dependencies(nuke.INPUTS | nuke.HIDDEN_INPUTS | nuke.EXPRESSIONS)
        if isinstance(each, nuke.Group):
            waiting += each.nodes()
    return told.hexdigest()


def _read_files(node: nuke.Node, limits: tuple[int, int]) -> Iterator[str]:
    if node.Class() != "Read":
        return
    for view in nuke.views():
        try:
            sequence = parse_sequence(expand_view(_whole(str(node["file"].value() or "")), view))
        except PaintoutError:
            return
        for frame in range(limits[0], limits[1] + 1):
            yield str(sequence.path(frame))
