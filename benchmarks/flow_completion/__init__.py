"""What completing motion behind a hole is worth: in pixels of motion, and in decibels of the fill."""
