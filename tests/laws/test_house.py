"""What must stay true of the whole project."""

import ast
import re
import subprocess
import sys

import pytest

from nodes import NODES
from tests.places import ROOT

RANK = {"plugin": 2, "nodes": 1, "vfxlib": 0}
DECLARATIONS = [f"nodes.{path.stem}" for path in sorted((ROOT / "nodes").glob("*.py")) if path.stem[0] != "_"]
WITHOUT_BPY = ("properties", "host_job", "colour", "sequences", "exr_header", "build")  # the rest needs Blender
HOST_SIDE = [
    *("plugin.launch", "plugin.command_words", "plugin.blenderhost", "nodes"),
    *(f"plugin.blenderhost.{each}" for each in WITHOUT_BPY),
    *DECLARATIONS,
]
HOSTS = {"nukehost": "nuke", "blenderhost": "bpy"}  # rooms of plugin inside a host, and the module that is its own
STANDARD_LIBRARY_ONLY = [
    *(f"plugin/{room}/{path.name}" for room in HOSTS for path in sorted((ROOT / "plugin" / room).glob("*.py"))),
    *(f"nodes/{path.name}" for path in sorted((ROOT / "nodes").glob("*.py"))),
    "plugin/__init__.py",
    "plugin/command_words.py",
    "plugin/farm/__init__.py",
    "plugin/farm/engines.py",
    "plugin/launch.py",
    "plugin/process_state.py",
    "plugin/publish/__init__.py",
    "plugin/publish/checks.py",
    "plugin/publish/session.py",
    "vfxlib/errors.py",
    "vfxlib/io/frames.py",
    "vfxlib/image/box.py",
    "vfxlib/io/sequence.py",
    "vfxlib/io/atomic.py",
    "vfxlib/io/find_sequence.py",
    "vfxlib/io/gaps.py",
    "vfxlib/io/json_file.py",
    "vfxlib/io/open_file.py",
    "vfxlib/io/os_errors.py",
    "vfxlib/io/relative_path.py",
    "vfxlib/io/same_file.py",
    "vfxlib/io/shipped_weights.py",
    "vfxlib/io/utf8_path.py",
    "vfxlib/layer_names.py",
    "vfxlib/signals.py",
    "vfxlib/version.py",
]
FOREIGN = {
    "OpenEXR": ["vfxlib/io/exr.py"],
    "OpenImageIO": ["vfxlib/io/images.py"],
    "av": ["vfxlib/io/movie", "vfxlib/io/yuv.py"],
    "PyOpenColorIO": ["vfxlib/colour/ocio"],
    "cv2": ["vfxlib/motion/"],
    "safetensors": ["vfxlib/io/weights.py"],
    "openjd": ["plugin/farm/openjd.py"],
    "outline": ["plugin/farm/opencue.py"],
    "opentimelineio": ["plugin/farm/edit.py"],
    "shtab": ["plugin/completion.py"],
    "pyblish": ["plugin/publish/pyblish_engine.py"],
    "jinja2": ["vfxlib/review/page.py"],
    "markupsafe": ["vfxlib/review/page.py"],
    "bpy": ["plugin/blenderhost/"],
    "nuke": ["plugin/nukehost/"],
}
MANY_LINES = 400
ROOMS = (  # of vfxlib, from the lowest floor up: a room imports from those before it
    *("errors", "version", "signals", "streams", "progress", "layer_names", "image", "device", "io", "colour"),
    *("inputs", "confidence"),
    *("pipeline", "motion", "grain", "spatial_fill", "nets", "train", "flow_completion"),
    *("training_ground", "training_pack", "pretraining"),
    *("flow_inpaint", "residual_hires", "internal_fit", "mask_propagate"),
    *("metrics", "review", "render"),
)
FLOORS = ("nodes", "nodes.engine", "nodes.processors")  # of nodes
KNOW_NO_NODE = ("nodes/engine/", "plugin/", "vfxlib/")


def sources():
    return [path for top in RANK for path in sorted((ROOT / top).rglob("*.py"))]


