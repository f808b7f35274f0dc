"""The run as the window knows it: what the engine has said, and what can be asked of it."""
