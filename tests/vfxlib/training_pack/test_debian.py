import pytest

from tests.debian import Debian, photograph
from vfxlib.errors import InputError
from vfxlib.training_pack.debian import fetch_package, package_version, unpack


@pytest.fixture
def debian(tmp_path, monkeypatch):
    given = Debian(tmp_path / "debian")
    monkeypatch.setenv("PATH", given.path)
    given.package("photos", {"usr/share/a.png": photograph(16)})
    return given


def test_a_package_is_fetched_and_unpacked_and_tells_its_version(debian, tmp_path):
    (tmp_path / "to").mkdir()
    package = fetch_package("photos", tmp_path)
    unpack(package, "photos", tmp_path / "to")
    assert package_version(package, "photos") == "1.0-1"
    assert (tmp_path / "to/usr/share/a.png").exists()


def test_a_machine_without_apt_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="there is no apt-get") as caught:
        fetch_package("photos", tmp_path)
    assert caught.value.where == "photos"


def test_what_apt_says_is_handed_on(debian, tmp_path):
    with pytest.raises(InputError, match="Unable to locate package other"):
        fetch_package("other", tmp_path)


def test_an_apt_that_says_nothing_and_fetches_nothing_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "apt-get").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="apt fetched nothing"):
        fetch_package("photos", tmp_path)
