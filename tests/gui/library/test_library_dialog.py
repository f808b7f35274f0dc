"""The library's window: what it lists, how it is searched and sorted, and what it changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMessageBox, QPlainTextEdit, QStyleOptionViewItem, QTableView
from pytestqt.qtbot import QtBot

from gan_desktop.core.events import StatusChanged
from gan_desktop.core.status import Status
from gan_desktop.gui.library.dialog import LibraryDialog
from gan_desktop.gui.library.run_view import LEAST, RunDelegate, fitted
from gan_desktop.gui.library.table_model import DISK, HEADINGS, NAME, PARENT, STATE, STEPS, sort_key
from gan_desktop.gui.look.theme import ThemeMode
from gan_desktop.gui.shell.main_window import MainWindow
from gan_desktop.recording import removal
from gan_desktop.recording.library import Listing
from gan_desktop.recording.notes import NOTES, RunNotes, read_notes, write_notes
from gan_desktop.recording.run_folder import DATABASE, SAMPLES
from tests.recording.made_runs import add_interventions, begun, killed_run, made_run, set_facts

Open = Callable[[], LibraryDialog]
Role = Qt.ItemDataRole


@pytest.fixture
def opened(window: MainWindow, qtbot: QtBot) -> Open:
    """Opens the library and waits until it has listed and looked at everything."""

    def open_library() -> LibraryDialog:
        window.actions_by_name["library_action"].trigger()
        dialog = window.findChild(LibraryDialog)
        assert dialog is not None
        qtbot.waitUntil(lambda: dialog._is_listed and all(entry.bytes is not None for entry in dialog.table.entries))
        return dialog

    return open_library


@pytest.fixture
def trash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of the system's trash."""
    place = tmp_path / "trash"
    place.mkdir()
    monkeypatch.setattr(removal, "_trash", lambda folder: folder.rename(place / folder.name))
    return place


def shown(dialog: LibraryDialog, column: int = NAME) -> list[str]:
    rows = range(dialog.filter.rowCount())
    return [dialog.filter.index(row, column).data() for row in rows]


def choose(dialog: LibraryDialog, *names: str) -> None:
    dialog.view.clearSelection()
    for row, name in enumerate(shown(dialog)):
        if name in names:
            model = dialog.view.selectionModel()
            model.setCurrentIndex(dialog.filter.index(row, NAME), model.SelectionFlag.Select | model.SelectionFlag.Rows)


def named(folder: Path, name: str, **notes: object) -> Path:
    write_notes(folder, RunNotes(name=name, **notes))  # type: ignore[arg-type]
    return folder


