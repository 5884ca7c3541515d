"""Files of weights that lie, are broken or ask for the world: an error that names the file, before memory is taken."""

import json
import os
import resource
import struct
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from tests.hostile.place import Case, Place, cases, try_case
from tests.vfxlib.internal_fit.shots import painter_settings
from vfxlib.errors import WeightsError
from vfxlib.internal_fit.weights import read_networks, start_from
from vfxlib.io.weights import read_weights, write_weights
from vfxlib.mask_propagate.weights import read_masker
from vfxlib.mask_propagate.weights import start_from as start_masker
from vfxlib.nets.masker import MaskerSettings, open_masker
from vfxlib.nets.painter import open_painter

CPU = torch.device("cpu")
DEEP = "[" * 100_000
SETTINGS = painter_settings()
ABOUT = {
    "network": "painter",
    "settings": json.dumps(asdict(SETTINGS)),
    "range": "[0.4, 0.4, 0.4, 0.1]",
    "trust": "[[0.0, 0.1], [0.01, 0.08]]",
}
MASKER = MaskerSettings(11)


def raw(path: Path, header: object, body: bytes = b"", length: int | None = None) -> None:
    words = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(words) if length is None else length) + words + body)


def tensor(**more: object) -> dict[str, object]:
    return {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **more}}


