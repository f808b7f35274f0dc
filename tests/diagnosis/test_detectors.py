"""Each detector at both sides of each threshold: silent just below, raised just above, kept, ended, and no flicker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.diagnosis import AlertRaised, Diagnosed, Level, Sentence
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.detectors.discriminator_flat import confidence
from gan_desktop.diagnosis.detectors.mode_collapse import held_modes
from gan_desktop.diagnosis.detectors.oscillation import WINDOW, swing
from tests.diagnosis.story import CALM, MODES, Story, Value, shares
from tests.gan import FIGURES

Phase = Mapping[str, Value]


def hopping(overlap: float, every: int = 1) -> Callable[[int], tuple[float, ...]]:
    """Shares in one mode, but for that share in another that stays, and another one at every so-manieth measurement."""

    def of(number: int) -> tuple[float, ...]:
        found = np.zeros(MODES)
        found[0] = overlap
        found[1 + number // every % (MODES - 1)] = 1 - overlap
        return tuple(0.8 * found)

    return of


def wandering(held: int) -> Callable[[int], tuple[float, ...]]:
    """So many modes, nearly all in one that is another one each time."""

    def of(number: int) -> tuple[float, ...]:
        found = np.zeros(MODES)
        found[:held] = 0.02
        found[number % held] = 1 - 0.02 * (held - 1)
        return tuple(0.8 * found)

    return of


def seven_and(of_due: float) -> tuple[float, ...]:
    """Shares of eight modes of which one has so much of its due, and the others the rest."""
    last = of_due / MODES
    return ((1 - last) / 7,) * 7 + (last,)


def wave(share: float, others: int = 3) -> Callable[[np.ndarray], np.ndarray]:
    """A loss of which one frequency has that share of the power, in every window: sines that fit it."""
    amplitude = (share * others / (1 - share)) ** 0.5

    def loss(steps: np.ndarray) -> np.ndarray:
        sines = [np.sin(2 * np.pi * steps * (8 + 6 * number) / WINDOW) for number in range(others + 1)]
        return 1.2 + 0.1 * (amplitude * sines[0] + np.sum(sines[1:], axis=0))

    return loss


def both(value: Value) -> Phase:
    return {"d_loss": value, "g_loss": value}


def alternating(mean: float, change: float) -> Callable[[int], float]:
    """Values whose range is that share of their mean."""
    return lambda number: mean * (1 + change / 2 * (-1) ** number)


def both_grow(times: float) -> Phase:
    """D's loss and gradient rise for 500 steps after step 9,000 to so many times what is usual, and stay there."""

    def growth(steps: np.ndarray) -> np.ndarray:
        return times ** np.clip((steps - 9000) / 500, 0, 1)

    return {"d_loss": lambda steps: 1.2 * growth(steps), "d_gradient_norm": lambda steps: 5 * growth(steps)}


def outgrown(times: float) -> Phase:
    """D's loss is at once twenty times what it was, and its gradient so many times; both rise a little from there."""

    def rising(steps: np.ndarray) -> np.ndarray:
        return 1 + 1e-5 * (steps - 9000)

    return {"d_loss": lambda steps: 24 * rising(steps), "d_gradient_norm": lambda steps: 5 * times * rising(steps)}


@dataclass(frozen=True)
class Case:
    """One threshold of a detector: phases at either side of it.

    Attributes:
        before: the phase that the story begins with.
        below: raises nothing.
        above: raises the alert.
        kept: raises nothing by itself, and keeps the alert; None where what is kept is a change by itself.
        over: ends it.
    """

    detector: str
    below: Phase
    above: Phase
    kept: Phase | None
    over: Phase
    before: Phase = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    count: int = 100_000
    name: str = ""
    calm: int = 2000
    steps: int = 3000

    def story(self) -> Story:
        return Story(self.changes, count=self.count).phase(self.calm, **self.before)


