"""What a job works on and where its result goes: the options that every node command shares."""

from dataclasses import dataclass
from typing import Protocol

from nodes.declare import Params, Unit, choice, controls, frame_files, frame_list, integer, number, text, toggle

__all__ = ["Output", "Shot", "shot_fields"]

PORTS = ("plate", "matte", "key", "fill")  # fields that a node takes only if it has an input of that name
OF = {  # fields that say more about an input -> the inputs that it may be
    "plate_layer": ("plate",),
    "matte_channel": ("matte", "key"),
    "matte_id": ("matte", "key"),
    "remove": ("matte", "key"),
    "mend_mattes": ("matte",),
}


@dataclass(frozen=True, kw_only=True)
class Shot(Params):
    """A plate, what must go from it, and its colour."""

    plate: str = text(
        "", what="SEQ", label="Plate", help="The picture: an EXR, DPX, TIFF, PNG or JPEG sequence, or a movie."
    )
    plate_layer: str = text(
        "",
        what="NAME",
        label="Plate layer",
        help="Layer of the plate's files that holds the picture; by default its main one.",
    )
    matte: str = text(
        "",
        what="SEQ",
        label="Matte",
        help="What must go, on every frame: 0 keeps, above 0 removes; one file is the matte of all frames.",
    )
    key: tuple[tuple[int, str], ...] = frame_files(
        label="Key", help="A matte for one frame, from which all others are made: what must go, soft or hard."
    )
    matte_channel: str = text(
        "",
        what="NAME",
        label="Matte channel",
        help="Channel of the matte's files, or cryptomatte:LAYER/NAME; by default A, matte.A or the only channel.",
    )
    matte_id: int = integer(
        -1,
        hard=(-1, 65535),
        slider=(-1, 255),
        label="Matte id",
        help="Number of the object in a palette matte or key; -1 takes every number but 0.",
    )
    remove: str = text(
        "",
        what="LIST",
        label="Remove",
        help="Objects that go, each a layer of its own in the result: numbers in a matte or key such as 1,3, or names "
        "in --matte-channel cryptomatte:LAYER; by default all.",
    )
    mend_mattes: bool = toggle(
        False,
        label="Mend mattes",
        help="Make the mattes that are missing from those that are there, with mask-propagate before everything else.",
    )
    fill: str = text(
        "",
        what="SEQ",
        label="Fill",
        help="Another fill, such as a result of flow-inpaint: its confidence says where it is kept.",
    )
    frames: tuple[int, ...] = frame_list(
        label="Frames",
        help="Frames of the job, the only ones rendered and used as sources; all of the plate by default.",
    )
    colorspace: str = text(
        "",
        what="NAME",
        label="Colour space",
        help="Colour space of the plate; by default the file says, else the OCIO file rules.",
    )
    output_colorspace: str = text(
        "",
        what="NAME",
        label="Output colour space",
        help="Colour space of the result of a plate that is no EXR; by default the config's scene_linear.",
    )
    ocio: str = text(
        "",
        what="CONFIG",
        label="OCIO config",
        help="Colour configuration; by default $OCIO, else OCIO's studio config.",
    )


class Taker(Protocol):
    """What has inputs: a node or a recipe."""

    def takes(self, port: str) -> bool:
        """True if it has an input of that name."""


def shot_fields(node: Taker) -> tuple[str, ...]:
    """The fields of a shot that a node or a recipe has a use for: those of its inputs, as plate_layer, and of none."""

    def used(name: str) -> bool:
        about = OF.get(name, (name,) if name in PORTS else ())
        return not about or any(node.takes(port) for port in about)

    return tuple(name for name in controls(Shot) if used(name))


@dataclass(frozen=True, kw_only=True)
class Output(Params):
    """Where the result goes, and with what means."""

    out: str = text(
        "", what="SEQ", label="Output", help="The EXR sequence that is written, for example clean/clean.####.exr."
    )
    work: str = text(
        "",
        what="DIR",
        label="Work folder",
        help="Folder of the steps' own files; by default <name of the output>.work beside it.",
    )
    layers: str = text(
        "all",
        what="NAMES",
        label="Layers",
        help="Layers written beside the picture, joined by commas: all, none, or names such as matte,confidence; "
        "objects are the mattes of --remove.",
    )
    stmap: bool = toggle(
        False,
        label="STMap",
        help="Write the place in its source frame that each pixel was copied from; provenance.frame names the frame.",
    )
    cryptomatte: bool = toggle(
        False,
        label="Cryptomatte",
        help="Write the objects that go as a Cryptomatte too: those of --remove, else the matte as one.",
    )
    keep_layers: bool = toggle(
        False, label="Keep layers", help="Carry the plate's other channels into the result; our own names win."
    )
    compression: str = choice(
        "zip",
        ("zip", "zips", "piz", "rle", "none", "dwaa", "dwab"),
        label="Compression",
        help="How the result's files are packed. dwaa and dwab lose a little of the picture everywhere, outside the "
        "matte too; the others lose nothing.",
    )
    overwrite: bool = toggle(
        False,
        label="Overwrite",
        help="Write over files at the output or in the work folder that Paintout did not make.",
    )
    device: str = text("auto", what="DEVICE", label="Device", help="Where to compute: auto, cpu, cuda:N or mps.")
    memory: float = number(
        8.0,
        hard=(0.5, 4096.0),
        slider=(1.0, 64.0),
        unit=Unit.GIB,
        label="Memory",
        help="Memory that the run may take, all its processes together; changes speed, never pixels.",
    )
    threads: int = integer(
        0,
        hard=(0, 1024),
        slider=(0, 64),
        label="Threads",
        help="Frames worked on at once, two of them in each process where that is quicker; 0 takes one for each core. "
        "Changes speed, and the last bits of a fit.",
    )
    seed: int = integer(
        0, hard=(0, 2**31 - 1), slider=(0, 100), label="Seed", help="Seed of everything random, such as grain."
    )
