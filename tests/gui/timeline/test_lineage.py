"""The tree of the runs that belong together."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from gan_desktop.gui.shell.main_window import MainWindow
from gan_desktop.gui.timeline.family import family_of
from gan_desktop.gui.timeline.lineage_view import BRANCHING, MEMBER, NAME, NOTE, STATE
from gan_desktop.recording.notes import RunNotes, write_notes
from tests.gui.conftest import Bench
from tests.gui.panels.test_timeline import begin
from tests.recording.made_runs import add_interventions, made_run


def family(folder: Path) -> dict[str, Path]:
    """A run with two branches, one of which has a branch of its own; and a run that does not belong to them."""
    runs = {"root": made_run(folder / "root", steps=900, id="0")}
    for name, own, parent, step in (("one", "1", "0", 300), ("two", "2", "0", 100), ("three", "3", "1", 500)):
        runs[name] = made_run(folder / name, steps=700, id=own, parent_id=parent, parent_name="x", parent_step=step)
    write_notes(runs["two"], RunNotes(notes="with R1\nand more"))
    add_interventions(runs["three"], (500, "r1_weight", 1.0, 0.0, "cure:mode_collapse"))
    runs["other"] = made_run(folder / "other", id="9")
    return runs


def test_a_family_is_found_from_any_of_its_members(tmp_path: Path) -> None:
    runs = family(tmp_path)
    for name in ("root", "one", "two", "three"):
        root = family_of(runs[name])
        assert [(member.entry.name, member.begin) for member in root] == [
            ("root", 0),
            ("two", 100),
            ("one", 300),
            ("three", 500),
        ]
    assert [member.entry.name for member in family_of(runs["other"])] == ["other"]


def test_what_is_its_own_ancestor_ends_somewhere(tmp_path: Path) -> None:
    made_run(tmp_path / "one", id="1", parent_id="2", parent_name="x", parent_step=5)
    made_run(tmp_path / "two", id="2", parent_id="1", parent_name="x", parent_step=5)
    assert {member.entry.id for member in family_of(tmp_path / "one")} == {"1", "2"}


def items(tree: QTreeWidget) -> list[QTreeWidgetItem]:
    found, waiting = [], [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
    while waiting:
        item = waiting.pop(0)
        assert item is not None
        found.append(item)
        waiting += [item.child(place) for place in range(item.childCount())]
    return found


def test_the_tree_opens_what_is_clicked(bench: Bench, tmp_path: Path, qtbot: QtBot) -> None:
    runs = family(tmp_path)
    panel = bench.show("timeline")
    begin(bench, runs["one"])
    asked: list[Path] = []
    panel.run_asked.connect(asked.append)
    panel.refresh()
    panel.branches_button.click()
    view = panel.lineage
    qtbot.waitUntil(lambda: len(items(view.tree)) == 4)
    rows = {item.data(NAME, MEMBER).name: item for item in items(view.tree)}
    assert rows["one"].text(NAME) == "● one"
    told = [rows["two"].text(column) for column in (NAME, BRANCHING, STATE, NOTE)]
    assert told == ["two", "from 100: nothing changed", "finished", "with R1"]
    assert rows["three"].text(BRANCHING) == "from 500: cure: R1 penalty off → 1"
    assert rows["root"].text(BRANCHING) == ""
    assert rows["three"].parent() is rows["one"]
    view.grab()
    # The one that is shown is shown already.
    view.tree.itemClicked.emit(rows["one"], NAME)
    assert not asked
    view.tree.itemClicked.emit(rows["two"], NAME)
    assert asked == [runs["two"]]
    assert not view.isVisible()
    panel.finish()


def test_a_run_alone_says_how_to_branch(bench: Bench, tmp_path: Path, qtbot: QtBot) -> None:
    panel = bench.show("timeline")
    begin(bench, made_run(tmp_path / "alone", id="1"))
    panel.show_lineage()
    qtbot.waitUntil(lambda: "Continue from here" in panel.lineage.heading.text())
    panel.lineage.close()
    panel.finish()


def test_actions_are_in_the_menus(training: MainWindow) -> None:
    for name in ("bookmark", "before_alert", "continue_from_here", "lineage"):
        action = training.actions_by_name[f"{name}_action"]
        assert not action.shortcut().isEmpty()
        action.trigger()
    # The run of this engine has no folder: nothing was asked for.
    assert training.model.record.is_live
