"""The version is one plain value, for it is part of every fingerprint."""

import re

from tests.places import ROOT
from vfxlib.version import VERSION


def test_the_version_is_three_numbers():
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)


def test_the_build_reads_it_from_here():
    assert 'version = { attr = "vfxlib.version.VERSION" }' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