GUESS = 2 * np.log(2)
WRONG = {"d_loss": 1.5}
AHEAD: dict[str, float] = {"d_accuracy": 0.995, "d_loss": 0.05, "g_loss": 8.0}
FLAT: dict[str, float] = {"d_accuracy": 0.57, "d_loss": 0.998 * GUESS, "high_quality_share": 0.2}
R1 = {"regularization.r1_weight": 1.0}
WEAK = {"g_gradient_norm": 0.0198}  # 0.99 % of the peak
STILL = {"pairwise_diversity": 0.8}
KNOWN = {"real_sign": 0.61, "frechet_distance": 0.16}
CONDITIONAL = {"data.conditional": True}
LEAST_SQUARES = {"objective.objective": "least_squares"}

CASES = [
    Case(
        "mode_collapse",
        {"shares": shares(5)},
        {"shares": shares(4)},
        {"shares": shares(6)},
        {"shares": shares(7)},
        name="modes",
    ),
    Case(
        "mode_collapse",
        {"pairwise_diversity": 0.61},
        {"pairwise_diversity": 0.59},
        {"pairwise_diversity": 0.74},
        {"pairwise_diversity": 0.76},
        name="diversity",
    ),
    Case(
        "mode_hopping",
        {"shares": hopping(0.21)},
        {"shares": hopping(0.19)},
        {"shares": hopping(0.29)},
        {"shares": hopping(0.31)},
        name="overlap",
    ),
    Case(
        "mode_hopping",
        # Of eight measurements, with two and with three changes.
        {"shares": hopping(0.0, every=4)},
        {"shares": hopping(0.0, every=2)},
        {"shares": hopping(0.0, every=6)},
        {"shares": hopping(0.0, every=1000)},
        name="hops",
    ),
    Case(
        "mode_hopping",
        {"shares": wandering(5)},
        {"shares": wandering(4)},
        {"shares": wandering(6)},
        {"shares": wandering(7)},
        name="modes",
    ),
    Case(
        "discriminator_wins",
        {"d_accuracy": 0.949} | WEAK,
        {"d_accuracy": 0.951} | WEAK,
        {"d_accuracy": 0.901} | WEAK,
        {"d_accuracy": 0.899} | WEAK,
        name="accuracy",
    ),
    Case(
        "discriminator_wins",
        {"d_accuracy": 0.99, "g_gradient_norm": 0.0202},
        {"d_accuracy": 0.99, "g_gradient_norm": 0.0198},
        {"d_accuracy": 0.99, "g_gradient_norm": 0.0598},
        {"d_accuracy": 0.99, "g_gradient_norm": 0.0602},
        name="gradient",
    ),
    Case(
        "generator_wins",
        {"d_accuracy": 0.471} | WRONG,
        {"d_accuracy": 0.469} | WRONG,
        {"d_accuracy": 0.499} | WRONG,
        {"d_accuracy": 0.501} | WRONG,
        name="accuracy",
    ),
    Case(
        "generator_wins",
        # A D that is wrong most of the time, at a loss that is hardly above that of a guess, says nothing either way.
        {"d_accuracy": 0.38, "d_loss": 1.049 * GUESS},
        {"d_accuracy": 0.38, "d_loss": 1.051 * GUESS},
        {"d_accuracy": 0.38, "d_loss": 1.021 * GUESS},
        {"d_accuracy": 0.38, "d_loss": 1.019 * GUESS},
        name="accuracy-and-loss",
    ),
    Case(
        "generator_wins",
        {"d_loss": 0.2615},
        {"d_loss": 0.2635},
        {"d_loss": 0.2555},
        {"d_loss": 0.2545},
        before={"d_loss": 0.24},
        changes=LEAST_SQUARES,
        name="loss",
    ),
    Case(
        "discriminator_ahead",
        AHEAD | {"d_accuracy": 0.989},
        AHEAD | {"d_accuracy": 0.991},
        AHEAD | {"d_accuracy": 0.981},
        AHEAD | {"d_accuracy": 0.979},
        name="accuracy",
    ),
    Case(
        "discriminator_ahead",
        AHEAD | {"d_loss": 0.101 * GUESS},
        AHEAD | {"d_loss": 0.099 * GUESS},
        AHEAD | {"d_loss": 0.149 * GUESS},
        AHEAD | {"d_loss": 0.151 * GUESS},
        name="loss",
    ),
    Case(
        "discriminator_ahead",
        AHEAD | {"g_gradient_norm": 0.0498 * CALM["g_gradient_norm"]},
        AHEAD | {"g_gradient_norm": 0.0502 * CALM["g_gradient_norm"]},
        AHEAD | {"g_gradient_norm": 0.0302 * CALM["g_gradient_norm"]},
        AHEAD | {"g_gradient_norm": 0.0298 * CALM["g_gradient_norm"]},
        name="gradient",
    ),
    Case(
        "discriminator_flat",
        FLAT | {"high_quality_share": 0.41 * 0.99},
        FLAT | {"high_quality_share": 0.39 * 0.99},
        FLAT | {"high_quality_share": 0.49 * 0.99},
        FLAT | {"high_quality_share": 0.51 * 0.99},
        changes=R1,
        name="quality",
    ),
    Case(
        "discriminator_flat",
        # Right 57 % of the time, D's loss could be 1.414 % below that of a guess.
        FLAT | {"d_loss": (1 - 0.31 * 0.01414) * GUESS},
        FLAT | {"d_loss": (1 - 0.29 * 0.01414) * GUESS},
        FLAT | {"d_loss": (1 - 0.39 * 0.01414) * GUESS},
        FLAT | {"d_loss": (1 - 0.41 * 0.01414) * GUESS},
        changes=R1,
        name="confidence",
    ),
    Case(
        "discriminator_flat",
        FLAT | {"d_accuracy": 0.529, "d_loss": 0.9999 * GUESS},
        FLAT | {"d_accuracy": 0.531, "d_loss": 0.9999 * GUESS},
        FLAT | {"d_accuracy": 0.521, "d_loss": 0.9999 * GUESS},
        FLAT | {"d_accuracy": 0.519, "d_loss": 0.9999 * GUESS},
        changes=R1,
        name="accuracy",
    ),
    Case(
        "discriminator_flat",
        FLAT | {"d_accuracy": 0.7, "d_loss": 0.9895 * GUESS},
        FLAT | {"d_accuracy": 0.7, "d_loss": 0.9905 * GUESS},
        FLAT | {"d_accuracy": 0.7, "d_loss": 0.9805 * GUESS},
        FLAT | {"d_accuracy": 0.7, "d_loss": 0.9795 * GUESS},
        changes=R1,
        name="loss",
    ),
    Case(
        "oscillation",
        both(wave(0.39)),
        both(wave(0.41)),
        both(wave(0.26)),
        both(wave(0.24, others=4)),
        name="share",
    ),
    Case(
        "oscillation",
        # Of the loss in balance, however small the one of now.
        both(lambda steps: 0.1 + 0.0197 * GUESS * 2**0.5 * np.sin(steps / 9)),
        both(lambda steps: 0.1 + 0.0206 * GUESS * 2**0.5 * np.sin(steps / 9)),
        both(lambda steps: 0.1 + 0.0105 * GUESS * 2**0.5 * np.sin(steps / 9)),
        both(lambda steps: 0.1 + 0.0097 * GUESS * 2**0.5 * np.sin(steps / 9)),
        before={"d_loss": 0.1, "g_loss": 0.1},
        name="deviation",
    ),
    Case(
        "divergence",
        {"d_gradient_norm": 495.0},
        {"d_gradient_norm": 505.0},
        {"d_gradient_norm": 102.0},
        {"d_gradient_norm": 98.0},
        name="growth",
        # So that what grows does not become what is usual.
        calm=9000,
        steps=1000,
    ),
    Case(
        "divergence",
        # The smaller one of the last two means counts, a fifth below the last.
        both_grow(4.2),
        both_grow(5.5),
        {"d_loss": 1.2 * 2.1, "d_gradient_norm": 5 * 2.1},
        {"d_loss": 1.2 * 1.9, "d_gradient_norm": 5 * 1.9},
        calm=9000,
        steps=1000,
        name="running",
    ),
    Case(
        "divergence",
        outgrown(2.45),
        outgrown(2.55),
        {"d_loss": 1.2 * 1.01, "d_gradient_norm": 5 * 1.01},
        {"d_loss": 1.2 * 0.99, "d_gradient_norm": 5 * 0.99},
        calm=9000,
        steps=1000,
        name="outgrown",
    ),
    Case(
        "d_overfitting",
        KNOWN | {"real_sign": 0.59},
        KNOWN,
        KNOWN | {"real_sign": 0.51},
        KNOWN | {"real_sign": 0.49},
        count=1000,
        name="sign",
    ),
    Case(
        "d_overfitting",
        {"real_sign": 0.9, "frechet_distance": 0.1 * 0.98 * 1.49},
        {"real_sign": 0.9, "frechet_distance": 0.1 * 0.98 * 1.51},
        {"real_sign": 0.9, "frechet_distance": 0.1 * 0.98 * 1.26},
        {"real_sign": 0.9, "frechet_distance": 0.1 * 0.98 * 1.24},
        count=1000,
        name="worsened",
    ),
    Case(
        "lost_modes",
        {"shares": seven_and(0.11)},
        {"shares": seven_and(0.09)},
        {"shares": seven_and(0.19)},
        {"shares": seven_and(0.21)},
        name="share",
    ),
    Case(
        "class_collapse",
        {"diversities": (1.0,) * 7 + (0.51,)},
        {"diversities": (1.0,) * 7 + (0.49,)},
        {"diversities": (1.0,) * 7 + (0.59,)},
        {"diversities": (1.0,) * 7 + (0.61,)},
        changes=CONDITIONAL,
        name="diversity",
    ),
    Case(
        "specks",
        {"specks": 1.99},
        {"specks": 2.01},
        {"specks": 1.61},
        {"specks": 1.59},
        name="energy",
    ),
    Case(
        "memorising",
        {"copied_share": 0.199},
        {"copied_share": 0.201},
        {"copied_share": 0.151},
        {"copied_share": 0.149},
        name="share",
    ),
    Case(
        "stalled",
        STILL | {"frechet_distance": alternating(0.1, 0.011)},
        STILL | {"frechet_distance": alternating(0.1, 0.009)},
        STILL | {"frechet_distance": alternating(0.1, 0.029)},
        STILL | {"frechet_distance": alternating(0.1, 0.031)},
        name="change",
    ),
    Case(
        "stalled",
        STILL | {"frechet_distance": 0.049},
        STILL | {"frechet_distance": 0.051},
        None,
        STILL | {"frechet_distance": 0.0397},
        name="far",
    ),
]


