"""What holds of every detector and aspect, whatever comes: cuts, gaps, numbers that are none, and words that fit."""

from __future__ import annotations

import itertools
import json
import re
import string
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import Alert, AlertEnded, AlertRaised, Aspect, Diagnosed, Level, Sentence
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.figures import Figures
from gan_desktop.core.interventions import check_control, current_controls, is_same
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.measured import Measured
from gan_desktop.core.presets import presets
from gan_desktop.core.registry import aspects, detectors, metrics, objectives
from gan_desktop.diagnosis.course import BIN, KEPT_BINS, KEPT_STEPS, DataTraits, Records
from gan_desktop.diagnosis.detectors import Detector
from gan_desktop.diagnosis.diagnostician import LIGHTS_SECONDS, Diagnostician
from tests.diagnosis.story import Story, Value, shares
from tests.gan import FIGURES

FEWER = Figures(*(figure for figure in FIGURES.values() if figure.name in ("d_loss", "g_loss")))


def test_a_game_that_reports_less_leaves_unknown_what_rests_on_the_rest() -> None:
    diagnostician = Diagnostician(DataTraits("points", 1000), FEWER, clock=itertools.count().__next__)
    rng = np.random.default_rng(0)
    lights: dict[str, Aspect] = {}
    for first in range(0, 3000, 500):
        rows = rng.normal(1, 0.1, (500, len(FEWER))).astype(np.float32)
        for event in diagnostician.after_block(RunConfig(), MetricsBlock(first, rows, FEWER)):
            assert not isinstance(event, AlertRaised)
            if isinstance(event, Diagnosed):
                lights = {light.name: light for light in event.aspects}
    told = {name: light for name, light in lights.items() if "does not report" in light.sentence.template}
    assert {light.level for light in told.values()} == {Level.UNKNOWN}
    assert {"balance", "gradients"} <= told.keys()
    assert told["balance"].sentence.values["figure"] == "d_accuracy"


@pytest.mark.parametrize("begin", [1, 49, 1750, 1765, 1799])
def test_a_diagnosis_that_begins_late_rests_on_what_it_saw(begin: int) -> None:
    """Nothing is said of the steps before, and later it says what one says that has seen no others."""
    diagnostician, whole = (
        Diagnostician(DataTraits("points", 1000), FIGURES, itertools.count().__next__) for _ in "ab"
    )
    diagnostician.begin_at(begin)
    rows = np.random.default_rng(0).normal(1, 0.1, (begin + 5000, len(FIGURES))).astype(np.float32)
    for first, end in itertools.pairwise((*range(0, begin, 500), begin, *range(begin + 7, begin + 5000, 93))):
        whole.after_block(RunConfig(), MetricsBlock(first, rows[first:end], FIGURES))
        if first >= begin:
            diagnostician.after_block(RunConfig(), MetricsBlock(first, rows[first:end], FIGURES))
    late, known = diagnostician.course(RunConfig(), False), whole.course(RunConfig(), False)
    assert late.step == known.step
    assert late.age == late.step - -(-begin // BIN) * BIN
    np.testing.assert_array_equal(late.means("d_loss", 20), known.means("d_loss", 20))
    assert diagnostician.standing == ()
    memory = diagnostician.memory()
    again = Diagnostician(DataTraits("points", 1000), FIGURES)
    again.recall(memory, RunConfig())
    assert again.course(RunConfig(), False).age == late.age


def alerts_of(told: list[Any]) -> list[tuple[str, str, int]]:
    found = []
    for event in told:
        if isinstance(event, AlertRaised):
            found.append(("raised", event.alert.detector, event.alert.step))
        elif isinstance(event, AlertEnded):
            found.append(("ended", event.alert.detector, event.step))
    return found


def troubled(cuts: Iterator[int] | None = None) -> Story:
    """A run in which much goes wrong, told in blocks of these lengths."""
    story = Story({"training.d_steps": 5}, count=1000)
    rng = np.random.default_rng(0)
    steps = np.arange(4500)
    rows = story.figures(len(steps), {})
    rows += rng.normal(0, 0.05, rows.shape)
    rows[1000:2200, FIGURES.column("d_accuracy")] = 0.99
    rows[1000:2200, FIGURES.column("g_gradient_norm")] = 0.001
    rows[2500:4000, FIGURES.column("d_accuracy")] = 0.4
    rows[2500:4000, FIGURES.column("d_loss")] = 1.6
    for name in ("g_loss", "g_gradient_norm"):
        rows[337:345, FIGURES.column(name)] *= 4.0 ** np.arange(1, 9)
    for name in ("d_loss", "g_loss"):
        rows[:, FIGURES.column(name)] += np.where(steps > 2000, np.sin(steps / 7), 0)
    rows[4200:4400, FIGURES.column("d_gradient_norm")] = 9000
    while story.step < len(rows):
        size = len(rows) if cuts is None else next(cuts)
        story.block(rows[story.step : story.step + size])
    return story


WHOLE = alerts_of(troubled().told)


def test_the_troubled_run_is_troubled() -> None:
    assert {detector for _, detector, _ in WHOLE} == {
        "discriminator_wins",
        "generator_wins",
        "oscillation",
        "divergence",
    }
    assert len(WHOLE) > 6
    # Between the steps at which figures are looked at.
    assert WHOLE[0] == ("raised", "divergence", 339)


def test_whatever_is_raised_or_ended_the_lights_that_follow_have_what_stands() -> None:
    """So the window reads the standing alerts from the lights alone."""
    endless = itertools.repeat(300)
    standing: set[str] = set()
    changes = 0
    for event in troubled(endless).told:
        if isinstance(event, AlertRaised):
            standing.add(event.alert.detector)
        elif isinstance(event, AlertEnded):
            standing.remove(event.alert.detector)
        else:
            assert {alert.detector for alert in event.alerts} == standing
            changes = 0
            continue
        changes += 1
    assert changes == 0, "the last word is the lights'"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 900), min_size=1, max_size=20))
