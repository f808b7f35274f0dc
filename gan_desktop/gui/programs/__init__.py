"""Letting programs on this computer drive the run that is shown: the switch, its dialog, its sign."""
