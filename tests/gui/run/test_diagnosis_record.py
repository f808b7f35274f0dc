"""Which alerts stand is what the latest diagnosis says, and nothing else."""

from __future__ import annotations

from gan_desktop.core.diagnosis import AlertRaised
from gan_desktop.core.history import History
from gan_desktop.core.past import Past, SavedLights
from gan_desktop.gui.run.diagnosis_record import DiagnosisRecord
from tests.gui.conftest import Bench
from tests.gui.diagnoses import collapse, diagnosed, ended, oscillation, tell_ended, tell_raised


def test_what_stands_is_what_the_latest_diagnosis_has(bench: Bench) -> None:
    model = bench.model
    bench.start()
    model.receive(AlertRaised(collapse(1250)))
    assert model.record.diagnosis.alerts == {}
    assert model.record.diagnosis.past_alerts == [(collapse(1250), None)]
    now = collapse(1250, value=2.0)
    model.receive(diagnosed(1300, now))
    assert model.record.diagnosis.alerts == {"mode_collapse": now}
    model.receive(ended(collapse(1250), 1400))
    assert model.record.diagnosis.alerts == {"mode_collapse": now}
    assert model.record.diagnosis.past_alerts == [(collapse(1250), 1400)]
    model.receive(diagnosed(1400))
    assert model.record.diagnosis.alerts == {}


def test_small_curves_are_known_as_they_were_at_a_step() -> None:
    kept = [SavedLights(step, lambda: diagnosed(0), {"balance": float(step)}) for step in (100, 300, 600)]
    record = DiagnosisRecord()
    damaged = SavedLights(400, lambda: diagnosed(0))
    record.load(Past(600, History(), lights=diagnosed(600), lights_kept=(*kept, damaged)))
    curve = record.aspect_history["balance"]
    now = curve.until(None).values
    assert len(now) == 3, "the newest is there once"
    assert list(now[:2]) == [100, 300]
    assert list(curve.until(300).values) == [100, 300]
    assert list(curve.until(299).values) == [100]
    assert list(curve.until(0).values) == []
    record.add(diagnosed(700))
    assert len(curve.until(None).values) == 4
    assert len(curve.until(600).values) == 3


def test_it_is_told_when_another_alert_stands_and_not_when_its_figures_change(bench: Bench) -> None:
    model = bench.model
    bench.start()
    stood: list[list[str]] = []
    model.receive(diagnosed(100))
    tell_raised(model, collapse())
    model.record.alerts_changed.connect(lambda: stood.append(sorted(model.record.diagnosis.alerts)))
    model.receive(diagnosed(1300, collapse(value=2.0)))
    assert stood == []
    tell_raised(model, oscillation(1400))
    assert stood[-1] == ["mode_collapse", "oscillation"]
    tell_ended(model, collapse(), 1500)
    assert stood[-1] == ["oscillation"]
