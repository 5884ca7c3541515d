"""Blender, and two frames that it rendered."""

from pathlib import Path

import pytest

from tests.blender.process import SCRIPTS, blender_python, run_script


@pytest.fixture(scope="session")
def blender() -> Path:
    """The Python that has Blender."""
    return blender_python()


@pytest.fixture(scope="session")
def cryptomatte_renders(blender: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with multipart/ and interleaved/, in each render.1001.exr and render.1002.exr, 64x36."""
    folder = tmp_path_factory.mktemp("cryptomatte")
    run_script(blender, SCRIPTS / "render_cryptomatte.py", folder, seconds=90)
    return folder
