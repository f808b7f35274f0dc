"""The record alone: what it keeps of the events, without a form and without an engine to ask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gan_desktop.core import history, newest
from gan_desktop.core.events import (
    CommandRefused,
    ControlChanged,
    MetricsBlock,
    Progress,
    RunStarted,
    Samples,
    StatusChanged,
    StepCompiling,
)
from gan_desktop.core.presets import preset
from gan_desktop.core.status import Status
from gan_desktop.core.views import UpdateShown
from gan_desktop.gui.run.record import RunRecord
from gan_desktop.recording.run_folder import DATABASE
from gan_desktop.recording.store import RunStore
from tests.gan import FIGURES
from tests.gui.fake_engine import summary

CONFIG = preset("digits").config
STARTED = RunStarted(CONFIG, "digits", summary(CONFIG), "CPU", None, 100, 1, 1)
IMAGES = np.zeros((4, 8, 8, 1), np.float32)


@pytest.fixture
def record(qapp: object) -> RunRecord:
    """The record of a run that is under way."""
    record = RunRecord()
    for event in (StatusChanged(Status.PREPARING, 0), STARTED, StatusChanged(Status.TRAINING, 0)):
        record.receive(event)
    return record


def test_history_must_be_gapless(record: RunRecord) -> None:
    record.receive(MetricsBlock(0, np.zeros((10, len(FIGURES)), np.float32), FIGURES))
    with pytest.raises(ValueError, match="expected 10"):
        record.receive(MetricsBlock(50, np.zeros((1, len(FIGURES)), np.float32), FIGURES))


def test_old_steps_are_read_from_the_folder_of_the_run(
    record: RunRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "KEPT_STEPS", history.CHUNK)
    monkeypatch.setattr(newest, "PIECE", history.CHUNK)
    store = RunStore(tmp_path / DATABASE, FIGURES, {})
    before = record.history
    record.receive(replace(STARTED, run_folder=tmp_path))
    assert record.history is not before
    for first in range(0, 20_000, 2000):
        values = np.arange(first, first + 2000)[:, None] * np.ones((1, len(FIGURES)))
        block = MetricsBlock(first, values.astype(np.float32), FIGURES)
        store.add_figures(block)
        store.flush()
        record.receive(block)
    assert record.history.exact_first > 0
    np.testing.assert_array_equal(record.history.column("d_loss"), np.arange(20_000))
    store.close()
    assert record.history.at(123)["g_loss"] == 123
    assert [path.name for path in tmp_path.iterdir() if "run.sqlite" in path.name] == ["run.sqlite"]


def test_what_is_shown_of_an_update_goes_with_the_next_samples(record: RunRecord) -> None:
    record.receive(Samples(4, IMAGES))
    record.receive(UpdateShown(4, "d", 1, 1, 1.0, 0.9, IMAGES))
    record.look_at(record.snapshots[0].step)
    assert UpdateShown in record.views
    record.receive(Samples(5, IMAGES))
    assert UpdateShown not in record.views


def test_a_snapshot_is_shown_until_it_is_live_again(record: RunRecord) -> None:
    told: list[bool] = []
    record.samples_changed.connect(lambda: told.append(record.is_live))
    record.receive(Samples(1, IMAGES))
    record.receive(Samples(2, IMAGES))
    record.look_at(record.snapshots[0].step)
    assert record.shown_samples is not None
    assert (record.shown_samples.step, record.is_live) == (1, False)
    record.look_at(None)
    assert record.shown_samples is record.samples
    assert told == [True, True, False, True]


def test_a_run_stands_still_while_it_compiles_until_it_goes_on(record: RunRecord) -> None:
    told: list[bool] = []
    record.status_changed.connect(lambda _: told.append(record.is_compiling))
    record.receive(StepCompiling())
    record.receive(Progress(4, 100, 1.0, 1.0, 1.0, 1.0, 1))
    record.receive(Progress(5, 100, 1.0, 1.0, 1.0, 1.0, 1))
    assert told == [True, False]


def test_changes_of_a_run_are_forgotten_with_it(record: RunRecord) -> None:
    change = ControlChanged(10, "d_steps", 2, 1)
    record.receive(change)
    assert record.interventions == [change]
    record.receive(StatusChanged(Status.PREPARING, 0))
    assert record.interventions == []
    assert record.run is None


def test_what_is_not_known_here_is_for_others(record: RunRecord) -> None:
    record.receive(CommandRefused("no"))
    record.receive(object())
    assert (record.status, record.run) == (Status.TRAINING, STARTED)
