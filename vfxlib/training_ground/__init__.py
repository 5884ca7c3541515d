"""Layered scenes with exact motion, made on the device for networks to learn from; torch alone, and no files."""
