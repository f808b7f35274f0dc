"""What is usual scales as the unit of the key does, and the figures are those that were measured and published."""

from __future__ import annotations

import pytest

from gan_desktop.core.fields import live_fields
from gan_desktop.core.usual import RULES, usual_for_data, usual_value


@pytest.mark.parametrize(
    ("key", "kind", "spread", "usual"),
    [
        ("r1_weight", "points", 1.0, 0.1),
        ("r1_weight", "points", 4.0, 2.0),
        ("r1_weight", "points", 0.667, 0.04),
        ("r1_weight", "images", 4.33, 0.3),  # digits of 8 x 8
        ("r1_weight", "images", 14.5, 3.0),  # MNIST
        ("r1_weight", "images", 27.0, 10.0),  # CIFAR-10
        ("r1_weight", "images", 200.0, 10.0),  # as Mescheder et al. 2018 for images of 256 x 256
        ("gradient_penalty_weight", "points", 1.0, 0.1),  # as the toy data of Gulrajani et al. 2017
        ("instance_noise", "points", 4.0, 0.4),
    ],
)
def test_figures(key: str, kind: str, spread: float, usual: float) -> None:
    assert usual_value(key, kind, spread) == usual  # type: ignore[arg-type]


def test_r2_is_as_r1() -> None:
    for kind in ("points", "images"):
        assert usual_value("r2_weight", kind, 3.0) == usual_value("r1_weight", kind, 3.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(("key", "kind"), RULES)
@pytest.mark.parametrize("spread", [0.03, 0.667, 1.0, 2.7, 4.33, 14.5])
def test_ten_times_as_wide(key: str, kind: str, spread: float) -> None:
    """The same data in other units: slopes are a tenth, their squares a hundredth, noise is as wide as the data."""
    power = 2 if key in ("r1_weight", "r2_weight", "dragan_weight") else 1
    wide, narrow = usual_value(key, kind, 10 * spread), usual_value(key, kind, spread)  # type: ignore[arg-type]
    if wide != RULES[key, kind].most:  # type: ignore[index]
        assert wide == pytest.approx(10**power * narrow, rel=1e-9)
    assert wide == float(f"{wide:.1g}")


@pytest.mark.parametrize("spread", [None, 0.0])
def test_without_a_spread_what_is_registered_is_usual(spread: float | None) -> None:
    for key, info in live_fields().items():
        if info.usual is not None:
            assert usual_for_data(key, "points", spread) is None
            assert usual_value(key, "points", spread) == info.usual


def test_what_has_no_unit_does_not_go_by_the_data() -> None:
    assert usual_for_data("label_smoothing", "points", 4.0) is None
    assert usual_value("label_smoothing", "points", 4.0) == 0.1
    assert all(live_fields()[key].usual is not None for key, _ in RULES)


def test_of_a_rate_nothing_is_usual() -> None:
    with pytest.raises(ValueError, match="d_learning_rate"):
        usual_value("d_learning_rate", "points", 1.0)
