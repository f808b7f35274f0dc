"""Detectors of failures, one file each: classes registered with `detectors.register`."""
