"""Whatever a job file holds, it is a job that survives its file, or it is refused in words; never anything else."""

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes import FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE
from nodes.job import Job, JobNode, load_job, save_job
from nodes.shot import Output, Shot
from tests.hostile.examples import EXAMPLES
from vfxlib.errors import UsageError
from vfxlib.io.frames import LAST_FRAME, format_frames, parse_frames

pytestmark = pytest.mark.timeout(240 + EXAMPLES.max_examples)  # seconds

NODES = tuple(JobNode(node, node.params()) for node in (MASK_PROPAGATE, FLOW_INPAINT, INTERNAL_FIT))
SHOT = Shot(plate="/show/p.####.exr", key={1: "/show/k.exr"}, fill="/show/f.%04d.exr", frames="1-3")
VALID = Job(SHOT, NODES, Output(out="/show/out/c.$F4.exr")).to_mapping(Path("/show/jobs"))

NAMES = ("paintout", "record", "shot", "nodes", "output", "node", "params", "parms", "plate", "key", "frames", "reach")
WORDS = st.one_of(
    st.text(max_size=12),
    st.text(st.sampled_from("./~#%$F0189:\\\0\ud800\udce9 -é"), max_size=12),
    st.sampled_from(
        ["~", "~/a", "~root/a", "../../a", "a/../../b", "/../a", "ocio://x", "x" * 300, "1-3,7", "9" * 5000]
    ),
)
NUMBERS = st.one_of(st.integers(), st.integers(-3, 3), st.floats(), st.sampled_from([10**400, 1e400, -0.0, 2**63]))
SIMPLE = st.one_of(st.none(), st.booleans(), NUMBERS, WORDS)
VALUES = st.recursive(
    SIMPLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | WORDS, inner, max_size=4),
    max_leaves=8,
)


def places(values: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value in a document."""
    inside = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    return [above, *(place for name, value in inside for place in places(value, (*above, name)))]


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """A valid job in which a few values, names and levels are others."""
    values = {"": copy.deepcopy(VALID)}
    for _ in range(draw(st.integers(1, 3))):
        way = draw(st.sampled_from(places(values)[1:]))
        holder: Any = values
        for name in way[:-1]:
            holder = holder[name]
        change = draw(st.sampled_from(("value", "value", "name", "new name", "gone", "deeper")))
        if change == "value" or way == ("",):
            holder[way[-1]] = draw(VALUES)
        elif change == "deeper":
            holder[way[-1]] = [holder[way[-1]]] if draw(st.booleans()) else {draw(WORDS): holder[way[-1]]}
        elif change == "new name" and isinstance(holder, dict):
            holder[draw(st.sampled_from(NAMES) | WORDS)] = draw(VALUES)
        else:
            value = holder.pop(way[-1])
            if change == "name" and isinstance(holder, dict):
                holder[draw(st.sampled_from(NAMES) | WORDS)] = value
    return values.get("")


def survives(content: bytes) -> Job | None:
    """The job that a file holds, seen to survive being saved and loaded; None if it is refused."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        (folder / "job.json").write_bytes(content)
        try:
            job = load_job(folder / "job.json")
        except UsageError as error:
            return refused(error)
        save_job(job, folder / "again.json")
        assert load_job(folder / "again.json") == job
        return job


def refused(error: UsageError) -> None:
    """See that an error says what to do, in few words."""
    assert error.fix
    assert len(str(error)) < 4000


@EXAMPLES
@given(documents())
def test_a_changed_job_survives_its_file_or_is_refused_in_words(values):
    survives(json.dumps(values).encode())


@EXAMPLES
@given(st.text(max_size=40) | WORDS, st.sampled_from(["plate", "fill", "ocio", "matte_channel"]))
def test_any_text_survives_a_job_file_or_is_refused_in_words(words, name):
    values = {**VALID, "shot": {**VALID["shot"], name: words}}
    job = survives(json.dumps(values).encode())
    assert job is None or "\0" not in getattr(job.shot, name)


@EXAMPLES
@given(st.binary(max_size=60), st.integers(0, 2000), st.integers(0, 40))
def test_a_job_file_with_damaged_bytes_survives_or_is_refused_in_words(damage, at, cut):
    content = json.dumps(VALID).encode()
    at %= len(content)
    survives(content[:at] + damage + content[at + cut :])


FRAME_WORDS = st.text("0123456789-,x: ", max_size=24) | st.text(max_size=8)


@EXAMPLES
@given(FRAME_WORDS)
def test_any_frame_list_is_read_as_frames_that_come_back_or_is_refused_in_words(words):
    try:
        frames = parse_frames(words)
    except UsageError as error:
        refused(error)
        return
    assert frames == tuple(sorted(set(frames)))
    assert parse_frames(format_frames(frames)) == frames


@EXAMPLES
@given(st.lists(st.integers(-LAST_FRAME, LAST_FRAME), min_size=1, max_size=60))
def test_any_frames_are_written_so_that_they_come_back(frames):
    assert parse_frames(format_frames(frames)) == tuple(sorted(set(frames)))
