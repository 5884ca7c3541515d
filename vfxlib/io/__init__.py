"""Files in and out, each foreign library in one file; empty, for hosts import parts of it."""
