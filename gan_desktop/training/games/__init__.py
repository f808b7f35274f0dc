"""The games that can be played, one file each: functions registered with `core.registry.games`."""
