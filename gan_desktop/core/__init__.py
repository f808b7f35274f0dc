"""The words both sides share: config, presets, commands, events, history. NumPy and pydantic only."""
