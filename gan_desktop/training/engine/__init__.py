"""The engine: takes commands, drives one run after the other, and keeps what they make."""
