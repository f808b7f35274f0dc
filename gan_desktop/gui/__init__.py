"""The window. Qt and pyqtgraph, never TensorFlow."""

import builtins

# Taken before anything here imports PySide6, which replaces it; see `application.plain_import`.
python_import = builtins.__import__
