"""Drawing long curves fast: decimation, smoothing, and what is painted over a plot.

Importing this package imports pyqtgraph, 0.2 s faster than a plain import does. pyqtgraph copies all 700 names of Qt's
three large modules into mirrors of its own, and PySide makes 609 enumerations for that. Here the mirrors look a name up
when it is used, and the copying finds nothing to copy: 20 names and 177 enumerations are left. pyqtgraph learns from
`dir` alone what there is to copy. So Qt's `__dir__` is replaced while pyqtgraph is imported, and put back afterwards.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from PySide6 import QtCore, QtGui, QtWidgets


def _mirror(module: ModuleType) -> ModuleType:
    mirror = ModuleType(f"pyqtgraph.Qt.{module.__name__.rpartition('.')[2]}")
    vars(mirror)["__getattr__"] = lambda name: getattr(module, name)
    return mirror


def _import_pyqtgraph() -> None:
    modules: tuple[ModuleType, ...] = (QtCore, QtGui, QtWidgets)
    # PySide's own, which also names what PySide has not made yet.
    listings = [vars(module).get("__dir__") for module in modules]
    for module in modules:
        mirror = _mirror(module)
        sys.modules[mirror.__name__] = mirror
        vars(module)["__dir__"] = list
    try:
        importlib.import_module("pyqtgraph")
    finally:
        for module, listing in zip(modules, listings, strict=True):
            del vars(module)["__dir__"]
            if listing is not None:
                vars(module)["__dir__"] = listing


if "pyqtgraph" not in sys.modules:
    _import_pyqtgraph()
