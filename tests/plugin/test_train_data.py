import pytest
from PIL import Image

from plugin.cli import main
from tests.debian import Debian, photograph
from vfxlib.training_pack import make
from vfxlib.training_pack.make import PackSize
from vfxlib.training_pack.pack import read_pack

WORDS = ("train", "data", "--small", "--progress", "plain", "--out")


@pytest.fixture
def debian(tmp_path, monkeypatch):
    given = Debian(tmp_path / "debian")
    monkeypatch.setenv("PATH", given.path)
    monkeypatch.setattr(make, "SMALL", PackSize(side=64, photographs=2, textures=2, surfaces=1))
    return given


def test_the_command_makes_a_pack_and_says_what_is_left_out(debian, tmp_path, capsys):
    debian.package("mate-backgrounds", {"usr/share/backgrounds/mate/nature/Dune.jpg": photograph(200)})
    assert main([*WORDS, str(tmp_path / "pack.safetensors")]) == 0
    said = "".join(capsys.readouterr())
    assert "left out: nexuiz-textures" in said
    pack = read_pack(tmp_path / "pack.safetensors")
    assert [row.package for row in pack.rows if row.package != "paintout"] == ["mate-backgrounds"]
    assert (tmp_path / "pack.md").exists()


def test_a_machine_without_these_packages_gets_an_error_and_nothing_else(debian, tmp_path, capsys):
    assert main([*WORDS, str(tmp_path / "pack.safetensors")]) == 2
    said = capsys.readouterr().err
    assert "no package of pictures can be fetched" in said
    assert "try: " in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["debian"]


def test_own_pictures_stand_in_the_pack_and_its_table_without_any_package(debian, tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    Image.fromarray(photograph(200)).save(tmp_path / "mine" / "wall.png")
    words = ("--pictures", str(tmp_path / "mine"), "--licence", "all rights reserved", "--author", "The studio")
    assert main([*WORDS, str(tmp_path / "pack.safetensors"), *words]) == 0
    assert "left out: mate-backgrounds" in "".join(capsys.readouterr())
    row = read_pack(tmp_path / "pack.safetensors").rows[0]
    assert (row.package, row.file, row.licence) == ("own: mine", "wall.png", "all rights reserved")
    table = (tmp_path / "pack.md").read_text()
    assert "The studio" in table
    assert str(tmp_path) not in table
