"""Metrics and detectors, each one file: pure functions of arrays."""
