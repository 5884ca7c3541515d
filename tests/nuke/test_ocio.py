"""The colour configuration is $OCIO's, else the script's own, else the stock one, and it reaches the command."""

import pytest


def told(node):
    from plugin.nukehost.views import told_by

    return [word for word in told_by(node).views[0].words if word.startswith(("--ocio", "--colorspace"))]


def managed(nuke, config="custom"):
    root = nuke.root()
    root["colorManagement"].setValue("OCIO")
    root["OCIO_config"].setValue(config)
    root["customOCIOConfigPath"].setValue("/studio/é config.ocio")
    root["OCIOConfigPath"].setValue("/nuke/aces.ocio")


def test_the_variable_comes_before_the_custom_configuration_before_the_stock_one(nuke, monkeypatch):
    from plugin.nukehost import ocio

    assert ocio.config() == ""  # Nuke's own management
    managed(nuke)
    assert ocio.config() == "/studio/é config.ocio"
    nuke.root()["OCIO_config"].setValue("aces_1.2")
    assert ocio.config() == "/nuke/aces.ocio"
    monkeypatch.setenv("OCIO", "ocio://default")
    assert ocio.config() == "ocio://default"


@pytest.mark.parametrize(
    ("knobs", "words", "raw"),
    [
        ({}, ["--colorspace=scene_linear"], True),
        ({"raw": True}, ["--colorspace=scene_linear"], True),
        ({"colorspace": "sRGB"}, ["--colorspace=sRGB"], False),
    ],
)
def test_an_untouched_read_passes_its_colour_and_the_configuration(script, nuke, knobs, words, raw):
    from plugin.nukehost.views import told_by

    managed(nuke)
    node = script.make("flow-inpaint", script.plate, script.matte)
    for name, value in knobs.items():
        script.plate[name].setValue(value)
    assert told(node) == [*words, "--ocio=/studio/é config.ocio"]
    assert told_by(node).plate.raw is raw
    node["paintout_colorspace"].setValue("ACES2065-1")  # somebody knows better
    node["paintout_ocio"].setValue("ocio://default")
    assert told(node) == ["--colorspace=ACES2065-1", "--ocio=ocio://default"]


def test_where_nuke_manages_colour_itself_its_linear_is_that_of_rec_709(script, nuke):
    node = script.make("flow-inpaint", script.plate, script.matte)
    assert told(node) == ["--colorspace=Linear Rec.709 (sRGB)"]
    script.plate["colorspace"].setValue("sRGB")  # a curve of Nuke's own: it is rendered, and linear then
    from plugin.nukehost.views import told_by

    assert told(node) == ["--colorspace=Linear Rec.709 (sRGB)"]
    assert f"{node.name()}.inputs/" in told_by(node, make=False).plate.path