@pytest.fixture(params=CASES, ids=lambda case: f"{case.detector}-{case.name}")
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


def test_it_is_silent_below_the_threshold(case: Case) -> None:
    story = case.story().phase(case.steps, **case.below)
    assert story.counts(case.detector) == (0, 0)


def test_it_is_raised_above_the_threshold(case: Case) -> None:
    story = case.story().phase(case.steps, **case.above)
    assert story.counts(case.detector) == (1, 0)
    (alert,) = [alert for alert in story.raised if alert.detector == case.detector]
    assert alert.step > case.calm
    assert all(evidence.limit == evidence.limit and evidence.value == evidence.value for evidence in alert.evidence)
    assert alert.level is detectors[case.detector].value.level
    # It stands in the lights, and turns the one that it belongs to.
    assert case.detector in [standing.detector for standing in story.lights.alerts]
    aspect = next(a for a in story.lights.aspects if a.name == detectors[case.detector].value.aspect)
    assert aspect.level in (Level.WATCH, Level.BAD)


def test_it_is_kept_by_less_than_what_raises_it(case: Case) -> None:
    if case.kept is None:
        return
    story = case.story().phase(case.steps, **case.kept)
    assert story.counts(case.detector) == (0, 0)
    story = case.story().phase(case.steps, **case.above).phase(1000, **case.kept)
    assert story.counts(case.detector) == (1, 0)


