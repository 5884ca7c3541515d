"""The fuzzer finds what is planted, repeats it by its seed, and finds nothing in a few tries of everything."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.fuzz.seeds import make_seed
from tests.fuzz.target import make_try
from tests.fuzz.targets import TARGETS
from tests.places import ROOT

PLANTED = """
    import os, signal, sys, time, warnings
    from tests.fuzz import seeds, targets
    from tests.fuzz.target import Target

    def raises(words):
        raise KeyError("planted")

    def warns(words):
        warnings.warn("planted")
        return 0

    def loses(words):
        os.remove("plate/plate.0001.exr")
        return 0

    def crashes(words):
        os.kill(os.getpid(), signal.SIGSEGV)

    def hangs(words):
        any(iter(int, 1))

    def waits(words):
        time.sleep(600)

    def strays(words):
        open("/tmp/planted.exr", "wb")

    def talks(words):
        print(float("nan"))
        return 0

    def bare(place):
        place.plate(1)
        (place.folder / "job.json").write_text("{}")

    seeds.SEEDS = {"planted": bare}
    targets.TARGETS = tuple(
        Target(call.__name__, "planted", (("@", "--json"),), ("job.json",), call=call)
        for call in (raises, warns, loses, crashes, hangs, waits, strays, talks)
    )
    from tests.fuzz.__main__ import main

    sys.exit(main())
"""


def fuzz(*words: str, code: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own, as it forks."""
    command = [sys.executable, *(("-c", textwrap.dedent(code)) if code else ("-m", "tests.fuzz")), *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> tuple[str, Path]:
    """What is said and kept of planted faults."""
    keep = tmp_path_factory.mktemp("keep")
    some = "raises,warns,loses,crashes,hangs,waits,strays,talks"
    done = fuzz("--only", some, "--tries", "2", "--seconds", "0.3", "--keep", str(keep), code=PLANTED)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout, keep


@pytest.mark.parametrize(
    "words",
    [
        "2 times internal error: <string>:7 in raises",
        "2 times warning: <string>:10 in warns",
        "2 times lost: loses: plate",
        "2 times crash: <string>:18 in crashes",
        "2 times hang: <string>:21 in hangs",
        "2 times hang: <string>:24 in waits",
        "2 times internal error: <string>:27 in strays",
        "2 times no JSON: talks",
    ],
    ids=lambda words: words.rpartition(" ")[2],
)
def test_a_planted_fault_is_found_wherever_it_shows(words, planted):
    assert words in planted[0]


def test_nothing_outside_of_its_folder_is_written(planted):
    assert not Path("/tmp/planted.exr").exists()


def test_a_finding_is_kept_with_its_input_its_command_and_its_words(planted):
    (folder,) = planted[1].glob("*-internal-error-string-7-in-raises")
    assert (folder / "command.txt").read_text().startswith("paintout job.json --json\n")
    assert "KeyError: 'planted'" in (folder / "words.txt").read_text()
    assert (folder / "place/job.json").exists()
    assert (folder / "place/plate/plate.0001.exr").exists()


def test_a_finding_repeats_by_its_seed_and_number(planted, tmp_path):
    (folder,) = planted[1].glob("*-internal-error-string-7-in-raises")
    number = (folder / "command.txt").read_text().split()[-1]
    done = fuzz("--only", "raises", "--try", number, "--keep", str(tmp_path), code=PLANTED)
    assert "1 times internal error: <string>:7 in raises" in done.stdout
    assert "1 tries" in done.stdout
    (again,) = tmp_path.glob("*-raises")
    assert (again / "place/job.json").read_bytes() == (folder / "place/job.json").read_bytes()


def test_a_try_follows_from_its_seed_and_number(tmp_path):
    (tmp_path / "shot").mkdir()
    make_seed("shot", tmp_path / "shot")
    for target in TARGETS:
        if target.seed == "shot":
            tries = [make_try(target, tmp_path / "shot", seed, number) for seed in (0, 1) for number in range(20)]
            assert tries == [
                make_try(target, tmp_path / "shot", seed, number) for seed in (0, 1) for number in range(20)
            ]
            assert len({repr(one) for one in tries}) > 20


@pytest.mark.slow
def test_a_few_tries_of_every_target_find_nothing(tmp_path):
    done = fuzz("--tries", "3", "--seed", "0", "--keep", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{3 * len(TARGETS)} tries" in done.stdout
