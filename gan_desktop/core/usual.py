"""What is usual for a switch of the regularisation, given the data: weights of penalties have units.

R1 and R2 add weight / 2 * E[|grad_x D|^2]. If x is measured in units ten times as small, slopes are a tenth of what
they were, so the same pull on D needs a hundred times the weight. The weight therefore goes by the square of the data's
spread, which is the root of their total variance as the discriminator sees them (`DataSummary.spread`). The factor is
measured (`python -m benchmarks.weights`, docs/diagnosis.md): a tenth for points and a seventieth for images. That makes
10 for colour images of 32 x 32 in -1..1, whose spread is about 27. Larger images get no more: the 10 of Mescheder et
al. 2018 is for images of up to 256 x 256, and beyond what was measured here the paper is to be believed.

Penalties that ask for a slope of 1 have units as well, but little depends on them. Points get the .1 that Gulrajani et
al. 2017 take in their code for toy data: times the spread for WGAN-GP, whose losses go by the spread as well, and times
its square for DRAGAN, whose losses do not. Images get the 10 of the same paper. Noise has the unit of the data itself.
The pixels of images in -1..1 deviate by about .5, whatever the size, so only the noise of points goes by the spread.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from gan_desktop.core.events import SampleKind
from gan_desktop.core.fields import live_fields


class Rule(NamedTuple):
    """A weight of `times * spread ** power`, but at most `most`."""

    times: float
    power: int
    most: float = inf


# By live key and kind of data. For all others, the registered value is the usual one.
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
    """What is usual for a live key, to one digit, as a person would set it; None if it does not depend on the data.

    Args:
        key: its short name, such as `r1_weight`.
        kind: the kind of the data.
        spread: the spread of the data, as the discriminator sees them; None if it is not known.
    """
    rule = RULES.get((key, kind))
    # Samples that are all the same have a spread of 0, which tells nothing.
    return None if rule is None or not spread else min(rule.most, float(f"{rule.times * spread**rule.power:.1g}"))


def usual_value(key: str, kind: SampleKind, spread: float | None) -> float:
    """What is usual for a live key (`usual_for_data`), or what is registered if it does not depend on the data.

    Raises:
        ValueError: the key is not switched on and off, so it has no usual value.
    """
    found = usual_for_data(key, kind, spread)
    found = live_fields()[key].usual if found is None else found
    if found is None:
        raise ValueError(f"{key} is not switched on and off: nothing is usual")
    return found
