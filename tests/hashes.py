"""Every bit that the nodes write, as hashes: proof that a change of the code has changed no picture.

``python -m tests.hashes --out before.json``, the change, ``python -m tests.hashes --against before.json``. All nodes
run by the command alone, on the contract's shot, on the demo plate and, where ../shared is there, on street: few
frames, few iterations, the processor, fixed seed and threads. Hashes of two machines are not to be compared.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import OpenEXR
from safetensors.numpy import load_file

from tests.contract.conftest import FLOW, Shot
from tests.places import ROOT, SHARED

STREET = SHARED / "plates" / "street"
FINGERPRINT, CHECKSUM = "paintout/fingerprint", "paintout/checksum"
FIT = ("--iterations", "6", "--width", "0.34")
FEW = ("--iterations", "6")


def paintout(*words: str) -> None:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "plugin", *words, "--device", "cpu", "--threads", "2", "--progress", "none"]
    if words[0] == "run":  # a job file says that itself
        command = [*command[:-6], "--progress", "none"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def of_array(pixels: np.ndarray) -> str:
    """A short hash over type, shape and bits."""
    content = f"{pixels.dtype} {pixels.shape} ".encode() + np.ascontiguousarray(pixels).tobytes()
    return hashlib.sha256(content).hexdigest()[:16]


def without_fingerprints(value: object) -> object:
    """What a step tells of itself, but for what it was made from and how long it took."""
    timed = (FINGERPRINT, CHECKSUM, "seconds", "history", "empty")
    if isinstance(value, dict):
        return {name: without_fingerprints(held) for name, held in value.items() if name not in timed}
    return value


def hashed(folder: Path) -> Iterator[tuple[str, str]]:
    """Every channel, tensor and document below a folder, by its name there."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".exr":
            for channel, held in OpenEXR.File(str(path), separate_channels=True).channels().items():
                yield f"{name} {channel}", of_array(held.pixels)
        elif path.suffix == ".safetensors":
            for tensor, values in load_file(path).items():
                yield f"{name} {tensor}", of_array(values)
        elif path.suffix == ".json" and path.name not in ("job.json", "two.json", "digests.json", "failed.json"):
            told = json.dumps(without_fingerprints(json.loads(path.read_text())), sort_keys=True)
            yield name, hashlib.sha256(told.encode()).hexdigest()[:16]


def two_nodes(folder: Path, shot: dict[str, object], out: str, *nodes: tuple[str, dict[str, object]]) -> None:
    """Run several nodes as one job."""
    job = {
        "paintout": 1,
        "shot": shot,
        "nodes": [{"node": name, "params": params} for name, params in nodes],
        "output": {"out": out, "device": "cpu", "threads": 2},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "two.json").write_text(json.dumps(job))
    paintout("run", str(folder / "two.json"))


def run_all(folder: Path, plate: str, matte: str, key: str, first: int, frames: str) -> None:
    """Every node alone, with the options that turn other lines of it on, and in jobs of two."""

    def node(name: str, out: str, *words: str) -> None:
        mattes = ("--key", f"{first}={key}") if name == "mask-propagate" else ("--matte", matte)
        out = str(folder / out / "out.####.exr")
        paintout(name, "--plate", plate, *mattes, "--frames", frames, "--out", out, *words)

    node("flow-inpaint", "flow", "--reach", "4")
    node("flow-inpaint", "flow-grown", "--reach", "3", "--grow", "2", "--feather", "3", "--find-cuts", "off")
    node("internal-fit", "fit", *FIT)
    node("internal-fit", "fit-filled", *FIT, "--fill", str(folder / "flow" / "out.####.exr"), "--ambiguity", "0.1")
    node("mask-propagate", "mask", *FEW)
    node("mask-propagate", "mask-effect", *FEW, "--effect", "20", "--grow", "2", "--soften", "2")
    shot: dict[str, object] = {"plate": plate, "matte": matte, "frames": frames}
    fit = {"iterations": 6, "width": 0.34}
    two_nodes(folder, shot, str(folder / "two" / "out.####.exr"), ("flow-inpaint", {"reach": 4}), ("internal-fit", fit))
    keyed: dict[str, object] = {"plate": plate, "key": {str(first): key}, "frames": frames}
    few = {"iterations": 6}
    two_nodes(folder, keyed, str(folder / "keyed" / "out.####.exr"), ("mask-propagate", few), ("flow-inpaint", {}))


def hashes(folder: Path) -> dict[str, str]:
    """Make everything and hash it."""
    shot = Shot(folder / "shot", FLOW).make()
    key = str(folder / "shot" / "matte" / "matte.1001.exr")
    run_all(folder / "contract", shot.plate, shot.matte, key, 1001, "1001-1007")
    for name, place, frames in (("demo", ROOT / "demo", "1001-1006"), ("street", STREET, "1001-1005")):
        if place.exists():
            plate, matte = (next((place / kind).glob("*.1001.exr")) for kind in ("plate", "matte"))
            plates, mattes = (str(path).replace("1001", "####") for path in (plate, matte))
            run_all(folder / name, plates, mattes, str(matte), 1001, frames)
    return {f"{name}/{what}": value for name in ("contract", "demo", "street") for what, value in hashed(folder / name)}


def main() -> int:
    """Exit code 1 if anything is another than before."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="Keep the hashes.")
    parser.add_argument("--against", type=Path, help="Compare with hashes kept before.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = hashes(Path(folder))
    print(f"{len(made)} channels, tensors and documents")
    if given.out:
        given.out.write_text(json.dumps(made, indent=0))
    if not given.against:
        return 0
    before = json.loads(given.against.read_text())
    other = sorted(name for name in before.keys() | made.keys() if before.get(name) != made.get(name))
    for name in other:
        print(f"another: {name}: {before.get(name, 'was not there')} -> {made.get(name, 'is not there')}")
    print(f"{len(other)} differ")
    return bool(other)


if __name__ == "__main__":
    sys.exit(main())
