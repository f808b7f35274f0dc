"""What the engine shows of the networks when it is asked: which views, of which step, how often, and at what cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gan_desktop.core import commands, events, views
from gan_desktop.core.commands import Watch
from gan_desktop.core.config import RunConfig
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.status import Status
from gan_desktop.core.views import View
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching import views as viewing_module
from gan_desktop.training.watching.cost import WatchCost
from gan_desktop.training.watching.measuring import make_measurer
from gan_desktop.training.watching.samples import Showing
from gan_desktop.training.watching.views import SHOWN_ARROWS, Viewing
from tests.tiny import DIVERGES
from tests.training.driving import Driver

Make = Callable[..., Trainer]
Tiny = Callable[..., RunConfig]

pytestmark = pytest.mark.usefixtures("quick_starts")

EVERYTHING = Watch(frozenset(View), scores=True)
KINDS = (views.Surface, views.Manifold, views.Arrows, views.Layers, views.Scores)
SMALL = {"generator.widths": (8,), "discriminator.widths": (8,), "training.batch_size": 8, "training.steps": None}


class Bench:
    """The views of one trainer, made by hand."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self.told: list[Any] = []
        self.cost = WatchCost({"views": 0.01, "pictures": 0.01})
        self.cost.set_counting(True)
        self.showing = Showing(trainer, True, self.cost)
        reference = make_measurer(trainer.data, trainer.config).reference
        self.viewing = Viewing(trainer, self.showing, trainer.data.summary(), reference, self.cost, self.told.append)

    def drain(self) -> list[Any]:
        told, self.told[:] = list(self.told), []
        return told

    def caught_up(self) -> list[Any]:
        """All views that are behind."""
        while self.viewing.is_behind:
            self.viewing.catch_up()
        return self.drain()


@pytest.fixture
def bench(tiny_trainer: Make, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Bench]:
    """A function from changes to a bench whose views need not wait for the clock."""
    monkeypatch.setattr(viewing_module, "VIEW_SECONDS", 0.0)
    return lambda changes=None: Bench(tiny_trainer(changes))


MakeBench = Callable[..., Bench]


def test_what_is_wanted_is_made_once_for_each_step(bench: MakeBench) -> None:
    made = bench()
    made.viewing.watch(EVERYTHING)
    assert {type(event) for event in made.caught_up()} == set(KINDS)
    assert not made.viewing.is_behind
    made.trainer.advance(2)
    again = made.caught_up()
    assert {type(event) for event in again} == set(KINDS)
    assert {event.step for event in again} == {2}
    made.viewing.watch(Watch(frozenset({View.ARROWS})))
    made.trainer.advance(1)
    assert [type(event) for event in made.caught_up()] == [views.Arrows]
    made.viewing.watch(Watch(frozenset()))
    made.trainer.advance(1)
    assert made.caught_up() == []


def test_of_numbers_what_needs_a_plane_is_not_made(tiny_config: Tiny, tmp_path: Path) -> None:
    np.save(tmp_path / "numbers.npy", np.random.default_rng(0).normal(size=200))
    made = Bench(Trainer(replace_keys(tiny_config(), {"data.name": "points", "data.path": tmp_path / "numbers.npy"})))
    made.viewing.watch(EVERYTHING)
    assert {type(event) for event in made.caught_up()} == {views.Surface, views.Layers, views.Scores}
    update = made.viewing.slow_motion.next()
    assert update.samples.shape[1:] == (1,)
    assert update.surface is not None
    assert update.surface.logits.ndim == 1


def test_while_training_one_is_made_at_a_time_in_turn(bench: MakeBench) -> None:
    made = bench()
    made.viewing.watch(Watch(frozenset({View.SCORES, View.SURFACE, View.LAYERS})))
    turns = []
    for _ in range(6):
        made.trainer.advance(1)
        made.cost.passed(1000.0)
        made.viewing.make_due()
        (event,) = made.drain()
        assert event.step == made.trainer.step
        turns.append(type(event))
    assert turns[:3] == turns[3:]
    assert len(set(turns[:3])) == 3


def test_while_training_it_waits_until_it_can_be_afforded(bench: MakeBench) -> None:
    made = bench()
    made.cost.spent("views", 1.0)
    made.viewing.watch(Watch(frozenset({View.SCORES})))
    made.viewing.make_due()
    assert [type(event) for event in made.drain()] == [views.Scores]  # what is new is shown at once
    made.trainer.advance(1)
    made.viewing.make_due()
    assert made.drain() == []
    made.cost.passed(101.0)
    made.viewing.make_due()
    assert len(made.drain()) == 1
    made.viewing.make_due()
    assert made.drain() == []  # of the same step


