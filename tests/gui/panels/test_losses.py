"""The loss plot: follows, zooms, smooths, marks interventions, reads values out."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gan_desktop.core.events import ControlChanged, MetricsBlock
from gan_desktop.core.interventions import ControlValue
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.status import Status
from gan_desktop.gui.run.interventions import merge_interventions
from tests.gan import FIGURES
from tests.gui.conftest import Bench


def change(step: int, key: str, value: float, previous: float) -> ControlChanged:
    return ControlChanged(step, key, value, previous)


def test_curves_grow_and_the_newest_step_is_in_view(bench: Bench, qtbot: QtBot) -> None:
    panel = bench.show("losses")
    bench.start()
    for _ in range(3):
        bench.take_steps(500)
        panel.refresh()
        assert panel.view.viewRange()[0][1] > len(bench.model.record.history)
    texts = [end.text for end in panel.view.overlay.content.ends]
    assert [text[0] for text in texts] == ["D", "G"]


def test_zoomed_stays_zoomed_until_told_to_follow(bench: Bench) -> None:
    panel = bench.show("losses")
    bench.start()
    bench.take_steps(1000)
    panel.refresh()
    panel.view.zoom(0.5)
    shown = panel.view.viewRange()[0]
    bench.take_steps(1000)
    panel.refresh()
    assert panel.view.viewRange()[0] == shown
    assert not panel.follow_button.isHidden()
    panel.follow_button.click()
    assert panel.view.viewRange()[0][1] > 2000
    assert panel.follow_button.isHidden()


def test_cursor_reads_out_a_step(bench: Bench) -> None:
    panel = bench.show("losses")
    bench.start()
    bench.take_steps(1000)
    panel.refresh()
    QTest.mouseMove(panel.view.viewport(), QPoint(400, 100))
    panel.view._move_cursor(500)
    column = bench.model.record.history.column("d_loss")
    assert f"{column[500]:.3f}" in panel.view.overlay.content.read_out
    assert "step 500" in panel.view.overlay.content.read_out
    panel.view._move_cursor(5000)
    assert panel.view.overlay.content.read_out == ""
    assert "balance" in panel.caption.text()


@pytest.mark.parametrize(
    ("objective", "halves", "levels", "text"),
    [
        ("non_saturating", "sum", {"d": 2 * log(2), "g": log(2)}, "dashed: balance, D 2 ln 2 and G ln 2"),
        ("non_saturating", "mean", {"d": log(2), "g": log(2)}, "dashed: balance, ln 2"),
        ("minimax", "sum", {"d": 2 * log(2), "g": -log(2)}, "dashed: balance, D 2 ln 2 and G −ln 2"),
        ("least_squares", "sum", {"d": 0.25, "g": 0.125}, "dashed: balance, D 0.25 and G 0.125"),
        ("hinge", "sum", {"d": 2.0}, "dashed: balance, D 2"),
        ("wasserstein", "mean", {"d": 0.0}, "dashed: balance, D 0"),
        ("relativistic", "mean", {"d": log(2) / 2, "g": log(2)}, "dashed: balance, D ½ ln 2 and G ln 2"),
    ],
)
def test_balance_is_drawn_where_it_is_settled(
    bench: Bench, objective: str, halves: str, levels: dict[str, float], text: str
) -> None:
    panel = bench.show("losses")
    changes = {"objective.objective": objective, "objective.d_loss_halves": halves}
    bench.start(replace_keys(bench.model.form.config, changes))
    assert panel.view.levels == pytest.approx(levels)
    assert panel.caption.text() == text
    bench.take_steps(100)
    panel.log_check.setChecked(True)
    panel.refresh()
    panel.view.viewport().repaint()


def test_interventions_are_marked(bench: Bench) -> None:
    panel = bench.show("losses")
    bench.start()
    bench.take_steps(1000)
    bench.model.receive(change(1000, "d_learning_rate", 1e-3, 2e-4))
    panel.refresh()
    (mark,) = panel.view.marks
    assert (mark.x, mark.text) == (1000, "D rate 2.0e-4 → 1.0e-3")
    bench.start()
    panel.refresh()
    assert len(panel.view.marks) == 0


def test_a_drag_is_one_mark() -> None:
    drag = [change(1000 + 5 * n, "g_learning_rate", 1e-4 * (n + 1), 1e-4 * n) for n in range(1, 40)]
    later = [change(5000, "g_learning_rate", 1e-3, 4e-3), change(5000, "d_steps", 0, 1)]
    there_and_back = [change(8000, "d_steps", 2, 0), change(8001, "d_steps", 0, 2)]
    marks = merge_interventions([*drag, *later, *there_and_back])
    assert [step for step, _ in marks] == [1195, 5000, 5000]
    assert marks[0][1] == "G rate 1.0e-4 → 4.0e-3"
    assert marks[2][1] == "D frozen"


def test_what_a_rule_does_again_and_again_is_one_mark() -> None:
    by = {"author": "rule:schedule"}
    schedule = [ControlChanged(100 * n, "d_learning_rate", 1e-3 / (n + 1), 1e-3 / n, **by) for n in range(1, 100)]
    by_hand = [change(12_000, "d_learning_rate", 1e-3, 1e-5)]
    skipping = [ControlChanged(50 * n, "d_steps", n % 2, (n + 1) % 2, author="rule:skip_d") for n in range(2, 100)]
    cure = [ControlChanged(1000, "r1_weight", 1.0, 0.0, author="rule:take_cures")]
    assert merge_interventions([*schedule, *by_hand, *skipping, *cure]) == [
        (100, "Schedule: D rate 1.0e-3 → 1.0e-5"),
        (12_000, "D rate 1.0e-5 → 1.0e-3"),
        (100, "Skip D"),
        (1000, "Take cures: R1 penalty off → 1"),
    ]


@pytest.mark.parametrize(
    ("key", "before", "after", "text"),
    [
        ("objective", "non_saturating", "hinge", "Objective Non-saturating → Hinge"),
        ("r1_weight", 0.0, 1.0, "R1 penalty off → 1"),
        ("ema_decay", 0.999, 0.0, "Averaged generator 0.999 → off"),
        ("beta_1", 0.5, 0.0, "β₁ 0.5 → 0"),
        ("d_steps", 1, 5, "D steps 1 → 5"),
    ],
)
def test_interventions_in_words(key: str, before: ControlValue, after: ControlValue, text: str) -> None:
    assert merge_interventions([ControlChanged(40, key, after, before)]) == [(40, text)]
    there_and_back = [ControlChanged(40, key, after, before), ControlChanged(41, key, before, after)]
    assert merge_interventions(there_and_back) == []


def test_levels_are_those_of_the_objective_in_use(bench: Bench) -> None:
    panel = bench.show("losses")
    bench.start()
    assert set(panel.view.levels) == {"d", "g"}
    bench.model.receive(ControlChanged(10, "objective", "hinge", "non_saturating"))
    assert panel.view.levels == {"d": 2.0}
    bench.model.receive(ControlChanged(20, "objective", "non_saturating", "hinge"))
    assert set(panel.view.levels) == {"d", "g"}
    bench.model.receive(ControlChanged(30, "label_smoothing", 0.1, 0.0))
    assert panel.view.levels == pytest.approx({"d": 2 * log(2) - 0.0051, "g": -log(0.45)}, abs=0.04)
    assert panel.view.levels["g"] > log(2)


@pytest.mark.parametrize("logarithmic", [False, True])
@pytest.mark.parametrize("fill", [np.nan, np.inf, -1.0, 0.0, 3e38])
def test_no_value_breaks_the_plot(bench: Bench, fill: float, logarithmic: bool) -> None:
    panel = bench.show("losses")
    panel.log_check.setChecked(logarithmic)
    bench.start()
    bench.take_steps(100)
    panel.refresh()
    bench.model.receive(MetricsBlock(100, np.full((50, len(FIGURES)), fill, np.float32), FIGURES))
    panel.refresh()
    panel.view.viewport().repaint()
    assert np.isfinite(panel.view.viewRange()).all()


def test_only_missing_values(bench: Bench) -> None:
    panel = bench.show("losses")
    bench.start()
    bench.model.receive(MetricsBlock(0, np.full((50, len(FIGURES)), np.nan, np.float32), FIGURES))
    panel.refresh()
    panel.view.viewport().repaint()
    assert panel.view.overlay.content.ends == []


def test_choices_are_remembered(bench: Bench) -> None:
    panel = bench.show("losses")
    panel.smoothing.setValue(7)
    panel.log_check.setChecked(True)
    assert bench.context.settings.get("losses/smoothing", 0) == 7
    assert bench.context.settings.get("losses/log", False) is True


def test_a_new_run_begins_with_an_empty_plot(bench: Bench) -> None:
    panel = bench.show("losses")
    bench.start()
    bench.take_steps(300)
    panel.refresh()
    bench.start(status=Status.PAUSED)
    panel.refresh()
    assert len(panel.view.curves["d"]) == 0
    assert panel.view.overlay.content.message.startswith("Press Resume, ")


def test_nothing_is_drawn_while_hidden(bench: Bench, qtbot: QtBot) -> None:
    panel = bench.show("losses")
    bench.start()
    bench.host.hide()
    bench.take_steps(300)
    qtbot.wait(150)
    assert len(panel.view.curves["d"]) == 0
    bench.host.show()
    qtbot.waitUntil(lambda: len(panel.view.curves["d"]) == 300)
