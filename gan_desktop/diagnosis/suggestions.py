"""Changes that may help, reduced to what can be made now: live, allowed, and not set already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gan_desktop.core.config import RunConfig, weight_key
from gan_desktop.core.diagnosis import Sentence, Suggestion
from gan_desktop.core.errors import InputError
from gan_desktop.core.interventions import ControlValue, check_control, current_controls, is_same
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import penalties
from gan_desktop.core.usual import usual_value
from gan_desktop.diagnosis.course import Course

# With more, people would have to read instead of click.
MOST = 3
# What helps by being strong.
WEIGHTS = frozenset({"instance_noise", *(weight_key(name) for name in penalties)})


def usual_r1(course: Course) -> float:
    """The weight of R1, or R2, of usual strength for the data of the run."""
    return usual_value("r1_weight", course.kind, course.spread)


def strong_r1(course: Course) -> float:
    """Ten times the usual R1, which stops what is moving already: the usual weight keeps a run from beginning to swing
    or hop, but does not end it (measured on `fail-oscillation` and `fail-hopping`).
    """
    return rounded(10 * usual_r1(course))


def usual_noise(course: Course) -> float:
    """Instance noise of usual strength for the data of the run."""
    return usual_value("instance_noise", course.kind, course.spread)


def suggestion(reason: str, **changes: ControlValue) -> Suggestion:
    """Changes by the keys of live controls, and what they are for: a text marked for translation."""
    return Suggestion(tuple(changes.items()), Sentence(reason))


def rounded(value: float) -> float:
    """The value to two digits, as a person would set it."""
    return float(f"{value:.2g}")


def swapped_rates(course: Course, reason: str, **changes: ControlValue) -> Suggestion:
    """D's learning rate for G and G's for D, and further changes."""
    rates = course.config.optimizer
    return suggestion(reason, d_learning_rate=rates.g_learning_rate, g_learning_rate=rates.d_learning_rate, **changes)


def generator_set_free(course: Course) -> Iterator[Suggestion]:
    """Suggestions for a G that does not move at all: remove what keeps it from learning anything."""
    if course.config.training.g_steps == 0:
        yield suggestion(QT_TRANSLATE_NOOP("Diagnosis", "G is frozen: let it train"), g_steps=1)
    if course.objective == "minimax":
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "the non-saturating loss keeps G's gradient alive while D wins"),
            objective="non_saturating",
        )


def slower_generator(course: Course) -> list[Suggestion]:
    """What lets D follow if G is quicker than D; R1 alone does not help then (measured on `fail-hopping`)."""
    training, rates = course.config.training, course.config.optimizer
    found = []
    if training.g_steps > 1:
        reason = QT_TRANSLATE_NOOP("Diagnosis", "one update of G for each step, so that D can follow; R1 calms it")
        found.append(suggestion(reason, g_steps=1, r1_weight=strong_r1(course)))
        found.append(suggestion(QT_TRANSLATE_NOOP("Diagnosis", "one update of G for each step"), g_steps=1))
    if rates.g_learning_rate > rates.d_learning_rate:
        reason = QT_TRANSLATE_NOOP("Diagnosis", "swap the rates, so that D can follow; R1 calms it")
        found.append(swapped_rates(course, reason, r1_weight=strong_r1(course)))
        found.append(swapped_rates(course, QT_TRANSLATE_NOOP("Diagnosis", "swap the rates, so that D can follow")))
    return found


def fakes_paired_with_real(course: Course) -> Suggestion:
    """The relativistic loss with R1 and R2, under which a mode that is left out costs G something."""
    return suggestion(
        QT_TRANSLATE_NOOP("Diagnosis", "D compares each fake with a real sample, so that leaving modes out costs"),
        objective="relativistic",
        r1_weight=usual_r1(course),
        r2_weight=usual_r1(course),
    )


def possible(config: RunConfig, candidates: Iterable[Suggestion], may_weaken: bool = False) -> tuple[Suggestion, ...]:
    """The candidates that would change something and are allowed, without the changes that are made already.

    Args:
        may_weaken: whether a penalty may be made weaker; else a penalty that is stronger than suggested stays as it is.
    """
    found: list[Suggestion] = []
    for candidate in candidates:
        changes = _changes(config, candidate, may_weaken)
        if changes and all(changes != other.changes for other in found):
            found.append(Suggestion(changes, candidate.reason))
    return tuple(found[:MOST])


def _changes(config: RunConfig, candidate: Suggestion, may_weaken: bool) -> tuple[tuple[str, ControlValue], ...]:
    """The changes that are left to make; none if one of them is refused."""
    now = current_controls(config)
    changes = tuple((key, value) for key, value in candidate.changes if not _is_made(key, now[key], value, may_weaken))
    try:
        for key, value in changes:
            _, config = check_control(config, key, value)
    except InputError:
        return ()
    return changes


def _is_made(key: str, now: ControlValue, value: ControlValue, may_weaken: bool) -> bool:
    """Whether the key has that value, or is a weight that is higher and may not be made weaker."""
    if is_same(now, value) or may_weaken:
        return is_same(now, value)
    return key in WEIGHTS and isinstance(now, float) and isinstance(value, float) and now > value
