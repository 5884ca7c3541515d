"""For any name and any numbers: what is spelt is found again, and no file of a sequence is lost without a word."""

import os
import re
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.hostile.examples import EXAMPLES
from vfxlib.errors import SequenceError, UsageError
from vfxlib.io.find_sequence import find_sequence
from vfxlib.io.frames import LAST_FRAME, format_frames, parse_frames
from vfxlib.io.sequence import SequenceName, parse_sequence

MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None  # thousands of folders come and go
LETTERS = st.characters(exclude_characters="/\0", exclude_categories=["Cs"])
# bytes that are no UTF-8 are in a name as these
ANY = st.one_of(
    LETTERS, st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF), st.sampled_from("0123456789-+._#%$ ")
)
PIECES = st.text(ANY, max_size=12).map(lambda words: os.fsdecode(os.fsencode(words)))
NUMBERS = st.one_of(st.integers(-12, 12), st.integers(-LAST_FRAME, LAST_FRAME), st.integers(990, 1010))
FRAMES = st.sets(NUMBERS, min_size=1, max_size=4)
MARKS = st.sampled_from(["#", "##", "####", "######", "%d", "%04d", "%010d", "$F", "$F4"])
TEXTS = st.one_of(
    st.text(max_size=30),
    st.text(st.sampled_from("0123456789-+#%d$F./x:,~ "), max_size=30),
    st.text(st.characters(categories=["Nd", "No", "Cs", "Cc", "Pd"]), max_size=8),
)


@contextmanager
def files(*names: str):
    """A folder with these files."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        for name in names:
            os.close(os.open(os.path.join(folder, name), os.O_CREAT | os.O_WRONLY))
        yield Path(folder)


def is_alone(mark: str, name: SequenceName, prefix: str, suffix: str) -> bool:
    """Whether prefix and suffix are no part of the mark."""
    return name.limits is None and (name.prefix, name.suffix) == (prefix, suffix)


@EXAMPLES
@given(PIECES, MARKS, PIECES, FRAMES)
def test_what_is_spelt_is_found_again(prefix, mark, suffix, frames):
    try:
        name = parse_sequence(f"a/{prefix}{mark}{suffix}")
    except SequenceError:
        assert prefix + suffix
        return
    assume(is_alone(mark, name, prefix, suffix))
    paths = {frame: name.path(frame).name for frame in frames}
    assume(all(len(os.fsencode(path)) <= 255 for path in paths.values()))
    with files(*paths.values()) as folder:
        for spelling in (f"{prefix}{mark}{suffix}", parse_sequence(f"a/{prefix}{mark}{suffix}").spelling[2:]):
            if os.path.isfile(folder / spelling):  # a file that is really called so
                continue
            found, there = find_sequence(os.path.join(folder, spelling))
            assert there == tuple(sorted(frames))
            assert {frame: found.path(frame).name for frame in there} == paths


@EXAMPLES
@given(PIECES.filter(lambda words: not words.startswith(".")), st.integers(1, 6), FRAMES, st.booleans())
def test_a_folder_of_one_sequence_is_found_whole(prefix, padding, frames, printf):
    name = SequenceName(Path(), f"{prefix}shot.", padding, ".exr", printf=printf)
    paths = {frame: name.path(frame).name for frame in frames}
    with files(*paths.values()) as folder:
        found, there = find_sequence(folder)
        if found.padding:  # one of ten digits that is alone is a date, and a still
            assert there == tuple(sorted(frames))
        assert {found.path(frame).name for frame in there} == set(paths.values())


DIGITS = st.one_of(
    st.tuples(NUMBERS, st.integers(1, 5)).map(lambda pair: f"{pair[0]:0{pair[1]}d}"),
    st.from_regex(r"[-+]?0{0,3}[0-9]{1,5}", fullmatch=True),
)


@EXAMPLES
@given(st.sets(DIGITS, min_size=1, max_size=5), st.sampled_from(["", "plate.#.exr", "plate.###.exr", "plate.%04d.exr"]))
def test_every_frame_is_in_the_sequence_or_in_the_error(digits, spelling):
    names = {f"plate.{word}.exr" for word in digits}
    with files(*names) as folder:
        words = os.path.join(folder, spelling)
        try:
            name, frames = find_sequence(words)
        except SequenceError:
            with pytest.raises(SequenceError, match=r"different ways|several sequences|no frame"):
                find_sequence(words)
            return
        found = {name.path(frame).name for frame in frames}
        assert found <= names
        lost = {int(re.findall("[-+]?[0-9]+", other)[0]) for other in names - found}
        assert lost <= set(frames)  # but for another picture of a frame that is there, where the name tells which
        assert not lost or spelling


@EXAMPLES
@example("~\ud800", "")
@example("~\0", "")
@given(TEXTS, TEXTS)
def test_any_text_is_a_name_or_refused(before, after):
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        for text in (before, f"{before}####{after}", os.path.join(folder, before.strip("/."))):
            for call in (parse_sequence, find_sequence):
                with suppress(SequenceError):
                    call(text)


@EXAMPLES
@given(TEXTS)
def test_any_text_is_a_list_of_frames_or_refused(text):
    with suppress(UsageError):
        frames = parse_frames(text)
        assert frames == tuple(sorted(set(frames)))
        assert parse_frames(format_frames(frames)) == frames


@EXAMPLES
@given(st.sets(st.one_of(st.integers(-50, 50), NUMBERS), min_size=1, max_size=40))
def test_any_frames_come_back_from_their_list(frames):
    assert parse_frames(format_frames(frames)) == tuple(sorted(frames))
