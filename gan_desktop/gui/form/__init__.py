"""The form: a field for each key of the config, and what in it is not as the preset has it."""
