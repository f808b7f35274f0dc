"""The form: a field for each key of the config, and how its values differ from the preset's."""