def test_alerts_do_not_depend_on_how_steps_are_cut(cuts: list[int]) -> None:
    def endlessly() -> Iterator[int]:
        while True:
            yield from cuts

    assert alerts_of(troubled(endlessly()).told) == WHOLE


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 3000))
def test_a_late_measurement_is_seen_with_the_figures_of_its_step(late: int) -> None:
    """Metrics are computed on another thread: what was trained meanwhile changes nothing of what they say."""

    def run(delay: int) -> list[tuple[str, str, int]]:
        story = Story(count=1000, cut=50)
        waiting: list[Measured] = []
        told = []
        for _ in range(240):
            story.block(story.figures(50, {"real_sign": 0.9}))
            if story.step % 250 == 0:
                bad = {"frechet_distance": 0.3 + 0.01 * (story.step % 500 > 0), "shares": lambda _: shares(2)}
                waiting.append(story.measured(bad if story.step > 4000 else {}))
                story.measurements += 1
            while waiting and story.step >= waiting[0].step + delay:
                told += story.diagnostician.after_measured(story.config, waiting.pop(0))
        for measured in waiting:
            told += story.diagnostician.after_measured(story.config, measured)
        return alerts_of(told)

    prompt = run(0)
    assert {detector for _, detector, _ in prompt} == {"mode_collapse", "d_overfitting"}
    assert run(late) == prompt


# What comes need not be sound.


@pytest.mark.parametrize("fill", [np.nan, np.inf, -np.inf, 0.0, 3e38, -3e38])
@pytest.mark.parametrize("objective", list(objectives))
def test_any_figures_are_taken(fill: float, objective: str) -> None:
    story = Story({"objective.objective": objective}).phase(1500)
    for _ in range(60):
        story.block(np.full((50, len(FIGURES)), fill))
    everything = dict.fromkeys(metrics, fill)
    for _ in range(4):
        story.step += 0
        story.measure(everything | {"shares": (fill,) * 8})
    story.block(np.full((7, len(FIGURES)), fill), diverged=True)
    check_words(story)


def test_nothing_has_happened_yet() -> None:
    diagnostician = Diagnostician(DataTraits("images", 1797), FIGURES, clock=lambda: 0.0)
    measured = Measured(0, {}, None, {}, {}, 0.0)
    (lights,) = diagnostician.after_measured(RunConfig(), measured)
    assert isinstance(lights, Diagnosed)
    assert {light.level for light in lights.aspects} == {Level.UNKNOWN}
    assert all(str(light.sentence) for light in lights.aspects)


