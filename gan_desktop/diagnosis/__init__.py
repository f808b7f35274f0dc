"""Metrics and detectors, each one file: pure functions of arrays, so that each can be tested against closed forms."""
