"""AWS Deadline Cloud: what its own library reads of a bundle is what the job needs."""

import pytest
import yaml

from tests.plugin.farm.conftest import bundle

model = pytest.importorskip("openjd.model", reason="openjd-model is not installed")


def test_the_template_is_that_of_open_job_description(place):
    assert (bundle(place, "deadline-cloud") / "template.yaml").read_text() == (
        bundle(place, "openjd") / "template.yaml"
    ).read_text()


def test_every_input_is_listed_by_itself_and_results_by_their_folders(place):
    made = yaml.safe_load((bundle(place, "deadline-cloud") / "asset_references.yaml").read_text())["assetReferences"]
    files = [f"{kind}/{kind}.{number:04d}.exr" for kind in ("matte", "plate") for number in (1, 2, 3)]
    assert made["inputs"] == {"directories": [], "filenames": [str(place.folder / name) for name in files]}
    assert made["outputs"]["directories"] == [str(place.folder / "out"), str(place.folder / "out" / "clean.work")]


def test_a_colour_configuration_of_one_s_own_is_an_input(place):
    config = place.folder / "studio.ocio"
    config.write_text(CONFIG)
    assert place.run("--ocio", str(config), "--colorspace", "lin", "--save", "own.json") == 0
    made = yaml.safe_load((bundle(place, "deadline-cloud", "own.json") / "asset_references.yaml").read_text())
    assert str(config) in made["assetReferences"]["inputs"]["filenames"]


def test_its_own_library_reads_it(place):
    loader = pytest.importorskip("deadline.client.job_bundle.parameters", reason="deadline is not installed")
    submission = pytest.importorskip("deadline.client.job_bundle.submission")
    folder = bundle(place, "deadline-cloud")
    values = {each["name"]: each.get("value") for each in loader.read_job_bundle_parameters(str(folder))}
    assert values["ShotPlate"] == str(place.folder / "plate" / "plate.####.exr")
    assert values["deadline:maxRetriesPerTask"] == 5
    given = yaml.safe_load((folder / "asset_references.yaml").read_text())
    assert submission.AssetReferences.from_dict(given).to_dict()["assetReferences"]["outputs"]["directories"]


CONFIG = """ocio_profile_version: 2
search_path: ""
roles: {default: lin, scene_linear: lin}
file_rules:
  - !<Rule> {name: Default, colorspace: lin}
displays:
  sRGB:
    - !<View> {name: Raw, colorspace: lin}
colorspaces:
  - !<ColorSpace>
    name: lin
    encoding: scene-linear
"""
