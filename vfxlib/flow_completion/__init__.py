"""Motion behind what is removed, as a network completes it that has learned from made scenes."""
