"""What --version tells is what a bug report needs."""

import importlib.metadata
import platform
import re

from nodes.networks import NETWORKS
from plugin.cli import main
from plugin.version import LIBRARIES, versions
from tests.places import ROOT
from vfxlib.io.shipped_weights import shipped_digest
from vfxlib.version import VERSION


def test_the_option_prints_it_and_ends_with_0(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == versions() + "\n"


def test_paintout_python_machine_and_libraries_have_a_line_each():
    lines = versions().splitlines()
    assert lines[0] == f"paintout {VERSION}"
    assert lines[1].startswith(f"python {platform.python_version()}")
    assert f"numpy {importlib.metadata.version('numpy')}" in lines
    shipped = [network.ships for network in NETWORKS if network.ships]
    assert [line.split()[0] for line in lines[3:]] == [*LIBRARIES, *shipped]
    assert all(f"{name} {shipped_digest(name)}" in lines for name in shipped)


def test_a_library_that_is_not_there_is_no_error(monkeypatch):
    def absent(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", absent)
    assert "torch is not installed" in versions()


def test_the_libraries_are_among_those_that_the_project_needs():
    needed = re.search(r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.S | re.M)[1]
    assert set(LIBRARIES) <= set(re.findall(r'"([A-Za-z0-9-]+)', needed))
