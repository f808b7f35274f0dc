"""Batches of real samples: their order, and where a compiled step finds them."""
