"""How to train on a person's own data: size, colour, fit, classes, network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QWidget

from gan_desktop.core import registry
from gan_desktop.core.config import RunConfig
from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.image_size import Size, fits, height_width, size_of
from gan_desktop.core.own_data import FAMILY_OF_TRANSLATIONS, own_data, playing
from gan_desktop.gui.widgets.style import describe, label

# The game of one domain.
GAN = "gan"


def rectangles(preview: FolderPreview, offered: Sequence[int]) -> list[Size]:
    """Sizes with the proportions of the commonest size: that one, and some as large as the offered ones. No squares."""
    if not preview.sizes:
        return []
    (width, height), _ = preview.sizes[0]
    shorter = min(width, height)
    sides = {(round(height * side / shorter), round(width * side / shorter)) for side in (*offered, shorter)}
    return [size_of(*pair) for pair in sorted(sides) if fits(*pair) and pair[0] != pair[1]]


def fitting_batch(count: int, wanted: int, pack: int) -> int:
    """The batch size for this many samples: the wanted one if they are enough, else a smaller power of two.

    It is a multiple of `pack`, the number of samples that D judges together; 0 if there are fewer samples than that.
    """
    if wanted <= count:
        return wanted
    smaller = [2**power for power in range(count.bit_length()) if 2**power <= count and 2**power % pack == 0]
    return smaller[-1] if smaller else count // pack * pack


def suggested_for(preview: FolderPreview, config: RunConfig) -> dict[str, Any]:
    """What the preview suggests and, if the form's game cannot be played with such data, the game of one domain."""
    suggested = dict(preview.suggested)
    has_images = len(own_data(registry.datasets[str(suggested["data.name"])]).families) > 1
    if preview.domains or not config.game.translates or (config.game.makes_source and has_images):
        return suggested
    return playing(GAN) | suggested


