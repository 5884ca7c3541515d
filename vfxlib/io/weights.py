"""Files of weights: safetensors with what they are written into them; the only module that imports it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import nn

from vfxlib.device import to_numpy
from vfxlib.errors import WeightsError
from vfxlib.io.atomic import atomic_write
from vfxlib.io.json_file import parse_json
from vfxlib.io.open_file import open_binary
from vfxlib.io.os_errors import reading
from vfxlib.io.utf8_path import utf8_path

__all__ = ["AGAIN", "Weights", "check_numbers", "load_weights", "read_weights", "write_weights"]

AGAIN = "delete it so that the fit makes it again"
DIGEST = "sha256"  # the key of the checksum among what the file says about itself
PICKLES = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
CONVERT = (
    "if you trust it, convert it once: "
    'safetensors.torch.save_file(torch.load(FILE, weights_only=True), "FILE.safetensors")'
)


@dataclass(frozen=True)
class Weights:
    """What a file of weights holds.

    tensors  by name, on the processor
    about    what it says about itself: "network" and "settings" (JSON) in our own files; empty in others'
    digest   SHA-256 over names, types, shapes and values of the tensors, in hexadecimal
    """

    tensors: Mapping[str, torch.Tensor]
    about: Mapping[str, str]
    digest: str


def write_weights(path: Path, tensors: Mapping[str, torch.Tensor], about: Mapping[str, str]) -> str:
    """Write weights, whole or not at all; the same weights give the same file, byte for byte.

    tensors  by name, on any device, in any memory format
    about    "network", "settings" as JSON, and what else a reader must know; "sha256" is added
    returns  the digest, as ``Weights`` has it
    raises   OutputError if the place cannot be written
    """
    held = {name: tensors[name].detach().cpu().contiguous().clone() for name in sorted(tensors)}
    digest = _digest(held)
    data = _with_header_in_order(save(held, {**about, DIGEST: digest}))
    with atomic_write(path) as hidden:
        hidden.write_bytes(data)
    return digest


def read_weights(path: Path) -> Weights:
    """Read weights and check them against their checksum.

    A safetensors file of somebody else's has none and says nothing about itself that we would understand; it is read
    all the same.

    raises   WeightsError if the file is not there, damaged, cut off, changed since it was written, no safetensors
             file, or a pickle
    """
    _refuse_pickle(path)
    try:
        with reading(path, WeightsError), utf8_path(path) as name, safe_open(name, framework="pt") as file:
            about = dict(file.metadata() or {})
            # cloned, for these lie in the mapped file and would change with it
            tensors = {name: file.get_tensor(name).clone() for name in sorted(file.keys())}
    except SafetensorError as error:
        raise WeightsError(
            f"is damaged, cut off or no safetensors file ({error})", where=path, fix="copy or make it again"
        ) from error
    except (AttributeError, RuntimeError, KeyError, TypeError, ValueError) as error:
        raise WeightsError(
            f"holds numbers of a kind that torch does not know ({error})", where=path, fix="save it as float32"
        ) from error
    digest = _digest(tensors)
    if about.pop(DIGEST, digest) != digest:
        raise WeightsError(
            "its checksum is wrong: it was changed after it was written", where=path, fix="copy or make it again"
        )
    return Weights(tensors, about, digest)


def check_numbers(tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    """See that a network can work with what a file holds.

    raises  WeightsError for NaN and infinity
    """
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor.float()).all()):
            raise WeightsError(
                f"{name!r} holds NaN or infinity", where=path, fix="give other weights, or make it again"
            )


def load_weights(network: nn.Module, tensors: Mapping[str, torch.Tensor], path: Path, fix: str = AGAIN) -> None:
    """Give a network the weights that a file holds.

    network  takes them in place
    tensors  its state_dict
    path     of the file
    fix      what to do about another network's
    raises   WeightsError if they are another network's, or hold NaN or infinity
    """
    check_numbers(tensors, path)
    if not all(tensor.is_floating_point() for tensor in tensors.values()):
        raise WeightsError("holds weights of another network", where=path, fix=fix)
    try:
        network.load_state_dict(dict(tensors))
    except RuntimeError as error:
        raise WeightsError("holds weights of another network", where=path, fix=fix) from error


def _digest(tensors: Mapping[str, torch.Tensor]) -> str:
    total = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name]
        total.update(json.dumps([name, str(tensor.dtype), list(tensor.shape)]).encode())
        total.update(to_numpy(tensor.reshape(-1).view(torch.uint8)).data)
    return total.hexdigest()


def _with_header_in_order(data: bytes) -> bytes:
    """The library writes what is said about a file in another order each time; here it is sorted."""
    length = int.from_bytes(data[:8], "little")
    header = parse_json(data[8 : 8 + length])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    words = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    words += b" " * (-len(words) % 8)  # the tensors begin at a multiple of eight bytes
    return len(words).to_bytes(8, "little") + words + data[8 + length :]


def _refuse_pickle(path: Path) -> None:
    with open_binary(path, WeightsError) as file:
        start = file.read(9)
    # the first eight bytes of safetensors are a number, which may look like anything; the ninth opens the header
    if start[8:] != b"{" and (start.startswith(PICKLES) or path.suffix in (".pt", ".pth", ".pkl")):
        raise WeightsError("is a pickle, which could run any program when it is read", where=path, fix=CONVERT)
