"""The extension's zip: the host and exactly those of our modules that it imports, as one package.

    python -m plugin.blenderhost.build --out DIR [--blender-ext FILE]

Imports of ours are made relative: nothing is put on sys.path, nothing clashes with other add-ons. FILE is Blender's own
blender_ext.py (in a bpy wheel: bpy/*/scripts/addons_core/bl_pkg/cli/), which then has the last word on the zip.
"""

import argparse
import ast
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from vfxlib.errors import OutputError, UsageError
from vfxlib.io.os_errors import writing
from vfxlib.version import VERSION

__all__ = ["build", "imported_modules", "main", "rewritten"]

ROOT = Path(__file__).parents[2]
HOST = "plugin.blenderhost"
OURS = ("plugin", "nodes", "vfxlib")
HOSTS_OWN = {"bpy"}
LEFT_OUT = ("build",)  # of the host: what makes the zip
MANIFEST = ROOT / "plugin" / "blenderhost" / "blender_manifest.toml"
ENTRY = '''"""Paintout in Blender."""

from .plugin.blenderhost import register, unregister

__all__ = ["register", "unregister"]
'''
MIDNIGHT = (1980, 1, 1, 0, 0, 0)  # of every file in the zip: the same files are the same bits


def imported_modules() -> dict[str, Path]:
    """The host's modules, and all of ours that they import, wherever in a file; by name.

    raises  UsageError if one of them imports what neither Python nor Blender brings
    """
    found: dict[str, Path] = {}
    folder = ROOT / "plugin" / "blenderhost"
    waiting = [HOST, *(f"{HOST}.{path.stem}" for path in sorted(folder.glob("*.py")) if path.stem not in LEFT_OUT)]
    while waiting:
        name = waiting.pop().removesuffix(".__init__")
        path = _file(name)
        if name in found or path is None:
            continue
        found[name] = path
        waiting += [name.rpartition(".")[0]] if "." in name else []  # a package is run before what is in it
        for module in _imports(path):
            top = module.partition(".")[0]
            if top in OURS:
                waiting.append(module)
            elif top not in sys.stdlib_module_names | HOSTS_OWN:
                raise UsageError(f"imports {top}", where=path, fix="hosts have the standard library alone")
    return dict(sorted(found.items()))


def _file(module: str) -> Path | None:
    """Where a module of ours is; None if the name is something inside one."""
    place = ROOT.joinpath(*module.split("."))
    for path in (place / "__init__.py", place.with_suffix(".py")):
        if path.is_file():
            return path
    return None


def _imports(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in _run(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module.partition(".")[0] in OURS)


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in a tree but what stands under ``if TYPE_CHECKING``, which never runs."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            yield from (each for other in child.orelse for each in _run(other))
        else:
            yield from _run(child)


def rewritten(source: str, folders: int, where: str = "") -> str:
    """A module's source with its imports of ours made relative to the extension.

    folders  that it lies in below the extension's own: 2 for plugin/blenderhost/panel.py
    where    the module, for the error
    raises   UsageError for an import that cannot be: ``import nodes.x`` binds a name that would not be there
    """
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import) and any(alias.name.partition(".")[0] in OURS for alias in node.names):
            raise UsageError(f"line {node.lineno}: {ast.unparse(node)}", where=where, fix="write it with from")
        if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").partition(".")[0] in OURS:
            row, column = node.lineno - 1, node.col_offset
            head = lines[row].encode("utf-8")  # a column counts bytes
            before, behind = head[:column], head[column:].decode("utf-8")
            dots = "." * (folders + 1)
            lines[row] = before.decode("utf-8") + behind.replace(f"from {node.module}", f"from {dots}{node.module}", 1)
    return "".join(lines)


def build(folder: Path) -> Path:
    """Write the extension's zip into a folder; its path.

    raises  OutputError if it cannot be written
    """
    files = {"__init__.py": ENTRY, "blender_manifest.toml": MANIFEST.read_text(encoding="utf-8")}
    files["LICENSE"] = (ROOT / "LICENSE").read_text(encoding="utf-8")
    for name, path in imported_modules().items():
        inside = path.relative_to(ROOT)
        files[inside.as_posix()] = rewritten(path.read_text(encoding="utf-8"), len(inside.parts) - 1, name)
    made = folder / f"paintout-{VERSION}.zip"
    with writing(made):
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in sorted(files.items()):
                archive.writestr(zipfile.ZipInfo(name, MIDNIGHT), text, zipfile.ZIP_DEFLATED)
    return made


def validate(made: Path, blender_ext: Path) -> None:
    """Let Blender's own tool judge the zip.

    raises  OutputError with what it says against it
    """
    words = [sys.executable, str(blender_ext), "validate", str(made)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise OutputError(f"Blender does not take it: {said}", where=made, fix=f"mend {MANIFEST.name}")


def main(words: list[str] | None = None) -> int:
    """``python -m plugin.blenderhost.build``."""
    parser = argparse.ArgumentParser(prog="plugin.blenderhost.build", description="Makes the extension for Blender.")
    parser.add_argument("--out", metavar="DIR", required=True, type=Path, help="folder for the zip")
    parser.add_argument("--blender-ext", metavar="FILE", type=Path, help="Blender's blender_ext.py, to validate it")
    values = parser.parse_args(words)
    made = build(values.out)
    if values.blender_ext:
        validate(made, values.blender_ext)
    print(made)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
