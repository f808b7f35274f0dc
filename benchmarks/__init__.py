"""Measured ratios, run by hand: `python -m benchmarks.speed --json`. Nothing here is asserted in a test."""