def test_the_title_follows_when_the_run_that_is_open_is_renamed(
    opened: Open, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    run, _ = made_run(tmp_path / "run"), made_run(tmp_path / "another")
    with qtbot.waitSignal(window.runs.shown):
        window.runs.open(run)
    dialog = opened()
    for name in ("another", "run"):
        choose(dialog, name)
        (row,) = [index.row() for index in dialog.view.selectionModel().selectedRows(NAME)]
        assert dialog.filter.setData(dialog.filter.index(row, NAME), f"my {name}")
        qtbot.waitUntil(lambda name=name: f"my {name}" in shown(dialog))  # type: ignore[misc]
        if name == "another":
            assert window.windowTitle().startswith("run ")
    assert window.windowTitle() == "my run – GAN Desktop"
    assert window.model.record.run_name == "my run"


def test_every_run_is_listed_and_the_newest_is_chosen(opened: Open, tmp_path: Path) -> None:
    named(made_run(preset="grid", steps=1200, alerts=2, started="2026-01-01T00:00:00+00:00"), "old")
    made_run(tmp_path / "new", started="2026-01-02T00:00:00+00:00", parent_id="x", parent_name="old", parent_step=7)
    dialog = opened()
    assert shown(dialog) == ["new", "old"]
    cells = [dialog.filter.index(1, column).data() for column in range(len(HEADINGS))]
    assert cells[:7] == ["old", "grid", "GAN", "1,200", "finished", "2", ""]
    assert cells[8].startswith(("2026-01-01", "2025-12-31"))
    assert cells[DISK].endswith("kB")
    assert not dialog.filter.index(1, NAME).data(Role.DecorationRole).isNull()
    assert dialog.pane.entry.name == "new"
    assert "branches from old at step 7" in dialog.pane.facts.text()
    assert dialog.summary.text().startswith("2 runs, ")


def test_an_empty_library_says_how_to_make_a_run(opened: Open) -> None:
    dialog = opened()
    assert dialog.summary.text() == "No run is kept yet. Press Start in the main window to make one."
    assert not any(button.isEnabled() for button in dialog.deeds.buttons.values())


def test_what_is_wrong_is_told_apart_by_a_word_and_a_tool_tip(opened: Open, tmp_path: Path) -> None:
    for name in ("broken", "empty", "gone", "newer", "notes"):
        made_run(tmp_path / name)
    (tmp_path / "broken" / DATABASE).write_bytes(b"no database")
    (tmp_path / "empty" / DATABASE).unlink()
    shutil.rmtree(tmp_path / "empty" / SAMPLES)
    shutil.rmtree(tmp_path / "gone")
    set_facts(tmp_path / "newer", format=99)
    (tmp_path / "notes" / NOTES).write_text("{")
    killed_run(tmp_path / "killed")
    dialog = opened()
    words = dict(zip(shown(dialog), shown(dialog, STATE), strict=True))
    assert words == {
        "broken": "broken",
        "empty": "empty",
        "gone": "gone",
        "newer": "newer format",
        "notes": "finished, damaged notes",
        "killed": "interrupted",
    }
    tips = {shown(dialog)[row]: dialog.filter.index(row, STATE).data(Role.ToolTipRole) for row in range(6)}
    assert "database is damaged" in tips["broken"]
    assert "Update the program" in tips["newer"]
    assert len(set(tips.values())) == 6
    openable = {}
    for name in words:
        choose(dialog, name)
        openable[name] = dialog.deeds.buttons["open"].isEnabled()
        assert bool(dialog.pane.problem.text()) is (name != "killed")
    assert {name for name, can in openable.items() if can} == {"killed", "notes"}


def test_a_branch_says_what_was_changed_first(opened: Open, tmp_path: Path) -> None:
    made_run(tmp_path / "root", id="0")
    changed = made_run(tmp_path / "changed", id="1", parent_id="0", parent_name="root", parent_step=5)
    add_interventions(changed, (5, "d_steps", 2, 5, "hand"))
    dialog = opened()
    dialog.filter.look_for("from 5")
    assert shown(dialog) == ["changed"]
    tip = dialog.filter.index(0, PARENT).data(Role.ToolTipRole)
    assert tip.startswith("<p>root at step 5</p><p>from 5: ")
    assert "5 → 2" in tip


def test_the_search_looks_in_names_presets_tags_notes_games_and_states(opened: Open) -> None:
    named(made_run(preset="grid"), "Alpha", tags=("lesson",))
    named(made_run(preset="ring", status=Status.DIVERGED), "beta", notes="Lost it at 40")
    dialog = opened()
    for text, names in {
        "alpha": ["Alpha"],
        "GRID": ["Alpha"],
        "less": ["Alpha"],
        "lost 40": ["beta"],
        "diverged ring": ["beta"],
        "gan": ["Alpha", "beta"],
        "grid diverged": [],
        "": ["Alpha", "beta"],
    }.items():
        dialog.search.setText(text)
        assert sorted(shown(dialog)) == names, text
        assert ("shown" in dialog.summary.text()) is (len(names) < 2)


def test_every_column_sorts_figures_by_their_size(opened: Open) -> None:
    for steps in (1000, 9, 200):
        named(made_run(steps=steps), f"run {steps}")
    dialog = opened()
    dialog.view.sortByColumn(STEPS, Qt.SortOrder.AscendingOrder)
    assert shown(dialog, STEPS) == ["9", "200", "1,000"]
    for column in range(len(HEADINGS)):
        dialog.view.sortByColumn(column, Qt.SortOrder.AscendingOrder)
        keys = [sort_key(dialog.filter.entry(dialog.filter.index(row, 0)), column) for row in range(3)]
        assert keys == sorted(keys)


def test_hidden_runs_are_shown_when_asked_for(opened: Open, qtbot: QtBot) -> None:
    folder = named(made_run(), "mine")
    named(made_run(), "other", hidden=True)
    dialog = opened()
    assert shown(dialog) == ["mine"]
    dialog.hidden_check.click()
    assert sorted(shown(dialog)) == ["mine", "other"]
    choose(dialog, "other")
    assert dialog.deeds.buttons["hide"].text() == "Unhide"
    dialog.hidden_check.click()
    choose(dialog, "mine")
    dialog.deeds.buttons["hide"].click()
    qtbot.waitUntil(lambda: shown(dialog) == [])
    assert read_notes(folder).hidden


def test_a_name_is_typed_in_its_row(opened: Open, qtbot: QtBot) -> None:
    folder = made_run()
    dialog = opened()
    dialog.deeds.actions_by_name["rename"].trigger()
    editor = dialog.view.findChild(QLineEdit)
    assert editor is not None
    assert editor.text() == folder.name
    editor.setText(" mine ")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    dialog.table.replace_entry(dialog.table.entries[0])  # its size becomes known before the name is taken
    qtbot.waitUntil(lambda: shown(dialog) == ["mine"])
    assert read_notes(folder).name == "mine"
    dialog.table.setData(dialog.table.index(0, NAME), folder.name)
    qtbot.waitUntil(lambda: shown(dialog) == [folder.name])
    assert read_notes(folder).name == ""


def test_a_name_that_is_refused_is_said(opened: Open, qtbot: QtBot) -> None:
    folder = made_run()
    dialog = opened()
    dialog.table.setData(dialog.table.index(0, NAME), "last")
    qtbot.waitUntil(lambda: "newest run" in dialog.message.text())
    assert shown(dialog) == [folder.name]
    assert not (folder / NOTES).exists()


def test_tags_and_notes_are_written_beside_the_picture(opened: Open, qtbot: QtBot) -> None:
    folder = named(made_run(), "mine")
    dialog = opened()
    dialog.pane.tags.setText("good  to-repeat,good")
    dialog.pane.tags.editingFinished.emit()
    dialog.pane.notes.setPlainText("two\nlines")
    dialog.pane.notes.left.emit()
    qtbot.waitUntil(lambda: read_notes(folder) == RunNotes("mine", "two\nlines", ("good", "to-repeat")))
    qtbot.waitUntil(lambda: dialog.table.entries[0].notes == "two\nlines")
    assert dialog.pane.tags.text() == "good, to-repeat"


def test_what_is_being_written_is_kept_when_another_run_is_chosen_or_the_window_closed(
    opened: Open, qtbot: QtBot, window: MainWindow
) -> None:
    one, other = named(made_run(), "one"), named(made_run(), "other")
    dialog = opened()
    choose(dialog, "one")
    dialog.pane.notes.setPlainText("of one")
    choose(dialog, "other")
    assert dialog.pane.notes.toPlainText() == ""
    dialog.pane.notes.setPlainText("of the other")
    window.close()
    assert read_notes(one).notes == "of one"
    assert read_notes(other).notes == "of the other"


def test_what_is_being_written_survives_a_new_listing(opened: Open, qtbot: QtBot) -> None:
    named(made_run(), "mine")
    dialog = opened()
    dialog.pane.notes.setPlainText("half a sen")
    made_run()
    dialog.refresh()
    qtbot.waitUntil(lambda: len(shown(dialog)) == 2)
    assert dialog.pane.entry.name == "mine"
    assert dialog.pane.notes.toPlainText() == "half a sen"


def test_a_name_that_is_being_typed_survives_a_new_listing(opened: Open, qtbot: QtBot) -> None:
    """A note is left for the name, and a listing comes between that and the first letter."""
    folder = named(made_run(), "mine")
    dialog = opened()
    stale = dialog.table.entries
    dialog.pane.notes.setPlainText("of mine")
    dialog.pane.notes.left.emit()
    dialog.deeds.buttons["rename"].click()
    editor = dialog.view.findChild(QLineEdit)
    assert editor is not None
    made_run()
    dialog._on_listed(Listing(tuple(stale)))  # from before the note was kept
    assert dialog.pane.notes.toPlainText() == "of mine"
    qtbot.waitUntil(lambda: len(shown(dialog)) == 2)
    editor.setText("a name of eleven words")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "a name of eleven words" in shown(dialog))
    assert read_notes(folder) == RunNotes("a name of eleven words", "of mine")
    assert dialog.pane.notes.toPlainText() == "of mine"


