"""InternalFit: curves, repair of another fill, cost."""
