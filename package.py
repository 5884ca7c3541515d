"""rez: Paintout as a package, in a variant of its own for the command, and in one beside each host.

Beside Nuke or Blender nothing of ours but the host's files comes into the environment, and none of the libraries that
read pixels: the command is a rez environment of its own there, whatever numpy the host has. What runs in a host's
Python is plain Python 3.10; the command needs 3.11. Of the VFX Reference Platform's years CY2026 fits (Python 3.13,
numpy 2.3); CY2025 has numpy 1.26, so beside it the command must stay apart, as it does here.
"""

name = "paintout"


@early()  # noqa: F821  given by rez
def version():
    """The one place that says it is vfxlib/version.py."""
    import os
    import re

    with open(os.path.join(os.getcwd(), "vfxlib", "version.py"), encoding="utf-8") as file:
        return re.search(r'^VERSION = "([^"]+)"', file.read(), re.MULTILINE).group(1)


description = "Removes things from shots: a plate and a matte in, a layered clean plate out."

authors = ["The Paintout authors"]

# the first that fits: a request that names a host takes the variant beside it
variants = [
    [
        "python-3.11+",
        "numpy-2+",
        "torch-2.6+",
        "openexr-3.4+",
        "openimageio-3+",
        "opencolorio-2.4+",
        "opencv-4.10+",
        "scipy-1.13+",
        "shtab-1.6+",
        "av-14+",
        "pillow-10+",
        "psutil-5.9+",
        "safetensors-0.5+",
        "tqdm-4.66+",
    ],
    ["nuke-15+"],
    ["blender-4.5+"],
]
hashed_variants = True
relocatable = True

tools = ["paintout"]

private_build_requires = ["python-3.11+"]

build_command = "python {root}/plugin/rez_install.py {root} {install_path}"

tests = {
    "command": {"command": "paintout --version", "requires": ["python-3.11+"]},
    "nodes": {"command": "paintout nodes", "requires": ["python-3.11+"]},
}


def commands():
    """Put what the environment needs of Paintout into it."""
    env.PATH.append("{root}/bin")  # noqa: F821  given by rez, here and below
    host = "nuke" in resolve or "blender" in resolve  # noqa: F821
    if host:
        tools = system.rez_bin_path  # noqa: F821  None of a rez that pip installed, which must be on PATH then
        env.PAINTOUT = (f"{tools}/" if tools else "") + "rez env paintout-{version} python -- paintout"  # noqa: F821
    else:
        env.PYTHONPATH.append("{root}/python")  # noqa: F821
    if "nuke" in resolve:  # noqa: F821
        env.NUKE_PATH.append("{root}/python/plugin/nukehost")  # noqa: F821
    if "pyblish_base" in resolve:  # noqa: F821
        env.PYTHONPATH.append("{root}/python")  # noqa: F821
        env.PYBLISHPLUGINPATH.append("{root}/python/plugin/publish/plugins")  # noqa: F821
