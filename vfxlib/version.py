"""The version: one place, read by the build, the header of every frame and the fingerprint."""

VERSION = "0.1.0"