def test_it_ends_when_the_evidence_ends(case: Case) -> None:
    story = case.story().phase(case.steps, **case.above).phase(4000, **case.over)
    assert story.counts(case.detector) == (1, 1)
    (ended,) = [event for event in story.ended if event.alert.detector == case.detector]
    assert ended.step > ended.alert.step
    assert str(ended.message)
    assert case.detector not in [alert.detector for alert in story.lights.alerts]


def test_it_does_not_flicker(case: Case) -> None:
    story = case.story()
    story.phase(case.steps, **case.above)
    for _ in range(6 if case.kept is not None else 0):
        story.phase(250, **case.kept).phase(250, **case.above)
    assert story.counts(case.detector) == (1, 0)


def test_every_detector_has_a_case() -> None:
    assert {case.detector for case in CASES} == set(detectors)


# What is special of some.


def test_a_divergence_is_told_where_something_is_not_a_number() -> None:
    story = Story().phase(330)
    rows = story.figures(7, {})
    rows[-1, FIGURES.column("g_loss")] = np.nan
    story.block(rows, diverged=True)
    (alert,) = story.raised
    assert (alert.detector, alert.step, alert.level) == ("divergence", 337, Level.BAD)
    assert "g_loss is no longer finite at step 336" in str(alert.message)
    assert next(a for a in story.lights.aspects if a.name == "stability").level is Level.BAD


