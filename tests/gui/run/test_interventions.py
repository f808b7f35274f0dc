"""What a branch changed first, in few words."""

from __future__ import annotations

from gan_desktop.core.interventions import HAND, Intervention
from gan_desktop.gui.run.interventions import first_change


def made(step: int, key: str, value: float, previous: float | None, author: str = HAND) -> Intervention:
    return Intervention(step, key, value, previous, author)


def test_nothing_was_changed() -> None:
    assert first_change(()) == ""
    there_and_back = (made(10, "r1_weight", 1.0, 0.0), made(11, "r1_weight", 0.0, 1.0))
    assert first_change(there_and_back) == ""
    assert first_change([made(10, "a_weight_of_a_plug_in", 1.0, 0.0)]) == ""


def test_a_drag_is_told_from_its_begin_to_its_end_and_what_came_later_is_not() -> None:
    drag = [made(1200 + place, "d_learning_rate", 3e-3 - place * 1e-4, 3.1e-3 - place * 1e-4) for place in range(11)]
    assert first_change([*drag, made(3000, "r1_weight", 1.0, 0.0)]) == "D rate 3.1e-3 → 2.0e-3"


def test_what_was_changed_together_is_told_together_and_a_cure_is_named() -> None:
    cure = [made(594, key, 1.0, 0.0, "cure:mode_collapse") for key in ("r1_weight", "r2_weight")]
    later = made(700, "d_steps", 1, 5)
    assert first_change([*cure, later]) == "cure: R1 penalty off → 1, R2 penalty off → 1"


def test_what_an_older_program_did_not_write_down_is_no_change() -> None:
    assert first_change([made(10, "d_steps", 2, None), made(10, "r1_weight", 1.0, 0.0)]) == "R1 penalty off → 1"
