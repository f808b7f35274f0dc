"""Which alerts stand is what the latest diagnosis says, and nothing else."""

from __future__ import annotations

from gan_desktop.core.diagnosis import AlertRaised
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
