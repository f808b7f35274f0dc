"""The window. Qt and pyqtgraph, never TensorFlow."""