@pytest.mark.parametrize("name", list(metrics))
def test_a_missing_metric_is_no_number(name: str) -> None:
    """A detector that needs it says nothing, or why it cannot be known."""
    story = Story(count=1000)
    for _ in range(12):
        story.block(story.figures(250, {}))
        measured = story.measured({})
        measured.values.pop(name, None)
        measured.unknown[name] = "for a reason"
        story.measurements += 1
        story.told += story.diagnostician.after_measured(story.config, measured)
    assert story.raised == []
    check_words(story)


def test_of_ten_samples_it_says_what_cannot_be_known() -> None:
    """Metrics give reasons instead of values; nothing else is made up."""
    from gan_desktop.diagnosis.measure import Measurer
    from gan_desktop.diagnosis.reference import Reference

    images = np.random.default_rng(0).random((10, 8, 8, 1)).astype(np.float32)
    measurer = Measurer(Reference.of("images", images))
    story = Story(kind="images", count=10)
    for _ in range(12):
        story.block(story.figures(250, {}))
        fakes = np.zeros((measurer.count, 8, 8, 1), np.float32)
        found = Measured(story.step, measurer.measure(fakes), None, measurer.floors(), measurer.unknown(), 0.0)
        story.told += story.diagnostician.after_measured(story.config, found)
    assert story.raised == []
    lights = {light.name: light for light in story.lights.aspects}
    for name in ("diversity", "quality"):
        assert lights[name].level is Level.UNKNOWN
        assert "cannot be known: " in str(lights[name].sentence)
    assert lights["balance"].level is Level.GOOD
    course = story.diagnostician._records.at(story.config, story.step)
    for name in ("mode_collapse", "mode_hopping", "memorising", "stalled", "d_overfitting"):
        assert "cannot be known" in str(detectors[name].value().unknown(course)), name
    check_words(story)


# Words and suggestions.


def check_words(story: Story) -> None:
    """Every sentence can be written, has all values that it names, and everything can be kept as JSON."""
    for event in story.told:
        if isinstance(event, AlertRaised):
            json.dumps(event.alert.plain(), allow_nan=False)
            check_alert(event.alert)
        elif isinstance(event, AlertEnded):
            check_sentence(event.message)
        else:
            for alert in event.alerts:
                check_alert(alert)
            for light in event.aspects:
                check_sentence(light.sentence)
                check_sentence(light.why, may_be_empty=True)
                assert all(str(evidence) for evidence in light.rests_on)


def check_alert(alert: Alert) -> None:
    check_sentence(alert.message)
    assert alert.evidence
    for evidence in alert.evidence:
        assert str(evidence)
        check_sentence(evidence.meaning, may_be_empty=True)
    for suggestion in alert.suggestions:
        check_sentence(suggestion.reason)


def check_sentence(sentence: Sentence, may_be_empty: bool = False) -> None:
    names = {name for _, name, _, _ in string.Formatter().parse(sentence.template) if name is not None}
    assert names <= sentence.values.keys()
    assert str(sentence) or may_be_empty
    assert "{" not in str(sentence)


def test_the_words_of_a_troubled_run() -> None:
    check_words(troubled())


def configs() -> dict[str, RunConfig]:
    """Every preset, and every objective as it comes."""
    found = {name: preset.config for name, preset in presets().items()}
    return found | {name: replace_keys(RunConfig(), {"objective.objective": name}) for name in objectives}


@pytest.mark.parametrize("name", list(detectors))
def test_suggestions_can_be_clicked(name: str) -> None:
    """They are live, allowed together, and change something, whatever is set; and there is always one."""
    detector: Detector = detectors[name].value()
    for config in configs().values():
        course = Records(DataTraits("points", 1000), FIGURES).at(config, 1000)
        suggestions = detector.suggestions(course)
        assert 1 <= len(suggestions) <= 3
        assert len({suggestion.changes for suggestion in suggestions}) == len(suggestions)
        for suggestion in suggestions:
            now, changed = current_controls(config), config
            assert suggestion.changes
            for key, value in suggestion.changes:
                assert not is_same(now[key], value)
                key, changed = check_control(changed, key, value)
            check_sentence(suggestion.reason)


