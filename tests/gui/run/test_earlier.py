"""What was at earlier steps, as the window keeps it: evenly, within a bound, and read only when it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import Samples
from gan_desktop.core.past import SavedLights, SavedView
from gan_desktop.core.views import Layers, Surface, View, Walked
from gan_desktop.gui.run import earlier
from gan_desktop.gui.run.earlier import Earlier, EarlierViews
from tests.gui.conftest import Bench
from tests.gui.diagnoses import diagnosed
from tests.gui.fake_image_views import layers
from tests.gui.fake_views import surface
from tests.gui.run.test_continuing import IMAGES, opened, past


def refuse() -> Any:
    raise AssertionError("read too early")


def gone() -> Any:
    raise InputError("the folder has gone")


def loaded(step: int) -> Callable[[], int]:
    return lambda: step


def test_the_nearest_before_is_found() -> None:
    kept: Earlier[int] = Earlier()
    assert kept.at(5) is None
    for step in (10, 20, 30):
        kept.add(step, lambda step=step: loaded(step))  # type: ignore[misc]
    assert [kept.at(step) for step in (9, 10, 19, 20, 35)] == [None, 10, 10, 20, 30]


def test_another_one_of_the_same_step_takes_its_place() -> None:
    views = EarlierViews()
    views.add(surface(10, unknown="first"))
    assert views.at(View.SURFACE, 10) is views.at(View.SURFACE, 15)
    views.add(surface(10, unknown="second"))
    found = views.at(View.SURFACE, 15)
    assert isinstance(found, Surface)
    assert found.unknown == "second"


def test_views_of_a_run_under_way_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    views = EarlierViews()
    for step in range(1000):
        views.add(surface(step))
    assert len(views._kinds[View.SURFACE].steps) <= earlier.MOST_KEPT
    monkeypatch.setattr(earlier, "MOST_BYTES", 10 * views._size)
    views.add(surface(2000))
    for step in range(3000, 9000):
        views.add(layers(step))
    assert len(views._kinds[View.LAYERS].steps) < 100


def test_what_a_kept_run_has_is_thinned_and_not_read(bench: Bench) -> None:
    many = tuple(SavedView(step, View.SURFACE, refuse) for step in range(1001))
    lights = tuple(SavedLights(step, refuse) for step in range(600))
    bench.model.show_kept(opened(bench, known=past(views=many, lights_kept=lights)))
    record = bench.model.record
    steps = record.earlier_views._kinds[View.SURFACE].steps
    assert len(steps) <= earlier.MOST_KEPT
    assert steps[-1] == 1000


def test_views_and_lights_of_a_kept_run_are_shown(bench: Bench) -> None:
    views = tuple(SavedView(step, View.SURFACE, lambda step=step: surface(step)) for step in (100, 300))  # type: ignore[misc]
    lights = tuple(SavedLights(step, lambda step=step: diagnosed(step)) for step in (100, 300))  # type: ignore[misc]
    bench.model.show_kept(opened(bench, known=past(views=views, lights_kept=lights)))
    record = bench.model.record
    # The end of a run without networks has what was kept last.
    newest = record.shown_view(Surface)
    assert newest is not None
    assert newest.step == 300
    assert record.shown_lights is record.diagnosis.latest
    record.look_at(50)
    assert record.shown_view(Surface) is None
    assert record.shown_lights is None
    record.look_at(299)
    before = record.shown_view(Surface)
    assert before is not None
    assert before.step == 100
    assert record.shown_lights is not None
    assert record.shown_lights.step == 100
    assert record.shown_view(Layers) is None


def test_a_branch_shows_the_newer_of_two_of_one_step(bench: Bench) -> None:
    both = tuple(SavedView(100, View.SURFACE, lambda n=n: surface(100, unknown=n)) for n in ("parent", "own"))  # type: ignore[misc]
    bench.model.show_kept(opened(bench, known=past(views=both)))
    found = bench.model.record.shown_view(Surface)
    assert found is not None
    assert found.unknown == "own"


def test_what_cannot_be_read_any_more_is_told_once_and_not_shown(bench: Bench) -> None:
    views = (SavedView(100, View.SURFACE, gone),)
    bench.model.show_kept(opened(bench, known=past(views=views, lights_kept=(SavedLights(50, gone),))))
    told: list[str] = []
    record = bench.model.record
    record.unreadable.connect(told.append)
    record.look_at(80)
    assert (record.shown_lights, told) == (None, ["the folder has gone"])
    record.look_at(200)
    told.clear()
    assert record.shown_view(Surface) is None
    assert record.shown_view(Surface) is None
    assert told == ["the folder has gone"]


def test_views_of_another_time_are_never_shown_as_if_they_were_of_then(bench: Bench) -> None:
    bench.start()
    model, record = bench.model, bench.model.record
    for step in (100, 200, 300):
        model.receive(Samples(step, IMAGES))
        model.receive(layers(step))
        bench.take_steps(100)
    model.receive(Walked(300, IMAGES, IMAGES))
    assert record.shown_view(Walked) is not None
    record.look_at(150)
    found = record.shown_view(Layers)
    assert found is not None
    assert found.step == 100
    assert record.shown_view(Walked) is None
    # While one looks back, what comes changes nothing, whatever is thinned out.
    for step in range(301, 2000):
        model.receive(layers(step))
    assert record.shown_view(Layers) is found
    record.look_at(None)
    newest = record.shown_view(Layers)
    assert newest is not None
    assert newest.step == 1999
    bench.start()
    assert record.shown_view(Layers) is None
    bench.take_steps(100)
    record.look_at(50)
    assert record.shown_view(Layers) is None
