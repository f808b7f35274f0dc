"""What is in a folder or a file that a person wants to train on, and how to train on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QSize, Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from gan_desktop.core import registry
from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.tiling import Bytes
from gan_desktop.gui.form.key_titles import in_titles
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.own_data.choices import DataChoices
from gan_desktop.gui.own_data.dialog import DataDialog
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.samples.image_grid import ImageGrid
from gan_desktop.gui.shell.placing import resize_on_screen
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.style import describe, label

# Pixels: while it looks or has little to say, and with pictures or lists.
WIDTH, SIZE = 520, (760, 580)
NAMED_SIZES = 3
NAMED_CLASSES = 5
# Rows in a list; what is beyond is counted.
LISTED = 500
# A list shows at most this many rows without scrolling; pixels of its frame and padding.
MOST_HEIGHT, LIST_PADDING = 20, 12
WHITE = 255


class DataPreviewDialog(DataDialog):
    """First says that it looks, then what there is, or why nothing can be done with it."""

    def __init__(
        self, parent: QWidget, model: RunModel, path: Path, colors: Colors, source: Path | None = None
    ) -> None:
        super().__init__(parent, model, colors)
        self.setObjectName("data_preview_dialog")
        paths = [each for each in (source, path) if each is not None]
        title = self.tr("Train on {name}") if source is None else self.tr("Train on {source} and {name}")
        name, source_name = path.name or str(path), "" if source is None else source.name
        self.setWindowTitle(title.format(name=name, source=source_name))
        self.choices: DataChoices | None = None
        self._readings: list[FolderPreview] = []
        self.path_label = ElidedLabel("  ·  ".join(map(str, paths)), Qt.AlignmentFlag.AlignLeft)
        self.path_label.setToolTip(words.about(*map(str, paths)))
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setObjectName("preview_progress")
        self.progress.setAccessibleName(self.tr("Progress"))
        self.headline = label(role="strong")
        self.headline.setObjectName("preview_headline")
        self.headline.hide()
        self.state_label = label(self.tr("Looking at what is there…"), wrap=True)
        self.state_label.setObjectName("preview_state_label")
        self._content = QVBoxLayout()
        self._content.setSpacing(10)
        self.reading_box = QComboBox()
        describe(self.reading_box, "reading_box", self.tr("Train on it as"), self.tr("What the folders mean"))
        self._reading = QWidget()
        row = QHBoxLayout(self._reading)
        row.setContentsMargins(0, 0, 0, 0)
        heading = label(self.reading_box.accessibleName(), "field")
        heading.setBuddy(self.reading_box)
        row.addWidget(heading)
        row.addWidget(self.reading_box, 1)
        self._reading.hide()
        self._classes: list[QWidget] = []
        for widget in (self.path_label, self.headline, self.state_label, self.progress):
            self.column.addWidget(widget)
        self.column.addLayout(self._content, 1)
        self.add_buttons()
        self.setMinimumWidth(WIDTH)

    # What the preview says.

    @Slot(str, object)
    def show_progress(self, message: str, fraction: float | None) -> None:
        """Say how far it is."""
        self.state_label.setText(f"{message}…")
        self.progress.setRange(0, 0 if fraction is None else 100)
        self.progress.setValue(0 if fraction is None else round(100 * fraction))

    @Slot(str)
    def show_refusal(self, sentence: str) -> None:
        """Say why nothing can be done."""
        self.progress.hide()
        if self.choices is None:
            self.state_label.hide()
            # There is nothing else to be seen: it has the whole width.
            self._content.addWidget(self.message)
        self.say(in_titles(sentence))

    @Slot(object)
    def show_preview(self, preview: FolderPreview) -> None:
        """Show what is there and how it can be trained on."""
        self.progress.hide()
        self._tell(preview)
        body = self._body(preview)
        if body.count():
            self._content.addLayout(body, 1)
            resize_on_screen(self, self.size().expandedTo(QSize(*SIZE)))
        if not preview.suggested:
            self.say(self.tr("Nothing here can be trained on."))
            return
        self._readings = [preview, *preview.others]
        for reading in self._readings:
            self.reading_box.addItem(reading_name(reading))
        self._content.addWidget(self._reading)
        self._reading.setVisible(len(self._readings) > 1)
        # Whoever has chosen a game of two domains drops two domains.
        game = self.model.form.config.game.name
        fitting = [row for row, reading in enumerate(self._readings) if reading.suggested.get("game.name") == game]
        self.reading_box.setCurrentIndex(next(iter(fitting), 0))
        self.reading_box.currentIndexChanged.connect(self._read_as)
        self._read_as(self.reading_box.currentIndex())
        self.train_button.setFocus()

    def _tell(self, preview: FolderPreview) -> None:
        """Say what there is."""
        first, *others = facts(preview) or [self.tr("Nothing that can be read")]
        self.headline.setText(first)
        self.headline.show()
        self.state_label.setText("\n".join(others))
        self.state_label.setVisible(bool(others))

    @Slot(int)
    def _read_as(self, row: int) -> None:
        """Offer the choices of one reading of what is there."""
        if self.choices is not None:
            self._content.removeWidget(self.choices)
            self.choices.hide()
            self.choices.deleteLater()
        reading = self._readings[row]
        self._tell(reading)
        for widget in self._classes:
            widget.setVisible(bool(reading.classes))
        self.choices = DataChoices(reading, self.model.form.config)
        self._content.addWidget(self.choices)
        self.choices.changed.connect(self.check)
        self.offer(True)

    def _body(self, preview: FolderPreview) -> QHBoxLayout:
        """The pictures at the left, lists of classes and of what cannot be read at the right."""
        row = QHBoxLayout()
        row.setSpacing(18)
        if preview.thumbnails:
            row.addWidget(self._pictures(preview), 3)
        lists = QVBoxLayout()
        lists.setSpacing(5)
        counts = next((each.classes for each in (preview, *preview.others) if each.classes), ())
        classes = [f"{name}   {words.count(count)}" for name, count in counts]
        self._classes = self._add_list(lists, "classes_list", self.tr("{n} classes").format(n=len(classes)), classes)
        broken = [f"{name}: {reason}" for name, reason in preview.unreadable]
        one = self.tr("One file that cannot be read")
        title = one if len(broken) == 1 else self.tr("{n} files that cannot be read").format(n=words.count(len(broken)))
        self._add_list(lists, "unreadable_list", title, broken)
        if lists.count():
            # Lists of few rows are as high as their rows.
            lists.addStretch(1)
            row.addLayout(lists, 2)
        return row

    def _pictures(self, preview: FolderPreview) -> QWidget:
        self.pictures = ImageGrid()
        describe(self.pictures, "preview_grid", self.tr("Some of the images"), self.tr("Some of the images"))
        self.pictures.set_ground(self.colors.window)
        self.pictures.show_images(stacked(preview.thumbnails))
        return self.pictures

    def _add_list(self, column: QVBoxLayout, object_name: str, title: str, rows: Sequence[str]) -> list[QWidget]:
        """Add a list under its title, and return both; without rows, add nothing."""
        if not rows:
            return []
        box = QListWidget()
        describe(box, object_name, title, title)
        box.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        box.setWordWrap(True)
        box.addItems(list(rows[:LISTED]))
        if len(rows) > LISTED:
            box.addItem(self.tr("and {n} more").format(n=words.count(len(rows) - LISTED)))
        heights = sum(box.sizeHintForRow(row) for row in range(min(box.count(), MOST_HEIGHT)))
        box.setMaximumHeight(heights + LIST_PADDING)
        heading = QLabel(title)
        heading.setProperty("role", "strong")
        heading.setBuddy(box)
        column.addWidget(heading)
        column.addWidget(box, 100)
        return [heading, box]

    def values(self) -> dict[str, Any]:
        assert self.choices is not None
        return self.choices.values()

    def refusal(self) -> str:
        assert self.choices is not None
        return self.choices.refusal or super().refusal()


def reading_name(reading: FolderPreview) -> str:
    """What a reading is called if there are several."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("DataPreview", text)

    if reading.domains:
        text = tr("Two domains, for a translation")
        return (
            tr("Pairs of images of the same name, for a translation") if reading.suggested.get("data.pairs") else text
        )
    if reading.classes:
        return tr("Images of {n} classes").format(n=len(reading.classes))
    return tr("Images, all of one kind")


