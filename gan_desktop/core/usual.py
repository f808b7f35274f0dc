"""What is usual for a switch of the regularisation, given the data: weights of penalties have units.

R1 and R2 add weight / 2 * E[|grad_x D|^2]. Where x is measured in units ten times as small, slopes are a tenth of what
they were, so the same pull on D needs a hundred times the weight: it goes by the square of the data's spread, which is
the root of their total variance as the discriminator sees them (`DataSummary.spread`). How many times that square is
measured (`python -m benchmarks.weights`, docs/diagnosis.md): of points a tenth, of images a seventieth, which is 10 for
colour images of 32 x 32 in -1..1, whose spread is about 27. Larger images get no more, for the 10 of Mescheder et al.
2018 is for images of up to 256 x 256, and beyond what was measured the paper is to be believed.

Penalties that ask for a slope of 1 have units as well, and little depends on them: the plane has the .1 that Gulrajani
et al. 2017 take in their code for toy data, by the spread for WGAN-GP, whose losses go by it as well, and by its square
for DRAGAN, whose losses do not; images have their 10. Noise has the unit of the data itself. Of images in -1..1 a pixel
deviates by about .5, whatever their size, so that only that of points goes by the spread.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from gan_desktop.core.events import SampleKind
from gan_desktop.core.fields import live_fields


class Rule(NamedTuple):
    """`times * spread ** power`, and not more than `most`."""

    times: float
    power: int
    most: float = inf


# By live key and kind of data. What is not here is usual as it is registered.
RULES: dict[tuple[str, SampleKind], Rule] = {
    ("r1_weight", "points"): Rule(1 / 10, 2),
    ("r2_weight", "points"): Rule(1 / 10, 2),
    ("r1_weight", "images"): Rule(1 / 70, 2, most=10),
    ("r2_weight", "images"): Rule(1 / 70, 2, most=10),
    ("gradient_penalty_weight", "points"): Rule(1 / 10, 1),
    ("dragan_weight", "points"): Rule(1 / 10, 2),
    ("instance_noise", "points"): Rule(1 / 10, 1),
}


def usual_for_data(key: str, kind: SampleKind, spread: float | None) -> float | None:
    """What is usual for a live key, to one digit, as a person would set it; None where it does not go by the data.

    Args:
        key: its short name, such as `r1_weight`.
        kind: of the data.
        spread: of the data, as the discriminator sees them; None where it is not known.
    """
    rule = RULES.get((key, kind))
    # Samples that are all the same have a spread of 0, by which nothing can be told.
    return None if rule is None or not spread else min(rule.most, float(f"{rule.times * spread**rule.power:.1g}"))


def usual_value(key: str, kind: SampleKind, spread: float | None) -> float:
    """As `usual_for_data`, and what is registered where it does not go by the data.

    Raises:
        ValueError: the key is not switched on and off, so that nothing is usual.
    """
    found = usual_for_data(key, kind, spread)
    found = live_fields()[key].usual if found is None else found
    if found is None:
        raise ValueError(f"{key} is not switched on and off: nothing is usual")
    return found