def test_a_note_that_is_refused_stays_to_be_mended(opened: Open, qtbot: QtBot) -> None:
    folder = named(made_run(), "mine")
    dialog = opened()
    dialog.pane.tags.setText("t" * 1000)
    dialog.pane.tags.editingFinished.emit()
    qtbot.waitUntil(lambda: bool(dialog.message.text()))
    assert dialog.pane.tags.text() == "t" * 1000
    dialog.pane.tags.setText("t")
    dialog.pane.tags.editingFinished.emit()
    qtbot.waitUntil(lambda: read_notes(folder).tags == ("t",))


def test_a_run_that_ends_while_one_writes_is_seen_to_have_ended(opened: Open, qtbot: QtBot, tmp_path: Path) -> None:
    recorder = begun(tmp_path / "training")
    named(made_run(), "mine")
    dialog = opened()
    dialog._clock.stop()
    choose(dialog, "mine")
    dialog.pane.notes.setPlainText("of mine")
    recorder.on_event(StatusChanged(Status.FINISHED, 10))
    recorder.close(Status.FINISHED)
    assert "training" in shown(dialog, STATE)
    dialog.pane.notes.left.emit()
    qtbot.waitUntil(lambda: shown(dialog, STATE) == ["finished"] * 2)
    choose(dialog, "training")
    assert dialog.deeds.buttons["delete"].isEnabled()


