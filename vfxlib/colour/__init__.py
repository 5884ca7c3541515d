"""What the numbers of a picture mean, and the ways between encodings."""
