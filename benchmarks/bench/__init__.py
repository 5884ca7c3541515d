"""What all benchmarks share: sets, meters, kept results, tables."""
