"""Several kept runs over each other: their curves, what differs in their configs, their metrics and alerts."""
