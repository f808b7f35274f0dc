"""How long a test waits for what has to come. It ends a hang and measures nothing: machines may be slow and busy."""

SECONDS = 300
