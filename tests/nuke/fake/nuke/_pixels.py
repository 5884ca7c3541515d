"""What flows through nodes of the fake, and what a Write makes of it."""

from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR

from tests.exr import write
from vfxlib.io.sequence import parse_sequence

OF = {"R": "rgba.red", "G": "rgba.green", "B": "rgba.blue", "A": "rgba.alpha"}


def file_of(path: str, frame: int, view: str) -> Path:
    return Path(parse_sequence(path.replace("%V", view).replace("%v", view[:1])).path(frame))


def pixels(node: Any, frame: int, view: str) -> Any:
    match node.Class():
        case "Read":
            file = file_of(node["file"].value(), frame, view)
            if not file.is_file():
                if node["on_error"].value() == "error":
                    raise RuntimeError(f"{file}: no such file")
                return {}, (0, 0)
            part = OpenEXR.File(str(file), separate_channels=True).parts[0]
            (x0, y0), (x1, y1) = (part.header["displayWindow"][i] for i in (0, 1))
            return {name: channel.pixels for name, channel in part.channels.items()}, (x1 - x0 + 1, y1 - y0 + 1)
        case "Group":
            inside = next(each for each in node.nodes() if each.Class() == "Output")
            return pixels(inside.input(0), frame, view)
        case "Input":
            group = node.parent()
            number = [each for each in group.nodes() if each.Class() == "Input"].index(node)
            return pixels(group.input(number), frame, view)
        case "Switch":
            return pixels(node.input(int(node["which"].value())), frame, view)
        case _:
            if node.input(0) is None:
                raise RuntimeError(f"{node.name()} has no input")
            return pixels(node.input(0), frame, view)


def render(node: Any, first: int, last: int, views: list[str]) -> None:
    """What ``nuke.execute`` does with a Write: its frames, without conversion, as its knobs say."""
    assert node.Class() == "Write"
    assert node["file_type"].value() == "exr"
    assert node["raw"].value(), "the fake converts no colour"
    half = node["datatype"].value() == "16 bit half"
    for view in views:
        assert view in node["views"].value().split()
        for frame in range(first, last + 1):
            channels, size = pixels(node.input(0), frame, view)
            wanted = {"rgba": "RGBA", "rgb": "RGB", "alpha": "A", "all": channels}[node["channels"].value()]
            zero = np.zeros_like(next(iter(channels.values())))
            path = file_of(node["file"].value(), frame, view)
            if not path.parent.is_dir() and not node["create_directories"].value():
                raise RuntimeError(f"{path.parent} is not there")
            kept = {name: channels.get(name, zero).astype(np.float16 if half else np.float32) for name in wanted}
            write(path, kept, (int(size[0]), int(size[1])), colorInteropID="")