def test_a_view_that_cannot_be_made_is_told_once(bench: MakeBench, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("broken on purpose")

    monkeypatch.setattr("gan_desktop.training.watching.probe.Probe.layers", broken)
    made = bench()
    made.viewing.watch(Watch(frozenset({View.LAYERS, View.SCORES})))
    told = {type(event): event for event in made.caught_up()}
    assert set(told) == {events.EngineError, views.Scores}
    assert told[events.EngineError].message == "the view 'layers' cannot be made: broken on purpose"
    made.trainer.advance(1)
    assert [type(event) for event in made.caught_up()] == [views.Scores]


def test_what_is_not_finite_is_not_looked_at(bench: MakeBench) -> None:
    made = bench(DIVERGES)
    made.viewing.watch(EVERYTHING)
    made.trainer.advance(20)
    assert made.trainer.diverged
    assert not made.viewing.is_behind


def test_scores_of_real_and_fake_are_logits(bench: MakeBench) -> None:
    made = bench()
    made.viewing.watch(Watch(frozenset({View.SCORES})))
    (scores,) = made.caught_up()
    summary, probe = made.trainer.data.summary(), made.trainer.probe()
    assert len(scores.real) == len(scores.fake) == len(summary.real)
    np.testing.assert_allclose(scores.real, probe.logits(summary.real, None), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "changes", [{"regularization.packing": 2}, {"data.conditional": True}], ids=["packs", "classes"]
)
def test_views_of_other_discriminators(bench: MakeBench, changes: dict[str, Any]) -> None:
    made = bench(changes)
    made.viewing.watch(EVERYTHING)
    told = {type(event): event for event in made.caught_up()}
    assert set(told) == set(KINDS)
    arrows = told[views.Arrows]
    assert arrows.points.shape == arrows.directions.shape == (SHOWN_ARROWS, 2)
    assert np.isfinite(arrows.directions).all()
    pack = made.trainer.config.regularization.pack
    assert len(told[views.Scores].real) == len(made.trainer.data.summary().real) // pack
    assert told[views.Surface].unknown
    if pack == 1:
        made.showing.show_class(3)
        made.viewing.changed()
        told = {type(event): event for event in made.caught_up()}
        assert not told[views.Surface].unknown
        assert not told[views.Manifold].unknown


def test_arrows_of_classes_are_compared_with_real_samples_of_theirs(bench: MakeBench) -> None:
    made = bench({"data.conditional": True, "objective.objective": "relativistic"})
    labels = np.array([5, 5, 0, 5])
    chosen = made.viewing._real_like(labels, len(labels))
    real_labels = made.trainer.data.summary().real_labels
    assert real_labels is not None
    assert real_labels[chosen].tolist() == labels.tolist()


def test_of_images_there_are_no_views_of_the_plane() -> None:
    made = Bench(Trainer(replace_keys(RunConfig(), SMALL)))
    made.viewing.watch(EVERYTHING)
    assert {type(event) for event in made.caught_up()} == {views.Layers, views.Scores}


def test_samples_have_the_scores_that_were_asked_for(bench: MakeBench) -> None:
    made = bench()
    assert made.showing.samples().scores is None
    made.viewing.watch(Watch(frozenset(), scores=True))
    samples = made.showing.samples()
    logits = made.trainer.probe().logits(samples.values, None)
    assert samples.scores is not None
    np.testing.assert_allclose(samples.scores, 1 / (1 + np.exp(-logits)), rtol=1e-5)
    packs = bench({"regularization.packing": 2})
    packs.viewing.watch(Watch(frozenset(), scores=True))
    assert packs.showing.samples().scores is None


def test_inspecting_finds_the_nearest_real_images() -> None:
    made = Bench(Trainer(replace_keys(RunConfig(), SMALL)))
    made.viewing.inspect(5)
    (found,) = made.drain()
    samples = made.showing.samples().values
    real = made.trainer.data.samples
    assert isinstance(real, np.ndarray)
    apart = np.sqrt(((real - samples[5]) ** 2).sum(axis=(1, 2, 3)))
    np.testing.assert_allclose(found.distances, np.sort(apart)[:3], rtol=1e-5)
    assert (found.neighbours[0] == real[apart.argmin()]).all()
    np.testing.assert_allclose(found.sample, samples[5])
    assert found.logit == pytest.approx(made.trainer.probe().logits(samples, None)[5], rel=1e-5, abs=1e-5)
    assert found.class_name in {str(digit) for digit in range(10)}
    assert 0 < found.typical < np.median(apart)


def test_packs_have_no_logit_of_one_sample_and_points_no_class(bench: MakeBench) -> None:
    made = bench({"regularization.packing": 2})
    made.viewing.inspect(0)
    (found,) = made.drain()
    assert np.isnan(found.logit)
    assert found.class_name == ""


# Through the engine


def wait_views(driver: Driver, step: int, kinds: tuple[type, ...] = KINDS) -> dict[type, Any]:
    """One view of that step of each kind."""
    found: dict[type, Any] = {}
    while set(found) != set(kinds):
        event = driver.wait(object)
        if type(event) in kinds and event.step == step:
            found[type(event)] = event
    return found


def test_paused_views_are_made_at_once_and_after_every_step(driver: Driver, tiny_config: Tiny) -> None:
    driver.send(commands.Start(tiny_config({"training.steps": None}), paused=True))
    driver.wait_status(Status.PAUSED)
    driver.send(EVERYTHING)
    wait_views(driver, 0)
    driver.send(commands.Step())
    before = wait_views(driver, 1)
    driver.send(commands.Set("objective", "hinge"))
    after = wait_views(driver, 1)
    assert (before[views.Arrows].directions != after[views.Arrows].directions).any()
    driver.send(commands.Start(tiny_config({"training.steps": 3, "training.seed": 1}), paused=True))
    wait_views(driver, 0)  # a new run is looked at alike
    driver.send(commands.Resume())
    driver.wait_status(Status.FINISHED)
    wait_views(driver, 3)
    driver.send(commands.NewLatents())
    wait_views(driver, 3)


def test_a_run_that_is_looked_at_has_the_weights_of_one_that_is_not(driver: Driver, tiny_config: Tiny) -> None:
    driver.send(commands.Start(tiny_config()))
    plain = driver.wait(events.RunEnded).weights_digest
    walk = commands.Walk(np.zeros((3, 2), np.float32))
    driver.send(EVERYTHING, walk, commands.Start(tiny_config(), paused=True), commands.Inspect(0))
    for _ in range(5):
        driver.send(commands.NextUpdate())
    driver.wait(views.UpdateShown, lambda event: event.step == 2)
    driver.send(commands.Inspect(1), commands.Resume())
    assert driver.wait(events.RunEnded).weights_digest == plain
    driver.quit()
    assert driver.of(events.EngineError) == driver.of(events.CommandRefused) == []
    assert set(KINDS) <= {type(event) for event in driver.seen}


def test_slow_motion_pauses_shows_and_takes_the_step(driver: Driver, tiny_config: Tiny) -> None:
    schedule = (Intervention(1, "g_steps", 2),)
    driver.send(commands.Start(tiny_config({"training.steps": None}), paused=True, schedule=schedule))
    driver.wait_status(Status.PAUSED)
    driver.send(commands.NextUpdate())
    first = driver.wait(views.UpdateShown)
    assert (first.network, first.number, first.of, first.step, first.is_last) == ("d", 1, 1, 0, False)
    assert driver.of(events.MetricsBlock) == []
    driver.send(commands.NextUpdate())
    block = driver.wait(events.MetricsBlock)
    assert (block.first_step, len(block)) == (0, 1)
    last = driver.wait(views.UpdateShown)
    assert (last.network, last.step, last.is_last) == ("g", 0, True)
    assert last.loss_before == pytest.approx(block.last()["g_loss"], rel=1e-4)
    assert driver.of(events.StatusChanged)[-1] == events.StatusChanged(Status.PAUSED, 1)
    driver.send(*[commands.NextUpdate()] * 2)
    shown = [driver.wait(views.UpdateShown) for _ in range(2)]
    assert [(one.network, one.of) for one in shown] == [
        ("d", 1),
        ("g", 2),
    ]  # what was planned for the step has happened
    # What changes the step begins it anew.
    driver.send(commands.Set("d_steps", 2), commands.NextUpdate())
    assert driver.wait(views.UpdateShown).of == 2
    driver.send(commands.Step(3))
    driver.wait(events.StatusChanged, lambda event: event.status is Status.PAUSED and event.step == 4)
    driver.send(commands.NextUpdate())
    again = driver.wait(views.UpdateShown)
    assert (again.step, again.number) == (4, 1)


def test_slow_motion_ends_a_run_at_its_last_step(driver: Driver, tiny_config: Tiny) -> None:
    driver.send(commands.Start(tiny_config({"training.steps": 1}), paused=True), *[commands.NextUpdate()] * 3)
    driver.wait_status(Status.FINISHED)
    driver.quit()
    assert [update.is_last for update in driver.of(views.UpdateShown)] == [False, True]


def test_from_training_slow_motion_pauses_first(driver: Driver, tiny_config: Tiny) -> None:
    driver.send(commands.Start(tiny_config({"training.steps": None})))
    driver.wait(events.MetricsBlock)
    driver.send(commands.NextUpdate())
    paused = driver.wait_status(Status.PAUSED)
    assert driver.wait(views.UpdateShown).step == paused.step


def test_a_walk_is_shown_now_and_with_every_picture(driver: Driver, tiny_config: Tiny) -> None:
    latents = np.array([[0, 0], [1, -1], [2, 2]], np.float32)
    driver.send(commands.Start(tiny_config({"training.steps": None}), paused=True), commands.Walk(latents))
    first = driver.wait(views.Walked)
    assert (first.latents == latents).all()
    assert first.values.shape == (3, 2)
    driver.send(commands.Step())
    assert driver.wait(views.Walked).step == 1
    driver.wait_status(Status.PAUSED)
    driver.send(commands.Walk(None), commands.Step())
    driver.wait(events.StatusChanged, lambda event: event.status is Status.PAUSED and event.step == 2)
    driver.quit()
    assert {walked.step for walked in driver.of(views.Walked)} == {0, 1}


def test_a_walk_goes_on_in_the_next_run_that_has_such_latents(driver: Driver, tiny_config: Tiny) -> None:
    driver.send(commands.Start(tiny_config(), paused=True), commands.Walk(np.zeros((1, 2), np.float32)))
    driver.wait(views.Walked)
    driver.send(commands.Start(tiny_config({"training.seed": 3}), paused=True))
    driver.wait(events.RunStarted)
    driver.wait(views.Walked)
    driver.send(commands.Start(tiny_config({"latent.latent_dim": 3}), paused=True))
    driver.wait_status(Status.PREPARING)
    driver.wait_status(Status.PAUSED)
    count = len(driver.of(views.Walked))
    driver.send(commands.Start(tiny_config(), paused=True))
    driver.wait_status(Status.PREPARING)
    driver.wait_status(Status.PAUSED)
    driver.quit()
    assert len(driver.of(views.Walked)) == count
    assert driver.of(events.CommandRefused) == []


WALK = commands.Walk(np.zeros((2, 2), np.float32))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (replace(WALK, latents=np.zeros((2, 5), np.float32)), r"latents of shape \(2, 5\): allowed: \(n, 2\)"),
        (replace(WALK, latents=np.zeros(2, np.float32)), r"latents of shape \(2,\)"),
        (replace(WALK, latents=np.zeros((0, 2), np.float32)), r"n from 1 to 1024"),
        (replace(WALK, latents=np.full((1, 2), np.nan, np.float32)), "not finite"),
        (replace(WALK, labels=(0, 1)), "no classes here"),
        (commands.Inspect(1000), "sample 1000: allowed: 0 to 999"),
        (commands.Inspect(-1), "sample -1"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(bench: MakeBench, command: Any, words: str) -> None:
    viewing = bench().viewing
    with pytest.raises(ValueError, match=words):
        viewing.walk(command) if isinstance(command, commands.Walk) else viewing.inspect(command.index)


def test_a_walk_of_classes_is_told_them(bench: MakeBench) -> None:
    made = bench({"data.conditional": True})
    made.viewing.walk(replace(WALK, labels=(0, 5)))
    (walked,) = made.drain()
    expected = made.trainer.sample(np.zeros((2, 2), np.float32), np.array([0, 5]))
    np.testing.assert_allclose(walked.values, expected)
    for labels in ((0,), (0, 8), (0, -1)):
        with pytest.raises(ValueError, match="allowed: 2 numbers from 0 to 7"):
            made.viewing.walk(replace(WALK, labels=labels))


def test_a_refusal_is_told_and_nothing_else_happens(driver: Driver, tiny_config: Tiny) -> None:
    driver.send(commands.Inspect(0), WALK, EVERYTHING, commands.NextUpdate())  # without a run there is nothing to do
    driver.send(commands.Start(tiny_config(), paused=True), commands.Inspect(5000))
    assert "sample 5000" in driver.wait(events.CommandRefused).message
    driver.send(commands.Inspect(3))
    assert driver.wait(views.Inspected).index == 3


def test_of_data_larger_than_memory_too(driver: Driver, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    for number in range(20):
        Image.new("L", (8, 8), 10 * number).save(folder / f"{number}.png")
    changes = {"data.name": "images", "data.path": str(folder), "data.image_size": 8, "data.stream": "always"}
    config = replace_keys(RunConfig(), changes | SMALL)
    driver.send(EVERYTHING, commands.Start(config, paused=True), commands.Inspect(0))
    assert driver.wait(views.Inspected).neighbours.shape == (3, 8, 8, 1)
    wait_views(driver, 0, (views.Layers, views.Scores))
    driver.send(commands.NextUpdate(), commands.NextUpdate())
    wait_views(driver, 1, (views.Layers, views.Scores))
    driver.send(commands.Stop())
    driver.wait_status(Status.STOPPED)
    driver.send(Watch(frozenset()), EVERYTHING)
    wait_views(driver, 1, (views.Layers, views.Scores))
    assert [update.is_last for update in driver.of(views.UpdateShown)] == [False, True]
    assert driver.of(events.EngineError) == []
