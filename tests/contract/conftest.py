"""A small shot with everything in it that must survive, and the command of every node run on it in this process."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from nodes import CLEAN_PLATE, FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE, MORE, RESIDUAL_HIRES, STA_NET
from nodes.engine.memory_budget import MemoryBudget
from nodes.node import Node
from nodes.recipes import Recipe
from plugin.cli import main
from tests.contract.border_mean import BORDER_MEAN
from tests.untrained_sta import untrained_sta
from vfxlib.image.box import Box
from vfxlib.io.exr import read_channels, write_exr

WIDTH, HEIGHT, FRAMES = 128, 96, range(1001, 1008)


@dataclass(frozen=True)
class Case:
    """A node that keeps the contract, or a recipe.

    node     the node, or the recipe
    options  what makes it fast on a small shot
    midway   pattern of a file that appears in the work folder when the work is under way
    studio   what $PAINTOUT_NODES names; "" for a node of our own
    first    NODE/STEP of another node that must have run before its last step; "" if there is none
    """

    node: Node | Recipe
    options: tuple[str, ...]
    midway: str
    studio: str = ""
    first: str = ""


FLOW = Case(FLOW_INPAINT, ("--reach", "4"), "flow-inpaint/complete/complete.1001.exr")
INTERNAL = Case(INTERNAL_FIT, ("--iterations", "3", "--width", "0.34"), "internal-fit/fit/level0.safetensors")
MASK = Case(MASK_PROPAGATE, ("--iterations", "3"), "mask-propagate/carry/carry.1001.exr")
DETAIL = Case(
    RESIDUAL_HIRES,
    ("--working-size", "64", "--reach", "4", "--filler", "flow-inpaint"),
    "flow-inpaint/complete/complete.1001.exr",
    first="flow-inpaint/render",
)
RECIPE = Case(
    CLEAN_PLATE,
    ("--working-size", "64", "--reach", "4", "--iterations", "2"),
    "residual-hires/anchors/anchors.1004.exr",
)
# of the contract's tests it has the few in test_sta_net.py: its steps but the last are those of FLOW
NETWORK = Case(
    STA_NET,
    ("--reach", "2", "--references", "2", "--weights", str(untrained_sta())),
    "sta-net/complete/complete.1001.exr",
)
BORDER = Case(BORDER_MEAN, (), "job.json", "tests.contract.border_mean:BORDER_MEAN")
CASES = (FLOW, INTERNAL, DETAIL, BORDER)  # what fills a matte
EVERY = (*CASES, MASK)
every_node = pytest.mark.parametrize("case", EVERY, indirect=True, ids=lambda case: case.node.name, scope="session")


def background(shift: float, seed: int = 1) -> np.ndarray:
    """A textured wall seen by a camera that pans by ``shift`` pixels; linear, with highlights far above 1."""
    rng = np.random.default_rng(seed)
    wide = rng.random((HEIGHT + 8, WIDTH + 80, 3)).astype(np.float32)
    wide = ndimage.gaussian_filter(wide, (1.5, 1.5, 0)) * 2 - 0.7
    wide = np.clip(wide, 0.02, None) ** 2 * 2
    wide[20:24, 60:64] = 300.0  # a lamp
    return ndimage.shift(wide, (0, -shift, 0), order=3, mode="nearest")[4 : 4 + HEIGHT, 8 : 8 + WIDTH].astype(
        np.float32
    )


def matte_at(place: int) -> np.ndarray:
    """A soft disc that crosses the frame."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    away = np.hypot(x - (30 + 11 * place), y - 50)
    return np.clip((13 - away) / 2 + 0.5, 0, 1).astype(np.float32)


def write(path: Path, channels: dict[str, np.ndarray], *, display=None, data=None, origin=(0, 0), attributes=None):
    """One EXR; windows default to the picture's size."""
    height, width = next(iter(channels.values())).shape
    display = display or Box(0, 0, width, height)
    write_exr(
        path,
        display=display,
        origin=origin,
        data=data or display,
        aspect=1.0,
        channels=channels,
        attributes={"colorInteropID": "lin_rec709_scene", **(attributes or {})},
    )


