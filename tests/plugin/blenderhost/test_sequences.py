"""Files of nodes, clips and the file browser as sequences."""

from types import SimpleNamespace

import pytest

from plugin.blenderhost.sequences import Footage, footage_of_clip, footage_of_image_node, whole_sequence
from vfxlib.errors import UsageError


@pytest.fixture
def files(tmp_path):
    """A plate, a still, a movie, and another padding."""
    for name in ("plate v2.1001.exr", "plate v2.1002.exr", "still.7.exr", "take.mov", "plate v2.99.exr", "x.exr"):
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def node(source, **more):
    image = SimpleNamespace(source=source)
    return SimpleNamespace(name="Image", image=image, **{"frame_start": 1, "frame_offset": 0, **more})


def test_a_file_of_several_is_their_sequence_and_a_lone_one_stays(files):
    assert whole_sequence(str(files / "plate v2.1002.exr")) == str(files / "plate v2.####.exr")
    for name in ("still.7.exr", "plate v2.99.exr", "x.exr", "none.1001.exr"):
        assert whole_sequence(str(files / name)) == str(files / name)
    assert whole_sequence("") == ""


def test_an_image_node_s_frames_are_the_files_numbers(files):
    path = str(files / "plate v2.1001.exr")
    whole = str(files / "plate v2.####.exr")
    assert footage_of_image_node(node("SEQUENCE", frame_offset=1000), path) == Footage(whole, 1000)
    assert footage_of_image_node(node("SEQUENCE", frame_start=1001, frame_offset=1000), path) == Footage(whole, 0)
    movie = str(files / "take.mov")
    assert footage_of_image_node(node("MOVIE", frame_start=11), movie) == Footage(movie, -10)
    assert footage_of_image_node(node("FILE"), path) == Footage(path, 0)


@pytest.mark.parametrize("source", ["GENERATED", "TILED", "VIEWER"])
def test_a_node_that_shows_no_files_is_told(files, source):
    with pytest.raises(UsageError, match="shows no files"):
        footage_of_image_node(node(source), str(files / "x.exr"))
    with pytest.raises(UsageError, match="shows no files"):
        footage_of_image_node(SimpleNamespace(name="Image", image=None), "")
    with pytest.raises(UsageError, match="is not there"):
        footage_of_image_node(node("FILE"), str(files / "gone.exr"))


def test_a_clip_s_first_file_comes_at_its_first_frame(files):
    clip = SimpleNamespace(source="SEQUENCE", frame_start=1, frame_offset=0)
    path = str(files / "plate v2.1001.exr")
    assert footage_of_clip(clip, path) == Footage(str(files / "plate v2.####.exr"), 1000)
    clip.frame_start, clip.frame_offset = 101, 5
    assert footage_of_clip(clip, path).shift == 905
    clip.source = "MOVIE"
    assert footage_of_clip(clip, str(files / "take.mov")) == Footage(str(files / "take.mov"), -95)
    with pytest.raises(UsageError, match="is not there"):
        footage_of_clip(clip, str(files / "gone.mov"))
