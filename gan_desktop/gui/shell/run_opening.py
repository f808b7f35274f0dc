"""Opens kept runs: chosen, dropped, from the library, or the last one. They are read in a thread."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from gan_desktop.core import paths
from gan_desktop.core.errors import InputError
from gan_desktop.core.status import Status
from gan_desktop.gui.look import words
from gan_desktop.gui.run.following import RunFollower
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.run.opened import Opened, read_opened
from gan_desktop.gui.shell.file_dialogs import prepare
from gan_desktop.recording.library import LAST, find_run
from gan_desktop.recording.remembered import remember
from gan_desktop.recording.run_entry import RunEntry
from gan_desktop.recording.run_folder import run_folder_at
from gan_desktop.recording.unpacking import is_packed_run, unpack_run


class ReadingThread(QThread):
    """Reads something of the run that `which` stands for.

    Signals: connect them to slots of objects of the main thread, anything else would run in this one.
        read: what it was.
        refused: `which`, and the sentence that says why it cannot be read.
    """

    read = Signal(object)
    refused = Signal(object, str)

    def __init__(self, work: Callable[[], object], which: object, parent: QObject) -> None:
        super().__init__(parent)
        self._work, self.which = work, which
        self.setObjectName("run_reading_thread")

    def run(self) -> None:
        try:
            found = self._work()
        except InputError as error:
            self.refused.emit(self.which, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets to see it
            self.refused.emit(self.which, f"{type(error).__name__}: {error}")
        else:
            self.read.emit(found)


def _read(folder: Path) -> Opened:
    opened = read_opened(folder)
    with suppress(InputError):  # the run is worth more than its place in a list
        remember(folder)
    return opened


class RunOpener(QObject):
    """Reads a run folder in a thread and shows it, once no other run is under way.

    Args:
        window: the window that it belongs to.
        say: shows a sentence in the window.

    Signals:
        last_found: the `RunEntry` of the newest run, some time after `look_for_last`, if there is one.
        shown: a run is shown.
    """

    last_found = Signal(object)
    shown = Signal()

    def __init__(self, window: QWidget, model: RunModel, say: Callable[[str], None]) -> None:
        super().__init__(window)
        self._window, self._model, self._say = window, model, say
        # The folder that was asked for last; what another one holds comes too late.
        self._wanted: Path | None = None
        # A run that is to be shown as soon as the one under way has ended.
        self._waiting: Opened | None = None
        self._said_before = ""
        self._reading: list[ReadingThread] = []
        self.follower = RunFollower(model, self)
        self.follower.rewound.connect(self.open)
        self.follower.lost.connect(self._on_lost)
        self.follower.ended.connect(self._on_followed_end)
        model.state_changed.connect(self._on_state)
        model.starting.connect(self._forget_waiting)

    @Slot()
    def choose(self) -> None:
        """Ask for a run folder; the window goes on meanwhile."""
        dialog = QFileDialog(self._window, self.tr("Open a run folder"))
        dialog.setObjectName("run_chooser")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        runs = paths.runs_directory()
        if runs.is_dir():
            dialog.setDirectory(str(runs))
        prepare(dialog, "run")
        dialog.fileSelected.connect(self._on_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def choose_packed(self) -> None:
        """Ask for a run that was exported as .zip; the window goes on meanwhile."""
        dialog = QFileDialog(self._window, self.tr("Import a run"))
        dialog.setObjectName("run_import_chooser")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Exported runs (*.zip)"), self.tr("All files (*)")])
        prepare(dialog, "export")
        dialog.fileSelected.connect(self._on_packed_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_packed_chosen(self, path: str) -> None:
        if is_packed_run(Path(path)):
            self.open(Path(path))
        else:
            self._say(self.tr("{path} is not a run that was exported as .zip.").format(path=path))

    @Slot(str)
    def _on_chosen(self, path: str) -> None:
        self.open(Path(path))

    @Slot(object)
    def open(self, path: Path) -> None:
        """Read a run folder, and show it; what cannot be opened is said in a sentence.

        A run that was exported as .zip is added to the library first.
        """
        if is_packed_run(path):
            self._wanted, self._waiting = path, None
            thread = self._thread(partial(unpack_run, path), path)
            thread.read.connect(self._on_unpacked)
            thread.refused.connect(self._on_refused)
            thread.start()
            return
        folder = (run_folder_at(path) or path).absolute()
        run = self._model.record.run
        if run is not None and run.run_folder == folder and self._model.is_active:
            self._say(self.tr("“{name}” is the run that is under way here.").format(name=folder.name))
            return
        self._wanted, self._waiting = folder, None
        thread = self._thread(partial(_read, folder), folder)
        thread.read.connect(self._on_read)
        thread.refused.connect(self._on_refused)
        thread.start()

    @Slot(object)
    def _on_unpacked(self, folder: Path) -> None:
        thread = self.sender()
        assert isinstance(thread, ReadingThread)
        if thread.which == self._wanted:
            self.open(folder)

    @Slot(object)
    def take_name(self, entry: RunEntry) -> None:
        """Take note of what a run is called now, if it is the one that is shown."""
        record = self._model.record
        if record.run is not None and record.run.run_folder == entry.folder.absolute():
            record.rename(entry.name)

    def look_for_last(self) -> None:
        """Look for the newest run that can be opened, in a thread."""
        thread = self._thread(partial(find_run, LAST), None)
        thread.read.connect(self.last_found)
        thread.start()

    def _thread(self, work: Callable[[], object], which: object) -> ReadingThread:
        thread = ReadingThread(work, which, self)
        thread.finished.connect(self._on_ended)
        self._reading.append(thread)
        return thread

    @property
    def threads(self) -> list[QThread]:
        """What is still to end before the program does."""
        return [*self._reading, *self.follower.threads]

    @Slot()
    def _on_followed_end(self) -> None:
        record = self._model.record
        if record.progress is not None:
            text = self.tr("“{name}” has ended: {state} at step {step}. Continue goes on from there.")
            self._say(_ended(record.run_name, record.status, record.progress.step, text, record.is_own_code))

    @Slot(str)
    def _on_lost(self, sentence: str) -> None:
        self._say(self.tr("The run is not followed any more: {reason}.").format(reason=sentence.rstrip(".")))

    @Slot()
    def _on_ended(self) -> None:
        # Said from within the thread, so it is not over yet: to be destroyed, it waits for itself.
        thread = self.sender()
        assert isinstance(thread, ReadingThread)
        self._reading.remove(thread)
        thread.deleteLater()

    @Slot(object, str)
    def _on_refused(self, folder: Path, sentence: str) -> None:
        if folder == self._wanted:
            self._say(self.tr("The run was not opened: {reason}.").format(reason=sentence.rstrip(".")))

    @Slot(object)
    def _on_read(self, opened: Opened) -> None:
        if opened.started.run_folder != self._wanted:
            return
        model = self._model
        if not model.is_active:
            self._show(opened)
        elif model.record.status is Status.PAUSED and not model.is_starting:
            # Nothing is interrupted: the run stands still, and is kept.
            self._end_for(opened)
        else:
            self._ask(opened)

    def _ask(self, opened: Opened) -> None:
        """Ask before a training is ended."""
        if (before := self._window.findChild(QMessageBox, "open_run_question")) is not None:
            before.close()  # it is about a run that is no longer wanted
        box = QMessageBox(self._window)
        box.setObjectName("open_run_question")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setText(self.tr("Stop “{name}” and open “{other}”?").format(name=self._name(), other=opened.name))
        box.setInformativeText(self.tr("The training stops with a checkpoint. It is kept, and can go on later."))
        yes = box.addButton(self.tr("Stop and open"), QMessageBox.ButtonRole.AcceptRole)
        no = box.addButton(self.tr("Go on training"), QMessageBox.ButtonRole.RejectRole)
        yes.setObjectName("stop_and_open_button")
        box.setDefaultButton(no)
        box.setEscapeButton(no)
        box.accepted.connect(partial(self._end_for, opened))
        box.open()

    def _name(self) -> str:
        run = self._model.record.run
        return self._model.record.run_name or (self._model.form.name if run is None else run.name)

    def _end_for(self, opened: Opened) -> None:
        """End the run under way, if it still is, and then show the other one."""
        if not self._model.is_active:
            self._show(opened)
            return
        progress = self._model.record.progress
        if progress is not None and progress.step:
            text = self.tr("“{name}” was stopped at step {step}, and is kept.")
            self._said_before = text.format(name=self._name(), step=words.count(progress.step))
        self._waiting = opened
        self._model.stop()

    @Slot()
    def _on_state(self) -> None:
        if self._waiting is not None and not self._model.is_active:
            opened, self._waiting = self._waiting, None
            self._show(opened)

    @Slot()
    def _forget_waiting(self) -> None:
        """Another start has come in between."""
        self._waiting = self._wanted = None

    def _show(self, opened: Opened) -> None:
        self._model.show_kept(opened)
        self.follower.follow(opened)
        said, self._said_before = [self._said_before, _about(opened)], ""
        self._say(" ".join(sentence for sentence in said if sentence))
        self.shown.emit()

    def cancel(self) -> None:
        """Show nothing any more; returns at once."""
        self._wanted = self._waiting = None
        self.follower.leave()


def _about(opened: Opened) -> str:
    """What is to be known of a run that is shown, in a few sentences."""
    past = opened.started.past
    step = words.count(0 if past is None else past.step)
    if opened.writer is not None:
        text = _tr(
            "“{name}” is being trained by {writer}, step {step} so far: it is followed here, and can only be looked at."
        )
        said = [text.format(name=opened.name, writer=opened.writer or _tr("another process"), step=step)]
    else:
        opened_text = _tr("Opened “{name}”: {state} at step {step}. Continue goes on from there.")
        own_code = opened.started.own_code
        said = [_ended(opened.name, opened.status, 0 if past is None else past.step, opened_text, own_code)]
    if past is not None and past.gap:
        said.append(f"{past.gap[:1].upper()}{past.gap[1:].rstrip('.')}.")
    return " ".join(said)


def _ended(name: str, status: Status, step: int, text: str, own_code: bool) -> str:
    """What became of a run, and what can be done; `text` says so if it can go on from its last step."""
    if own_code:
        text = _tr("“{name}” is of somebody's own code: {state} at step {step}. Only that code can go on with it.")
    elif status is Status.DIVERGED:
        text = _tr("“{name}” diverged at step {step}. Choose an earlier step on the timeline, and go on from there.")
    return text.format(name=name, state=words.status_word(status), step=words.count(step))


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunOpener", text)
