"""A small shot whose job is handed to farms."""

import pytest

from tests.hostile.place import Place


@pytest.fixture
def place(tmp_path):
    """A shot of three frames; its job, saved as job.json, is flow-inpaint's."""
    place = Place(tmp_path, quick=False).make()
    assert place.run("--save", "job.json") == 0
    return place


def bundle(place, engine, job="job.json", *more):
    """The folder of a bundle for an engine."""
    folder = f"farm-{engine}"
    assert place.main("submit", job, "--to", engine, "--bundle", folder, *more) == 0
    return place.folder / folder
