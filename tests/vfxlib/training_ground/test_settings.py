import ast
from pathlib import Path

import vfxlib.training_ground.settings
from vfxlib.training_ground.settings import SceneSettings

ROOM = Path(vfxlib.training_ground.settings.__file__).parent


def test_every_range_runs_upwards_and_every_share_is_one():
    for name, value in vars(SceneSettings()).items():
        if isinstance(value, tuple) and name != "size":
            assert value[0] <= value[1], name
        if isinstance(value, float):
            assert 0 <= value <= 1, name


def test_scenes_are_made_by_torch_alone():
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.split(".")[0] in ("torch", "math", "dataclasses", "collections") or name.startswith(
                    "vfxlib.training_ground."
                ), f"{path.name} imports {name}"
