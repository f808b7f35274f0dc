"""The games that can be played, one file each: classes registered with `core.registry.games`."""
