"""Our networks as Keras models: planned layer by layer, written in a process of its own, checked in another.

Keras is imported in those processes alone: training goes without it (`training.backend`).
"""
