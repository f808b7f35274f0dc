"""The run folder: what a run leaves behind. Never Qt."""
