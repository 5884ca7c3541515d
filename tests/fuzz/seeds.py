"""The folders that are fuzzed: small shots of every kind, made here, and real EXRs from ../shared where they are."""

import io
import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import OpenEXR
import OpenImageIO as oiio  # noqa: N813
import torch
from av.video.frame import VideoFrame
from PIL import Image

from tests.exr import write
from tests.hostile.place import FRAMES, HEIGHT, WIDTH, Place
from tests.places import SHARED
from vfxlib.inputs.cryptomatte import id_of
from vfxlib.internal_fit.holdout import ErrorCalibration
from vfxlib.internal_fit.weights import write_level
from vfxlib.io.weights import write_weights
from vfxlib.mask_propagate.features import INPUT_CHANNELS
from vfxlib.mask_propagate.weights import write_masker
from vfxlib.nets.masker import MaskerSettings, open_masker
from vfxlib.nets.painter import PainterSettings, open_painter
from vfxlib.train.checkpoint import Checkpoint
from vfxlib.train.normalise import Normalisation

__all__ = ["MASKER", "PAINTER", "POOLS", "SEEDS", "make_seed", "toy_network"]

SIZE = (WIDTH, HEIGHT)
MOST_BYTES = 300_000  # of a real file
POOLS = ("kinds", "pictures", "movies", "weights")  # folders of files of which a try only sees the one it changes
PAINTER = PainterSettings(outputs=4, width=0.25, padding="zeros", head="linear")
MASKER = MaskerSettings(INPUT_CHANNELS + 1)
OBJECTS = ("car", "road", "Tree", "a/b", "é")
CONFIG = """ocio_profile_version: 2
environment:
  {SHOW: demo}
search_path: "luts:${SHOW}"
strictparsing: true
luma: [0.2126, 0.7152, 0.0722]
roles:
  default: raw
  scene_linear: lin
  compositing_log: log
  aces_interchange: lin
file_rules:
  - !<Rule> {name: exr, colorspace: lin, pattern: "*", extension: exr}
  - !<Rule> {name: Default, colorspace: default}
displays:
  sRGB:
    - !<View> {name: Film, colorspace: lut}
active_displays: [sRGB]
active_views: [Film]
colorspaces:
  - !<ColorSpace>
    name: raw
    isdata: true
  - !<ColorSpace>
    name: lin
    aliases: [lin_rec709_scene, scene-linear Rec.709]
    bitdepth: 32f
  - !<ColorSpace>
    name: log
    from_scene_reference: !<LogTransform> {base: 10}
  - !<ColorSpace>
    name: lut
    from_scene_reference: !<GroupTransform>
      children:
        - !<MatrixTransform> {matrix: [0.9, 0, 0, 0, 0, 0.9, 0, 0, 0, 0, 0.9, 0, 0, 0, 0, 1]}
        - !<FileTransform> {src: curve.cube, interpolation: linear}
"""
CUBE = "LUT_1D_SIZE 4\n" + "".join(f"{x} {x} {x}\n" for x in (0.0, 0.4, 0.7, 1.0))


def make_seed(name: str, folder: Path) -> None:
    """Make one of ``SEEDS`` in a folder."""
    (folder / "nothing").mkdir()
    (folder / "config.ocio").write_text(CONFIG)
    (folder / "luts").mkdir()
    (folder / "luts/curve.cube").write_text(CUBE)
    with redirect_stdout(io.StringIO()):
        SEEDS[name](Place(folder))


def _shot(place: Place) -> None:
    """Plate and matte, a job file, Cryptomattes with their manifest in the header and beside it."""
    place.make()
    job = place.folder / "job.json"
    _run(place, "--save", "job.json", "--ocio", "config.ocio")
    values = json.loads(job.read_text())
    values["nodes"] = 2 * values["nodes"]
    (place.folder / "two.json").write_text(json.dumps(values))
    _fits_job(place)
    (place.folder / "out").mkdir()
    for number in FRAMES:
        _crypto(place.folder / f"crypto/crypto.{number:04d}.exr")
        _crypto(place.folder / f"side/side.{number:04d}.exr", "names.json")
    (place.folder / "side/names.json").write_text(_manifest())


def _fits_job(place: Place) -> None:
    """A job of all nodes that fit, to be told about and never run."""
    values = json.loads((place.folder / "job.json").read_text())
    values["shot"]["key"] = {"1": "matte/matte.0001.exr"}
    for mattes in (values["shot"], values["output"]):
        mattes.pop("matte", None)
    nodes = ("mask-propagate", {"iterations": 1}), ("flow-inpaint", {"reach": 2}), ("internal-fit", {"iterations": 1})
    values["nodes"] = [{"node": name, "params": params} for name, params in nodes]
    (place.folder / "fits.json").write_text(json.dumps(values))


