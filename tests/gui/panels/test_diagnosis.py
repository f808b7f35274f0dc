"""The diagnosis panel: lights that need no colours, alerts with remedies of one click, why, and pausing on alert."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gan_desktop.core import registry
from gan_desktop.core.commands import PauseOnAlert, Set, Start
from gan_desktop.core.diagnosis import Alert, AlertRaised, Level, Sentence, Suggestion
from gan_desktop.core.events import CommandRefused, ControlChanged, EngineReady, RunStarted, StatusChanged
from gan_desktop.core.presets import live_cure, preset
from gan_desktop.core.status import Status
from gan_desktop.gui.alerts.light import Light
from gan_desktop.gui.alerts.words import level_word
from gan_desktop.gui.look.theme import DARK, LIGHT, ThemeMode
from gan_desktop.gui.panels.diagnosis import PAUSE_SETTING
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.conftest import Bench, MakeWindow
from tests.gui.diagnoses import NAMES, collapse, diagnosed, oscillation, tell_ended, tell_raised
from tests.gui.fake_engine import FakeEngine, summary


@pytest.fixture
def panel(bench: Bench) -> Any:
    """The panel while a run trains, after its first diagnosis."""
    shown = bench.show("diagnosis")
    bench.start()
    bench.model.receive(diagnosed(1000))
    shown.refresh()
    return shown


def raise_alert(bench: Bench, panel: Any, step: int = 1250, **changes: Any) -> Any:
    """The card of a collapse."""
    bench.model.receive(AlertRaised(collapse(step, **changes)))
    bench.model.receive(diagnosed(step, collapse(step, **changes), modes=3.0))
    panel.refresh()
    return panel.cards["mode_collapse"]


def text(widget: QWidget, name: str) -> str:
    found = widget.findChild(QLabel, name)
    assert found is not None, name
    return found.text()


def sets(bench: Bench) -> list[tuple[str, object]]:
    return [(command.key, command.value) for command in bench.sent if isinstance(command, Set)]


# Lights.


def test_nothing_is_claimed_before_the_first_diagnosis(bench: Bench) -> None:
    panel = bench.show("diagnosis")
    assert panel.objectName() == "diagnosis_panel"
    assert "Start a run" in text(panel, "diagnosis_intro")
    assert not panel.rows["balance"].isVisible()
    bench.start()
    panel.refresh()
    assert "Watching" in text(panel, "diagnosis_intro")
    bench.model.receive(diagnosed(1000))
    panel.refresh()
    assert not panel.intro.isVisible()
    assert all(row.isVisible() for row in panel.rows.values())
    assert text(panel, "diagnosis_step") == "As of step 1,000"


def test_every_aspect_has_its_light_in_words(panel: Any) -> None:
    assert list(panel.rows) == list(NAMES)
    assert set(panel.rows) == set(registry.aspects)
    levels = {"balance": "good", "diversity": "good", "quality": "watch", "stability": "good", "gradients": "not known"}
    for name, word in levels.items():
        light = panel.findChild(Light, f"{name}_light")
        assert light.accessibleName() == f"{registry.aspects[name].title}: {word}"
        assert light.toolTip() == light.accessibleName()
        assert word in panel.rows[name].sentence.accessibleName()
    assert text(panel, "diversity_sentence") == "8 of 8 modes are covered."
    assert text(panel, "gradients_sentence") == "It takes 1,000 steps to compare with."


def picture(light: Light, colors: Any) -> QImage:
    light.set_colors(colors)
    return light.grab().toImage()


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_a_light_is_never_colour_alone(qtbot: QtBot, colors: Any) -> None:
    """If all levels have one colour, the shapes still differ, pixel by pixel."""
    grey = dataclasses.replace(colors, good="#808080", watch="#808080", error="#808080", muted="#808080")
    light = Light("x", "x_light")
    qtbot.addWidget(light)
    shapes = []
    for level in Level:
        light.show_level(level)
        shapes.append(picture(light, grey))
    assert all(one != other for place, one in enumerate(shapes) for other in shapes[:place])
    assert len({level_word(level) for level in Level}) == len(Level)
    # And the colour is the scheme's.
    light.show_level(Level.BAD)
    assert picture(light, colors).pixelColor(QPoint(2, 7)).name() == colors.error


def test_the_small_curve_follows_the_aspect(bench: Bench, panel: Any) -> None:
    curve = panel.rows["diversity"].curve
    blank = curve.grab().toImage()
    for step, modes in ((1250, 3.0), (1500, 6.0)):
        bench.model.receive(diagnosed(step, modes=modes))
    panel.refresh()
    assert curve.grab().toImage() != blank
    assert list(bench.model.record.diagnosis.aspect_history["diversity"].told.values) == [8, 3, 6]


# Why.


def test_why_says_the_definition_with_the_figures_of_now(bench: Bench, panel: Any) -> None:
    QTest.mouseClick(panel.findChild(QPushButton, "diversity_why_button"), Qt.MouseButton.LeftButton)
    why = panel.explanation
    assert not why.isModal()
    assert text(why, "why_sentence") == "8 of 8 modes are covered."
    assert text(why, "why_definition") == "A mode is covered where a sample is near it: 8 are."
    assert text(why, "why_step") == "step 1,000"
    shown = [label.text() for label in why.findChildren(QLabel) if label.isVisible()]
    for part in ("Modes covered", "8", "< 6", "Top share", "0.61", "> 0.5"):
        assert part in shown, part
    assert registry.metrics["modes_covered"].description in shown
    assert "The share of the mode with the most samples." in shown
    # It follows the run.
    bench.model.receive(diagnosed(1250, modes=3.0))
    assert text(why, "why_step") == "step 1,250"
    assert text(why, "why_sentence") == "3 of 8 modes are covered."
    assert why.light.level is Level.BAD
    QTest.keyClick(why, Qt.Key.Key_Escape)
    assert panel.explanation is None


def test_one_explanation_at_a_time_and_none_of_another_run(bench: Bench, panel: Any) -> None:
    panel.explain_aspect("balance")
    first = panel.explanation
    panel.explain_aspect("quality")
    assert panel.explanation is not first
    assert not first.isVisible()
    bench.start()
    assert panel.explanation is None


def test_why_an_alert(bench: Bench, panel: Any) -> None:
    card = raise_alert(bench, panel)
    card.why.click()
    why = panel.explanation
    assert text(why, "why_sentence") == "The generator makes 3 of 8 modes."
    assert text(why, "why_step") == "since step 1,250"
    assert text(why, "why_definition") == registry.detectors["mode_collapse"].description
    bench.model.receive(diagnosed(1500, collapse(value=2.0), modes=2.0))
    assert text(why, "why_sentence") == "The generator makes 2 of 8 modes."
    assert "now" in [label.text() for label in why.findChildren(QLabel)]
    # The explanation of an ended alert says so, and that its figures are the last ones.
    tell_ended(bench.model, collapse(), 2000)
    assert text(why, "why_step") == "ended at step 2,000"
    assert text(why, "why_sentence") == "It has ended."
    assert not why.light.isVisible()
    QApplication.processEvents()
    shown = [label.text() for label in why.findChildren(QLabel) if label.isVisible()]
    assert {"last", "2"} <= set(shown)
    assert "now" not in shown
    # It may be raised again while the explanation is open.
    tell_raised(bench.model, collapse(2500))
    assert text(why, "why_step") == "since step 2,500"
    assert why.light.isVisible()
    why.close()


def test_an_explanation_goes_with_its_window(training: MainWindow) -> None:
    panel: Any = training.panel("diagnosis")
    panel.explain_aspect("balance")
    explanation = panel.explanation
    training.close()
    assert not explanation.isVisible()


# Alerts.


def test_an_alert_is_a_card_with_its_evidence(bench: Bench, panel: Any) -> None:
    card = raise_alert(bench, panel)
    assert card.isVisible()
    assert card.light.accessibleName() == f"{registry.detectors['mode_collapse'].title}: bad"
    assert text(card, "mode_collapse_alert_message") == "The generator makes 3 of 8 modes."
    assert text(card, "mode_collapse_alert_evidence") == (
        "Modes covered 3 < 6 (perfect: 8)\nTop share 0.61 > 0.5\nsince step 1,250"
    )
    # The light of the same words points to the card.
    bench.model.receive(diagnosed(1250, collapse(), modes=3.0, said=collapse().message))
    panel.refresh()
    assert text(panel, "diversity_sentence") == f"{registry.detectors['mode_collapse'].title}: see below."
    # The figures of now, in the same card.
    bench.model.receive(diagnosed(1500, collapse(value=2.0), modes=2.0))
    panel.refresh()
    assert panel.cards == {"mode_collapse": card}
    assert text(card, "mode_collapse_alert_message") == "The generator makes 2 of 8 modes."


def test_a_suggestion_is_one_click(bench: Bench, panel: Any) -> None:
    card = raise_alert(bench, panel)
    first, second = card.buttons
    assert first.heading.text() == "R1 penalty off\u00a0→\u00a01"
    assert first.detail.text() == "R1 keeps D from chasing G."
    assert second.heading.text() == "D steps 1\u00a0→\u00a02, D rate 5.0e-4\u00a0→\u00a02.0e-4"
    assert second.accessibleName() == second.heading.text()
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert sets(bench) == [("d_steps", 2), ("d_learning_rate", 2e-4)]
    assert second.heading.text() == "Done: D steps 2, D learning rate 0.0002"
    assert not second.isEnabled()
    assert first.isEnabled()


def test_what_is_so_already_is_not_suggested(bench: Bench, panel: Any) -> None:
    card = raise_alert(bench, panel)
    bench.model.receive(ControlChanged(1300, "d_steps", 2, 1))
    assert card.buttons[1].heading.text() == "D rate 5.0e-4\u00a0→\u00a02.0e-4"
    card.buttons[1].click()
    assert sets(bench) == [("d_learning_rate", 2e-4)]


def test_after_the_end_a_suggestion_is_set_for_the_next_start(bench: Bench, panel: Any) -> None:
    card = raise_alert(bench, panel)
    bench.model.receive(StatusChanged(Status.DIVERGED, 1400, "diverged"))
    panel.refresh()
    assert "No run is under way" in card.buttons[0].toolTip()
    assert text(card, "mode_collapse_alert_note") == "The run is over. A click sets it for the next start:"
    assert card.note.isVisible()
    assert not card.start_button.isVisible()
    card.buttons[0].click()
    assert sets(bench) == []
    assert bench.model.form.config.regularization.r1_weight == 1.0
    assert card.buttons[0].heading.text() == "Done: R1 penalty 1"
    assert card.buttons[0].detail.text() == "The next start uses it."
    card.start_button.click()
    (start,) = [sent for sent in bench.sent if isinstance(sent, Start)]
    assert start.config.regularization.r1_weight == 1.0
    # While it is about to start there is nothing to click.
    assert not card.buttons[1].isEnabled()


def both(*changes: tuple[tuple[str, float], ...]) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(change, Sentence(f"Reason {place}.")) for place, change in enumerate(changes))


def test_no_two_suggestions_read_alike(bench: Bench, panel: Any) -> None:
    """This holds within an alert, once one of two changes is made, and for the alerts below it."""
    card = raise_alert(bench, panel, suggestions=both((("d_steps", 2), ("r1_weight", 1.0)), (("d_steps", 2),)))
    assert [button.isVisible() for button in card.buttons] == [True, True]
    bench.model.set_control("r1_weight", 1.0)
    assert [button.isVisible() for button in card.buttons] == [True, False]
    assert "D steps 1" in card.buttons[0].heading.text()
    other = replace(oscillation(), suggestions=both((("d_steps", 2),), (("g_steps", 2),)))
    tell_raised(bench.model, other)
    panel.refresh()
    below = panel.cards["oscillation"]
    assert [button.heading.text() for button in below.buttons if button.isVisible()] == ["G steps 1\u00a0→\u00a02"]
    bench.model.receive(
        diagnosed(
            1300, collapse(suggestions=card._alert.suggestions), replace(other, suggestions=both((("d_steps", 2),)))
        )
    )
    panel.refresh()
    assert not any(button.isVisible() for button in below.buttons)
    assert below.note.text() == "What may help is offered above."
    assert below.note.isVisible()


def test_an_alert_and_the_cure_of_the_preset_say_one_value(bench: Bench, panel: Any) -> None:
    model = bench.model
    model.form.choose_preset("fail-collapse")
    config = model.form.config
    model.receive(StatusChanged(Status.PREPARING, 0))
    model.receive(RunStarted(config, "fail-collapse", summary(config), "CPU", None, 20_000, 1, 1))
    model.receive(StatusChanged(Status.TRAINING, 0))
    cure = dict(live_cure(config, preset("heal-collapse").config))
    other = cure["r1_weight"] * 2
    card = raise_alert(bench, panel, suggestions=both((("r1_weight", other),)))
    assert card.buttons[0].heading.text() == f"R1 penalty off\u00a0→\u00a0{cure['r1_weight']:g}"
    card.buttons[0].click()
    assert [(sent.key, sent.value) for sent in bench.sent if isinstance(sent, Set)] == [
        ("r1_weight", cure["r1_weight"])
    ]


def test_lights_stay_in_view_above_many_alerts(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1440, 900)  # the screen of the tests is smaller, so that panels scroll together there
    panel: Any = window.panel("diagnosis")
    window.model.receive(diagnosed(1250))
    for name in ("mode_collapse", "oscillation", "divergence", "discriminator_ahead"):
        tell_raised(window.model, replace(collapse(), detector=name))
    panel.refresh()
    area = panel._alerts
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    rows = list(panel.rows.values())
    qtbot.waitUntil(lambda: rows[0].visibleRegion().boundingRect() == rows[0].rect())
    tops = [row.mapTo(panel, row.rect().topLeft()).y() for row in rows]
    assert tops == sorted(tops)
    assert area.mapTo(panel, area.rect().topLeft()).y() >= panel._lights.geometry().bottom()
    if panel._lights.verticalScrollBar().maximum() == 0:
        assert rows[-1].visibleRegion().boundingRect() == rows[-1].rect()


def test_a_suggestion_that_is_refused_says_so_and_changes_nothing(bench: Bench, panel: Any) -> None:
    card = raise_alert(bench, panel, suggestions=(Suggestion((("r1_weight", 1.0), ("d_steps", -1)), Sentence("Try.")),))
    card.buttons[0].click()
    assert "D steps" in card.refusal.text()
    assert card.refusal.isVisible()
    assert sets(bench) == []
    assert bench.model.pending == {}


def test_what_the_engine_refuses_is_said_on_the_card(bench: Bench, panel: Any) -> None:
    card = raise_alert(bench, panel)
    card.buttons[0].click()
    bench.model.receive(CommandRefused("Not while it rains.", "regularization.r1_weight"))
    assert card.refusal.text() == "⚠ Not while it rains."
    assert card.buttons[0].isEnabled()


def test_an_alert_that_ended_is_among_the_earlier_ones(bench: Bench, panel: Any) -> None:
    assert not panel.past.isVisible()
    raise_alert(bench, panel)
    tell_raised(bench.model, oscillation(1300))
    tell_ended(bench.model, collapse(), 2400)
    panel.refresh()
    assert list(panel.cards) == ["oscillation"]
    assert panel.past.button.accessibleName() == "1 earlier alert"
    QTest.keyClick(panel.past.button, Qt.Key.Key_Space)
    title = registry.detectors["mode_collapse"].title
    assert text(panel, "past_alerts_text") == (
        f"{title}, steps 1,250 to 2,400. It began with: The generator makes 3 of 8 modes."
    )
    tell_ended(bench.model, oscillation(1300), 2500)
    panel.refresh()
    assert panel.past.button.accessibleName() == "2 earlier alerts"


def test_a_new_run_begins_without_alerts(bench: Bench, panel: Any) -> None:
    raise_alert(bench, panel)
    tell_raised(bench.model, oscillation())
    tell_ended(bench.model, oscillation(), 1400)
    panel.refresh()
    bench.start()
    panel.refresh()
    assert panel.cards == {}
    assert not panel.past.isVisible()
    assert panel.intro.isVisible()
    assert not panel.rows["balance"].isVisible()


# Pausing on alert.


def test_pause_on_alert_is_sent_and_remembered(bench: Bench) -> None:
    panel = bench.show("diagnosis")
    check = panel.pause_check
    assert check.objectName() == "pause_on_alert_check"
    assert not check.isChecked()
    bench.model.receive(EngineReady((), 0.1, ""))
    assert bench.sent == []
    check.click()
    assert bench.sent == [PauseOnAlert(True)]
    assert bench.context.settings.get(PAUSE_SETTING, False)
    check.click()
    assert bench.sent[-1] == PauseOnAlert(False)


def test_pause_on_alert_reaches_an_engine_that_has_just_begun(
    make_window: MakeWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    first = make_window()
    first.actions_by_name["pause_on_alert_action"].trigger()
    assert first.panel("diagnosis").pause_check.isChecked()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: engine.pauses)
    first.close()
    engine.pauses = False
    second = make_window()
    assert second.actions_by_name["pause_on_alert_action"].isChecked()
    qtbot.waitUntil(lambda: engine.pauses)


def test_an_alert_pauses_the_run_and_one_click_heals_it(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    """The whole way: it fails and pauses, the notice says why, a suggestion is clicked, the alert ends."""
    engine.alert_at = 100
    panel: Any = window.panel("diagnosis")
    panel.pause_check.click()
    window.model.start()
    qtbot.waitUntil(lambda: window.model.record.status is Status.PAUSED and "mode_collapse" in panel.cards)
    title = registry.detectors["mode_collapse"].title
    assert window.notice.isVisible()
    assert "Paused on an alert at step 120. The generator makes 3 of 8 modes." in window.notice.text.text()
    shown = title.replace(" ", "&nbsp;")
    qtbot.waitUntil(lambda: shown in window.header.status_label.text())
    panel.cards["mode_collapse"].buttons[0].click()
    window.model.start_or_resume()
    qtbot.waitUntil(lambda: not panel.cards)
    qtbot.waitUntil(lambda: shown not in window.header.status_label.text())
    assert not window.notice.isVisible()
    window.model.pause()
    qtbot.waitUntil(lambda: window.model.record.status is Status.PAUSED)
    # A pause that the person asked for is no alarm.
    assert not window.notice.isVisible()


def test_a_failure_from_try_this_pauses_once_and_leaves_the_persons_choice(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    engine.alert_at = 100
    panel: Any = window.panel("diagnosis")
    try_it: Any = window.panel("try_this").findChild(QPushButton, "try_fail-collapse_button")
    assert "Pauses at the first alert." in try_it.toolTip()
    try_it.click()
    qtbot.waitUntil(lambda: window.model.record.status is Status.PAUSED)
    assert "Paused on an alert at step 120. The generator makes 3 of 8 modes." in window.notice.text.text()
    assert not panel.pause_check.isChecked()
    assert not engine.pauses
    # The alert ends and is raised again: that does not pause the run.
    window.model.start_or_resume()
    window.model.set_control("r1_weight", 1.0)
    qtbot.waitUntil(lambda: not window.model.record.diagnosis.alerts)
    window.model.set_control("r1_weight", 0.0)
    qtbot.waitUntil(lambda: bool(window.model.record.diagnosis.alerts))
    steps = len(window.model.record.history)
    qtbot.waitUntil(lambda: len(window.model.record.history) > steps)
    assert window.model.record.status is Status.TRAINING
    # Nor does a run that is started in another way.
    window.model.start()
    qtbot.waitUntil(lambda: not window.model.is_starting and bool(window.model.record.diagnosis.alerts))
    steps = len(window.model.record.history)
    qtbot.waitUntil(lambda: len(window.model.record.history) > steps)


def test_a_failure_from_try_this_pauses_at_each_alert_of_a_person_who_wants_that(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    engine.alert_at = 100
    panel: Any = window.panel("diagnosis")
    panel.pause_check.click()
    window.panel("try_this").findChild(QPushButton, "try_fail-collapse_button").click()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: window.model.record.status is Status.PAUSED)
    window.model.set_control("r1_weight", 1.0)
    window.model.start_or_resume()
    qtbot.waitUntil(lambda: not window.model.record.diagnosis.alerts)
    window.model.set_control("r1_weight", 0.0)
    qtbot.waitUntil(lambda: window.model.record.status is Status.PAUSED)
    assert panel.pause_check.isChecked()


@pytest.mark.parametrize("suggestion", [0, None])
def test_after_healing_nothing_shows_the_figures_of_before(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot, suggestion: int | None
) -> None:
    """Card, light, header, notice and explanation say what is; the earlier alert says what it was raised with."""
    engine.alert_at = 100
    panel: Any = window.panel("diagnosis")
    panel.pause_check.click()
    window.model.start()
    qtbot.waitUntil(lambda: window.model.record.status is Status.PAUSED and "mode_collapse" in panel.cards)
    panel.explain_alert("mode_collapse")
    if suggestion is None:
        window.model.apply([("r1_weight", 1.0)])
    else:
        panel.cards["mode_collapse"].buttons[suggestion].click()
    window.model.start_or_resume()
    qtbot.waitUntil(lambda: not panel.cards and panel.past.isVisible())
    stale = "3 of 8 modes"
    assert stale not in text(panel.explanation, "why_sentence")
    qtbot.waitUntil(lambda: text(panel, "diversity_sentence") == "8 of 8 modes are covered.")
    qtbot.waitUntil(lambda: stale not in window.header.status_label.toolTip())
    assert not window.notice.isVisible()
    assert stale in text(panel, "past_alerts_text")
    panel.explanation.close()


def test_the_figures_of_now_are_told_everywhere_while_paused(window: MainWindow, qtbot: QtBot) -> None:
    """What was being measured at the pause is told after it."""
    panel: Any = window.panel("diagnosis")
    model = window.model
    model.receive(StatusChanged(Status.PREPARING, 0))
    model.receive(StatusChanged(Status.TRAINING, 0))
    tell_raised(model, collapse())
    model.receive(StatusChanged(Status.PAUSED, 1250, str(collapse().message)))
    assert "makes 3 of 8 modes" in window.notice.text.text()
    model.receive(diagnosed(1500, collapse(value=1.0), modes=1.0))
    assert "makes 1 of 8 modes" in window.notice.text.text()
    qtbot.waitUntil(lambda: "makes 1 of 8 modes" in window.header.status_label.toolTip())
    panel.refresh()
    assert "makes 1 of 8 modes" in text(panel.cards["mode_collapse"], "mode_collapse_alert_message")
    tell_ended(model, collapse(), 1500)
    assert window.notice.text.text() == "Paused on an alert at step 1,250. It has ended: It has ended."
    # Another notice is not written over.
    window.notice.say("Saved.")
    model.receive(diagnosed(1500))
    assert window.notice.text.text() == "Saved."


def test_an_alert_of_the_end_keeps_its_last_figures(bench: Bench, panel: Any) -> None:
    raise_alert(bench, panel)
    bench.model.receive(diagnosed(1400, collapse(value=1.0), modes=1.0))
    bench.model.receive(StatusChanged(Status.DIVERGED, 1400, "diverged"))
    panel.refresh()
    assert text(panel.cards["mode_collapse"], "mode_collapse_alert_message") == "The generator makes 1 of 8 modes."


def test_a_title_that_is_too_long_breaks_and_the_card_stays_in_its_column(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1440, 900)
    panel: Any = window.panel("diagnosis")
    alert = Alert("class_collapse", 1000, Level.BAD, Sentence("G makes much the same sample of 0, 1, 2, 3, 4."), ())
    tell_raised(window.model, alert)
    panel.refresh()
    qtbot.waitUntil(lambda: panel.cards["class_collapse"].width() > 0)
    window.docks.arrange()
    QApplication.processEvents()
    column = panel.parentWidget()
    assert panel.minimumSizeHint().width() <= column.width()
    assert panel.cards["class_collapse"].geometry().right() <= column.width()


# Reach.


def test_everything_can_be_reached_from_the_keyboard_and_has_a_name(bench: Bench, panel: Any) -> None:
    raise_alert(bench, panel)
    tell_raised(bench.model, oscillation())
    tell_ended(bench.model, oscillation(), 1400)
    panel.refresh()
    buttons = panel.findChildren(QPushButton)
    assert len(buttons) == 5 + 2 + 2 + 1 + 1
    for button in buttons:
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus, button.objectName()
        assert button.objectName()
        assert button.accessibleName(), button.objectName()
        assert button.toolTip(), button.objectName()


def test_tab_goes_from_the_top_to_the_bottom(window: MainWindow) -> None:
    panel: Any = window.panel("diagnosis")
    window.model.receive(diagnosed(1250))
    panel.refresh()
    tell_raised(window.model, collapse())
    panel.refresh()
    card = panel.cards["mode_collapse"]
    expected = [
        panel.pause_check,
        *(row.why for row in panel.rows.values()),
        card.why,
        *card.buttons,
        panel.past.button,
    ]
    chain = [panel.pause_check]
    while (widget := chain[-1].nextInFocusChain()) is not chain[0]:
        chain.append(widget)
    assert [widget for widget in chain if widget in expected] == expected


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
def test_both_schemes_paint_lights_and_cards_in_their_colours(window: MainWindow, mode: ThemeMode) -> None:
    window.set_theme(mode)
    panel: Any = window.panel("diagnosis")
    model = window.model
    tell_raised(model, collapse())
    model.receive(diagnosed(1250, collapse(), modes=3.0))
    panel.refresh()
    colors = DARK if mode is ThemeMode.DARK else LIGHT
    for light in (panel.rows["diversity"].light, panel.cards["mode_collapse"].light):
        assert light.grab().toImage().pixelColor(QPoint(2, 7)).name() == colors.error
    assert panel.rows["balance"].light.grab().toImage().pixelColor(QPoint(2, 7)).name() == colors.good


def test_it_stands_in_front_of_quality_and_figures(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.panel("diagnosis").isVisible())
    docks = window.docks.docks
    area = docks["diagnosis"].parent()
    tabbed = area.tabifiedDockWidgets(docks["diagnosis"])  # type: ignore[attr-defined]
    assert {docks["quality"], docks["figures"]} <= set(tabbed)


def test_lights_that_say_nothing_new_give_their_room_to_the_alerts(bench: Bench, panel: Any) -> None:
    shown = {name: row.sentence.isVisible() for name, row in panel.rows.items()}
    assert all(shown.values())
    raise_alert(bench, panel)
    shown = {name: row.sentence.isVisible() for name, row in panel.rows.items()}
    assert (shown["balance"], shown["quality"], shown["gradients"]) == (False, True, True)
    assert "Neither network is winning." in panel.rows["balance"].heading.toolTip()
    tell_ended(bench.model, collapse(), 1400)
    bench.model.receive(diagnosed(1450))
    panel.refresh()
    assert all(row.sentence.isVisible() for row in panel.rows.values())


def test_without_alerts_the_lights_have_all_the_room(bench: Bench, panel: Any, qapp: QApplication) -> None:
    lights = panel._lights
    spare = bench.host.height() - panel.height()
    bench.host.resize(320, lights.sizeHint().height() + spare)
    for _ in range(3):
        qapp.processEvents()
        bench.host.resize(320, lights.sizeHint().height() + spare)
    assert panel.step.text() != ""
    assert panel.step.visibleRegion().boundingRect() == panel.step.rect()
    assert lights.y() == 0
    raise_alert(bench, panel)
    assert panel._alerts.isVisible()


def test_lights_leave_their_room_to_alerts_where_there_is_little(bench: Bench, panel: Any) -> None:
    raise_alert(bench, panel)
    bench.host.resize(270, 260)
    panel.refresh()
    first, second = list(panel.rows.values())[:2]
    assert first.why.text() == "?"
    assert first.why.accessibleName().startswith("Why: ")
    assert not first.sentence.isVisible()
    assert not panel.step.isVisible()
    panel.layout().activate()
    panel._grid.layout().activate()
    assert first.y() == second.y()
    bench.host.resize(270, 900)
    panel.refresh()
    assert first.why.text() == "Why?"
    panel._grid.layout().activate()
    assert first.y() < second.y()


def test_looking_back_shows_the_lights_of_then(bench: Bench, panel: Any) -> None:
    record = bench.model.record
    bench.take_steps(3000)
    for step, modes in ((1400, 8.0), (1600, 2.0), (3000, 8.0)):
        bench.model.receive(diagnosed(step, modes=modes))
    record.look_at(1700)
    panel.refresh()
    row = panel.rows["diversity"]
    assert not panel._lights.isHidden()
    assert row.sentence.text() == "2 of 8 modes are covered."
    assert panel.intro.text() == "Lights as at step 1,600. No alert stood at step 1,700, and none came later."
    panel.explain_aspect("diversity")
    assert panel.explanation.step.text() == "step 1,600"
    record.look_at(1450)
    panel.refresh()
    assert row.sentence.text() == "8 of 8 modes are covered."
    assert panel.explanation.step.text() == "step 1,400"
    panel.explanation.close()
    record.look_at(900)
    panel.refresh()
    assert panel._lights.isHidden()
    record.look_at(None)
    panel.refresh()
    assert panel.step.text() == "As of step 3,000"
