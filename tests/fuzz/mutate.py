"""Bytes and lines of text, changed at random; what is changed follows from the random numbers alone."""

import struct
from collections.abc import Callable
from random import Random

__all__ = ["HOSTILE_NUMBERS", "HOSTILE_WORDS", "Mutate", "mutate_bytes", "mutate_lines", "several"]

Mutate = Callable[[Random, bytes], bytes]
"""One change of what a file holds."""

HOSTILE_NUMBERS = (
    *(0, 1, -1, 2, 3, 7, 127, 128, 255, 256, 32767, 32768, 65535, 65536),
    *(2**31 - 1, 2**31, -(2**31), 2**32 - 1, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**63), 10**30),
    *(0.5, -0.0, 1e-45, 5e-324, 1e308, -1e308, 3.5e38, float("nan"), float("inf"), float("-inf")),
)
HOSTILE_WORDS = (
    *("", " ", ".", "..", "/", "~", "~nobody/x", "-", "--", "-1", "0", "nan", "inf", "1e999", "null", "true"),
    *("a\0b", "\0", "\ud800", "\udcff", "é\u202e\n", "\x1b[2J", "x" * 300, "a/" * 300, "a/" * 3000, "9" * 5000),
    *("####", "#" * 5000, "%d", "%04d", "%0999999999d", "$F4", "$F999999999", "%s", "{}", "x.#.#.exr", "####/x.exr"),
    *("1-3", "3-1", "1-999999999", "-3--1", "1-3x0", "1-3x-1", "1,1,1", "1-2-3", "9999999999", "1;2"),
    *("plate", "plate/", "plate/plate.0001.exr", "plate/../plate/plate.####.exr", "plate//plate.####.exr"),
    *("plate/plate.0001.exr/x", "fifo", "nothing.exr", "out", "out/clean.####.exr", "/dev/null", "/dev/full"),
    *("/dev/zero", "/proc/self/mem", "/proc/self/environ", "file:///etc/passwd", "ocio://nothing", "http://x"),
    *("cryptomatte:", "cryptomatte:/", "cryptomatte:crypto_object/*", "cryptomatte:crypto_object/[", "R", "A.A.A"),
)
_SPAN = 64  # bytes of a change at most, as a rule: a long one leaves little that is worth reading


def several(random: Random, data: bytes, mutate: Mutate, most: int = 4) -> bytes:
    """Change something once, or now and then a few times."""
    count = 1 if random.random() < 0.6 else random.randint(2, most)
    for _ in range(count):
        data = mutate(random, data)
    return data


def mutate_bytes(random: Random, data: bytes) -> bytes:
    """One change of bytes, whatever they mean."""
    if not data:
        return random.randbytes(random.choice((1, 4, 8, 100)))
    way = random.choice((_flip, _flip, _set, _number, _number, _cut, _drop, _double, _insert, _splice, _fill))
    return way(random, data)


def _span(random: Random, data: bytes) -> tuple[int, int]:
    begin = random.randrange(len(data))
    return begin, min(len(data), begin + random.randint(1, _SPAN))


def _flip(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]


def _set(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + bytes([random.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF, random.randrange(256)))]) + data[at + 1 :]


def _number(random: Random, data: bytes) -> bytes:
    """A number in place of some bytes, such as one that says how long something is."""
    form = random.choice(("<H", ">H", "<I", ">I", "<Q", ">Q", "<f", ">f"))
    size = struct.calcsize(form)
    at = random.randrange(max(1, len(data) - size))
    return data[:at] + packed(random, form) + data[at + size :]


def packed(random: Random, form: str) -> bytes:
    """A hostile number in a form of struct's."""
    if form[-1] in "fd":
        value = random.choice([float(number) for number in HOSTILE_NUMBERS if abs(number) < 3e38 or number != number])
        return struct.pack(form, random.choice((value, float("inf"), float("-inf"))))
    whole = random.choice([number for number in HOSTILE_NUMBERS if isinstance(number, int)])
    most = 1 << 8 * struct.calcsize(form)
    return struct.pack(form.upper(), whole % most)


def _cut(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data))]


def _drop(random: Random, data: bytes) -> bytes:
    begin, end = _span(random, data)
    return data[:begin] + data[end:]


def _double(random: Random, data: bytes) -> bytes:
    begin, end = _span(random, data)
    return data[:end] + data[begin:end] * random.choice((1, 1, 2, 50)) + data[end:]


def _insert(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.randbytes(random.randint(1, _SPAN)) + data[at:]


def _splice(random: Random, data: bytes) -> bytes:
    """Bytes of one place over those of another."""
    begin, end = _span(random, data)
    at = random.randrange(len(data))
    return data[:at] + data[begin:end] + data[at + end - begin :]


def _fill(random: Random, data: bytes) -> bytes:
    begin, end = _span(random, data)
    return data[:begin] + bytes([random.choice((0, 0xFF, 0x41))]) * (end - begin) + data[end:]


def mutate_lines(random: Random, data: bytes) -> bytes:
    """One change of a text of lines: one that goes, comes twice, moves or holds another word; or bytes of it."""
    lines = data.split(b"\n")
    if random.random() < 0.25 or len(lines) < 3:
        return mutate_bytes(random, data)
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    way = random.randrange(4)
    if way == 0:
        del lines[at]
    elif way == 1:
        lines.insert(other, lines[at])
    elif way == 2:
        lines[at], lines[other] = lines[other], lines[at]
    else:
        words = lines[at].split(b" ")
        hostile = random.choice((*HOSTILE_WORDS, *map(str, HOSTILE_NUMBERS)))
        words[random.randrange(len(words))] = hostile.encode("utf-8", "surrogatepass")
        lines[at] = b" ".join(words)
    return b"\n".join(lines)
