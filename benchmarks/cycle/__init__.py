"""The networks for corrupted footage: what their parts and annotated frames are worth, and against no network."""