@pytest.mark.parametrize("name", list(detectors))
def test_what_is_refused_is_not_suggested(name: str) -> None:
    """Label smoothing goes with few objectives; both networks frozen go with nothing."""
    detector: Detector = detectors[name].value()
    base = {"regularization.label_smoothing": 0.1, "training.d_steps": 0, "training.g_steps": 1}
    course = Records(DataTraits("points", 1000), FIGURES).at(replace_keys(RunConfig(), base), 1000)
    for suggestion in detector.suggestions(course):
        assert dict(suggestion.changes).get("objective") not in ("wasserstein", "relativistic")


def test_suggestions_follow_the_config() -> None:
    """Those of a standing alert are of the config of now, and what was raised stays as it was."""
    story = Story({"optimizer.d_learning_rate": 3e-3, "optimizer.g_learning_rate": 3e-4})
    story.phase(2000, shares=shares(2))
    (alert,) = story.raised
    healing = {"r1_weight": 0.1, "g_learning_rate": 3e-3, "beta_1": 0.0}
    assert dict(alert.suggestions[0].changes) == healing
    story.set(regularization__r1_weight=0.1).phase(250, shares=shares(2))
    (standing,) = story.lights.alerts
    assert dict(standing.suggestions[0].changes) == {"g_learning_rate": 3e-3, "beta_1": 0.0}
    assert standing.step == alert.step
    assert dict(story.raised[0].suggestions[0].changes) == healing


@pytest.mark.parametrize("name", list(detectors))
def test_a_detector_explains_itself(name: str) -> None:
    entry = detectors[name]
    assert len(entry.description) > 100
    assert entry.title
    assert entry.value.aspect in aspects
    assert entry.value.looks_at in ("steps", "figures", "metrics")


# The lights.


def test_lights_are_told_twice_a_second_and_with_every_measurement() -> None:
    now = [0.0]
    diagnostician = Diagnostician(DataTraits("points", 1000), FIGURES, clock=lambda: now[0])
    rows = Story().figures(10, {})

    def tell(step: int) -> list[Any]:
        return diagnostician.after_block(RunConfig(), MetricsBlock(step, rows, FIGURES))

    assert [type(event) for event in tell(0)] == [Diagnosed]
    assert tell(10) == []
    now[0] += LIGHTS_SECONDS * 1.01
    assert [type(event) for event in tell(20)] == [Diagnosed]
    assert tell(30) == []
    told = diagnostician.after_measured(RunConfig(), Measured(30, {}, None, {}, {}, 0.0))
    assert [type(event) for event in told] == [Diagnosed]
    assert told[0].step == 40


def test_where_no_block_follows_the_lights_are_those_of_the_last_step() -> None:
    diagnostician = Diagnostician(DataTraits("points", 1000), FIGURES, clock=lambda: 0.0)
    rows = Story().figures(10, {})
    assert diagnostician.now(RunConfig()) == []
    diagnostician.after_block(RunConfig(), MetricsBlock(0, rows, FIGURES))
    assert diagnostician.now(RunConfig()) == []
    diagnostician.after_block(RunConfig(), MetricsBlock(10, rows, FIGURES))
    (told,) = diagnostician.now(RunConfig())
    assert isinstance(told, Diagnosed)
    assert told.step == 20
    assert diagnostician.now(RunConfig()) == []


def test_a_light_is_as_bad_as_its_alert_and_says_why() -> None:
    story = Story().phase(3000, shares=shares(2))
    (alert,) = story.raised
    diversity = next(light for light in story.lights.aspects if light.name == "diversity")
    assert diversity.level is Level.BAD
    assert str(diversity.sentence) == str(alert.message)
    assert str(diversity.rests_on[0]) == "held_modes = 2 <= 6 (floor 8)"
    assert "2 at least a tenth of what they are due" in str(diversity.why)


def test_stability_says_what_ended_an_oscillation() -> None:
    def swings(steps: np.ndarray) -> np.ndarray:
        return 1.2 + 0.3 * np.sin(steps / 9)

    story = Story().phase(2000).phase(3000, d_loss=swings, g_loss=swings)
    assert [alert.detector for alert in story.raised] == ["oscillation"]
    raised = story.raised[0].step
    story.set(regularization__r1_weight=1.0).phase(3000)
    stability = next(light for light in story.lights.aspects if light.name == "stability")
    assert str(stability.sentence) == (
        f"No oscillation. It was swinging at step {raised:,}; r1_weight = 1 at step 5,000 ended it."
    )


