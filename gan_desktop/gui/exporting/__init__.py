"""File > Export Run: a format is chosen, a file is named, and a thread writes it."""
