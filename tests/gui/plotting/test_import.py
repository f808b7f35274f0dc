"""pyqtgraph is imported without a copy of all of Qt, and leaves Qt's modules as they are."""

from __future__ import annotations

import importlib

import pytest
from PySide6 import QtCore, QtGui, QtWidgets

import gan_desktop.gui.plotting  # noqa: F401

# What pyqtgraph puts into a mirror itself; a copy has more than two hundred.
FEW = 20


@pytest.mark.parametrize(
    ("module", "unused"), [(QtCore, "QCborValue"), (QtGui, "QAccessibleEvent"), (QtWidgets, "QWizardPage")]
)
def test_mirrors_look_names_up_and_qt_lists_all_that_it_has(module: object, unused: str) -> None:
    name = module.__name__.rpartition(".")[2]  # type: ignore[attr-defined]
    mirror = importlib.import_module(f"pyqtgraph.Qt.{name}")
    assert len(vars(mirror)) < FEW
    assert len(dir(module)) > 10 * FEW
    # This holds for what PySide has not made yet, too.
    assert unused in dir(module)
    assert getattr(mirror, unused) is getattr(module, unused)
    with pytest.raises(AttributeError):
        mirror.NotThere  # noqa: B018
