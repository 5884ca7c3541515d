"""rez: Paintout as a package that a host's environment can ask for."""

name = "paintout"

version = "0.1.0"

description = "Removes things from shots: a plate and a matte in, a layered clean plate out."

authors = ["The Paintout authors"]

requires = [
    "python-3.11+",
    "numpy-2+",
    "torch-2.6+",
    "openexr-3.4+",
    "openimageio-3+",
    "opencolorio-2.4+",
    "opencv-4.10+",
    "scipy-1.13+",
    "av-14+",
    "pillow-10+",
    "psutil-5.9+",
    "safetensors-0.5+",
    "tqdm-4.66+",
]

tools = ["paintout"]

build_command = "python -m pip install --no-deps --target {install_path}/python {root}"

tests = {
    "unit": "python -m pytest {root}/tests",
}


def commands():
    """Put the three packages and the command into the environment."""
    env.PYTHONPATH.append("{root}/python")  # noqa: F821  given by rez
    env.PATH.append("{root}/python/bin")  # noqa: F821  given by rez
