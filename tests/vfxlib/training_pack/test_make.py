import zipfile

import pytest
import torch

from tests.debian import Debian, photograph
from vfxlib.errors import InputError, OutputError
from vfxlib.training_pack import make
from vfxlib.training_pack.make import LARGE, SMALL, PackSize, make_pack
from vfxlib.training_pack.pack import read_pack
from vfxlib.training_pack.sources import PACKAGES, Package

TINY = PackSize(side=64, photographs=2, textures=3, surfaces=1)
PHOTOS = Package("photos", "usr/share/photos", "", ("*.png",), photographs=True)
STONES = Package("stones", "usr/share/game", "base", ("textures/*.png",), without=("normal",))


@pytest.fixture
def debian(tmp_path, monkeypatch):
    """Two packages: two photographs, and four textures of which one is a normal map."""
    given = Debian(tmp_path / "debian")
    monkeypatch.setenv("PATH", given.path)
    monkeypatch.setattr(make, "SURFACES", ("tiles", "bricks"))  # all of them have a test of their own
    given.package("photos", {f"usr/share/photos/{name}.png": photograph(200, name) for name in (1, 2)})
    names = ("wall", "floor", "rock", "wall_normal")
    given.package(
        "stones", {f"usr/share/game/textures/{name}.png": photograph(96, 9 + i) for i, name in enumerate(names)}
    )
    return given


def made(folder, packages=(PHOTOS, STONES)):
    return make_pack(folder / "pack.safetensors", TINY, lambda words: None, packages)


