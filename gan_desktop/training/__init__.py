"""Networks, objectives, data sets, the compiled steps and the trainer. TensorFlow, never Qt.

TensorFlow itself is loaded at the first computation (`training/backend.py`), so importing these modules is cheap.
"""
