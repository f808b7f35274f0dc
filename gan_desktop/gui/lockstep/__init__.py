"""Lockstep: sides from one state, chosen in a dialog and advanced together in a window of their own."""