def test_a_pack_holds_parts_of_all_packages_and_says_where_each_is_from(debian, tmp_path):
    result = made(tmp_path)
    pack = read_pack(tmp_path / "pack.safetensors")
    assert not result.missing
    assert pack.pictures.shape == (result.pictures, 3, 64, 64)
    assert [row.crops for row in pack.rows if row.package == "photos"] == [2, 2]
    assert {row.file for row in pack.rows if row.package == "stones"} == {
        f"base/textures/{name}.png" for name in ("wall", "floor", "rock")
    }
    assert {(row.version, row.licence, row.author) for row in pack.rows if row.package != "paintout"} == {
        ("1.0-1", "CC0-1.0", "2001, Ada")
    }
    table = (tmp_path / "pack.md").read_text()
    assert all(words in table for words in (pack.digest, "base/textures/rock.png", "CC0-1.0", "2001, Ada", "1.0-1"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["debian", "pack.md", "pack.safetensors"]


def test_the_same_packages_give_the_same_pack(debian, tmp_path):
    packs = []
    for name in ("one", "other"):
        made(tmp_path / name)
        packs.append((tmp_path / name / "pack.safetensors").read_bytes())
    assert packs[0] == packs[1]


def test_what_is_stopped_goes_on_without_fetching_again(debian, tmp_path, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(make, "write_pack", stopped)
        with pytest.raises(KeyboardInterrupt):
            made(tmp_path)
    before = debian.asked()
    made(tmp_path)
    assert debian.asked() == before
    made(tmp_path / "anew")
    assert (tmp_path / "pack.safetensors").read_bytes() == (tmp_path / "anew" / "pack.safetensors").read_bytes()


def test_a_kept_part_that_is_damaged_is_fetched_again(debian, tmp_path):
    kept = tmp_path / "pack.safetensors.parts" / "photos.safetensors"
    kept.parent.mkdir()
    kept.write_bytes(b"cut")
    made(tmp_path)
    assert len(read_pack(tmp_path / "pack.safetensors").pictures) > 4


def test_a_package_that_is_missing_is_left_out_and_said(debian, tmp_path):
    said = []
    gone = Package("gone", "usr", "", ("*.png",))
    result = make_pack(tmp_path / "pack.safetensors", TINY, said.append, (gone, PHOTOS))
    assert result.missing == ("gone: apt-get fails (Unable to locate package gone)",)
    assert any("left out: gone" in words for words in said)
    assert "Unable to locate package gone" in (tmp_path / "pack.md").read_text()


def test_a_package_without_anything_of_use_is_left_out(debian, tmp_path):
    debian.package("flat", {"usr/share/game/textures/white.png": photograph(96) * 0 + 255})
    flat = Package("flat", "usr/share/game", "", ("textures/*.png",))
    assert made(tmp_path, (flat, PHOTOS)).missing == ("flat: nothing in it is of use",)


def test_without_any_package_there_is_no_pack(debian, tmp_path):
    with pytest.raises(InputError, match="no package of pictures can be fetched") as caught:
        made(tmp_path, (Package("gone", "usr", "", ("*.png",)),))
    assert "apt" in caught.value.fix
    assert not (tmp_path / "pack.safetensors").exists()
    assert not (tmp_path / "pack.safetensors.parts").exists()


def test_pictures_in_an_archive_are_read_out_of_it(debian, tmp_path):
    inside = debian.store / "stones/usr/share/game"
    with zipfile.ZipFile(inside / "all.pk3", "w") as archive:
        for path in sorted((inside / "textures").iterdir()):
            archive.write(path, f"textures/{path.name}")
    packed = Package("stones", "usr/share/game", "base", ("textures/*.png",), archive="all.pk3", without=("normal",))
    made(tmp_path / "files", (STONES,))
    made(tmp_path / "packed", (packed,))
    one, other = (read_pack(tmp_path / name / "pack.safetensors") for name in ("files", "packed"))
    assert one.rows == other.rows
    assert torch.equal(one.pictures, other.pictures)
    (inside / "all.pk3").write_bytes(b"PK no more")
    assert made(tmp_path / "damaged", (packed, PHOTOS)).missing == ("stones: its archive is damaged",)


def test_a_picture_that_is_there_twice_is_taken_once(debian, tmp_path):
    debian.package("twice", {f"usr/share/game/textures/{name}.png": photograph(64, 3) for name in ("a", "b")})
    made(tmp_path, (Package("twice", "usr/share/game", "", ("textures/*.png",)),))
    assert [row.package for row in read_pack(tmp_path / "pack.safetensors").rows].count("twice") == 1


def test_a_file_without_a_licence_is_not_taken(debian, tmp_path):
    debian.package("bare", {"usr/share/game/textures/a.png": photograph(64, 3)}, licence="see the web page\n")
    bare = Package("bare", "usr/share/game", "", ("textures/*.png",))
    assert made(tmp_path, (bare, PHOTOS)).missing == ("bare: nothing in it is of use",)
    told = Package("bare", "usr/share/game", "", ("textures/*.png",), licence="MIT", author="Eve")
    made(tmp_path / "told", (told,))
    assert ("MIT", "Eve") in [(row.licence, row.author) for row in read_pack(tmp_path / "told/pack.safetensors").rows]


def test_a_wallpaper_s_own_page_says_its_licence_best(debian, tmp_path):
    debian.package("walls", {"usr/share/walls/Kite/contents/images/2560x1600.png": photograph(100, 3)})
    page = '{"KPlugin": {"License": "LGPLv3", "Authors": [{"Name": "Risto"}]}}'
    (debian.store / "walls/usr/share/walls/Kite/metadata.json").write_text(page)
    made(tmp_path, (Package("walls", "usr/share/walls", "", ("*.png",), photographs=True),))
    row = read_pack(tmp_path / "pack.safetensors").rows[0]
    assert (row.licence, row.author) == ("LGPLv3", "Risto")


@pytest.mark.parametrize("own", ["pack.safetensors", "pack.md"])
def test_what_is_somebody_s_is_not_written_over(debian, tmp_path, own):
    (tmp_path / own).write_text("mine")
    with pytest.raises(OutputError, match="is there already"):
        made(tmp_path)
    assert (tmp_path / own).read_text() == "mine"
    assert not debian.asked()


def test_a_pack_is_made_anew_where_one_is(debian, tmp_path):
    made(tmp_path, (PHOTOS,))
    made(tmp_path)
    assert "stones" in (tmp_path / "pack.md").read_text()


def test_a_small_pack_stays_below_40_mb_whatever_is_found():
    photographs = [package for package in PACKAGES if package.photographs]
    for size, most in ((SMALL, 39.5e6), (LARGE, 800e6)):
        found = sum(len(package.files) for package in photographs) * size.photographs
        found += (len(PACKAGES) - len(photographs)) * size.textures + 8 * size.surfaces
        assert found * 3 * size.side**2 < most