class DataChoices(QWidget):
    """The choices that the suggested data set has; what it does not have is not shown.

    Attributes:
        refusal: why these data cannot be trained on; empty if they can.

    Signals:
        changed: something else was chosen.
    """

    changed = Signal()

    def __init__(self, preview: FolderPreview, config: RunConfig) -> None:
        super().__init__()
        self._suggested = suggested_for(preview, config)
        name = str(self._suggested["data.name"])
        self._keys = registry.datasets[name].options.model_fields
        self._own = own_data(registry.datasets[name])
        game = str(self._suggested.get("game.name", config.game.name))
        self._translates = registry.games[game].value().translates
        self._domains = [name for name, _ in preview.domains]
        self._own_size = size_of(*reversed(preview.sizes[0][0])) if preview.sizes else None
        self._rectangles = rectangles(preview, self._own.sides.offered)
        tr = self.tr
        self.size_box = self._box("image_size_box", tr("Image size"), tr("Larger images show more and train longer"))
        self.channels_box = self._box("channels_box", tr("Colour"), tr("Grey images train faster"))
        self.fit_box = self._box("fit_box", tr("Other proportions"), tr("What becomes of images of other proportions"))
        self.network_box = self._box("network_box", tr("Networks"), tr("What both networks are built of"))
        self.conditional_check = QCheckBox(tr("Conditional on the classes"))
        describe(
            self.conditional_check,
            "conditional_check",
            self.conditional_check.text(),
            tr("Both networks are told the class: the generator makes the class that it is asked for"),
        )
        self.swap_check = QCheckBox()
        if self._domains:
            source, target = self._domains
            self.swap_check.setText(tr("The other way round: {a} to {b}").format(a=target, b=source))
        describe(
            self.swap_check,
            "swap_check",
            self.swap_check.text() or tr("The other way round"),
            tr("Which of the two is translated into which"),
        )
        self.batch_note = label(wrap=True)
        self.batch_note.setObjectName("batch_note")
        self._batch: int | None = None
        self.refusal = ""
        self._fit_batch(preview.most_in_batch, config)
        self._fill(config)
        self._chose_network = False
        self._lay_out(len(preview.classes) > 1 and not self._translates)
        self.size_box.currentIndexChanged.connect(self._suggest_network)
        self.network_box.activated.connect(self._on_network)
        self._suggest_network()
        for box in (self.size_box, self.channels_box, self.fit_box, self.network_box):
            box.currentIndexChanged.connect(self.changed)
        self.conditional_check.toggled.connect(self.changed)
        self.swap_check.toggled.connect(self.changed)

    def _fit_batch(self, count: int, config: RunConfig) -> None:
        """Take a smaller batch, and say so, if it would be larger than the data."""
        wanted, pack = config.training.batch_size, config.regularization.pack
        wanted = min(wanted, self._suggested.get("training.batch_size", wanted))
        batch = fitting_batch(count, wanted, pack) if count else wanted
        if batch == 0:
            text = self.tr("D judges {pack} samples together, and there are {n}. Set Packing to 0 first.")
            self.refusal = text.format(pack=pack, n=count)
        elif batch != wanted:
            self._batch = batch
            text = self.tr("Batch {batch} in place of {wanted}, for there are {n} samples.")
            self.batch_note.setText(text.format(batch=batch, wanted=wanted, n=count))

    def _box(self, object_name: str, title: str, tool_tip: str) -> QComboBox:
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        describe(box, object_name, title, tool_tip)
        return box

    def _fill(self, config: RunConfig) -> None:
        tr = self.tr
        own = self._keys["image_size"].default if "image_size" in self._keys else None
        size = self._suggested.get("data.image_size", own)
        if size is None and "image_size" in self._keys:
            self.size_box.addItem(tr("as they are"), None)
        for side in sorted({*self._own.sides.offered, *([size] if isinstance(size, int) else [])}):
            self.size_box.addItem(tr("{n} × {n} pixels").format(n=side), side)
        for rectangle in self._rectangles:
            height, width = height_width(rectangle)
            self.size_box.addItem(tr("{h} high, {w} wide").format(h=height, w=width), rectangle)
        self.channels_box.addItem(tr("colour"), "color")
        self.channels_box.addItem(tr("grey"), "gray")
        self.fit_box.addItem(tr("cut out the middle"), "crop")
        self.fit_box.addItem(tr("fill up with white"), "pad")
        suggested = {**self._suggested, "data.image_size": size}
        for box, key in ((self.size_box, "image_size"), (self.channels_box, "channels"), (self.fit_box, "fit")):
            box.setCurrentIndex(max(0, box.findData(suggested.get(f"data.{key}"))))
        for family in registry.families.values():
            self.network_box.addItem(family.title, family.name)
            place = self.network_box.count() - 1
            self.network_box.setItemData(place, family.description, Qt.ItemDataRole.ToolTipRole)
        self.network_box.setCurrentIndex(self.network_box.findData(config.generator.family))

    def _lay_out(self, has_classes: bool) -> None:
        boxes = [
            box
            for box, key in ((self.size_box, "image_size"), (self.channels_box, "channels"), (self.fit_box, "fit"))
            if key in self._keys
        ]
        if len(self._own.families) > 1:
            boxes.append(self.network_box)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(3)
        for column, box in enumerate(boxes):
            heading = label(box.accessibleName(), "field")
            heading.setBuddy(box)
            grid.addWidget(heading, 0, column)
            grid.addWidget(box, 1, column)
        if has_classes:
            grid.setRowMinimumHeight(2, 6)
            grid.addWidget(self.conditional_check, 3, 0, 1, max(1, len(boxes)))
        if self._domains:
            grid.setRowMinimumHeight(2, 6)
            grid.addWidget(self.swap_check, 3, 0, 1, max(1, len(boxes)) + 1)
        if self._batch is not None:
            grid.addWidget(self.batch_note, 4, 0, 1, max(1, len(boxes)) + 1)
        # Widgets that stand nowhere belong to this widget all the same, and are never seen.
        choices = (self.size_box, self.channels_box, self.fit_box, self.network_box, self.conditional_check)
        for widget in (*choices, self.swap_check, self.batch_note):
            if grid.indexOf(widget) < 0:
                widget.setParent(self)
                widget.hide()
        grid.setColumnStretch(max(1, len(boxes)), 1)

    @Slot()
    def _suggest_network(self) -> None:
        if not self._chose_network:
            family = self._own.family(self.size_box.currentData() or self._own_size)
            family = FAMILY_OF_TRANSLATIONS if self._translates else family
            self.network_box.setCurrentIndex(self.network_box.findData(family))

    @Slot()
    def _on_network(self) -> None:
        self._chose_network = True

    def values(self) -> dict[str, Any]:
        """The config keys and values that train on these data as chosen."""
        # Columns that were chosen for another file are not columns of this one.
        others = ("columns", "label_column", "source_path")
        chosen = {f"data.{key}": None for key in others if key in self._keys} | self._suggested
        for box, key in ((self.size_box, "image_size"), (self.channels_box, "channels"), (self.fit_box, "fit")):
            if key in self._keys and box.currentData() is not None:
                chosen[f"data.{key}"] = box.currentData()
        chosen["data.conditional"] = not self.conditional_check.isHidden() and self.conditional_check.isChecked()
        if self._domains:
            chosen |= {"data.pairs": False, "data.swap": self.swap_check.isChecked()} | self._suggested
        if self._batch is not None:
            chosen["training.batch_size"] = self._batch
        family = self.network_box.currentData()
        return chosen | {"generator.family": family, "discriminator.family": family}
