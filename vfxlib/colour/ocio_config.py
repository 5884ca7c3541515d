"""An OCIO config, opened, and what is asked of it: its spaces, its rules, its displays and views."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import PyOpenColorIO as OCIO  # noqa: N814 - its own documentation calls it so

from vfxlib.errors import ColourError
from vfxlib.io.open_file import open_regular
from vfxlib.io.os_errors import reason

__all__ = ["BUILTIN_CONFIG", "OCIO_ERRORS", "Config", "error_words", "interop_name", "open_config"]

BUILTIN_CONFIG = "ocio://studio-config-latest"
# Neither of its own is the other's kind in Python; and one whose words name a file of no UTF-8 name is a UnicodeError.
OCIO_ERRORS = (OCIO.Exception, OCIO.ExceptionMissingFile, UnicodeError, RuntimeError)  # the last for long names
USES_DISPLAY_NAME = "<USE_DISPLAY_NAME>"  # what a view says whose space is called as its display


@dataclass(frozen=True)
class Config:
    """A config, and what is asked of it; what ``file_space.Spaces`` and ``views.Views`` want of one.

    where  a path or an ``ocio://`` name
    """

    where: str
    ocio: OCIO.Config

    @property
    def names(self) -> list[str]:
        """Roles, and names and aliases of the spaces."""
        spaces = self.ocio.getColorSpaces()
        return [*self.ocio.getRoleNames(), *(n for s in spaces for n in (s.getName(), *s.getAliases()))]

    def find(self, name: str) -> str | None:
        """The config's own name of a space, alias or role, or of the space that OCIO's studio config calls so."""
        try:
            # a name that was typed where the locale is not UTF-8 comes with its bytes escaped
            words = name.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            return None
        if b"\0" in words:  # where the library would stop to read
            return None
        space = self.ocio.getColorSpace(words)
        if space is not None:
            return str(space.getName())
        if _studio().getColorSpace(words) is None:
            return None
        try:
            return str(OCIO.Config.IdentifyBuiltinColorSpace(self.ocio, _studio(), words)) or None
        except OCIO_ERRORS:  # the config has no space like it, or nothing to compare by
            return None

    def with_interop(self, interop: str) -> str | None:
        """The space with a Color Interop Forum name."""
        own = (str(space.getName()) for space in self.ocio.getColorSpaces() if interop_name(space) == interop)
        return next(own, None) or self.find(interop)

    def ruled(self, path: Path) -> tuple[str, str] | None:
        """Space and rule that the file rules have for a file; None if only the default rule takes it."""
        name = os.fsencode(path)  # it takes bytes as they are, and of words none but those of UTF-8
        if self.ocio.filepathOnlyMatchesDefaultRule(name):
            return None
        space, rule = self.ocio.getColorSpaceFromFilepath(name)
        return space, self.ocio.getFileRules().getName(rule)

    def is_data(self, space: str) -> bool:
        """True of a space whose numbers are no colour."""
        return bool(self.ocio.getColorSpace(space).isData())

    @property
    def default_view(self) -> tuple[str, str]:
        """The default display and its default view; "" for what the config does not have."""
        display = self.ocio.getDefaultDisplay()
        return display, self.ocio.getDefaultView(display) if display else ""

    @property
    def displays(self) -> list[str]:
        """The displays that the config shows, its default first."""
        return self._read(self.ocio.getDefaultDisplay, self.ocio.getDisplays)

    def views(self, display: str) -> list[str]:
        """The views of a display, its default first."""
        return self._read(lambda: self.ocio.getDefaultView(display), lambda: self.ocio.getViews(display))

    def view_interop(self, view: tuple[str, str]) -> str:
        """The Color Interop Forum name of what a display and view make; "" if it has none."""
        name = self.ocio.getDisplayViewColorSpaceName(*view)
        space = self.ocio.getColorSpace(view[0] if name == USES_DISPLAY_NAME else name)
        return interop_name(space) if space is not None else ""

    def _read(self, first: Callable[[], str], names: Callable[[], Iterable[str]]) -> list[str]:
        try:
            default = first()
            return sorted(names(), key=lambda name: name != default)
        except UnicodeDecodeError as error:
            raise ColourError(
                f"a display or view of the OCIO config is no UTF-8: {error_words(error)}",
                where=self.where,
                fix="save it in UTF-8",
            ) from error


@cache
def _studio() -> OCIO.Config:
    return OCIO.Config.CreateFromFile(BUILTIN_CONFIG)


def interop_name(space: OCIO.ColorSpace) -> str:
    """The Color Interop Forum name that a config gives a space; "" if it gives none."""
    return str(space.getInteropID()) if hasattr(space, "getInteropID") else ""  # since OCIO 2.5


def open_config(config: str | None) -> Config:
    """Open a config.

    config  a path or ``ocio://NAME``; None: $OCIO, else OCIO's built-in studio config
    raises  ColourError if it cannot be used
    """
    where = config or os.environ.get("OCIO") or BUILTIN_CONFIG
    option = "--ocio" if config else "$OCIO"
    try:
        name = os.fsencode(where)
        if b"\0" in name:
            raise UnicodeError("no file can have this name")
        if "://" not in where:
            open_regular(where).close()  # OCIO would wait for a pipe
        opened = Config(where, OCIO.Config.CreateFromFile(name))
    except (*OCIO_ERRORS, OSError) as error:
        words = reason(error) if isinstance(error, OSError) else error_words(error)
        raise ColourError(
            f"the OCIO config of {option} cannot be used: {words}",
            where=where,
            fix=f"give {option} the path of a config.ocio or .ocioz file, or a built-in name such as {BUILTIN_CONFIG}",
        ) from error
    _check_encoding(opened, option)
    return opened


def _check_encoding(config: Config, option: str) -> None:
    """See that the names in a config can be read, for the library takes any bytes and gives out UTF-8 alone."""
    ocio, rules = config.ocio, config.ocio.getFileRules()
    try:
        asked = [config.names, ocio.getDefaultView(ocio.getDefaultDisplay())]
        asked += [(rules.getName(index), rules.getColorSpace(index)) for index in range(rules.getNumEntries())]
    except UnicodeDecodeError as error:
        raise ColourError(
            f"the OCIO config of {option} is no UTF-8: {error_words(error)}", where=config.where, fix="save it in UTF-8"
        ) from error


def error_words(error: Exception) -> str:
    """What the library says, in one line."""
    words = error.object.decode("utf-8", "replace") if isinstance(error, UnicodeDecodeError) else str(error)
    return " ".join(words.split()) or type(error).__name__  # Python 3.11.2 loses words that are no UTF-8