def test_what_a_good_file_says_is_read(tmp_path):
    path = tmp_path / "a.safetensors"
    write_weights(path, open_painter(SETTINGS, 0).state_dict(), ABOUT)
    assert read_networks([path], CPU).networks[0].settings == SETTINGS
    start_from(open_painter(SETTINGS, 1), path)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param(name, words, id=f"{name} {words[:40]}")
        for name, wrong in {
            "settings": (
                *(DEEP, "", "5", "null", "[]", "[4]", '"base"', '{"inputs": "4"}', '{"inputs": [4]}', '{"size": 1}'),
                *('{"inputs": 1099511627776}', '{"outputs": 1099511627776}', '{"width": 1e300}', '{"width": NaN}'),
                *('{"width": true}', '{"inputs": 4.5}', '{"inputs": Infinity}', '{"network": ["base"]}'),
                *('{"head": "\\u0000"}', '{"inputs": ' + "9" * 5000 + "}"),
            ),
            "range": (DEEP, "5", "{}", '["a", 0, 0, 1]', "[0, 0, 0, 0]", "[0, 0, NaN, 1]", "[0, 0, 1e999, 1]", "[[1]]"),
            "trust": (DEEP, "5", "[[], []]", "[[0, 1], [0]]", '["ab", "cd"]', "[[0, NaN], [0, 1]]", "[null, null]"),
        }.items()
        for words in wrong
    ],
)
def test_a_painter_that_lies_about_itself_is_refused(name, words, tmp_path):
    path = tmp_path / "a.safetensors"
    write_weights(path, open_painter(SETTINGS, 0).state_dict(), {**ABOUT, name: words})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(WeightsError, match="does not say what") as caught:
        read_networks([path], CPU)
    assert caught.value.where == str(path)
    assert len(str(caught.value)) < 7000
    if name == "settings":
        with pytest.raises(WeightsError, match="does not say what"):
            start_from(open_painter(SETTINGS, 1), path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # KiB


@pytest.mark.parametrize("words", [DEEP, "5", "[Infinity]", "[NaN]", '["a"]', "null", "[[1]]", "[1.5]"])
def test_a_masker_that_lies_about_its_objects_is_refused(words, tmp_path):
    path = tmp_path / "a.safetensors"
    about = {"network": "masker", "settings": json.dumps(asdict(MASKER)), "range": "[0, 0, 0, 1]", "objects": words}
    write_weights(path, open_masker(MASKER, 0).state_dict(), about)
    for use in (lambda: read_masker(path, CPU, MASKER, [1]), lambda: start_masker(open_masker(MASKER, 1), path, [1])):
        with pytest.raises(WeightsError) as caught:
            use()
        assert caught.value.where == str(path)
        assert caught.value.fix


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_say_so_where_they_are_read(bad, tmp_path):
    path, weights = tmp_path / "a.safetensors", open_painter(SETTINGS, 0).state_dict()
    name = next(iter(weights))
    weights[name][0].fill_(bad)
    write_weights(path, weights, ABOUT)
    for use in (lambda: read_networks([path], CPU), lambda: start_from(open_painter(SETTINGS, 1), path)):
        with pytest.raises(WeightsError, match=f"'{name}' holds NaN or infinity"):
            use()


@pytest.mark.parametrize(
    ("header", "body", "length"),
    [
        pytest.param(b"", b"", None, id="nothing"),
        pytest.param(DEEP.encode(), b"", None, id="nested deep"),
        pytest.param(b'{"__metadata__":' + DEEP.encode(), b"", None, id="nested deep in what it says of itself"),
        pytest.param({"__metadata__": {"a": 5}}, b"", None, id="a number for words"),
        pytest.param({"__metadata__": []}, b"", None, id="a list for words"),
        pytest.param({}, b"", 2**63, id="a header of 2**63 bytes"),
        pytest.param({}, b"", 2**40, id="a header of 2**40 bytes"),
        pytest.param({}, b"", 90 << 20, id="a header of 90 MiB"),
        pytest.param(tensor(shape=[2**40, 2**40]), bytes(8), None, id="a shape beyond all numbers"),
        pytest.param(tensor(shape=[2**61], data_offsets=[0, 2**63]), bytes(8), None, id="an end beyond all numbers"),
        pytest.param(tensor(shape=[-1]), bytes(8), None, id="a shape below nothing"),
        pytest.param(tensor(shape=3), bytes(8), None, id="a shape that is no list"),
        pytest.param(tensor(dtype="F6_E2M3"), bytes(8), None, id="numbers of six bits"),
        pytest.param(tensor(dtype="F128"), bytes(8), None, id="numbers of a kind that there is not"),
        pytest.param(tensor(data_offsets=[8, 0]), bytes(8), None, id="an end before its beginning"),
        pytest.param(b"\xff\xfe{}", b"", None, id="no UTF-8"),
    ],
)
def test_a_file_that_no_library_would_write_is_damaged(header, body, length, tmp_path):
    path = tmp_path / "a.safetensors"
    raw(path, header, body, length)
    with pytest.raises(WeightsError, match="damaged") as caught:
        read_weights(path)
    assert caught.value.where == str(path)


@pytest.mark.parametrize("kind", ["BOOL", "U8", "I64", "C64"])
def test_numbers_that_no_network_takes_are_another_networks(kind, tmp_path):
    path, network = tmp_path / "a.safetensors", open_painter(SETTINGS, 0)
    types = {"BOOL": torch.bool, "U8": torch.uint8, "I64": torch.int64, "C64": torch.complex64}
    write_weights(path, {name: each.to(types[kind]) for name, each in network.state_dict().items()}, ABOUT)
    with pytest.raises(WeightsError, match="another network"):
        read_networks([path], CPU)


@pytest.mark.parametrize("target", [None, "/dev/zero"], ids=["pipe", "device"])
def test_a_pipe_or_a_device_is_never_opened_for_weights(target, tmp_path):
    path = tmp_path / "a.safetensors"
    os.mkfifo(path) if target is None else path.symlink_to(target)
    with pytest.raises(WeightsError, match="no regular file"):
        read_weights(path)


def test_weights_in_a_folder_of_any_name_are_read(tmp_path):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    folder.mkdir()
    write_weights(folder / "a.safetensors", {"a": torch.ones(2)}, {})
    assert read_weights(folder / "a.safetensors").tensors["a"].tolist() == [1, 1]


def starting(make):
    """A case's maker: weights to start a fit from."""

    def prepare(place: Place) -> list[str]:
        make(place.folder / "start.safetensors")
        place.node = "internal-fit"
        return place.words("--iterations", "1", "--start", "start.safetensors")

    return prepare


TABLE = [
    Case("a pipe to start from", starting(os.mkfifo), 2, ("start.safetensors",), ()),
    Case(
        "settings nested deep to start from",
        starting(lambda path: write_weights(path, {"a": torch.ones(2)}, {**ABOUT, "settings": DEEP})),
        2,
        ("start.safetensors", "nested deeper", "give weights that a fit has written"),
        (),
    ),
]


@cases(TABLE)
def test_odd_weights_to_start_from_are_named(case, tmp_path, capsys):
    try_case(case, tmp_path, capsys)