def test_runs_under_way_are_looked_at_again(opened: Open, qtbot: QtBot, tmp_path: Path) -> None:
    recorder = begun(tmp_path / "training")
    dialog = opened()
    recorder.on_event(StatusChanged(Status.FINISHED, 10))
    recorder.close(Status.FINISHED)
    dialog._clock.timeout.emit()
    qtbot.waitUntil(lambda: shown(dialog, STATE) == ["finished"])


def test_a_search_without_a_match_says_so(opened: Open) -> None:
    named(made_run(), "mine")
    dialog = opened()
    dialog.search.setText("<b>zebra")
    assert dialog.pane.picture.text() == "Nothing matches “<b>zebra”"
    assert dialog.summary.text().startswith("Nothing matches “<b>zebra”: 1 run")
    dialog.search.setText("mine")
    assert "Nothing" not in dialog.summary.text()


@pytest.mark.parametrize("width", [800, 1180, 1920])
def test_figures_are_read_whole_and_names_are_told_apart(
    opened: Open, qtbot: QtBot, tmp_path: Path, width: int
) -> None:
    long = "20261126-180312-fail-collapse-with-a-longer-name"
    for number in (594, 595):
        run = made_run(tmp_path / f"{long}-{number}", preset="fail-collapse", steps=10, step=10_000, alerts=12)
        write_notes(run, RunNotes(tags=("to-repeat", "kept-and-found", "end")))
        set_facts(run, parent_id="x", parent_name=long, parent_step=594)
    dialog = opened()
    dialog.resize(width, 700)
    view = dialog.view
    qtbot.waitUntil(lambda: not view._soon.isActive() and view.columnWidth(STEPS) > 0)
    for column in range(len(HEADINGS)):
        if column not in LEAST:
            assert view.columnWidth(column) >= view.sizeHintForColumn(column), HEADINGS[column]
        else:
            assert view.columnWidth(column) >= min(LEAST[column], view.sizeHintForColumn(column)), HEADINGS[column]
    option = QStyleOptionViewItem()
    RunDelegate(view).initStyleOption(option, dialog.filter.index(0, NAME))
    assert option.textElideMode is Qt.TextElideMode.ElideLeft
    assert long in dialog.filter.index(0, PARENT).data(Role.ToolTipRole)
    assert "10,000" in dialog.filter.index(0, STEPS).data(Role.ToolTipRole)