def test_a_weight_that_is_not_a_number_is_a_divergence_too() -> None:
    story = Story().phase(330)
    story.block(story.figures(1, {}), diverged=True)
    assert "a weight is no longer finite at step 330" in str(story.raised[0].message)


def test_the_alert_of_a_coming_divergence_gives_way_to_the_end() -> None:
    story = Story().phase(2000).phase(500, d_loss=500.0)
    rows = story.figures(3, {"d_loss": 5000.0})
    rows[-1] = np.inf
    story.block(rows, diverged=True)
    assert story.counts("divergence") == (2, 1)
    assert [alert.step for alert in story.raised if alert.detector == "divergence"] == [2100, 2503]


def exploding(story: Story, start: int, steps: int = 12, times: float = 4.0, back: bool = False) -> np.ndarray:
    """Calm figures up to a step from which G's loss and gradient grow so many times at each step, or fade again."""
    rows = story.figures(start + steps, {})
    rows += np.random.default_rng(0).normal(0, 0.05, rows.shape)
    growth = times ** np.arange(1, steps + 1)
    for name in ("g_loss", "g_gradient_norm"):
        rows[start:, FIGURES.column(name)] *= growth[::-1] if back else growth
    return rows


def tell(story: Story, rows: np.ndarray, cut: int) -> Story:
    while story.step < len(rows):
        story.block(rows[story.step : story.step + cut])
    return story


@pytest.mark.parametrize("cut", [1, 7, 50, 250])
@pytest.mark.parametrize("start", [30, 49, 50, 964])
def test_an_explosion_is_seen_at_its_step(start: int, cut: int) -> None:
    """G's loss of 0.9 is above 10 after two steps of it, and the one before is four times all that was."""
    story = Story()
    tell(story, exploding(story, start), cut)
    (alert,) = story.raised
    assert (alert.detector, alert.step) == ("divergence", start + 2)
    assert [evidence.name for evidence in alert.evidence] == ["g_loss", "g_gradient_norm"]
    assert f"the most that it had kept up before step {start + 2:,}" in str(alert.message)
    assert all(evidence.value > evidence.limit for evidence in alert.evidence)


def test_what_explodes_is_told_before_it_is_no_number() -> None:
    story = Story()
    rows = exploding(story, 700, 6)
    rows[-1] = np.nan
    story.block(rows, diverged=True)
    assert [(alert.detector, alert.step) for alert in story.raised] == [("divergence", 702), ("divergence", 706)]
    assert story.counts("divergence") == (2, 1)


def test_a_bad_batch_of_a_few_steps_is_no_divergence() -> None:
    """It is large at once, and fades."""
    story = Story()
    assert tell(story, exploding(story, 700, 4, back=True), 100).raised == []


def test_the_first_steps_are_no_divergence() -> None:
    story = Story()
    assert tell(story, exploding(story, 3, 15), 100).raised == []


def test_an_explosion_that_comes_back_ends_and_is_told_with_the_figures_of_now() -> None:
    story = Story()
    tell(story, exploding(story, 1000), 50)
    rows = story.figures(38 + 100, {"g_loss": 60.0})
    for part in np.split(rows, [38]):
        story.block(part)
    story.measure({})
    (standing,) = story.lights.alerts
    assert "g_loss is 60, 6" in str(standing.message)
    story.phase(200)
    assert story.counts("divergence") == (1, 1)


