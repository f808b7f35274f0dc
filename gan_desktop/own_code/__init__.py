"""Your own Keras or TensorFlow code, recorded as a run: the window follows it, and a second terminal drives it."""

from gan_desktop.own_code.recorder import RunRecorder

__all__ = ["RunRecorder"]
