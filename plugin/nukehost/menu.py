"""Nuke runs this at the start of its window: the Paintout menu; what fails is one line, and Nuke starts."""

__all__: list[str] = []

try:
    from plugin.nukehost.toolbar import install

    install()
except Exception as error:  # whatever it is, Nuke starts
    print(f"Paintout has no menu: {type(error).__name__}: {error}")
