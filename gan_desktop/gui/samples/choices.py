"""What both views of samples let a person choose: the generator in training or its average, and one class or all."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from gan_desktop.core.events import DataSummary, FloatArray, Samples
from gan_desktop.gui.look import words
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.run.record import UNDER_WAY
from gan_desktop.gui.widgets.segments import SegmentedChoice
from gan_desktop.gui.widgets.style import describe, label

# How many real samples are shown: in the row of each class, and in all if there is one class or none.
REAL_COLUMNS, REAL_SHOWN = 8, 64


class Shown(StrEnum):
    """Whose samples are shown."""

    TRAINED = "trained"
    AVERAGED = "averaged"
    BOTH = "both"


class SampleChoices(QWidget):
    """A row with the choices that there are; hidden if there is none.

    Signals:
        changed: samples of the other generator are to be shown.
    """

    changed = Signal()

    def __init__(self, model: RunModel) -> None:
        super().__init__()
        self._model, self._record = model, model.record
        tr = self.tr
        self.generator = SegmentedChoice(
            "generator_choice",
            tr("Samples of the generator"),
            (
                (Shown.TRAINED, tr("In training"), tr("The generator that is being trained")),
                (
                    Shown.AVERAGED,
                    tr("Averaged"),
                    tr("The average of the generator over its last steps, which ema_decay asks for"),
                ),
                (Shown.BOTH, tr("Both"), tr("Both of them, from the same latents")),
            ),
        )
        self.class_box = QComboBox()
        self.class_box.setProperty("small", True)
        self.class_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.class_box.setMinimumContentsLength(8)
        # Otherwise the wheel would change the class in passing, and keys would be taken from the window.
        self.class_box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self.class_box, "class_box", tr("Class"), tr("Show samples of every class, or of one alone"))
        self._class_label = label(tr("Class"), "field")
        self._class_label.setBuddy(self.class_box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self._class_label, self.class_box):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.generator)
        self.generator.chosen.connect(self.changed)
        self.class_box.activated.connect(self._on_class)
        model.record.run_started.connect(self._on_run_started)
        model.record.run_cleared.connect(self._on_run_started)
        model.record.status_changed.connect(self._show_state)
        self._on_run_started()
        self.show_samples(None)

    def shown(self, samples: Samples) -> Shown:
        """What to show of these samples: an average that they do not have is not shown, whatever is chosen."""
        return Shown(self.generator.value) if samples.averaged is not None else Shown.TRAINED

    def of(self, samples: Samples) -> list[FloatArray]:
        """The values to show of these samples: of one generator, or of both, the one in training first."""
        shown = self.shown(samples)
        values = [] if shown is Shown.AVERAGED else [samples.values]
        if samples.averaged is not None and shown is not Shown.TRAINED:
            values.append(samples.averaged)
        return values

    def show_samples(self, samples: Samples | None) -> None:
        """Offer what there is in these samples to choose from."""
        has_average = samples is not None and samples.averaged is not None
        has_classes = samples is not None and samples.labels is not None
        self.generator.setVisible(has_average)
        self.class_box.setVisible(has_classes)
        self._class_label.setVisible(has_classes)
        self.setVisible(has_average or has_classes)

    @Slot()
    def _on_run_started(self) -> None:
        """A new run begins with every class."""
        self.class_box.clear()
        self.class_box.addItem(self.tr("all"), None)
        if self._record.run is not None:
            data = self._record.run.data
            for number in range(data.classes):
                self.class_box.addItem(words.class_name(number, data.class_names), number)
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        self.class_box.setEnabled(self._record.status in UNDER_WAY)

    @Slot(int)
    def _on_class(self, place: int) -> None:
        self._model.looks.show_class(self.class_box.itemData(place))


def only_class(labels: npt.NDArray[np.integer] | None) -> int | None:
    """The class that all of the samples are of, None if there are several or none."""
    if labels is None or not len(labels) or (labels != labels[0]).any():
        return None
    return int(labels[0])


def real_like(data: DataSummary, labels: npt.NDArray[np.integer] | None) -> npt.NDArray[np.intp]:
    """Which real samples to show beside fakes of these classes: those of the same classes, if they are known.

    Returns:
        Indices: as many of each class as fill a row, or `REAL_SHOWN` if there is only one class or none.
    """
    real = data.real_labels
    if labels is None or real is None:
        return np.arange(min(len(data.real), REAL_SHOWN))
    alone = only_class(labels)
    if alone is not None:
        return np.flatnonzero(real == alone)[:REAL_SHOWN]
    return np.concatenate([np.flatnonzero(real == label)[:REAL_COLUMNS] for label in np.unique(labels)])