def _run(place: Place, *more: str, **given: str) -> None:
    code = place.run(*more, **given)
    if code != 0:
        raise RuntimeError(f"a seed cannot be made: {more} {given} ended with {code}")


def _manifest() -> str:
    return json.dumps({name: f"{id_of(name):08x}" for name in OBJECTS})


def _crypto(path: Path, beside: str = "") -> None:
    """A Cryptomatte: a column of the picture for each object."""
    ranks = np.zeros((4, HEIGHT, WIDTH), np.float32)
    for column, name in enumerate(OBJECTS):
        places = np.s_[:, 8 * column : 8 * column + 8]
        ranks[0][places] = np.array([id_of(name)], np.uint32).view(np.float32)[0]
        ranks[1][places] = 1.0
    channels = {f"crypto_object00.{letter}": ranks[rank] for rank, letter in enumerate("RGBA")}
    about = {
        "cryptomatte/7f3a1c2/name": "crypto_object",
        "cryptomatte/7f3a1c2/hash": "MurmurHash3_32",
        "cryptomatte/7f3a1c2/conversion": "uint32_to_float32",
        "cryptomatte/7f3a1c2/" + ("manif_file" if beside else "manifest"): beside or _manifest(),
    }
    write(path, channels, SIZE, compression=OpenEXR.ZIPS_COMPRESSION, **about)


def _kinds(place: Place) -> None:
    """An EXR of every kind that is read, each as frame 2 of a shot of its own kind could have it."""
    _shot(place)
    random = np.random.default_rng(3)
    picture = random.random((HEIGHT, WIDTH, 3))
    half = {letter: picture[..., i].astype(np.float16) for i, letter in enumerate("RGB")}
    floats = {letter: picture[..., i].astype(np.float32) for i, letter in enumerate("RGB")}
    whole = {letter: (picture[..., i] * 4e9).astype(np.uint32) for i, letter in enumerate("RGB")}
    kinds = place.folder / "kinds"
    alpha = picture[..., 0].astype(np.float16)
    write(kinds / "none.exr", half, SIZE, compression=OpenEXR.NO_COMPRESSION)
    write(kinds / "float.exr", {**floats, "A": alpha}, SIZE, compression=OpenEXR.NO_COMPRESSION)
    write(kinds / "whole.exr", whole, SIZE, compression=OpenEXR.NO_COMPRESSION)
    write(kinds / "window.exr", half, (80, 60), origin=(-5, 7), owner="studio", comments="a comment")
    for name in ("RLE", "ZIPS", "PIZ", "PXR24", "B44", "B44A", "DWAA", "DWAB"):
        write(kinds / f"{name.lower()}.exr", half, SIZE, compression=getattr(OpenEXR, f"{name}_COMPRESSION"))
    tiles = OpenEXR.TileDescription()
    tiles.xSize = tiles.ySize = 16
    tiles.mode = OpenEXR.ONE_LEVEL
    write(kinds / "tiled.exr", half, SIZE, type=OpenEXR.tiledimage, tiles=tiles)
    header = {"compression": OpenEXR.NO_COMPRESSION, "type": OpenEXR.scanlineimage}
    parts = [
        OpenEXR.Part(dict(header), {name: pixels.copy() for name, pixels in channels.items()}, title)
        for title, channels in (("rgba", half), ("depth", {"Z": floats["R"]}), ("fill", floats))
    ]
    OpenEXR.File(parts).write(str(kinds / "parts.exr"))
    for path in sorted((SHARED / "plates" / "exr").rglob("*")):
        if path.is_file() and path.stat().st_size < MOST_BYTES and path.read_bytes()[:4] == b"v/1\x01":
            shutil.copyfile(path, kinds / f"real-{path.parent.name}-{path.stem[:40]}.exr")


def _flow(place: Place) -> None:
    """A shot, its result with everything in the work folder, a frame painted by hand, truth."""
    place.make()
    place.node = "flow-inpaint"
    _run(place)
    for number in FRAMES:
        shutil.copyfile(place.plate(number), _made(place.folder / f"truth/truth.{number:04d}.exr"))
    shutil.copyfile(place.folder / "plate/plate.0002.exr", _made(place.folder / "paint/painted.0002.exr"))


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _fits(place: Place) -> None:
    """Results of the nodes that fit, after one step of it; weights, checkpoint and indices in their work folders."""
    place.make()
    torch.set_num_threads(1)
    place.node = "internal-fit"
    _run(place, "--iterations", "1", "--width", "0.25")
    place.node = "mask-propagate"
    _run(place, "--iterations", "1", "--key", "1=matte/matte.0001.exr", matte="", out="mattes/matte.####.exr")
    for path in place.folder.rglob("*.png"):  # large, and read by nobody
        path.unlink()


