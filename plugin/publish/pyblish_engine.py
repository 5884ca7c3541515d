"""pyblish, without the importer that it leaves behind: its own old six, which Python 3.11 warns of at every import."""

import sys
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ImportWarning)
    import pyblish.api
    import pyblish.plugin
    import pyblish.util

__all__ = ["api", "plugin", "util"]

sys.meta_path[:] = [each for each in sys.meta_path if type(each).__module__ != "pyblish.vendor.six"]
api, plugin, util = pyblish.api, pyblish.plugin, pyblish.util
