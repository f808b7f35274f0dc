"""`gan-desktop watch RUN`: a run that some process trains, drawn in a terminal, without TensorFlow or Qt."""