def _weights(place: Place) -> None:
    """Networks as fits write them, a checkpoint of a toy, and weights of somebody else's."""
    torch.set_num_threads(1)
    folder = place.folder / "weights"
    folder.mkdir()
    colours = Normalisation((0.4, 0.4, 0.3), 0.2)
    painter = open_painter(PAINTER, seed=0)
    calibration = ErrorCalibration((0.1, 0.2), (0.1, 0.3))
    about = {"level": "0", "levels": "1", "paintout/fingerprint": "0" * 64}
    write_level(folder / "painter.safetensors", painter.state_dict(), PAINTER, colours, calibration, about)
    masker = open_masker(MASKER, seed=0)
    write_masker(folder / "masker.safetensors", masker.state_dict(), MASKER, [1], colours, {})
    Checkpoint(toy_network()).save(folder / "toy.safetensors", "a toy")
    tensors = {"a": torch.arange(6).reshape(2, 3), "b": torch.ones(4, dtype=torch.bfloat16), "c": torch.zeros(())}
    write_weights(folder / "small.safetensors", tensors, {"network": "toy", "settings": '{"width": 0.5}'})


def toy_network() -> torch.nn.Module:
    """What the checkpoint among the seeds is one of."""
    return torch.nn.Linear(2, 3)


def _pictures(place: Place) -> None:
    """Frames that are no EXR: DPX, TIFF, PNG, JPEG; a palette matte and a grey one."""
    place.make()
    wide = np.random.default_rng(5).random((HEIGHT, WIDTH + 8, 3)).astype(np.float32)
    kinds: tuple[tuple[str, str, Mapping[str, object]], ...] = (
        ("a.png", "uint8", {}),
        ("b.png", "uint16", {}),
        ("c.tif", "uint16", {"compression": "zip"}),
        ("d.tif", "float", {"compression": "none", "tile": 16}),
        ("e.tif", "uint8", {"compression": "lzw"}),
        ("f.dpx", "uint16", {"oiio:BitsPerSample": 10}),
        ("g.dpx", "uint8", {}),
        ("h.jpg", "uint8", {}),
        ("i.tif", "half", {"compression": "packbits", "ImageDescription": "a picture"}),
    )
    for number in FRAMES:
        for name, kind, attributes in kinds:
            stem, suffix = name.split(".")
            path = _made(place.folder / f"pictures/{stem}.{number:04d}.{suffix}")
            _picture(path, wide[:, number : number + WIDTH], kind, attributes)
    numbers = np.zeros((HEIGHT, WIDTH), np.uint8)
    numbers[15:25, 24:36] = 3
    palette = Image.fromarray(numbers, "P")
    palette.putpalette([0, 0, 0, 9, 9, 9, 80, 80, 80, 200, 10, 10])
    palette.save(_made(place.folder / "pictures/palette.png"))
    Image.fromarray(numbers * 80).save(place.folder / "pictures/grey.png")


def _picture(path: Path, pixels: np.ndarray, kind: str, attributes: Mapping[str, object]) -> None:
    height, width = pixels.shape[:2]
    spec = oiio.ImageSpec(width, height, 3, kind)
    for name, value in attributes.items():
        if name == "tile":
            spec.tile_width = spec.tile_height = value
        else:
            spec.attribute(name, value)
    target = oiio.ImageOutput.create(str(path))
    target.open(str(path), spec)
    target.write_image(np.ascontiguousarray(pixels))
    target.close()


def _movies(place: Place) -> None:
    """Movies of the plate's size and length."""
    place.make()
    for name, codec, pixel_format in (
        ("a.mp4", "libx264", "yuv420p"),
        ("b.mov", "prores_ks", "yuv422p10le"),
        ("c.mkv", "ffv1", "yuv420p"),
        ("d.avi", "mjpeg", "yuvj420p"),
        ("e.mxf", "mpeg2video", "yuv422p"),
    ):
        _movie(_made(place.folder / "movies" / name), codec, pixel_format)


def _movie(path: Path, codec: str, pixel_format: str) -> None:
    wide = np.random.default_rng(5).integers(0, 255, (HEIGHT, WIDTH + 8, 3), np.uint8)
    with av.open(str(path), "w") as target:
        stream = target.add_stream(codec, rate=Fraction(24))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, pixel_format
        for number in range(len(FRAMES)):
            picture = np.ascontiguousarray(wide[:, number : number + WIDTH])
            frame = VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=pixel_format)
            frame.pts, frame.time_base = number, Fraction(1, 24)
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))


SEEDS: Mapping[str, Callable[[Place], None]] = {
    "shot": _shot,
    "kinds": _kinds,
    "flow": _flow,
    "fits": _fits,
    "weights": _weights,
    "pictures": _pictures,
    "movies": _movies,
}
