"""Views and lights of earlier steps: kept with the samples, thinned with them, and read when they are looked at."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import MetricsBlock, Samples
from gan_desktop.core.measured import Measured
from gan_desktop.core.past import Past
from gan_desktop.core.status import Status
from gan_desktop.core.views import Layer, Layers, Scores, Surface, View
from gan_desktop.recording import kept_lights, kept_samples
from gan_desktop.recording.past import read_past
from gan_desktop.recording.recorder import Recorder
from gan_desktop.recording.run_folder import DATABASE, create_run_folder
from tests.gan import FIGURES
from tests.gui.diagnoses import collapse, diagnosed
from tests.gui.fake_views import scores, surface
from tests.recording.made_runs import set_facts

POINTS = np.linspace(-1, 1, 64, dtype=np.float32).reshape(32, 2)


def figures(first: int, steps: int) -> MetricsBlock:
    return MetricsBlock(first, np.zeros((steps, len(FIGURES)), np.float32), FIGURES)


def taken(recorder: Recorder, first: int, last: int) -> None:
    """Steps, ten at a time: samples, two views, a measurement and its lights."""
    for step in range(first, last + 1, 10):
        recorder.on_event(Samples(step, POINTS))
        recorder.on_event(Measured(step, {"psnr": 1.0}, None, {}, {}, 0.1))
        recorder.on_event(diagnosed(step, modes=float(step)))
        recorder.on_event(diagnosed(step + 3))  # by the clock: not kept
        recorder.on_event(surface(step + 5))
        recorder.on_event(surface(step + 7))
        recorder.on_event(scores(step + 7))
        recorder.on_event(figures(step, 10))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return create_run_folder(tmp_path / "run", "ring", RunConfig())


def kept(folder: Path, until: int | None = None) -> Past:
    return read_past(folder, until)[1]


def steps(past: Past, kind: View = View.SURFACE) -> list[int]:
    return [view.step for view in past.views if view.kind is kind]


def end(recorder: Recorder) -> None:
    recorder.close(Status.STOPPED)


def test_the_latest_views_are_kept_with_the_samples(folder: Path) -> None:
    recorder = Recorder(folder, RunConfig())
    taken(recorder, 0, 40)
    end(recorder)
    past = kept(folder)
    assert [saved.step for saved in past.samples] == [0, 10, 20, 30, 40]
    assert steps(past) == steps(past, View.SCORES) == [7, 17, 27, 37, 47]
    view = past.views[0].load()
    assert isinstance(view, Scores | Surface)
    assert view.step == 7
    assert [saved.step for saved in past.lights_kept] == [0, 10, 20, 30, 40]
    assert [saved.load().aspects[1].value for saved in past.lights_kept] == [0.0, 10.0, 20.0, 30.0, 40.0]
    for saved in past.lights_kept:
        told = {aspect.name: aspect.value for aspect in saved.load().aspects}
        assert saved.values == pytest.approx(told, nan_ok=True)
    assert past.lights is not None
    assert past.lights.step == 43


def test_views_and_lights_go_with_their_samples(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_samples, "MOST_KEPT", 10)
    monkeypatch.setattr(kept_lights, "MOST_LIGHTS", 6)
    recorder = Recorder(folder, RunConfig())
    taken(recorder, 0, 990)
    recorder.flush()
    past = kept(folder)
    samples = [saved.step for saved in past.samples]
    assert len(samples) <= 10
    for kind in (View.SURFACE, View.SCORES):
        # Each is the latest before samples that are kept.
        assert steps(past, kind) == [step - 3 for step in samples if step]
    lights = [saved.step for saved in past.lights_kept]
    assert 3 <= len(lights) <= 6
    assert len(set(np.diff(lights))) == 1
    end(recorder)


def test_views_that_take_much_room_leave_fewer_samples_and_a_huge_one_is_not_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_samples, "MOST_BYTES", 2**17)
    recorder = Recorder(folder, RunConfig())
    many = Layers(1, tuple(Layer("d", f"dense_{n}/kernel", 1.0, 1.0, 1.0, 1.0) for n in range(9000)))
    recorder.on_event(many)
    taken(recorder, 10, 990)
    end(recorder)
    past = kept(folder)
    assert len(past.samples) < 20
    assert steps(past)
    assert not steps(past, View.LAYERS)


def test_a_run_that_goes_on_from_an_earlier_step_forgets_what_came_after(folder: Path) -> None:
    recorder = Recorder(folder, RunConfig())
    taken(recorder, 0, 90)
    end(recorder)
    again = Recorder(folder, RunConfig(), goes_on_at=100)
    again.forget_from(50, 0)
    again.forget_end(50, ())
    past = kept(folder)
    assert [saved.step for saved in past.samples] == [0, 10, 20, 30, 40, 50]
    assert steps(past) == [7, 17, 27, 37, 47]
    assert [saved.step for saved in past.lights_kept] == [0, 10, 20, 30, 40]
    # What is computed otherwise is kept as anything else.
    taken(again, 50, 70)
    end(again)
    past = kept(folder)
    assert [saved.step for saved in past.samples] == [0, 10, 20, 30, 40, 50, 60, 70]
    assert steps(past) == [7, 17, 27, 37, 47, 57, 67, 77]
    assert [saved.step for saved in past.lights_kept] == [0, 10, 20, 30, 40, 50, 60, 70]


def test_a_branch_has_its_parents_before_its_own(folder: Path, tmp_path: Path) -> None:
    recorder = Recorder(folder, RunConfig())
    taken(recorder, 0, 90)
    end(recorder)
    branch = create_run_folder(tmp_path / "branch", "ring", RunConfig())
    own = Recorder(branch, RunConfig(), goes_on_at=None)
    own.on_event(figures(30, 30))
    own.on_event(surface(45, logits=np.full((4, 4), 3.0, "f")))
    own.on_event(Samples(50, POINTS))
    own.on_event(Measured(50, {"psnr": 1.0}, None, {}, {}, 0.1))
    own.on_event(diagnosed(50, collapse(40)))
    end(own)
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        (id_,) = database.execute("SELECT value FROM run WHERE key = 'id'").fetchone()
    set_facts(branch, parent_id=id_, parent_path=str(folder), parent_name="ring", parent_step=30)
    past = kept(branch)
    assert steps(past) == [7, 17, 27, 45]
    assert [saved.step for saved in past.lights_kept] == [0, 10, 20, 30, 50]
    assert past.lights_kept[-1].load().alerts[0].detector == "mode_collapse"
    assert steps(kept(branch, 20)) == [7, 17]
    assert [saved.step for saved in kept(branch, 20).lights_kept] == [0, 10, 20]


def test_what_can_no_longer_be_read_is_refused_in_a_sentence(folder: Path) -> None:
    recorder = Recorder(folder, RunConfig())
    taken(recorder, 0, 40)
    end(recorder)
    past = kept(folder)
    with closing(sqlite3.connect(folder / DATABASE)) as database, database:
        database.execute("DELETE FROM views WHERE step = 7")
        database.execute("UPDATE views SET content = x'00' WHERE step = 17")
        database.execute("DELETE FROM lights WHERE step = 0")
        database.execute("UPDATE lights SET content = '{}' WHERE step = 10")
    for load, words in (
        (past.views[0].load, "the views of step 7 are no longer kept"),
        (past.views[2].load, "cannot be read"),
        (past.lights_kept[0].load, "the lights of step 0 are no longer kept"),
        (past.lights_kept[1].load, "the lights of step 10 are damaged"),
    ):
        with pytest.raises(InputError, match=words):
            load()
