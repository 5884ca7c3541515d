"""MaskPropagate's four steps; frames are counted by their place in the job here, not by their number."""