def facts(preview: FolderPreview) -> list[str]:
    """What there is, in a few lines."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("DataPreview", text)

    lines = []
    if preview.sizes or preview.thumbnails:
        colors = tr("in colour") if not preview.gray else tr("in grey")
        if preview.gray and preview.color:
            shares = words.count(preview.color), words.count(preview.gray)
            colors = tr("{color} in colour and {gray} in grey").format(color=shares[0], gray=shares[1])
        lines.append(tr("{n} images, {colors}").format(n=words.count(preview.count), colors=colors))
        lines.append(sizes_line(preview))
    elif preview.count:
        lines.append(tr("{n} samples").format(n=words.count(preview.count)))
    lines += filter(None, [shares_line(preview)])
    if preview.domains:
        source, target = (f"{name} ({words.count(count)})" for name, count in preview.domains)
        lines.append(tr("{source} to {target}").format(source=source, target=target))
    if preview.suggested:
        title = registry.datasets[str(preview.suggested["data.name"])].title
        lines.append(tr("Read as: {title}").format(title=title))
    return [*lines, *preview.notes]


def sizes_line(preview: FolderPreview) -> str:
    """The commonest sizes, and how many others there are."""
    named = preview.sizes[:NAMED_SIZES]
    texts = [f"{height} × {width}" for (width, height), _ in named]
    if len(preview.sizes) > 1:
        texts = [f"{text} ({words.count(count)})" for text, (_, count) in zip(texts, named, strict=True)]
    others = len(preview.sizes) - len(named)
    if others:
        more = QCoreApplication.translate("DataPreview", "and {n} other sizes")
        texts.append(more.format(n=words.count(others)))
    return QCoreApplication.translate("DataPreview", "{sizes} pixels (height × width)").format(sizes=", ".join(texts))


def shares_line(preview: FolderPreview) -> str:
    """The classes' shares, the largest first, if they are unequal in whole percent; nothing if they are equal."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("DataPreview", text)

    total = sum(count for _, count in preview.classes)
    ordered = sorted(preview.classes, key=lambda entry: -entry[1])
    shares = [words.percentage(count / total) for _, count in ordered]
    if len(set(shares)) < 2:
        return ""
    if len(ordered) <= NAMED_CLASSES:
        counts = ", ".join(f"{name} {words.count(count)}" for name, count in ordered)
        *others, last = shares
        return tr("{counts}: {shares} and {last}").format(counts=counts, shares=", ".join(others), last=last)
    text = tr("The classes are unequal: from {smallest} ({least}) to {largest} ({most})")
    return text.format(most=ordered[0][0], largest=shares[0], least=ordered[-1][0], smallest=shares[-1])


def stacked(thumbnails: Sequence[Bytes]) -> Bytes:
    """Thumbnails of any sizes, each in the middle of a white square of the largest side."""
    side = max(max(picture.shape[:2]) for picture in thumbnails)
    together = np.full((len(thumbnails), side, side, 3), WHITE, np.uint8)
    for square, picture in zip(together, thumbnails, strict=True):
        height, width = picture.shape[:2]
        top, left = (side - height) // 2, (side - width) // 2
        square[top : top + height, left : left + width] = picture
    return together
