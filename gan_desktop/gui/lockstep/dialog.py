"""The dialog in which the sides of a lockstep are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout, QWidget

from gan_desktop.core.config import RunConfig
from gan_desktop.core.lockstep import FEWEST, MOST, NAMES, Order
from gan_desktop.gui.lockstep.side_fields import Cure, SideFields
from gan_desktop.gui.widgets.style import describe, inset, label


@dataclass(frozen=True)
class Start:
    """Where the sides can begin.

    Attributes:
        title: for people.
        origin: a run's folder, or a config.
        config: that of A there.
        step: of a run; None for its newest.
        cures: what the run's alerts suggest.
    """

    title: str
    origin: Path | RunConfig
    config: RunConfig
    step: int | None = None
    cures: Sequence[Cure] = ()


class LockstepDialog(QDialog):
    """Asks where to begin, for how many sides, and in what each differs.

    Signals:
        chosen: the `Order`, and the title of where it begins.
    """

    chosen = Signal(object, str)

    def __init__(self, parent: QWidget, starts: Sequence[Start]) -> None:
        super().__init__(parent)
        self.setObjectName("lockstep_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Lockstep"))
        self._starts = starts
        self._make_controls()
        self._lay_out()
        self.start_box.currentIndexChanged.connect(self._on_start)
        self.count_spin.valueChanged.connect(self._show_sides)
        for fields in self.sides:
            fields.changed.connect(self._show_state)
        self.begin_button.clicked.connect(self._begin)
        self.cancel_button.clicked.connect(self.reject)
        self._on_start()
        self._show_sides()
        self.sides[0].what.setFocus()
        self.resize(560, self.sizeHint().height())

    def _make_controls(self) -> None:
        self.start_box = QComboBox()
        tip = self.tr("The state from which all sides begin")
        describe(self.start_box, "lockstep_start_box", self.tr("Begin at"), tip)
        for start in self._starts:
            self.start_box.addItem(start.title)
        self.count_spin = QSpinBox()
        self.count_spin.setRange(FEWEST, MOST)
        inset(self.count_spin)
        tip = self.tr("How many sides are advanced together")
        describe(self.count_spin, "lockstep_count_spin", self.tr("Sides"), tip)
        self.sides = [SideFields(name, place) for place, name in enumerate(NAMES) if place]
        self.begin_button = QPushButton(self.tr("&Open"))
        tip = self.tr("Open a window in which the sides are advanced together")
        describe(self.begin_button, "lockstep_begin_button", self.tr("Open the lockstep"), tip)
        self.begin_button.setDefault(True)
        self.cancel_button = QPushButton(self.tr("Cancel"))
        describe(self.cancel_button, "lockstep_cancel_button", self.tr("Cancel"), self.tr("Close this (Esc)"))
        self.cancel_button.setAutoDefault(False)

    def _lay_out(self) -> None:
        about = label(
            self.tr(
                "All sides begin at the same weights and see the same batches and latents. A is as it is; each of the "
                "others differs in one thing. They are advanced together, and nothing of them is kept."
            ),
            wrap=True,
        )
        top = QHBoxLayout()
        top.setSpacing(8)
        for text, field, stretch in (
            (self.tr("Be&gin at"), self.start_box, 1),
            (self.tr("&Sides"), self.count_spin, 0),
        ):
            title = label(text, "field")
            title.setBuddy(field)
            top.addWidget(title)
            top.addWidget(field, stretch)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.begin_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(about)
        column.addLayout(top)
        for fields in self.sides:
            column.addWidget(fields)
        column.addStretch(1)
        column.addLayout(buttons)

    @property
    def start(self) -> Start:
        """Where they are to begin."""
        return self._starts[self.start_box.currentIndex()]

    @Slot()
    def _on_start(self) -> None:
        for fields in self.sides:
            fields.offer(self.start.config, self.start.cures)

    @Slot()
    def _show_sides(self) -> None:
        for place, fields in enumerate(self.sides, start=1):
            fields.setVisible(place < self.count_spin.value())
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        asked = self.sides[: self.count_spin.value() - 1]
        self.begin_button.setEnabled(all(fields.side is not None for fields in asked))

    @Slot()
    def _begin(self) -> None:
        sides = [fields.side for fields in self.sides[: self.count_spin.value() - 1]]
        order = Order(self.start.origin, self.start.step, [side for side in sides if side is not None])
        self.chosen.emit(order, self.start.title)
        self.accept()
