"""What is said on the way to the step from which a run, or a branch of it, goes on."""

from __future__ import annotations

from gan_desktop.core.events import Recomputing, StatusChanged
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.status import Status
from gan_desktop.gui.run.going import goal_sentence, way_text
from tests.gui.conftest import Bench
from tests.gui.run.test_continuing import go_on, opened


def test_nothing_is_said_of_a_run_that_goes_nowhere(bench: Bench) -> None:
    assert (way_text(bench.model), goal_sentence(bench.model)) == ("", "")
    bench.model.show_kept(opened(bench))
    bench.model.start()
    assert (way_text(bench.model), goal_sentence(bench.model)) == ("", "")


def test_a_run_goes_to_its_last_step(bench: Bench) -> None:
    bench.model.show_kept(opened(bench))
    bench.model.go_on()
    assert (way_text(bench.model), goal_sentence(bench.model)) == ("Going to step 600", "The run goes on there.")
    go_on(bench)
    assert (way_text(bench.model), goal_sentence(bench.model)) == ("", "")


def test_a_branch_names_its_step_and_what_changes_there(bench: Bench) -> None:
    model = bench.model
    model.show_kept(opened(bench))
    model.continue_run(step=300, branch=True, changes=[Intervention(0, "optimizer.d_learning_rate", 2e-4)])
    assert goal_sentence(model) == "A branch begins there, with D rate 1.0e-2\u00a0→\u00a02.0e-4."
    model.receive(StatusChanged(Status.PREPARING, 0))
    model.receive(Recomputing(1180, 0.5))
    assert way_text(model) == "Recomputing 1,180 steps up to step 300"
    model.receive(StatusChanged(Status.STOPPED, 0))
    model.continue_run(step=300, branch=True)
    assert goal_sentence(model) == "A branch begins there."
