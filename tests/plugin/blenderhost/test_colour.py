"""Blender's colour, told to the command."""

import numpy as np
import pytest

from nodes.shot import Shot
from plugin.blenderhost.colour import with_host_colour
from tests.exr import write
from vfxlib.errors import ColourError


def plate(folder, label):
    write(folder / "plate.1.exr", {"R": np.zeros((4, 4), np.float16)}, (4, 4), colorInteropID=label)
    return str(folder / "plate.#.exr")


def test_a_plate_that_does_not_say_its_colour_is_what_blender_takes_it_for(tmp_path):
    shot = with_host_colour(Shot(plate=plate(tmp_path, "")), "lin_ap1_scene", {})
    assert (shot.colorspace, shot.ocio) == ("lin_ap1_scene", "")


def test_what_the_plate_or_the_artist_says_stands(tmp_path):
    labelled = Shot(plate=plate(tmp_path, "lin_rec709_scene"))
    assert with_host_colour(labelled, "lin_ap1_scene", {}) == labelled
    (tmp_path / "own").mkdir()
    said = Shot(plate=plate(tmp_path / "own", ""), colorspace="ACEScct", ocio="ocio://default")
    assert with_host_colour(said, "lin_ap1_scene", {"OCIO": "/nowhere"}) == said


def test_a_plate_that_is_no_exr_or_not_there_is_left_to_the_command(tmp_path):
    (tmp_path / "a.1.png").write_bytes(b"x")
    for words in ("", str(tmp_path / "a.#.png"), str(tmp_path / "no.#.exr")):
        assert with_host_colour(Shot(plate=words), "lin_ap1_scene", {}).colorspace == ""


def test_the_configuration_of_blender_goes_with_the_job_on_purpose(tmp_path):
    config = tmp_path / "my config.ocio"
    config.write_text("x")
    assert with_host_colour(Shot(), "", {"OCIO": str(config)}).ocio == str(config)
    assert with_host_colour(Shot(), "", {"OCIO": "ocio://default"}).ocio == "ocio://default"


def test_a_configuration_that_is_not_there_is_told_for_blender_does_not(tmp_path):
    with pytest.raises(ColourError, match="Blender took its own"):
        with_host_colour(Shot(), "", {"OCIO": str(tmp_path / "no.ocio")})
