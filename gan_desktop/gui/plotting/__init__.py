"""Drawing long curves fast: decimation, smoothing, and what is painted over a plot."""
