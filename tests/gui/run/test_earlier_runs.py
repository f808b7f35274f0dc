"""Ghosts: the curves of earlier runs, and what a branch's parent did without it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from gan_desktop.core import history as core_history
from gan_desktop.core import newest
from gan_desktop.core.bins import BIN
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.history import CHUNK, History
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.past import Ancestor, Past
from gan_desktop.core.status import Status
from gan_desktop.gui.plotting import ghosts
from gan_desktop.gui.plotting.curve import Curve
from gan_desktop.gui.plotting.ghosts import losses_of
from gan_desktop.recording.past import read_past
from tests.gan import FIGURES
from tests.gui.conftest import Bench
from tests.gui.diagnoses import collapse, tell_raised
from tests.gui.fake_engine import losses
from tests.gui.panels.test_timeline import begin
from tests.recording.made_runs import made_run


def history_of(steps: int) -> History:
    history = History()
    history.append(MetricsBlock(0, losses(0, steps, 0), FIGURES))
    return history


def branch_of(history: History, folder: Path, step: int, run_id: str = "id") -> Past:
    past = History()
    past.append(history.block(0, step))
    return Past(step, past, ancestors=(Ancestor(folder, "parent", run_id, step),))


@pytest.fixture
def panel(bench: Bench) -> Any:
    panel = bench.show("losses")
    yield panel
    panel.finish()


def labels(panel: Any) -> list[str]:
    return [drawn.ghost.label for drawn in panel.view.ghosts.drawn]


def test_earlier_curves_stay_after_a_start_as_many_as_can_be_told_apart(bench: Bench, panel: Any) -> None:
    bench.start()
    assert labels(panel) == []
    for number in range(5):
        bench.take_steps(200 + number)
        panel.refresh()
        bench.start()
    assert labels(panel) == ["1 run ago", "2 runs ago", "3 runs ago"]
    assert [drawn.ghost.end for drawn in panel.view.ghosts.drawn] == [204, 203, 202]
    panel.view.grab()


def test_no_text_stands_on_a_curve(bench: Bench, panel: Any) -> None:
    bench.start()
    for steps in (400, 300, 50):
        bench.take_steps(steps)
        panel.refresh()
        panel.view.grab()
        overlay = panel.view.overlay
        for _, place in overlay.between:
            for line in overlay.content.lines:
                x, y = overlay._in_pixels(line)
                assert not any(place.contains(*point) for point in zip(x.tolist(), y.tolist(), strict=True))
        bench.start()
        panel.refresh()
        panel.view.grab()
    texts = [text for text, _ in panel.view.overlay.between]
    assert texts[0] == panel.view.message
    assert set(texts[1:]) <= {"1 run ago", "2 runs ago", "3 runs ago"}
    assert len(texts) > 1


def test_ghosts_can_be_switched_off_and_that_is_remembered(bench: Bench, panel: Any) -> None:
    action = panel.findChild(QAction, "keep_earlier_curves_action")
    bench.start()
    bench.take_steps(200)
    bench.start()
    assert labels(panel) == ["1 run ago"]
    action.setChecked(False)
    assert labels(panel) == []
    bench.take_steps(200)
    bench.start()
    assert labels(panel) == []
    assert bench.context.settings.get("losses/keep_earlier", True) is False


def test_a_branch_is_one_curve_with_its_parents_behind_it(bench: Bench, panel: Any, tmp_path: Path) -> None:
    begin(bench, tmp_path / "parent")
    bench.take_steps(1000)
    tell_raised(bench.model, collapse(300))
    tell_raised(bench.model, collapse(700))
    panel.refresh()
    past = branch_of(bench.model.record.history, tmp_path / "parent", 400)
    begin(bench, tmp_path / "branch", past, Status.PAUSED)
    bench.model.record.history = past.history
    bench.model.record.run_started.emit(bench.model.record.run)
    bench.take_steps(50)
    panel.refresh()
    assert labels(panel) == ["parent: mode collapse at 700"]
    (drawn,) = panel.view.ghosts.drawn
    x, _ = drawn.items["g"].getData()
    assert x[0] >= 400 - 1
    assert len(panel.view.curves["d"]) == 450
    assert [(mark.x, mark.text) for mark in panel.view.marks] == [(400, "branch of parent")]
    # As much of it is in view as there is of the run itself.
    assert 900 <= panel.view.viewRange()[0][1] < 1100


def test_a_parent_that_was_not_shown_is_read_from_its_folder(
    bench: Bench, panel: Any, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = made_run(tmp_path / "parent", preset="digits", steps=300, id="parent-id")
    _, recorded = read_past(folder)
    begin(bench, tmp_path / "branch", branch_of(recorded.history, folder, 100, "parent-id"))
    qtbot.waitUntil(lambda: labels(panel) == ["parent"])
    assert panel.view.ghosts.drawn[0].ghost.first == 100
    # Whoever is there in its place is not its parent, and where nobody is there is nothing.
    begin(bench, tmp_path / "second", branch_of(recorded.history, folder, 100, "another-id"))
    panel.finish()
    assert labels(panel) == []
    shutil.rmtree(folder)
    begin(bench, tmp_path / "third", branch_of(recorded.history, folder, 100, "parent-id"))
    panel.finish()
    assert labels(panel) == []


def test_a_run_that_goes_on_is_not_its_own_ghost(bench: Bench, panel: Any, tmp_path: Path) -> None:
    begin(bench, tmp_path / "run")
    bench.take_steps(300)
    begin(bench, tmp_path / "run", Past(300, history_of(300)))
    assert labels(panel) == []


def test_losses_of_a_long_run_are_bins_and_its_newest_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ghosts, "EXACT_STEPS", 2 * CHUNK)
    monkeypatch.setattr(core_history, "KEPT_STEPS", 4 * CHUNK)
    monkeypatch.setattr(newest, "PIECE", CHUNK)
    history = history_of(6 * CHUNK + 100)
    copy = losses_of(history)
    assert len(copy) == len(history)
    assert set(copy.figures) == {name for name in FIGURES if FIGURES[name].kind == "loss"}
    assert copy.exact_first > history.exact_first
    column = FIGURES.column("g_loss")
    np.testing.assert_array_equal(
        copy.bins.between(0, 99).low[copy.figures.column("g_loss")], history.bins.between(0, 99).low[column]
    )
    last = len(history)
    np.testing.assert_array_equal(
        copy.values(("g_loss",), last - BIN, last), history.values(("g_loss",), last - BIN, last)
    )
    one, other = Curve("g_loss", 0.9), Curve("g_loss", 0.9)
    one.catch_up(copy)
    other.catch_up(history)
    assert one.smooth_value(last - 1) == pytest.approx(other.smooth_value(last - 1), rel=1e-4)


def test_the_plot_marks_the_moment_and_stays_where_it_is(bench: Bench, panel: Any) -> None:
    bench.start()
    bench.take_steps(1000)
    panel.refresh()
    shown = panel.view.viewRange()[0]
    bench.model.record.look_at(400)
    content = panel.view.overlay.content
    assert (content.cursor, content.is_moment) == (400, True)
    column = bench.model.record.history.column("d_loss")
    assert f"D {column[399]:.3f}" in content.read_out
    bench.take_steps(3000)
    panel.refresh()
    assert panel.view.viewRange()[0] == shown
    panel.view._move_cursor(500)
    assert (panel.view.overlay.content.cursor, panel.view.overlay.content.is_moment) == (500, False)
    panel.view._move_cursor(None)
    assert panel.view.overlay.content.cursor == 400
    panel.view.grab()
    bench.model.record.look_at(None)
    assert panel.view.overlay.content.cursor is None
    assert panel.view.viewRange()[0][1] > 4000


def test_a_run_on_other_data_leaves_no_ghost(bench: Bench, panel: Any) -> None:
    bench.start()
    bench.take_steps(100)
    bench.model.form.replace(replace_keys(bench.model.form.config, {"data.name": "ring"}))
    bench.start()
    assert labels(panel) == []
    bench.take_steps(100)
    bench.start()
    assert labels(panel) == ["1 run ago"]