def test_balance_of_a_critic_cannot_be_known() -> None:
    story = Story({"objective.objective": "wasserstein"}).phase(1000, d_loss=-0.25)
    balance = next(light for light in story.lights.aspects if light.name == "balance")
    assert balance.level is Level.UNKNOWN
    assert "distance of 0.25" in str(balance.sentence)
    assert balance.value == 0.25


@pytest.mark.parametrize(
    ("objective", "figures", "words", "level"),
    [
        (
            "non_saturating",
            {"d_accuracy": 0.64},
            "D is right 64 % of the time. Neither network is winning.",
            Level.GOOD,
        ),
        ("non_saturating", {"d_accuracy": 0.97}, "far ahead", Level.WATCH),
        ("non_saturating", {"d_accuracy": 0.5}, "it can only guess", Level.GOOD),
        ("non_saturating", {"d_accuracy": 0.91}, "far ahead", Level.WATCH),
        ("non_saturating", {"d_accuracy": 0.44, "d_loss": 1.5}, "G fools it", Level.WATCH),
        # 1.3863 is the loss of a guess.
        ("non_saturating", {"d_accuracy": 0.44, "d_loss": 1.3866}, "its score says little", Level.WATCH),
        ("non_saturating", {"d_accuracy": 0.51, "d_loss": 1.3866}, "it can only guess", Level.GOOD),
        ("least_squares", {"d_loss": 0.2}, "D's loss is 0.200, and guessing would give 0.250", Level.GOOD),
        ("least_squares", {"d_loss": 0.3}, "worse than a guess", Level.WATCH),
        ("relativistic", {"d_loss": 0.05}, "tells nearly every fake", Level.WATCH),
        ("least_squares", {"d_loss": 0.2505}, "it can hardly tell fakes", Level.GOOD),
    ],
)
def test_balance(objective: str, figures: dict[str, Any], words: str, level: Level) -> None:
    story = Story({"objective.objective": objective}).phase(1000, **figures)
    balance = next(light for light in story.lights.aspects if light.name == "balance")
    assert words in str(balance.sentence)
    assert balance.level is level


def light(story: Story, name: str) -> Aspect:
    return next(aspect for aspect in story.lights.aspects if aspect.name == name)


@pytest.mark.parametrize("name", ["balance", "stability", "gradients"])
def test_nothing_good_is_said_of_a_run_that_has_diverged(name: str) -> None:
    story = Story().phase(2000)
    assert light(story, name).level is Level.GOOD
    story.block(np.full((3, len(FIGURES)), np.nan), diverged=True)
    assert light(story, name).level is Level.BAD
    # Nor before anyone has said that it is over.
    story = Story().phase(2000, d_loss=np.nan, d_accuracy=np.nan, g_gradient_norm=np.nan)
    assert light(story, name).level is Level.BAD
    assert "no longer a number" in str(light(story, name).sentence)


@pytest.mark.parametrize("steps", [200, 250, 500])
def test_the_first_that_is_said_has_figures(steps: int) -> None:
    story = Story().phase(steps)
    assert all("nan" not in str(aspect.sentence) for aspect in story.lights.aspects)


def test_a_gradient_that_grows_all_the_time_is_no_green() -> None:
    """As of a free D on the ring: from 0.8 to 89 in 20,000 steps, so slowly that no 2,500 of them tell."""
    story = Story(cut=1000).phase(20_000, g_gradient_norm=lambda steps: 0.8 * (89 / 0.8) ** (steps / 20_000))
    assert light(story, "gradients").level is Level.WATCH
    assert "G's has grown 99-fold in this run, and goes on" in str(light(story, "gradients").sentence)
    # One that came to rest at less than thirty times its smallest is healthy.
    story = Story(cut=1000).phase(20_000, g_gradient_norm=lambda steps: 0.8 * 20 ** (steps / 20_000))
    assert light(story, "gradients").level is Level.GOOD


@pytest.mark.parametrize(("share", "level"), [(0.031, Level.GOOD), (0.029, Level.WATCH), (0.0, Level.WATCH)])
def test_a_gradient_that_is_next_to_nothing_is_no_green(share: float, level: Level) -> None:
    story = Story().phase(2000).phase(2000, g_gradient_norm=2 * share)
    assert light(story, "gradients").level is level