class Shot:
    """A folder with plate, matte and truth, and the command of a node run on them.

    short  shares of the memory that a step asked for, and what was left of it then, where that was less
    """

    def __init__(self, folder: Path, case: Case) -> None:
        self.folder, self.case = folder, case
        self.short: list[tuple[float, float]] = []
        self.plate = str(folder / "plate" / "plate.####.exr")
        self.matte = str(folder / "matte" / "matte.####.exr")

    def make(self, frames=FRAMES, step: float = 1.5) -> "Shot":
        for place, number in enumerate(frames):
            truth = background(step * place)
            matte = matte_at(place)
            picture = truth * (1 - matte[..., None]) + np.float32([0.8, 0.1, 0.05]) * matte[..., None]
            picture = picture.astype(np.float16)
            picture[2, 3] = [np.nan, np.inf, -np.inf]
            picture[5, 90] = [-0.25, 65504.0, -0.0]
            self.write_plate(number, picture)
            write(self.folder / "matte" / f"matte.{number}.exr", {"A": matte.astype(np.float16)})
            rgb = {name: truth[..., i].astype(np.float16) for i, name in enumerate("RGB")}
            write(self.folder / "truth" / f"truth.{number}.exr", rgb)
        return self

    def write_plate(self, number: int, picture: np.ndarray, **more) -> None:
        channels = {name: picture[..., i] for i, name in enumerate("RGB")}
        alpha = np.linspace(0, 1, picture.shape[1], dtype=np.float16)
        channels["A"] = np.broadcast_to(alpha, picture.shape[:2]).copy()
        channels["depth.Z"] = np.full(picture.shape[:2], 7.5, np.float32)
        attributes = {"owner": "the studio"}
        write(self.folder / "plate" / f"plate.{number}.exr", channels, attributes=attributes, **more)

    def words(self, *words: str, out: str = "", plate: str = "", matte: str = "") -> list[str]:
        """The command line; a node that takes keys in place of mattes gets the first frame's matte for one.

        out  the sequence that is written
        """
        mattes = ["--key", self.key(1001)] if self.case.node.takes("key") else ["--matte", matte or self.matte]
        return [
            *(self.case.node.name, "--plate", plate or self.plate, *mattes),
            *("--out", out or str(self.folder / "out" / "clean.####.exr"), *self.case.options, *words),
        ]

    def key(self, number: int) -> str:
        """The matte of a frame as a key."""
        return f"{number}={self.folder / 'matte' / f'matte.{number}.exr'}"

    def run(self, *words: str, out: str = "", plate: str = "", matte: str = "") -> int:
        """The command's exit code."""
        return main(self.words("--progress", "none", *words, out=out, plate=plate, matte=matte))

    def result(self, number: int):
        """All channels of a written frame."""
        return read_channels(self.folder / "out" / f"clean.{number}.exr", number)

    def original(self, number: int):
        """All channels of a plate frame."""
        return read_channels(self.folder / "plate" / f"plate.{number}.exr", number)

    @property
    def work(self) -> Path:
        """The work folder."""
        return self.folder / "out" / "clean.work"

    def job(self) -> str:
        """The job file that a run wrote."""
        return str(self.work / "job.json")


def bits(channel: np.ndarray) -> np.ndarray:
    """The channel as whole numbers, so that NaN equals NaN and -0 differs from 0."""
    return np.ascontiguousarray(channel).view(f"u{channel.dtype.itemsize}")


def same(a, b) -> bool:
    """True if two frames have the same channels, bit for bit."""
    return set(a.channels) == set(b.channels) and all(
        np.array_equal(bits(a.channels[name]), bits(b.channels[name])) for name in a.channels
    )


@pytest.fixture(scope="session", params=CASES, ids=lambda case: case.node.name)
def case(request) -> Iterator[Case]:
    """The node at hand; one of a studio's own is made known for as long."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param.studio:
            patch.setenv(MORE, request.param.studio)
        yield request.param


@pytest.fixture(scope="session")
def done(case, tmp_path_factory) -> Shot:
    """A shot that has been rendered once; read it, do not change it."""
    shot = Shot(tmp_path_factory.mktemp("shot"), case).make()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("part", "keep"):
            _watch(patch, name, shot.short)
        assert shot.run() == 0
    return shot


def _watch(patch: pytest.MonkeyPatch, name: str, short: list[tuple[float, float]]) -> None:
    """Remember what is asked of a method of the memory that others have already."""
    take = getattr(MemoryBudget, name)

    def watched(self: MemoryBudget, share: float, taken: float = 0.0) -> int:
        if share > self.left(taken) + 1e-6:
            short.append((share, self.left(taken)))
        return take(self, share, taken)

    patch.setattr(MemoryBudget, name, watched)


@pytest.fixture
def finished(done, tmp_path) -> Shot:
    """A shot of one's own that has been rendered; its dates are those of the one it was copied from."""
    shutil.copytree(done.folder, tmp_path / "finished")
    return Shot(tmp_path / "finished", done.case)


@pytest.fixture
def bare(case, tmp_path) -> Shot:
    """A shot whose files are still to be made."""
    return Shot(tmp_path, case)


@pytest.fixture
def shot(bare) -> Shot:
    """A fresh shot."""
    return bare.make()


@pytest.fixture
def short(bare) -> Shot:
    """A fresh shot of three frames, for what goes wrong before the work."""
    return bare.make(range(1001, 1004))
