"""Drawing long curves fast: decimation, smoothing, and what is painted over a plot.

Importing this package imports pyqtgraph, 0.2 s faster than a plain import does. pyqtgraph copies every name of Qt's
three large modules into mirrors of its own, and PySide creates 600 enumerations for that, of which a dozen are used.
Here the mirrors look a name up when it is used, and the copying finds nothing to copy.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from PySide6 import QtCore, QtGui, QtWidgets


def _mirror(module: ModuleType) -> ModuleType:
    mirror = ModuleType(f"pyqtgraph.Qt.{module.__name__.rpartition('.')[2]}")
    mirror.__dict__["__getattr__"] = lambda name: getattr(module, name)
    return mirror


def _import_pyqtgraph() -> None:
    modules: tuple[ModuleType, ...] = (QtCore, QtGui, QtWidgets)
    for module in modules:
        mirror = _mirror(module)
        sys.modules[mirror.__name__] = mirror
        module.__dict__["__dir__"] = list
    try:
        importlib.import_module("pyqtgraph")
    finally:
        for module in modules:
            del module.__dict__["__dir__"]


if "pyqtgraph" not in sys.modules:
    _import_pyqtgraph()