def test_a_gradient_that_runs_away_is_no_green() -> None:
    story = Story().phase(3000).phase(500, g_gradient_norm=lambda steps: 2 * 8 ** ((steps - 3000) / 500))
    assert "times what was usual, and growing" in str(light(story, "gradients").sentence)
    assert light(story, "gradients").level is Level.WATCH


def test_a_loss_that_jumps_does_not_hover() -> None:
    """The deviation of a critic's loss is no share of a mean next to 0, but of the size that it has had."""
    rng = np.random.default_rng(0)

    def noise(deviation: float) -> Value:
        return lambda steps: 0.01 + rng.normal(0, deviation, len(steps))

    critic = {"objective.objective": "wasserstein"}
    story = Story(critic).phase(500, d_loss=-1.0)
    stability = light(story, "stability")
    assert stability.level is Level.UNKNOWN
    assert "varies by 0 around -1; too few steps yet" in str(stability.sentence)
    stability = light(story.phase(2000, d_loss=noise(0.1)), "stability")
    assert (stability.level, str(stability.sentence)) == (Level.GOOD, "No oscillation: the losses hover.")
    stability = light(story.phase(2000, d_loss=noise(1.2)), "stability")
    assert stability.level is Level.WATCH
    assert re.search(
        r"^The losses do not hover: D's varies by 0\.\d+ around .*, \d\d % of 1\.$", str(stability.sentence)
    )


def test_why_answers_what_a_loss_means() -> None:
    story = Story().phase(1000, d_loss=1.39)
    balance = next(light for light in story.lights.aspects if light.name == "balance")
    assert "its loss would be 1.386. It is 1.390" in str(balance.why)


def test_quality_says_the_trend() -> None:
    story = Story(kind="images")
    for number in range(12):
        story.block(story.figures(250, {}))
        measured = story.measured({"frechet_distance": 6.2 - 0.1 * number})
        del measured.values["high_quality_share"]
        story.told += story.diagnostician.after_measured(story.config, measured)
    quality = next(light for light in story.lights.aspects if light.name == "quality")
    assert str(quality.sentence) == "Fréchet 5.1 (real against real: 0.01), still falling 0.4 per 1,000 steps."


# The records.


def test_memory_is_bounded() -> None:
    records = Records(DataTraits("points", 1000), FIGURES)
    config = RunConfig()
    rows = np.ones((1000, len(FIGURES)), np.float32)
    for number in range(2 * KEPT_BINS * BIN // 1000 + 50):
        for _ in records.append(config, MetricsBlock(number * 1000, rows * number, FIGURES)):
            pass
    assert records.bins._rows.shape[0] == 2 * KEPT_BINS
    course = records.at(config, records.steps.end)
    last = course.step // 1000 - 1
    assert course.mean("d_loss", 1000) == last
    assert len(course.means("d_loss", 10**6)) >= KEPT_BINS
    assert len(course.recent("d_loss", 10**9)) >= KEPT_STEPS
    assert course.peak("d_loss") == last
    np.testing.assert_array_equal(course.means("d_loss", 40), np.repeat([last - 1, last], 20))


def test_a_block_must_follow_the_one_before() -> None:
    records = Records(DataTraits("points", 1000), FIGURES)
    with pytest.raises(ValueError, match="block starts at step 5, expected 0"):
        list(records.append(RunConfig(), MetricsBlock(5, np.ones((1, len(FIGURES)), np.float32), FIGURES)))


def test_a_course_sees_nothing_later() -> None:
    story = Story().phase(1000, d_loss=1.0).phase(1000, d_loss=2.0)
    course = story.diagnostician._records.at(story.config, 1000)
    assert course.mean("d_loss") == 1
    assert set(course.recent("d_loss", 100)) == {1.0}
    assert course.latest is not None
    assert course.latest.step == 1000
    assert course.peak("d_loss") == 1


def test_changes_are_noted() -> None:
    story = Story().phase(500)
    story.set(training__d_steps=5, regularization__r1_weight=1.0).phase(500)
    course = story.diagnostician._records.at(story.config, 1000)
    assert {(change.step, change.key, change.previous, change.value) for change in course.changes()} == {
        (500, "d_steps", 1, 5),
        (500, "r1_weight", 0.0, 1.0),
    }
    assert course.changes(501) == []
