"""What the data path is made of: frames cached, worked on in order, merged, written, fingerprinted."""
