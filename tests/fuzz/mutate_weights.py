"""Safetensors changed by their structure: the length of the header, the header's JSON, the tensors."""

import json
import struct
from random import Random

from tests.fuzz.mutate import mutate_bytes, packed
from tests.fuzz.mutate_json import mutate_json

__all__ = ["mutate_weights"]

DIGEST = "sha256"


def mutate_weights(random: Random, data: bytes) -> bytes:
    """One change of a safetensors file; the checksum goes now and then, or nothing behind it would ever be reached."""
    try:
        (length,) = struct.unpack_from("<Q", data)
        header = json.loads(data[8 : 8 + length])
        about = header["__metadata__"]
    except (struct.error, ValueError, KeyError, TypeError, RecursionError, OverflowError, MemoryError):
        return mutate_bytes(random, data)
    words, tensors = data[8 : 8 + length], data[8 + length :]
    if isinstance(about, dict) and DIGEST in about and random.random() < 0.7:
        del about[DIGEST]
        words = json.dumps(header).encode()
    way = random.randrange(8)
    if way == 0:
        return packed(random, "<Q") + words + tensors
    if way == 1:
        tensors = mutate_bytes(random, tensors)
    elif way == 2:
        words = mutate_bytes(random, words)
    elif way in (3, 4) and isinstance(about, dict) and about:
        name = random.choice(sorted(about))
        about[name] = mutate_json(random, str(about[name]).encode()).decode("utf-8", "replace")
        words = json.dumps(header).encode()
    elif way == 5 and len(header) > 1:
        name = random.choice(sorted(name for name in header if name != "__metadata__"))
        header[name] = json.loads(_without_nan(mutate_json(random, json.dumps(header[name]).encode()), header[name]))
        words = json.dumps(header).encode()
    else:
        words = mutate_json(random, words)
    return struct.pack("<Q", len(words)) + words + tensors


def _without_nan(words: bytes, otherwise: object) -> bytes:
    """The words if Python reads them, else those of what was there."""
    try:
        json.loads(words)
    except (ValueError, RecursionError):
        return json.dumps(otherwise).encode()
    return words
