"""A config is asked for its spaces, displays and views."""

import PyOpenColorIO as OCIO  # noqa: N814
import pytest

from vfxlib.colour.ocio_config import BUILTIN_CONFIG, open_config
from vfxlib.errors import ColourError

CONFIG = """ocio_profile_version: 2
roles: {default: raw, scene_linear: raw}
displays:
  first: [!<View> {name: plain, colorspace: raw}, !<View> {name: other, colorspace: raw}]
  second: [!<View> {name: plain, colorspace: raw}]
active_displays: [second, first]
active_views: [other, plain]
colorspaces: [!<ColorSpace> {name: raw}]
"""


def test_displays_and_views_come_with_the_default_first(tmp_path):
    (tmp_path / "config.ocio").write_text(CONFIG)
    config = open_config(str(tmp_path / "config.ocio"))
    assert config.displays == ["second", "first"]
    assert config.default_view == ("second", "plain")
    assert config.views("first") == ["other", "plain"]
    assert config.views("second") == ["plain"]
    assert config.view_interop(("first", "plain")) == ""


def test_the_studio_config_names_what_its_views_make():
    config = open_config(BUILTIN_CONFIG)
    display = config.displays[0]
    assert display == OCIO.Config.CreateFromFile(BUILTIN_CONFIG).getDefaultDisplay()
    assert config.view_interop((display, config.views(display)[0])) == "srgb_rec709_display"
    assert config.view_interop((display, "Raw")) == "data"


def test_names_are_found_by_alias_role_and_studio_name(tmp_path):
    config = open_config(BUILTIN_CONFIG)
    assert config.find("acescg") == config.find("scene_linear") == "ACEScg"
    assert config.find("no such space\udc80") is None
    assert config.find("a\0") is None


def test_a_view_whose_name_is_no_utf_8_is_named(tmp_path):
    (tmp_path / "config.ocio").write_bytes(CONFIG.encode().replace(b"other", b"oth\xe9r"))
    with pytest.raises(ColourError, match="no UTF-8"):
        open_config(str(tmp_path / "config.ocio")).views("first")
