"""``paintout train corrupt`` says what is there now, and refuses what it cannot use."""

import numpy as np
import pytest

from plugin.cli import main
from tests.exr import write

WORDS = ["train", "corrupt", "--progress", "plain"]


def test_the_command_says_where_plate_matte_and_truth_are(tmp_path, capsys):
    write(tmp_path / "in" / "a.0001.exr", {name: np.full((20, 30), 0.2, np.float32) for name in "RGB"}, (30, 20))
    words = ["--plate", str(tmp_path / "in" / "a.####.exr"), "--out", str(tmp_path / "out"), "--kind", "line"]
    assert main([*WORDS, *words]) == 0
    said = "".join(capsys.readouterr())
    assert f"truth: {tmp_path / 'in' / 'a.####.exr'}" in said
    assert sorted(path.name for path in (tmp_path / "out").rglob("*.exr")) == ["matte.0001.exr", "plate.0001.exr"]
    assert main([*WORDS, *words]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main([*WORDS, *words, "--overwrite"]) == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "no plate is given"),
        (["--plate", "x.####.exr", "--out", "o"], "x.####.exr"),
        (["--plate", "x.####.exr", "--kind", "rust"], "rust"),
        (["--plate", "x.####.exr", "--seed", "-1"], "whole number from 0"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_it_cannot_use_is_refused_with_what_to_do(words, says, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([*WORDS, "--out", "o", *words]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert "try: " in told
    assert not list(tmp_path.iterdir())