def test_wordy_columns_give_and_take_the_room() -> None:
    wanted = [300, 120, 60, 60, 90, 60, 120, 300, 130, 60]
    wide, narrow = fitted(wanted, 2000), fitted(wanted, 700)
    assert sum(wide) in range(1990, 2001)
    assert fitted(wanted, sum(wanted)) == wanted
    assert all(width in (least, wanted[column]) for column, width in enumerate(narrow) for least in [LEAST.get(column)])
    assert narrow[NAME] == LEAST[NAME]


def test_a_run_is_opened_by_its_button_return_and_a_double_click(opened: Open, window: MainWindow) -> None:
    folder = made_run()
    dialog = opened()
    asked: list[Path] = []
    window.library.open_asked.connect(asked.append)
    dialog.deeds.buttons["open"].click()
    QTest.keyClick(dialog.view, Qt.Key.Key_Return)
    place = dialog.view.visualRect(dialog.filter.index(0, NAME)).center()
    QTest.mouseClick(dialog.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(dialog.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked == [folder.resolve()] * 3


def test_a_deletion_is_asked_about_by_name(opened: Open, qtbot: QtBot, trash: Path, tmp_path: Path) -> None:
    folder = named(made_run(id="one"), "mine")
    made_run(tmp_path / "branch", parent_id="one", parent_step=3)
    dialog = opened()
    choose(dialog, "mine")
    dialog.deeds.actions_by_name["delete"].trigger()
    box = dialog.findChild(QMessageBox, "library_delete_question")
    assert box.text() == "Move the run “mine” to the trash?"
    assert "branch" in box.informativeText()
    box.findChild(QAbstractButton, "library_cancel_button").click()
    assert folder.is_dir()
    dialog.deeds.actions_by_name["delete"].trigger()
    boxes = [box for box in dialog.findChildren(QMessageBox) if box.isVisible()]
    boxes[0].findChild(QAbstractButton, "library_trash_button").click()
    qtbot.waitUntil(lambda: shown(dialog) == ["branch"])
    assert [path.name for path in trash.iterdir()] == [folder.name]


def test_several_runs_are_deleted_at_once(opened: Open, qtbot: QtBot, trash: Path) -> None:
    for name in ("a", "b", "c"):
        named(made_run(), name)
    dialog = opened()
    choose(dialog, "a", "c")
    assert dialog.deeds.buttons["delete"].isEnabled()
    assert not dialog.deeds.buttons["open"].isEnabled()
    dialog.deeds.actions_by_name["delete"].trigger()
    box = dialog.findChild(QMessageBox)
    assert box.text() == "Move 2 runs to the trash?"
    box.findChild(QAbstractButton, "library_trash_button").click()
    qtbot.waitUntil(lambda: shown(dialog) == ["b"])


def test_a_run_that_has_begun_to_be_written_is_not_deleted(opened: Open, qtbot: QtBot, trash: Path) -> None:
    recorder = begun()
    try:
        dialog = opened()
        assert shown(dialog, STATE) == ["training"]
        assert not dialog.deeds.buttons["delete"].isEnabled()
        dialog.deeds._delete(dialog.view.chosen())
        qtbot.waitUntil(lambda: "is being written" in dialog.message.text())
        assert recorder.folder.is_dir()
    finally:
        recorder.close(Status.STOPPED)


def test_the_folder_is_opened_and_its_path_copied(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made_run().resolve()
    dialog = opened()
    asked: list[QUrl] = []

    def refuse(url: QUrl) -> bool:
        asked.append(url)
        return False

    monkeypatch.setattr(QDesktopServices, "openUrl", refuse)
    dialog.deeds.buttons["folder"].click()
    assert [Path(url.toLocalFile()) for url in asked] == [folder]
    assert str(folder) in dialog.message.text()
    dialog.deeds.buttons["copy"].click()
    assert QGuiApplication.clipboard().text() == str(folder)


def test_a_listing_that_lacks_runs_says_so(opened: Open, tmp_path: Path) -> None:
    made_run()
    (tmp_path / "data" / "library.json").write_text("{")
    dialog = opened()
    assert "library.json is damaged" in dialog.message.text()
    assert dialog.filter.rowCount() == 1


def test_it_is_shown_once_and_again_after_it_was_closed(opened: Open, window: MainWindow, qtbot: QtBot) -> None:
    made_run()
    dialog = opened()
    assert window.library.open() is dialog
    dialog.close()
    qtbot.waitUntil(lambda: window.library.threads == [])
    qtbot.waitUntil(lambda: window.findChild(LibraryDialog) is None)
    assert opened().filter.rowCount() == 1


def test_the_window_closes_while_runs_are_looked_at(window: MainWindow) -> None:
    for _ in range(5):
        made_run()
    window.library.open()
    window.close()
    assert not any(thread.isRunning() for thread in window.library.threads)


def test_what_is_refused_after_it_is_closed_is_said_in_the_main_window(
    opened: Open, window: MainWindow, qtbot: QtBot
) -> None:
    folder = made_run()
    dialog = opened()
    shutil.rmtree(folder)
    dialog.pane.notes.setPlainText("too late")
    dialog.close()
    qtbot.waitUntil(lambda: "cannot be written" in window.notice.text.text())


def test_the_theme_changes_while_it_is_open(opened: Open, window: MainWindow, tmp_path: Path) -> None:
    made_run(tmp_path / "broken")
    (tmp_path / "broken" / DATABASE).write_bytes(b"")
    dialog = opened()
    shades = []
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        window.set_theme(mode)
        shades.append(dialog.filter.index(0, STATE).data(Role.ForegroundRole).name())
    assert shades[0] != shades[1]


def test_every_control_has_a_name_a_tool_tip_and_a_way_by_keys(opened: Open) -> None:
    made_run()
    dialog = opened()
    controls = [
        widget
        for kind in (QAbstractButton, QLineEdit, QPlainTextEdit, QTableView)
        for widget in dialog.findChildren(kind)
        if not widget.objectName().startswith("qt_") and widget is not dialog.view.cornerWidget()
    ]
    controls = [widget for widget in controls if widget.isVisible()]
    assert {"library_table", "library_search", "library_open_button", "library_delete_button"} <= {
        widget.objectName() for widget in controls
    }
    for widget in controls:
        assert widget.objectName().startswith("library_"), widget
        assert widget.accessibleName(), widget.objectName()
        assert widget.toolTip(), widget.objectName()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, widget.objectName()


def test_what_a_button_does_is_done_to_a_run_that_is_shown(opened: Open) -> None:
    named(made_run(started="2026-01-02T00:00:00+00:00"), "new")
    named(made_run(started="2026-01-01T00:00:00+00:00"), "old")
    dialog = opened()
    dialog.search.setText("old")
    assert dialog.pane.entry.name == "old"
    dialog.search.setText("neither")
    assert dialog.pane.entry is None
    assert not any(button.isEnabled() for button in dialog.deeds.buttons.values())