def imports(path):
    """Every module that a file imports, wherever in it the line stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module)
    return found


def name(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", sources(), ids=name)
def test_imports_run_downwards(path):
    rank = RANK[path.relative_to(ROOT).parts[0]]
    above = [module for module in imports(path) if RANK.get(module.split(".")[0], -1) > rank]
    assert not above


def room(module):
    """The room of vfxlib that a module is in, or is."""
    return module.split(".")[1]


def test_every_room_of_vfxlib_has_its_floor():
    there = {path.relative_to(ROOT / "vfxlib").parts[0].removesuffix(".py") for path in (ROOT / "vfxlib").rglob("*.py")}
    there.discard("__init__")
    assert there == set(ROOMS)


@pytest.mark.parametrize("path", sorted((ROOT / "vfxlib").rglob("*.py")), ids=name)
def test_imports_inside_vfxlib_run_downwards(path):
    own = path.relative_to(ROOT / "vfxlib").parts[0].removesuffix(".py")
    if own == "__init__":
        return
    others = {room(module) for module in imports(path) if module.startswith("vfxlib.")} - {own}
    assert not [other for other in others if ROOMS.index(other) > ROOMS.index(own)]


def floor(module):
    """Which floor of nodes a module is on."""
    return max(i for i, place in enumerate(FLOORS) if module == place or module.startswith(f"{place}."))


@pytest.mark.parametrize("path", sorted((ROOT / "nodes").rglob("*.py")), ids=name)
def test_imports_inside_nodes_run_downwards(path):
    own = floor(".".join(path.relative_to(ROOT).with_suffix("").parts))
    assert not [module for module in imports(path) if module.split(".")[0] == "nodes" and floor(module) > own]


@pytest.mark.parametrize("path", [path for path in sources() if name(path).startswith(KNOW_NO_NODE)], ids=name)
def test_what_serves_every_node_names_none(path):
    words = path.read_text(encoding="utf-8")
    own = path.relative_to(ROOT).parts[1]  # a method's room bears its node's name, and may say it
    others = [node for node in NODES if node.name.replace("-", "_") != own]
    spelt = [way for node in others for way in (node.name, node.name.replace("-", "_"), node.label)]
    assert not [way for way in spelt if way in words]


@pytest.mark.parametrize("library", FOREIGN)
def test_each_foreign_thing_lives_in_one_place(library):
    users = [name(path) for path in sources() if library in {module.split(".")[0] for module in imports(path)}]
    assert users
    assert not [user for user in users if not user.startswith(tuple(FOREIGN[library]))]


def test_numpy_and_torch_meet_in_one_file():
    words = ("from_numpy", ".numpy()", "as_tensor(", "torch.tensor(")
    users = [name(path) for path in sources() if any(word in path.read_text(encoding="utf-8") for word in words)]
    assert users == ["vfxlib/device.py"]


@pytest.mark.parametrize("module", HOST_SIDE)
def test_a_host_that_imports_the_declarations_gets_neither_torch_nor_numpy(module):
    code = f"import sys, {module}; print([m for m in ('torch', 'numpy', 'cv2', 'OpenImageIO') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("path", STANDARD_LIBRARY_ONLY)
def test_what_hosts_import_needs_the_standard_library_alone(path):
    own = {"plugin", "nodes", "vfxlib", HOSTS.get(path.split("/")[1], "plugin")}
    foreign = {
        module.split(".")[0]
        for module in imports(ROOT / path)
        if module.split(".")[0] not in sys.stdlib_module_names | own
    }
    assert not foreign


@pytest.mark.parametrize("path", STANDARD_LIBRARY_ONLY)
def test_what_hosts_import_is_python_3_10(path):
    ast.parse((ROOT / path).read_text(encoding="utf-8"), feature_version=(3, 10))


def test_every_exception_is_caught_at_the_edges_only():
    """The command's last word and a module of somebody else's, and where a host starts; all other code names what it
    expects."""
    caught = {
        name(path)
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) == "Exception")
    }
    assert caught == {"plugin/cli.py", "nodes/__init__.py", "plugin/nukehost/init.py", "plugin/nukehost/menu.py"}


@pytest.mark.parametrize("path", sources(), ids=name)
def test_every_module_says_what_it_is(path):
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert words
    assert words.splitlines()[0].rstrip().endswith((".", ":"))


@pytest.mark.parametrize(
    "path", [p for p in sources() if p.name not in ("__init__.py", "__main__.py", "version.py")], ids=name
)
def test_public_names_are_listed(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    listed = next(
        (
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
        ),
        None,
    )
    assert listed is not None, "has no __all__"
    defined = {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    for node in tree.body:
        for target in getattr(node, "targets", [getattr(node, "target", None)]):
            defined |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)} if target is not None else set()
    # a package may hand on what its modules define
    defined |= {a.name for n in tree.body if isinstance(n, ast.ImportFrom) for a in n.names if path.stem == "__init__"}
    assert set(listed) <= defined


@pytest.mark.parametrize("path", sources(), ids=name)
def test_a_file_is_one_thing_and_not_a_shelf(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MANY_LINES
    assert path.stem not in ("utils", "util", "helpers", "common", "misc")


def test_importing_warns_about_nothing():
    steps = {step.run.split(":")[0] for node in NODES for step in node.steps}
    code = f"import plugin.cli, nodes.engine.runner, vfxlib.review.clean_plate, {', '.join(sorted(steps))}"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr


def test_the_map_of_the_house_is_the_tree_on_disk():
    words = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("### The map")[2]
    words = words.partition("```\n\nWhere")[0]
    drawn = set(re.findall(r"(\w+)/", words))
    there = {path.parent.name for top in (*RANK, "benchmarks") for path in (ROOT / top).rglob("__init__.py")}
    assert there <= drawn
    assert drawn - there == {"demo", "tests", "laws", "contract", "hostile", "fuzz", "mutate", "docs"}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_files_that_a_page_names_are_there(page):
    words = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"\b((?:vfxlib|nodes|plugin|tests|benchmarks|docs|demo)/[\w/]+\.(?:py|md|png))", words))
    assert named
    assert not [path for path in sorted(named) if not (ROOT / path).exists()]
