"""InternalFit: a network fitted to this shot alone paints what no frame saw."""
