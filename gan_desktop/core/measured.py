"""What is measured of a generator at one step, together with what real samples give."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Floor:
    """The value of a metric for real samples in place of fakes: its mean and standard deviation over several draws."""

    mean: float
    deviation: float


# Figures within each class: see `diagnosis.within_classes.WithinClasses`.
WITHIN_CLASSES = ("diversity", "coverage", "recall")


@dataclass(frozen=True)
class Measured:
    """The metrics (`core.registry.metrics`) of the generator after `step` steps, each by its name.

    Attributes:
        values: the metrics that can be known here; NaN if these fakes leave one undefined.
        averaged: the same for the generator with averaged weights, if there is one.
        floors: what the same number of real samples gives.
        unknown: why a metric has no value, one sentence each: for these data, or for these fakes.
        seconds: how long measuring took.
        notes: what a reader of the value should know, such as how often the classifier behind it errs.
        most: the largest value that a metric can have here, such as the number of modes.
        shares: the share of the fakes in each mode; empty if the modes are not known, or too many.
        mode_names: what those modes are called, if they have names.
        count: how many fakes were measured.
        share_floors: the mean and the standard deviation of each mode's share of the same number of real samples.
        share_leaks: the share that would still be counted in each mode if no fake belonged to it, since a classifier
            errs.
        territories: the share of the fakes that is nearest to each mode, however far away; for images the same as
            `shares`.
        territory_floors: the mean of `territories` for real samples.
        by_class: figures within each class (`WITHIN_CLASSES`), NaN for a class with too few samples; empty if the
            classes are not known, or too many.
        class_floors: the same for real samples.
        asked: whether `by_class` goes by the class that each fake was asked for; else, by the mode that it is in.
        aside: whether it was made only to be shown while the run stands still here: it is not part of the run.
    """

    step: int
    values: dict[str, float]
    averaged: dict[str, float] | None
    floors: dict[str, Floor]
    unknown: dict[str, str]
    seconds: float
    notes: dict[str, str] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)
    shares: tuple[float, ...] = ()
    mode_names: tuple[str, ...] = ()
    count: int = 0
    share_floors: tuple[tuple[float, float], ...] = ()
    share_leaks: tuple[float, ...] = ()
    territories: tuple[float, ...] = ()
    territory_floors: tuple[float, ...] = ()
    by_class: dict[str, tuple[float, ...]] = field(default_factory=dict)
    class_floors: dict[str, tuple[Floor, ...]] = field(default_factory=dict)
    asked: bool = False
    aside: bool = False