def test_growth_that_comes_to_a_stand_or_is_of_one_figure_alone_is_no_divergence() -> None:
    grown = {"d_loss": 1.2 * 9, "d_gradient_norm": 5.0 * 9}
    assert Story().phase(2000).phase(1000, **grown).raised == []
    alone = dict(both_grow(50.0))
    del alone["d_loss"]
    assert Story().phase(9000).phase(1000, **alone).raised == []


def test_a_loss_that_comes_back_from_nothing_is_no_divergence() -> None:
    """D had won and loses again: many times its usual loss, and still less than that of a guess."""
    back = both_grow(50.0)
    assert callable(back["d_loss"])
    small = {"d_loss": lambda steps: back["d_loss"](steps) / 60, "d_gradient_norm": back["d_gradient_norm"]}
    assert Story().phase(9000, d_loss=0.02).phase(1000, **small).raised == []


def test_one_bad_batch_is_no_divergence() -> None:
    story = Story().phase(2000).phase(50, d_loss=5000.0).phase(1000)
    assert story.raised == []


def test_a_new_objective_begins_a_new_history() -> None:
    """Its losses are of another size, which is no divergence."""
    story = Story().phase(2020, d_loss=0.2, g_loss=0.1)
    story.set(objective__objective="wasserstein")
    rising = {"g_gradient_norm": lambda steps: 900 + 0.01 * steps, "g_loss": lambda steps: 500 + 0.01 * steps}
    assert story.phase(3000, d_loss=-300.0, **rising).raised == []


def test_d_far_ahead_never_stands_beside_d_wins() -> None:
    """G's gradient fades until it has vanished, and comes back."""
    story = Story().phase(1000)
    story.phase(6000, **AHEAD | {"g_gradient_norm": lambda steps: 2 * np.exp(-(steps - 1000) / 800)})
    story.phase(6000, **AHEAD | {"g_gradient_norm": lambda steps: 1e-3 * np.exp((steps - 7000) / 800)})
    assert {alert.detector for alert in story.raised} == {"discriminator_ahead", "discriminator_wins"}
    for event in story.told:
        if isinstance(event, Diagnosed):
            assert len(event.alerts) <= 1


def test_d_far_ahead_says_what_balance_would_have() -> None:
    story = Story().phase(500).phase(2000, **AHEAD)
    (alert,) = story.raised
    assert "right 99.5 % of the time over 1,000 steps, and G's loss is 8 where balance has 0.69" in str(alert.message)
    assert dict(alert.suggestions[0].changes) == {"r1_weight": 0.1}


def test_a_flat_d_is_told_of_a_penalty_alone() -> None:
    assert Story().phase(3000, **FLAT).raised == []
    story = Story({"regularization.r1_weight": 1.0, "regularization.dragan_weight": 0.5}).phase(3000, **FLAT)
    (alert,) = story.raised
    assert "D is flat: it is right 57 % of the time, but r1_weight = 1 holds its loss" in str(alert.message)
    changes = {"r1_weight": 0.1, "dragan_weight": 0.05, "g_learning_rate": 2e-5}
    assert dict(alert.suggestions[0].changes) == changes


def test_a_perfect_generator_leaves_no_flat_d() -> None:
    """D guesses, and is right half of the time."""
    perfect = {"d_loss": GUESS, "d_accuracy": 0.5}
    assert Story(R1).phase(4000, **perfect).raised == []
    # Nor where only the fakes are bad, as early in a run, or only D is flat.
    assert Story(R1).phase(4000, **perfect, high_quality_share=0.1).raised == []
    assert Story(R1).phase(4000, **FLAT | {"high_quality_share": 0.7}).raised == []


@pytest.mark.parametrize(
    ("accuracy", "share", "expected"),
    [(0.75, 0.8112781, 1.0), (0.75, 1.0, 0.0), (0.75, 0.905639, 0.5), (0.5, 1.0, np.nan), (1.0, 0.5, np.nan)],
)
def test_confidence(accuracy: float, share: float, expected: float) -> None:
    """The binary entropy of 3/4 is 0.8112781 bits."""
    assert confidence(accuracy, share) == pytest.approx(expected, abs=1e-5, nan_ok=True)


