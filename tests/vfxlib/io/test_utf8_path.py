"""Any file can be read by libraries that know UTF-8 alone, and a path in a file is the same one in every locale."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT
from vfxlib.errors import InputError
from vfxlib.io.utf8_path import path_from_text, path_to_text, utf8_path

NO_UTF8 = os.fsdecode(b"caf\xff")
ASCII = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT)}


def test_a_utf8_name_is_handed_out_as_it_is(tmp_path):
    with utf8_path(tmp_path / "é.png") as path:
        assert path == tmp_path / "é.png"


def test_any_other_name_is_stood_in_for_by_one_that_leads_to_the_file_and_goes_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path(NO_UTF8).mkdir()
    Path(NO_UTF8, "a.png").write_bytes(b"its content")
    with utf8_path(Path(NO_UTF8, "a.png")) as path:
        assert os.fsencode(path).decode("utf-8").endswith(".png")
        assert path.read_bytes() == b"its content"
    assert not path.parent.exists()
    assert Path(NO_UTF8, "a.png").exists()


def test_a_place_for_temporary_files_that_cannot_be_used_is_told(tmp_path, monkeypatch):
    (tmp_path / NO_UTF8).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / NO_UTF8))
    with pytest.raises(InputError, match="no UTF-8 name"), utf8_path(tmp_path / NO_UTF8 / "a.png"):
        pass
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "away"))
    with pytest.raises(InputError) as caught, utf8_path(tmp_path / NO_UTF8 / "a.png"):
        pass
    assert "TMPDIR" in caught.value.fix


@pytest.mark.parametrize("name", [b"plate", "é日本".encode(), b"caf\xff", b"\xed\xb3\xbf"])
def test_the_text_of_a_path_is_the_same_path_in_every_locale(name):
    text = path_to_text(os.fsdecode(name))
    assert os.fsencode(path_from_text(text)) == name
    code = (
        "import os, sys; from vfxlib.io.utf8_path import *\n"
        "name, text = bytes.fromhex(sys.argv[1]), sys.argv[2].encode().decode('unicode_escape')\n"
        "assert sys.getfilesystemencoding() == 'ascii'\n"
        "assert path_to_text(os.fsdecode(name)) == text\n"
        "assert os.fsencode(path_from_text(text)) == name\n"
    )
    words = "".join(f"\\u{ord(letter):04x}" for letter in text)
    subprocess.run([sys.executable, "-c", code, name.hex(), words], env=ASCII, check=True, timeout=60)


def test_text_that_is_no_path_anywhere_comes_as_it_is():
    assert path_from_text("\ud800") == "\ud800"
