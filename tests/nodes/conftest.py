import pytest

from tests.nodes.engine.made import write_shot


@pytest.fixture
def folder(tmp_path):
    """A plate of three frames with mattes, another fill, and two keys."""
    return write_shot(tmp_path)
