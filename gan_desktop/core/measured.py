"""What is measured of a generator at one step, beside what real samples give."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Floor:
    """What a metric is for real samples in place of fakes: its mean and standard deviation over several draws."""

    mean: float
    deviation: float


# Figures within each class: see `diagnosis.within_classes.WithinClasses`.
WITHIN_CLASSES = ("diversity", "coverage", "recall")


@dataclass(frozen=True)
class Measured:
    """The metrics (`core.registry.metrics`) of the generator after `step` steps, each by its name.

    Attributes:
        values: of the metrics that can be known here; NaN where these fakes leave one undefined.
        averaged: the same of the generator with averaged weights, where there is one.
        floors: what as many real samples give.
        unknown: why a metric has no value, one sentence each: for these data, or for these fakes.
        seconds: what measuring took.
        notes: what a reader of the value should know, such as how often the classifier behind it errs.
        most: the largest value that a metric can have here: the modes there are, say.
        shares: of the fakes in each mode; empty where modes are not known, or too many.
        mode_names: what those modes are called, where they have names.
        count: how many fakes were measured.
        share_floors: the mean and the standard deviation of each mode's share of as many real samples.
        share_leaks: the share that would still be counted in each mode if no fake were of it, for a classifier errs.
        territories: the share of the fakes that is nearest to each mode, however far; of images as `shares`.
        territory_floors: what real samples give, as a mean.
        by_class: figures within each class (`WITHIN_CLASSES`), NaN of a class with too few samples; empty where classes
            are not known, or too many.
        class_floors: what real samples give.
        asked: whether these are the classes that fakes were asked for; else they are the modes that the fakes are in.
        aside: whether it was made because the run stands still here, and is only shown: it is not part of the run.
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
