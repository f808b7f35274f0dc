"""The dialog in which samples of a run are generated, as many as one likes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QFormLayout, QSpinBox, QVBoxLayout, QWidget

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import RunStarted
from gan_desktop.core.generating import MOST_SAMPLES, Generate, Wish
from gan_desktop.core.sections import LARGEST_SEED
from gan_desktop.gui.exporting.writing import Work, WritingDialog
from gan_desktop.gui.look import words
from gan_desktop.gui.widgets.style import describe, label
from gan_desktop.recording.exporting import safe_name

DEFAULT_COUNT = 1000
PICTURES, ARCHIVE, TABLE = "", ".npz", ".csv"


def check_generates(run: RunStarted) -> None:
    """Raises InputError if no samples of the run can be generated."""
    if run.config.game.translates:
        text = "This run's game makes samples from samples of its source, and not from latents."
        raise InputError(QCoreApplication.translate("GenerateDialog", text))


class GenerateDialog(WritingDialog):
    """Asks how many samples of which generator are wanted, and writes them.

    Args:
        run: the run that is shown, with its folder.
        step: the step that is looked at; None for the run's last.
        generate: writes samples.
    """

    def __init__(self, parent: QWidget, run: RunStarted, step: int | None, generate: Generate) -> None:
        super().__init__(parent, "generate")
        assert run.run_folder is not None
        self._run, self._folder, self._step, self._generate = run, run.run_folder, step, generate
        self.setWindowTitle(self.tr("Generate Samples of {name}").format(name=self._folder.name))
        self._make_counts()
        self._make_choices()
        self._lay_out()
        self._show_state()
        self.resize(460, 0)

    def _make_counts(self) -> None:
        self.count = QSpinBox()
        self.count.setRange(1, MOST_SAMPLES)
        self.count.setValue(DEFAULT_COUNT)
        self.count.setGroupSeparatorShown(True)
        self.count.setStepType(QSpinBox.StepType.AdaptiveDecimalStepType)
        tip = self.tr("How many samples; 100,000 and more are written as they are made")
        describe(self.count, "generate_count_spin", self.tr("Samples"), tip)
        self.seed = QSpinBox()
        self.seed.setRange(0, LARGEST_SEED)
        tip = self.tr("What the latents are drawn with: the same seed gives the same samples")
        describe(self.seed, "generate_seed_spin", self.tr("Seed"), tip)

    def _make_choices(self) -> None:
        self.kind = QComboBox()
        if self._run.data.kind == "images":
            self.kind.addItem(self.tr("Folder of PNG pictures"), PICTURES)
        self.kind.addItem(self.tr("NumPy archive (.npz)"), ARCHIVE)
        self.kind.addItem(self.tr("Table (.csv)"), TABLE)
        describe(self.kind, "generate_kind_box", self.tr("Write as"), self.tr("What the samples are written as"))
        self.label_box = QComboBox()
        self.label_box.addItem(self.tr("All in turn"), None)
        for number in range(self._run.data.classes):
            self.label_box.addItem(words.class_name(number, self._run.data.class_names), number)
        describe(self.label_box, "generate_class_box", self.tr("Class"), self.tr("The class that is asked for"))
        self.weights = QComboBox()
        self.weights.addItem(self.tr("Averaged weights"), True)
        self.weights.addItem(self.tr("Weights as trained"), False)
        tip = self.tr("Whether the average of the generator's weights over many steps makes the samples")
        describe(self.weights, "generate_weights_box", self.tr("Generator"), tip)

    def _lay_out(self) -> None:
        step = self.tr("the last step") if self._step is None else words.count(self._step)
        about = label(self.tr("By the generator of the step that is looked at: {step}.").format(step=step), wrap=True)
        about.setObjectName("generate_about_label")
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow(self.tr("S&amples"), self.count)
        if self._run.config.data.conditional:
            form.addRow(self.tr("&Class"), self.label_box)
        if self._run.config.regularization.ema_decay > 0:
            form.addRow(self.tr("&Generator"), self.weights)
        form.addRow(self.tr("S&eed"), self.seed)
        form.addRow(self.tr("&Write as"), self.kind)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(about)
        column.addLayout(form)
        column.addStretch(1)
        column.addLayout(self._outcome())
        column.addLayout(self._buttons())

    def _choices(self) -> list[QWidget]:
        return [self.count, self.seed, self.kind, self.label_box, self.weights]

    def _suggested(self) -> tuple[str, str, str]:
        suffix = str(self.kind.currentData())
        return self.tr("Save Samples"), f"{safe_name(self._folder)}-samples{suffix}", suffix

    def _work(self, path: Path) -> Work:
        averaged = self._run.config.regularization.ema_decay > 0 and bool(self.weights.currentData())
        label_ = self.label_box.currentData() if self._run.config.data.conditional else None
        wish = Wish(self.count.value(), path, self._step, label_, self.seed.value(), averaged, replace=True)

        def work(progress: Callable[[float], None]) -> Path:
            self._generate(self._folder, wish, progress)
            return path

        return work
