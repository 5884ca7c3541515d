"""The host's properties in a real Blender: every value comes back equal, and nothing is left when it is gone.

    python host_properties.py ROOT

Prints {"values": how many were tried, "wrong": [...], "left": [...], "seconds": of its import}.
"""

import compileall
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import bpy


def values_of(control, name):
    """Values that a control takes, the ends of its limits among them."""
    kind = type(control).__name__
    if kind == "Number":
        low, high = control.hard
        own = [low, high, *control.slider, 0.1, 0.3333, 12.5, -0.7, 1e-3, 123.456]
        return [each for each in own if low <= each <= high] + ([None] if control.scaled else [])
    if kind == "Integer":
        return [control.default, *control.hard, *control.slider]
    return {
        "Toggle": [True, False],
        "Choice": list(getattr(control, "options", [])),
        "Text": ["", "/shots/été 10/a b.exr", "scène #1", "\\\\server\\share\\a.exr"],
        "FrameList": ["", "1001-1020,1030", "-5--1,7"],
        "FrameFiles": [(), ((1001, "/a b/é.exr"), (-3, "/c.exr")), ((2**31 - 1, "/z.exr"),)],
    }[kind]


def everything():
    """What registering may leave behind."""
    types = {name for name in dir(bpy.types) if "paintout" in name.lower()}
    types |= {name for kind in ("Operator", "Panel", "PropertyGroup") for name in subclasses(kind)}
    own = {f"{kind.__name__}.{name}" for kind in (bpy.types.Scene, bpy.types.WindowManager) for name in dir(kind)}
    handlers = {f"{name}:{each}" for name in dir(bpy.app.handlers) for each in listed(getattr(bpy.app.handlers, name))}
    return types | own | handlers | {f"op.{name}" for name in dir(bpy.ops.paintout)}


def listed(value):
    return value if isinstance(value, list) else []


def subclasses(kind):
    return [each.__name__ for each in getattr(bpy.types, kind).__subclasses__() if each.is_registered]


def registered():
    """How long it takes, seconds."""
    began = time.perf_counter()
    import plugin.blenderhost as host

    host.register()
    return time.perf_counter() - began


def main(root):
    sys.path.insert(0, root)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    before = everything()
    with tempfile.TemporaryDirectory() as folder:
        sys.pycache_prefix = folder  # as Blender's second start finds them
        for top in ("plugin", "plugin/blenderhost", "nodes", "vfxlib", "vfxlib/io", "vfxlib/image"):
            compileall.compile_dir(Path(root) / top, maxlevels=0, quiet=1)
        seconds = registered()
    import plugin.blenderhost as host
    from nodes.declare import controls, from_mapping, is_path
    from nodes.job import Job, JobNode, job_from_mapping
    from nodes.node import Node
    from nodes.shot import Output, Shot
    from plugin.blenderhost.properties import read_params, write_params
    from plugin.blenderhost.settings import FACES, group_name

    settings, tried, wrong = bpy.context.scene.paintout, 0, []
    groups = [(each, each.params, group_name(each)) for each in FACES]
    for face, kind, group in [*groups, (None, Shot, "shot"), (None, Output, "output")]:
        held = getattr(settings, group)
        if read_params(kind, held) != kind():
            wrong.append(f"{group}: its defaults")
        for name, control in controls(kind).items():
            for value in values_of(control, name):
                given = from_mapping(kind, {name: value})
                write_params(given, held)
                back, tried = read_params(kind, held), tried + 1
                if back != given:
                    wrong.append(f"{group}.{name}: {value!r} comes back as {getattr(back, name)!r}")
                if isinstance(face, Node) and (value == "" or not is_path(control, str(value)) or value[0] == "/"):
                    job = Job(Shot(), (JobNode(face, back),), Output())
                    plain = json.loads(json.dumps(job.to_mapping()))
                    if job_from_mapping(plain, Path("/"), "job").nodes[0].params != given:
                        wrong.append(f"{group}.{name}: {value!r} is another in the job")
            write_params(kind(), held)
    host.unregister()
    host.register()
    host.unregister()
    print(json.dumps({"values": tried, "wrong": wrong, "left": sorted(everything() - before), "seconds": seconds}))


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
    os._exit(0)
