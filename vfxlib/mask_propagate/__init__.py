"""A matte propagated from the frames on which an artist made it to every frame of the shot."""
