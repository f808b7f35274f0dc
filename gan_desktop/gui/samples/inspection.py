"""A look at one generated image: a small window beside it with the real images that are nearest to it."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gan_desktop.core.events import FloatArray
from gan_desktop.core.views import Inspected
from gan_desktop.gui.look import words
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.samples.sample_grid import SampleGrid
from gan_desktop.gui.samples.thumbnail import Thumbnail
from gan_desktop.gui.widgets.style import label

LARGE, SMALL = 112, 64
NEIGHBOURS = 3
# Nearer than this share of the usual distance between real neighbours, an image looks like a copy.
COPY_BELOW = 1 / 3
AWAY = 10


class InspectionPopup(QFrame):
    """Beside an image, without taking the focus: the image enlarged, its verdict, and its nearest real neighbours."""

    def __init__(self, grid: SampleGrid) -> None:
        super().__init__(grid, Qt.WindowType.ToolTip)
        self.setObjectName("inspection_popup")
        self.setAccessibleName(self.tr("Nearest real images"))
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sample = Thumbnail(LARGE)
        self.patches = PatchMap()
        self.about = label(role="strong")
        self.step = label()
        self.sentence = label(role="")
        self.neighbours = [Thumbnail(SMALL) for _ in range(NEIGHBOURS)]
        self.distances = [label() for _ in range(NEIGHBOURS)]
        self._nearest = label(self.tr("Nearest real images"))
        beside = QGridLayout()
        beside.setHorizontalSpacing(8)
        beside.setVerticalSpacing(2)
        beside.addWidget(self._nearest, 0, 0, 1, NEIGHBOURS)
        for column, (image, distance) in enumerate(zip(self.neighbours, self.distances, strict=True)):
            beside.addWidget(image, 1, column)
            beside.addWidget(distance, 2, column, Qt.AlignmentFlag.AlignHCenter)
        beside.setRowStretch(3, 1)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.sample)
        row.addWidget(self.patches)
        row.addLayout(beside)
        top = QHBoxLayout()
        top.addWidget(self.about, 1)
        top.addWidget(self.step)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(12, 10, 12, 10)
        column_.setSpacing(7)
        column_.addLayout(top)
        column_.addLayout(row)
        column_.addWidget(self.sentence)

    def show_inspected(self, event: Inspected, about: str, place: QRect) -> None:
        """Show what was found beside a place of the screen."""
        self.about.setText(about)
        self.step.setText(self.tr("step {n}").format(n=words.count(event.step)))
        self.sample.show_image(event.sample)
        self.patches.show_patches(event.patches)
        for at, (image, distance) in enumerate(zip(self.neighbours, self.distances, strict=True)):
            is_there = at < len(event.neighbours)
            image.show_image(event.neighbours[at] if is_there else None)
            distance.setText(words.three_digits(float(event.distances[at])) if is_there else "")
        self.sentence.setText(self.judgement(event.distances, event.typical))
        self.setAccessibleDescription(f"{about}. {self.sentence.text()}")
        self.adjustSize()
        self.move(self._beside(place))
        self.show()

    def judgement(self, distances: FloatArray, typical: float) -> str:
        """Whether it looks like a copy: how near the nearest is, compared with the usual between real images."""
        if not len(distances) or not np.isfinite(distances[0]):
            return self.tr("The distance to real images is not known.")
        if not (isfinite(typical) and typical > 0):
            return self.tr("Most real images occur more than once: there is no distance to compare with.")
        ratio = float(distances[0]) / typical
        found = self.tr("{ratio} of the distance between real neighbours").format(ratio=f"{ratio:.2g}")
        return f"{found}: " + (self.tr("a copy?") if ratio < COPY_BELOW else self.tr("not a copy"))

    def _beside(self, place: QRect) -> QPoint:
        """The right of the place, or its left where the screen ends; never on the place itself."""
        room, size = self.screen().availableGeometry(), self.size()
        left = place.right() + AWAY
        if left + size.width() > room.right():
            left = place.left() - AWAY - size.width()
        top = min(max(place.top(), room.top()), room.bottom() - size.height())
        return QPoint(max(left, room.left()), top)


class PatchMap(QWidget):
    """How real a discriminator that judges patches finds each patch of an image: light where it takes it for real."""

    def __init__(self) -> None:
        super().__init__()
        self.map = Thumbnail(LARGE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.map)
        column.addWidget(label(self.tr("D by patch: light is real")))

    def show_patches(self, patches: FloatArray | None) -> None:
        """Show a map of values in 0..1, shape (rows, columns); without one, show nothing and take no room."""
        self.map.show_image(None if patches is None else patches[..., None])
        self.setVisible(patches is not None)


class Inspector(QObject):
    """Asks about the image of a grid that is pointed at, and shows the answer while it is.

    Args:
        shows_current: whether the grid shows what the generator in training makes now: only that can be asked about.
    """

    def __init__(self, grid: SampleGrid, model: RunModel, shows_current: Callable[[], bool]) -> None:
        super().__init__(grid)
        self._grid, self._model, self._shows_current = grid, model, shows_current
        self._index: int | None = None
        self._latents: FloatArray | None = None
        self.popup = InspectionPopup(grid)
        grid.installEventFilter(self)
        grid.rested.connect(self._on_rested)
        grid.left.connect(self.leave)
        model.record.view_arrived.connect(self._on_view)
        model.record.run_started.connect(self.leave)
        model.record.run_cleared.connect(self.leave)
        model.state_changed.connect(self._on_status)
        model.record.samples_changed.connect(self._on_samples)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Suppress tool tips: one would cover what is shown."""
        return event.type() == QEvent.Type.ToolTip and self.popup.isVisible()

    @property
    def _can_ask(self) -> bool:
        return self._model.can_look and self._shows_current()

    @Slot(int)
    def _on_rested(self, index: int) -> None:
        if self._can_ask:
            assert self._model.record.samples is not None
            self._index, self._latents = index, self._model.record.samples.latents
            self._model.looks.inspect(index)

    @Slot()
    def leave(self) -> None:
        """Show nothing: no image is pointed at any more."""
        self._index = None
        self.popup.hide()

    @Slot()
    def _on_status(self) -> None:
        if not self._can_ask:
            self.leave()

    @Slot()
    def _on_samples(self) -> None:
        """Leave if the latents have changed: a sample is the one that was asked about only while they are the same."""
        samples = self._model.record.samples
        same = samples is not None and self._can_ask and _same(samples.latents, self._latents)
        if self._index is not None and not same:
            self.leave()

    @Slot(object)
    def _on_view(self, event: object) -> None:
        if not isinstance(event, Inspected) or event.index != self._index or event.sample.ndim != 3:
            return
        place = self._grid.places().get(event.index)
        if place is None or self._model.record.run is None or not self._grid.isVisible():
            return
        about = words.verdict(event.logit, self._model.controls["objective"])
        if event.class_name:
            about += " · " + self.tr("looks like {name}").format(name=event.class_name)
        corner = self._grid.mapToGlobal(place.topLeft().toPoint())
        self.popup.show_inspected(event, about, QRect(corner, place.size().toSize()))


def _same(left: FloatArray | None, right: FloatArray | None) -> bool:
    return left is right or (left is not None and right is not None and np.array_equal(left, right))
