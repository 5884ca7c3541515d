"""Nuke runs this at the start of its window: the Paintout menu; what fails is one line, and Nuke starts."""

__all__ = ["add_menu"]


def add_menu() -> None:
    """Add the menu and what is called when a script is opened."""
    from plugin.nukehost.toolbar import install

    install()


try:
    add_menu()
except Exception as error:  # whatever it is, Nuke starts
    print(f"Paintout has no menu: {type(error).__name__}:", *str(error).split())
