"""Generated samples as images and points: grids, grounds under points, walks, and a look at a single one."""
