"""Four machines of a farm that share process numbers and the disk do the same small job side by side, six times."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.hostile.place import Place, files_in
from tests.hostile.ready import Ready, needs_fork

PROCESSES, ROUNDS, FRAMES = 4, 6, range(1, 7)
WAYS = (["unshare", "--pid", "--fork", "--mount-proc"],)
WAYS = (*WAYS, [*WAYS[0], "--user", "--map-root-user"])  # as nobody special


def unshare() -> list[str] | None:
    """The command before a process that gets a namespace of process numbers of its own; None if it is not allowed."""
    for words in WAYS:
        if shutil.which(words[0]) and not subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
            return words
    return None


@needs_fork
def test_a_farm_round_ends_well_for_everybody_and_with_the_bits_of_a_single_run(tmp_path):
    words = unshare()
    if words is None:
        pytest.skip("unshare is not there, or may not make namespaces of process numbers")
    place = Place(tmp_path).make(FRAMES)
    farm = [Ready(*words) for _ in range(PROCESSES)]
    try:
        assert farm[0].run(tmp_path, *place.words()) == 0
        alone = _results(tmp_path / "out")
        assert sum(name.startswith("clean.0") for name in alone) == len(FRAMES)
        numbers = set()
        for number in range(ROUNDS):
            shutil.rmtree(tmp_path / "out")
            started = [each.start(tmp_path, *place.words(), err=f"err{i}.txt") for i, each in enumerate(farm)]
            numbers |= set(started)
            codes = [each.wait(process) for each, process in zip(farm, started, strict=True)]
            told = [(tmp_path / f"err{i}.txt").read_text() for i in range(PROCESSES)]
            assert codes == [0] * PROCESSES, f"round {number}: {told}"
            assert _results(tmp_path / "out") == alone
        assert max(numbers) < 50  # they do share process numbers
    finally:
        for each in farm:
            each.close()


def _results(folder: Path) -> dict[str, str]:
    """All that is there but what a run remembers of files, which holds their dates, and how long it took."""
    found = files_in(folder).items()
    return {name: digest for name, digest in found if not name.endswith("digests.json") and "/took/" not in name}
