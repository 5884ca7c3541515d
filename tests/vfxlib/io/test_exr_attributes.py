"""Attributes of an EXR: plain values that come back with their bytes, and what is not understood is not lost."""

import struct
from fractions import Fraction

import OpenEXR
import pytest

from tests.vfxlib.io.exr_files import REAL, STILLS, noise, write
from vfxlib.io.exr import CHECKSUM, read_header
from vfxlib.io.exr_attributes import KeyCode, Opaque, TimeCode, decode_attribute, encode_attribute, well_formed, words
from vfxlib.io.exr_header import StoredAttribute
from vfxlib.io.stdout import capture_stdout

ATTRIBUTES = {
    "owner": "Müller & Söhne",
    "empty": "",
    "isoSpeed": 100.5,
    "frame": -7,
    "framesPerSecond": Fraction(24000, 1001),
    "timeCode": TimeCode(0x01020304, 0xCAFE),
    "keyCode": KeyCode((1, 2, 3, 4, 5, 4, 64)),
    "chromaticities": (0.25, 0.5, 0.125, 0.75, 0.0, 1.0, 0.375, 0.625),
    "adoptedNeutral": (0.25, 0.5),
    "worldToCamera": tuple(float(i) for i in range(16)),
    "m33": tuple(float(i) for i in range(9)),
    "v3": (1.0, 2.0, 3.0),
    "size": (3, 4),
    "window": (1, 2, 3, 4),
    "names": ("left", "right"),
    "exposure": Opaque("double", struct.pack("<d", 0.1)),
    "studio/thing": Opaque("studioType", b"\0\1\2"),
    "colorInteropID": "lin_ap1_scene",
    "a/name/of/more/than/thirty/one/characters": "long",
    "screenWindowCenter": (0.5, 0.25),
    "screenWindowWidth": 2.0,
}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_every_kind_of_value_comes_back_from_its_bytes(name):
    stored = encode_attribute(ATTRIBUTES[name])
    assert decode_attribute(stored) == ATTRIBUTES[name]
    assert type(decode_attribute(stored)) is type(ATTRIBUTES[name])


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        pytest.param("string", b"\xff\xfe", id="a string that is not UTF-8"),
        pytest.param("rational", struct.pack("<iI", 2, 4), id="a rational that is not reduced"),
        pytest.param("rational", struct.pack("<iI", 1, 0), id="a rational over nothing"),
        pytest.param("float", b"\0\0", id="a float that is cut"),
        pytest.param("stringvector", struct.pack("<i", 9) + b"ab", id="words that are cut"),
        pytest.param("m33d", bytes(72), id="a type that nobody needs"),
    ],
)
def test_what_would_come_back_with_other_bytes_is_carried_as_it_is(kind, data):
    value = decode_attribute(StoredAttribute(kind, data))
    assert value == Opaque(kind, data)
    assert encode_attribute(value) == StoredAttribute(kind, data)


@pytest.mark.parametrize("value", [None, 1 + 2j, [1, 2], (1, 2.0), (1.0,) * 5, (), 2**31, b"bytes"])
def test_what_no_attribute_can_hold_is_refused(value):
    with pytest.raises(ValueError, match="EXR attribute"):
        encode_attribute(value)


def test_attributes_come_back_as_they_were(tmp_path):
    write(tmp_path / "a.exr", {"R": noise(1, "f2")}, attributes=ATTRIBUTES)
    assert {**read_header(tmp_path / "a.exr").attributes, CHECKSUM: ""} == {**ATTRIBUTES, CHECKSUM: ""}


def test_attributes_pass_through_with_the_same_bytes(tmp_path):
    write(tmp_path / "a.exr", {"R": noise(1, "f2")}, attributes=ATTRIBUTES)
    write(tmp_path / "b.exr", {"R": noise(1, "f2")}, attributes=read_header(tmp_path / "a.exr").attributes)
    assert (tmp_path / "a.exr").read_bytes() == (tmp_path / "b.exr").read_bytes()


def test_attributes_mean_the_same_to_openexr_itself(tmp_path):
    write(tmp_path / "a.exr", {"R": noise(1, "f2")}, attributes=ATTRIBUTES)
    header = OpenEXR.File(str(tmp_path / "a.exr"), header_only=True).header()
    assert header["owner"] == ATTRIBUTES["owner"]
    assert header["chromaticities"] == ATTRIBUTES["chromaticities"]
    assert header["framesPerSecond"] == Fraction(24000, 1001)
    assert header["timeCode"].userData == 0xCAFE
    assert (header["timeCode"].hours, header["timeCode"].minutes, header["timeCode"].frame) == (1, 2, 4)
    assert header["keyCode"].prefix == 3
    assert header["a/name/of/more/than/thirty/one/characters"] == "long"


def test_a_time_code_reads_as_people_write_it():
    assert str(TimeCode(0x01593723)) == "01:59:37:23"
    assert str(TimeCode(0x01593743)) == "01:59:37;03"


@REAL
def test_chromaticities_and_other_words_are_read():
    attributes = read_header(STILLS / "Chromaticities" / "XYZ.exr").attributes
    assert attributes["chromaticities"][:6] == (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    assert "chromaticities" not in read_header(STILLS / "Chromaticities" / "Rec709.exr").attributes
    assert read_header(STILLS / "ScanLines" / "Carrots.exr").attributes["cameraModel"] == "SLT-A99"


@pytest.mark.parametrize(
    ("name", "kind", "data", "good"),
    [
        ("a", "float", b"1234", True),
        ("a", "float", b"123", False),
        ("a", "box2f", bytes(16), True),
        ("a", "m44d", bytes(16), False),
        ("a", "string", b"\xff", True),
        ("a", "studio", b"\xff", True),
        ("a", "stringvector", struct.pack("<i", 2) + b"ab", True),
        ("a", "stringvector", struct.pack("<i", 3) + b"ab", False),
        ("a", "stringvector", struct.pack("<i", -1) + b"ab", False),
        ("a", "stringvector", b"ab", False),
        ("a", "floatvector", bytes(6), False),
        ("a", "bytes", struct.pack("<I", 1) + b"ab", True),
        ("a", "bytes", struct.pack("<I", 9) + b"ab", False),
        ("a", "preview", bytes(8), False),
        ("screenWindowWidth", "float", struct.pack("<f", 2), True),
        ("screenWindowWidth", "float", struct.pack("<f", float("nan")), False),
        ("screenWindowWidth", "int", bytes(4), False),
    ],
)
def test_what_a_reader_gets_past_is_well_formed(tmp_path, name, kind, data, good):
    assert well_formed(name, StoredAttribute(kind, data)) == good
    write(tmp_path / "a.exr", {"R": noise(1, "f2")}, attributes={name: Opaque(kind, data)})
    assert (name in read_header(tmp_path / "a.exr").attributes) == (good or name == "screenWindowWidth")
    with capture_stdout():
        try:
            readable = bool(OpenEXR.File(str(tmp_path / "a.exr"), separate_channels=True).channels())
        except UnicodeDecodeError:  # the module's own Python: what the library read is no text to it
            readable = True
    assert readable


def test_words_come_in_any_encoding():
    assert words("a") == ("a",)
    assert words(("a", "b")) == ("a", "b")
    assert words(Opaque("string", b"caf\xe9")) == ("café",)
    assert words(Opaque("stringvector", struct.pack("<i", 1) + b"\xe9")) == ("é",)
    assert words(Opaque("stringvector", struct.pack("<i", 9) + b"\xe9")) == ()
    assert words(5) == words(None) == words((1, 2)) == ()
