"""Detail for a fill that was made at a lower resolution: residuals of other frames, of the same frame, and grain."""
