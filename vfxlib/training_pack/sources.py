"""Which packages of Debian's main the pictures are from, which of their files, and where their copyright lists these.

Photographs are chosen by eye: most wallpapers are drawings, and some packages of wallpapers (gnome-backgrounds,
ukui-wallpapers) hold nothing else. Textures are by the thousand: they are chosen by what is measured on them.
"""

from dataclasses import dataclass

__all__ = ["PACKAGES", "Package"]


@dataclass(frozen=True)
class Package:
    """Where some pictures are from.

    name         as apt calls it
    root         folder of the installed package below which its pictures lie
    listed       what the copyright file calls that folder
    archive      a zip below the root that holds the pictures; "" if they lie there as files
    files        patterns of names below the root, or inside the archive
    without      words that no name of a picture has in it
    photographs  True if the files are photographs, of which several parts are taken; False for textures
    licence      what its copyright file says, where that is not machine-readable
    author       the same
    """

    name: str
    root: str
    listed: str
    files: tuple[str, ...]
    archive: str = ""
    without: tuple[str, ...] = ()
    photographs: bool = False
    licence: str = ""
    author: str = ""


_MATE = "Aqua Blinds Dune FreshFlower Garden GreenMeadow LadyBird RainDrops Storm TwoWings Wood YellowFlower"
_LXQT = (
    "Butterfly-Kenneth-Wimer.jpg Valendas.png after-the-rain.jpg appleflower.png beam.png butterfly.png cloud.png "
    "drop.png flowers.png fog.jpg this-is-not-windows.jpg"
)
_PLASMA = (
    "Autumn BytheWater ColdRipple ColorfulCups DarkestHour EveningGlow FallenLeaf Kite OneStandsOut Path summer_1am"
)
# what is no surface: normals, gloss, glow, masks, signs, people, skies drawn by hand
_NO_SURFACE = (
    *("_nm", "_norm", "_bump", "_local", "_gloss", "_glow", "_luma", "_sm.", "_spec", "normal", "mask", "alpha"),
    *("sign", "logo", "font", "gui", "icon", "face", "body", "head", "skin", "eye", "hair", "sky", "lightmap"),
    *("flare", "light", "fx", "shadow", "particle", "screen", "poster", "flag", "kart", "karts/", "colormask", "cloth"),
    *("pics/", "art_", "decal", "effect", "warp", "console", "portal", "deprecated", "minimap", "screenshot", "sshot"),
    *(
        "welcome",
        "paint",
        "house",
        "crate",
        "well",
        "tree",
        "advert",
        "vehicles/",
        "tex_common/",
        "_env/",
        "tutorial/",
        "tymo3t5/",
    ),
)

PACKAGES = (
    Package(
        "mate-backgrounds",
        "usr/share/backgrounds/mate",
        "",
        tuple(f"nature/{name}.jpg" for name in _MATE.split()),
        photographs=True,
    ),
    Package(
        "lxqt-themes",
        "usr/share/lxqt",
        "",
        tuple(f"wallpapers/{name}" for name in _LXQT.split()),
        photographs=True,
    ),
    Package(
        "plasma-workspace-wallpapers",
        "usr/share/wallpapers",
        "",
        tuple(f"{name}/contents/images/2560x1600.jpg" for name in _PLASMA.split()),
        photographs=True,
    ),
    Package(
        "supertuxkart-data",
        "usr/share/games/supertuxkart",
        "",
        ("data/textures/*.jpg", "data/library/*/*.jpg", "data/tracks/*/*.jpg"),
        without=_NO_SURFACE,
    ),
    Package(
        "ufoai-textures",
        "usr/share/games/ufoai/base",
        "base",
        ("textures/*.jpg", "textures/*.png"),
        archive="0textures.pk3",
        without=_NO_SURFACE,
    ),
    Package(
        "nexuiz-textures",
        "usr/share/games/nexuiz/data",
        "",
        ("textures/*.jpg",),
        archive="textures.pk3",
        without=_NO_SURFACE,
        licence="GPL-2+",
        author="2002-2009, Alientrap, Lee Vermeulen <lvermeulen@shaw.ca>",
    ),
)
