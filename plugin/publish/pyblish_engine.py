"""pyblish, without the importer that it leaves behind: its own old six, which Python 3.11 warns of at every import."""

import sys
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ImportWarning)
    import pyblish.api as api
    import pyblish.plugin as plugin
    import pyblish.util as util

sys.meta_path[:] = [each for each in sys.meta_path if type(each).__module__ != "pyblish.vendor.six"]

__all__ = ["api", "plugin", "util"]
