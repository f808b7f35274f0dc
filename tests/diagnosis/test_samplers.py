"""Samplers of which is known how good they are: perfect ones light green lamps alone, broken ones never all of them.

A perfect sampler is held-out real samples in place of fakes. Broken ones always make the same sample, make noise, leave
out half of the modes or one of them, make one sample of each class, or sprinkle specks over real images.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from gan_desktop.core.diagnosis import Alert, AlertRaised, Diagnosed, Level
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.reference import Reference
from tests.diagnosis.conftest import grid, ring
from tests.diagnosis.story import EVERY, Story

Sampler = Callable[[np.ndarray, np.ndarray | None, np.random.Generator], np.ndarray]

FIVE = np.array([[0, 0], [1.5, 1], [-1.2, 1.4], [-1.6, -0.9], [1.1, -1.5]], np.float32)
# As unlike each other as people's folders are.
CLASS_SHARES = {
    "even": (0.1,) * 10,
    "falling": (0.2, 0.16, 0.13, 0.11, 0.1, 0.09, 0.08, 0.06, 0.04, 0.03),
    "one rare": (0.108,) * 9 + (0.028,),
    "one in two": (0.5, 0.25, 0.25, 0, 0, 0, 0, 0, 0, 0),
    "one of nearly all": (0.86, 0.07, 0.07, 0, 0, 0, 0, 0, 0, 0),
}


@dataclass(frozen=True)
class Known:
    """Real samples that are compared with, and fresh ones that a perfect sampler might have made."""

    reference: Reference
    fresh: np.ndarray
    labels: np.ndarray | None

    def draw(self, count: int, number: int) -> tuple[np.ndarray, np.ndarray | None]:
        """As many fresh ones, in another order each time; none a second time before all were drawn."""
        rng = np.random.default_rng(number)
        rows = np.concatenate([rng.permutation(len(self.fresh)) for _ in range(-(-count // len(self.fresh)))])[:count]
        return self.fresh[rows], None if self.labels is None else self.labels[rows]


def mixture(
    centres: np.ndarray, sigma: float, weights: tuple[float, ...] | None = None, conditional: bool = False
) -> Known:
    shares = np.full(len(centres), 1 / len(centres)) if weights is None else np.array(weights)
    rng = np.random.default_rng(1)
    labels = rng.choice(len(centres), size=90_000, p=shares)
    points = (centres[labels] + rng.normal(0, sigma, (len(labels), 2))).astype(np.float32)
    known = points[:60_000], labels[:60_000], centres, sigma
    reference = Reference.of("points", *known, weights=None if weights is None else shares, conditional=conditional)
    return Known(reference, points[60_000:], labels[60_000:])


def curve() -> Known:
    """Two half circles that hold each other, of which no modes are known."""
    from sklearn.datasets import make_moons

    points = make_moons(30_000, noise=0.05, random_state=0)[0].astype(np.float32)
    return Known(Reference.of("points", points[:20_000]), points[20_000:], None)


def images(
    samples: np.ndarray, labels: np.ndarray | None, shares: tuple[float, ...] | None = None, conditional: bool = False
) -> Known:
    """Two thirds to compare with and one that is fresh, of classes with these shares: as many as there are for that."""
    rows = np.random.default_rng(0).permutation(len(samples))
    if shares is not None:
        assert labels is not None
        of_class = [rows[labels[rows] == label] for label in range(10)]
        most = min(len(found) / share for found, share in zip(of_class, shares, strict=True) if share)
        chosen = [found[: int(share * most)] for found, share in zip(of_class, shares, strict=True)]
        rows = np.random.default_rng(1).permutation(np.concatenate(chosen))
    known, fresh = rows[: 2 * len(rows) // 3], rows[2 * len(rows) // 3 :]
    of = (lambda _: None) if labels is None else (lambda some: labels[some])
    return Known(Reference.of("images", samples[known], of(known), conditional=conditional), samples[fresh], of(fresh))


POINTS: dict[str, Callable[[], Known]] = {
    "ring": lambda: mixture(ring(), 0.01),
    "ring, asked for": lambda: mixture(ring(), 0.01, conditional=True),
    "grid": lambda: mixture(grid(), 0.05),
    "five modes": lambda: mixture(FIVE, 0.05),
    "five unequal modes": lambda: mixture(FIVE, 0.05, (0.5, 0.3, 0.1, 0.07, 0.03)),
    "moons": curve,
}
IMAGES: dict[str, Callable[[np.ndarray, np.ndarray], Known]] = {
    "digits": images,
    "digits, asked for": lambda samples, labels: images(samples, labels, conditional=True),
    "digits without labels": lambda samples, labels: images(samples, None),
    "digits in colour": lambda samples, labels: images(samples * np.array([1, 0.5, 0.2], np.float32), labels),
}
MNIST = {
    f"mnist, {name}{', asked for' if asked else ''}": (shares, asked)
    for name, shares in CLASS_SHARES.items()
    for asked in (False, True)
}


@pytest.fixture(scope="module")
def known(digits: tuple[np.ndarray, np.ndarray], mnist: tuple[np.ndarray, np.ndarray] | None) -> Callable[[str], Known]:
    made: dict[str, Known] = {}

    def make(name: str) -> Known:
        if name in POINTS:
            return POINTS[name]()
        if name in IMAGES:
            return IMAGES[name](*digits)
        if mnist is None:
            pytest.skip("MNIST is not here")
        return images(*mnist, *MNIST[name])

    def get(name: str) -> Known:
        if name not in made:
            made.clear()  # one at a time: memory
            made[name] = make(name)
        return made[name]

    return get


ALL = [*POINTS, *IMAGES, *MNIST]
LABELLED = [name for name in ALL if name not in ("moons", "digits without labels")]
# Of MNIST there is much to compute: but for one, those run with the slower tests.
QUICK = [*POINTS, *IMAGES, "mnist, falling, asked for"]


def each(names: Sequence[str]) -> pytest.MarkDecorator:
    """Run a test for each of these data sets."""
    slow = pytest.mark.slow
    return pytest.mark.parametrize(
        "name", [name if name in QUICK else pytest.param(name, marks=slow) for name in names]
    )


# A whole run of a sampler's fakes.


def run(known: Known, sampler: Sampler, measurements: int = 12) -> tuple[list[Alert], Diagnosed]:
    """The alerts and last lights of a run with calm figures, whose fakes are what `sampler` makes of fresh samples."""
    reference = known.reference
    measurer = Measurer(reference)
    story = Story({"data.conditional": reference.conditional}, reference.kind, count=len(reference.samples) * 2)
    for number in range(measurements):
        story.block(story.figures(EVERY, {}))
        real, labels = known.draw(measurer.count, number)
        fakes = sampler(real, labels, np.random.default_rng(number))
        measured = measurer.measured(story.step, fakes, labels if reference.conditional else None)
        story.told += story.diagnostician.after_measured(story.config, measured)
    return [event.alert for event in story.told if isinstance(event, AlertRaised)], story.lights


def levels(lights: Diagnosed) -> dict[str, Level]:
    return {aspect.name: aspect.level for aspect in lights.aspects}


def perfect(real: np.ndarray, labels: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    return real


def constant(real: np.ndarray, labels: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    return np.repeat(real[:1], len(real), axis=0)


def noisy(real: np.ndarray, labels: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    # Half of the spread of the data, or of the values of pixels.
    size = 0.5 * (real.std() if real.ndim == 2 else 1.0)
    found = real + rng.normal(0, size, real.shape)
    return (found if real.ndim == 2 else np.clip(found, 0, 1)).astype(np.float32)


def specked(real: np.ndarray, labels: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    """Every seventeenth pixel is white."""
    return np.where(rng.random(real.shape) < 0.06, np.float32(1), real)


def without(lost: Callable[[np.ndarray], np.ndarray]) -> Sampler:
    """Leaves out the modes that `lost` names, and makes others in their place."""

    def sample(real: np.ndarray, labels: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
        assert labels is not None
        gone = np.isin(labels, lost(np.unique(labels)))
        found = real.copy()
        found[gone] = real[rng.choice(np.flatnonzero(~gone), gone.sum())]
        return found

    return sample


def one_of_each(real: np.ndarray, labels: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    """Always the same sample of a class."""
    assert labels is not None
    found = real.copy()
    for label in np.unique(labels):
        found[labels == label] = real[np.flatnonzero(labels == label)[0]]
    return found


half_lost = without(lambda labels: labels[: len(labels) // 2])
one_lost = without(lambda labels: labels[-1:])


@each(ALL)
def test_a_perfect_sampler_lights_green_lamps_alone(name: str, known: Callable[[str], Known]) -> None:
    alerts, lights = run(known(name), perfect)
    assert alerts == []
    assert levels(lights) == dict.fromkeys(levels(lights), Level.GOOD), [
        str(aspect.sentence) for aspect in lights.aspects if aspect.level is not Level.GOOD
    ]


@pytest.mark.parametrize("sampler", [constant, noisy])
@each(ALL)
def test_a_constant_and_a_noisy_sampler_never_do(name: str, sampler: Sampler, known: Callable[[str], Known]) -> None:
    alerts, lights = run(known(name), sampler)
    found = levels(lights)
    assert {found["quality"], found["diversity"]} & {Level.WATCH, Level.BAD}
    if sampler is constant:
        assert {"mode_collapse", "class_collapse"} & {alert.detector for alert in alerts}


@each(LABELLED)
@pytest.mark.parametrize("sampler", [half_lost, one_lost], ids=["half", "one"])
def test_a_sampler_that_loses_modes_never_does(name: str, sampler: Sampler, known: Callable[[str], Known]) -> None:
    alerts, lights = run(known(name), sampler)
    assert levels(lights)["diversity"] in (Level.WATCH, Level.BAD)
    assert {"mode_collapse", "lost_modes"} & {alert.detector for alert in alerts}


@each([name for name in LABELLED if "asked for" in name])
def test_a_collapse_within_classes_is_seen_and_they_are_named(name: str, known: Callable[[str], Known]) -> None:
    alerts, lights = run(known(name), one_of_each)
    (alert,) = [alert for alert in alerts if alert.detector == "class_collapse"]
    assert alert.message.values["least"] == 0
    assert levels(lights)["diversity"] is Level.BAD


def test_one_class_that_collapses_is_named(known: Callable[[str], Known]) -> None:
    def seven_collapses(real: np.ndarray, labels: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
        assert labels is not None
        found = real.copy()
        found[labels == 7] = real[np.flatnonzero(labels == 7)[0]]
        return found

    alerts, lights = run(known("digits, asked for"), seven_collapses)
    (alert,) = alerts
    assert (alert.detector, alert.message.values["names"], alert.message.values["count"]) == ("class_collapse", "7", 1)
    assert levels(lights)["diversity"] is Level.BAD


@each([*IMAGES, *MNIST])
def test_specks_are_called_specks(name: str, known: Callable[[str], Known]) -> None:
    _, lights = run(known(name), specked)
    quality = next(aspect for aspect in lights.aspects if aspect.name == "quality")
    assert quality.level is Level.WATCH
    assert "specks" in {evidence.name for evidence in quality.rests_on}


def test_fakes_of_another_class_than_asked_are_seen(known: Callable[[str], Known]) -> None:
    def next_class(real: np.ndarray, labels: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
        """Every class in the place of the one before."""
        assert labels is not None
        found = real.copy()
        for label in range(10):
            rows = np.flatnonzero(labels == label)
            found[rows] = real[rng.choice(np.flatnonzero(labels == (label + 1) % 10), len(rows))]
        return found

    _, lights = run(known("digits, asked for"), next_class)
    quality = next(aspect for aspect in lights.aspects if aspect.name == "quality")
    assert quality.level is Level.WATCH
    assert "class they were asked for" in str(quality.sentence)


@pytest.mark.parametrize("share", [0.46, 0.3])
def test_few_fakes_in_modes_are_not_good(share: float, known: Callable[[str], Known]) -> None:
    def scattered(real: np.ndarray, labels: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
        away = rng.random(len(real)) > share
        return np.where(away[:, None], real + rng.normal(0, 0.2, real.shape), real).astype(np.float32)

    _, lights = run(known("ring"), scattered)
    assert levels(lights)["quality"] is Level.WATCH
