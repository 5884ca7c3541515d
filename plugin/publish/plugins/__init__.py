"""The folder for $PYBLISHPLUGINPATH: what pyblish finds of Paintout."""