def test_what_cannot_be_known_ends_an_alert_and_says_so() -> None:
    story = Story().phase(2000).phase(2000, d_accuracy=0.99, g_gradient_norm=0.001)
    assert story.counts("discriminator_wins") == (1, 0)
    story.set(objective__objective="wasserstein").phase(100, d_accuracy=0.99, g_gradient_norm=0.001)
    (ended,) = [event for event in story.ended if event.alert.detector == "discriminator_wins"]
    assert "cannot be known" in str(ended.message)


def test_a_few_deviations_of_an_uncertain_floor_are_no_copies() -> None:
    story = Story().phase(1000)
    from gan_desktop.core.measured import Floor
    from tests.diagnosis import story as module

    uncertain = module.FLOORS | {"copied_share": Floor(0.1, 0.05)}
    original = module.FLOORS
    try:
        module.FLOORS = uncertain
        assert story.phase(2000, copied_share=0.29).counts("memorising") == (0, 0)
        assert story.phase(2000, copied_share=0.31).counts("memorising") == (1, 0)
    finally:
        module.FLOORS = original


@pytest.mark.parametrize(("count", "epochs", "raised"), [(20_001, 60, 0), (20_000, 60, 1), (20_000, 49, 0)])
def test_overfitting_needs_few_samples_seen_often(count: int, epochs: int, raised: int) -> None:
    steps = epochs * count // 64 // 250 * 250
    story = Story(count=count, cut=1000)
    story.phase(steps - 2000).phase(2000, real_sign=0.9, frechet_distance=0.3)
    assert story.counts("d_overfitting")[0] == raised


def test_held_modes() -> None:
    story = Story()
    assert held_modes(story.measured({"shares": (0.1,) * 7 + (0.009,)})) == 8
    assert held_modes(story.measured({"shares": (0.1,) * 7 + (0.006,)})) == 7
    # Hardly a fake lies in a mode.
    assert np.isnan(held_modes(story.measured({"shares": (0.019,) + (0.0,) * 7})))
    # Too many modes to look at each.
    assert held_modes(story.measured({"shares": (), "modes_covered": 612.0})) == 612


def test_a_swing_is_measured_as_it_is() -> None:
    steps = np.arange(WINDOW)
    found = swing(3 + 0.002 * steps + np.sin(2 * np.pi * steps / 64))
    assert found.share > 0.99
    assert found.period == 64
    # Four steps are averaged, which takes little off a period of 64.
    assert found.deviation == pytest.approx(0.5**0.5, rel=0.02)
    noise = np.random.default_rng(0).normal(size=WINDOW)
    assert swing(noise).share < 0.15
    assert swing(np.ones(WINDOW)).share == 0


def test_the_calm_story_is_calm() -> None:
    story = Story().phase(5000)
    assert story.raised == []
    assert {aspect.name: aspect.level for aspect in story.lights.aspects} == dict.fromkeys(
        ("balance", "diversity", "quality", "stability", "gradients"), Level.GOOD
    ) | {"quality": Level.GOOD}


def test_steps_are_counted_as_they_are_taken() -> None:
    """An alert's step is how many steps the run has taken."""
    story = Story().phase(2000).phase(3000, d_accuracy=0.99, g_gradient_norm=0.001)
    (alert,) = [alert for alert in story.raised if alert.detector == "discriminator_wins"]
    assert alert.step == 2250
    told = [event for event in story.told if isinstance(event, AlertRaised)]
    assert told[0].alert is alert
    assert CALM.keys() == set(FIGURES)
    assert MetricsBlock(0, np.zeros((1, len(FIGURES)), np.float32), FIGURES).next_step == 1


def test_shares_are_written_as_everywhere_else() -> None:
    assert str(Sentence("{share:.0%} of {all:.1%}, {n:,.0f}", {"share": 0.371, "all": 1.0, "n": 1e4})) == (
        "37 % of 100.0 %, 10,000"
    )
