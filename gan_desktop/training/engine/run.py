"""One run as the engine drives it: a trainer, what is kept of it, the interventions planned for it, and its end."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from gan_desktop.core import plugins
from gan_desktop.core.engine import Emit
from gan_desktop.core.events import (
    ControlChanged,
    DataSummary,
    DigestTaken,
    Event,
    MetricsBlock,
    Origin,
    Progress,
    RuleSuspended,
    RunEnded,
    RunStarted,
    StepCompiling,
)
from gan_desktop.core.interventions import HAND, Intervention, is_risky
from gan_desktop.core.past import Past
from gan_desktop.core.status import Status
from gan_desktop.core.views import UpdateShown
from gan_desktop.core.watching import HEADLESS_BUDGETS, WATCHED_BUDGETS
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.training.checkpoint import Checkpoint, take_checkpoint
from gan_desktop.training.engine.autopilot import Autopilot
from gan_desktop.training.engine.keeping import Keeping
from gan_desktop.training.engine.opening import Opening
from gan_desktop.training.engine.pacing import HEADLESS_SECONDS, WATCHED_SECONDS, Memory, Pace, Speed
from gan_desktop.training.engine.resumption import Resumption
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.cost import WatchCost
from gan_desktop.training.watching.diagnosing import Diagnosing, data_traits
from gan_desktop.training.watching.samples import Showing
from gan_desktop.training.watching.views import Viewing


class Run:
    """A run from its first to its last step. Every event goes to the recorder first, then to `emit`.

    Args:
        trainer: at step 0, compiled.
        measurer: measures fakes against the run's data.
        opening: the run's folder.
        emit: gets every event.
        watched: whether somebody looks on; calls are shorter then, and samples come several times a second.
        schedule: interventions to make at given steps.
        pause_at_first_alert: whether to pause at the first alert.
        resumption: what to take up, if the run goes on from a step that was reached before.

    Raises:
        InputError: the run folder cannot be made, real samples to show cannot be read, or the run cannot go on.
        RecordingError: its files cannot be written.
    """

    def __init__(
        self,
        trainer: Trainer,
        measurer: Measurer,
        opening: Opening,
        emit: Emit,
        watched: bool,
        *,
        schedule: Iterable[Intervention] = (),
        pause_at_first_alert: bool = False,
        resumption: Resumption | None = None,
    ) -> None:
        self.trainer = trainer
        self._emit = emit
        # Before there is a folder: some of the data may be gone by now.
        traits = data_traits(trainer.data, trainer.scaling, measurer.reference)
        summary = replace(trainer.data.summary(), spread=traits.spread)
        self.reached = ""  # the sentence about the condition to stop, once it is met
        self.steps_wanted: int | None = None  # how many more steps before a pause; None for no pause
        self.speed = Speed()
        self._pace = Pace(WATCHED_SECONDS if watched else HEADLESS_SECONDS)
        self.cost = WatchCost(WATCHED_BUDGETS if watched else HEADLESS_BUDGETS)
        self._digest_step = -1
        self._late: list[Event] = []  # what was found out before there was a recorder
        self._resumption = resumption
        self._keeping: Keeping | None = None
        self.diagnosing = Diagnosing(trainer, measurer, traits, self.cost, self.tell, emit, pause_at_first_alert)
        self._autopilot = Autopilot(trainer, self.diagnosing)
        origin = resumption.take_up(trainer, self.diagnosing, self.tell) if resumption else None
        self._autopilot.newly_suspended()  # those were told when they were made
        self.showing = Showing(trainer, watched, self.cost)
        self.viewing = Viewing(trainer, self.showing, summary, measurer.reference, self.cost, self.tell)
        self._planned = sorted(schedule, key=lambda change: change.step)
        self._memory = Memory()
        self._keeping = Keeping(trainer, opening, self._checkpoint, emit)
        try:
            self._begin(opening.name, summary, origin)
        except BaseException:
            self._keeping.give_up()
            raise

    @property
    def keeping(self) -> Keeping:
        """What is kept of the run."""
        assert self._keeping is not None
        return self._keeping

    def _begin(self, name: str, summary: DataSummary, origin: Origin | None) -> None:
        """Tell of the run, once all that it needs is there."""
        past, resumption = None, self._resumption
        if resumption is not None:
            past = resumption.past(self.keeping)
            self.speed.seconds, self.speed.steps = past.seconds, past.step
            if resumption.is_branch:
                self.keeping.write_start()
        self._tell_start(name, summary, origin, past)
        self.keeping.tell_start()

    def _tell_start(self, name: str, summary: DataSummary, origin: Origin | None, past: Past | None) -> None:
        trainer = self.trainer
        generator_parameters, discriminator_parameters = trainer.parameter_counts()
        self.tell(
            RunStarted(
                config=trainer.initial_config,
                name=name,
                data=summary,
                device=trainer.device.title,
                run_folder=self.keeping.folder,
                total_steps=trainer.total_steps(),
                generator_parameters=generator_parameters,
                discriminator_parameters=discriminator_parameters,
                machine=trainer.machine,
                notes=(*trainer.notes, *plugins.problems()),
                origin=origin,
                past=past,
            )
        )
        for event in self._resumption.untold(self._late) if self._resumption else ():
            self.tell(event)
        self._late.clear()
        self.tell_progress()
        if origin is None:
            self._tell_due_samples()
            # Measured at once: there is no training yet that could go on meanwhile.
            self.diagnosing.measure()
        else:
            self.tell_samples()
            self.diagnosing.tell_lights()

    def tell(self, event: Event) -> None:
        """Record an event, then emit it; what was recorded before is not told again."""
        if self._keeping is None:
            self._late.append(event)
        elif self._resumption is None or not self._resumption.is_known(event):
            self._keeping.tell(event)

    def intervene(self, key: str, value: object, author: str = HAND) -> None:
        """Change a live control before the next step.

        Raises:
            InputError: it is no live control, or the value is not allowed; nothing changed.
        """
        if is_risky(key, value, author, self.trainer.config):
            self.keeping.before_change()
        change = self.trainer.set(key, value, author)
        self.viewing.changed()
        self.viewing.slow_motion.drop()
        assert change.previous is not None
        self.tell(ControlChanged(change.step, change.key, change.value, change.previous, change.author))
        for rule, name in self._autopilot.newly_suspended():
            self.tell(RuleSuspended(change.step, rule, name, change.author))

    def may_advance(self) -> bool:
        """Whether the next block may be run: not before what is due at this step can be made.

        It waits only a moment for a measurement, so that commands are taken meanwhile.
        """
        if not self.diagnosing.may_advance():
            return False
        if self.keeping.checkpoint_is_overdue:
            if not self.diagnosing.is_free_soon():
                return False
            self.keeping.make_due_checkpoint()
        return True

    def advance(self) -> MetricsBlock:
        """Make the interventions that are due, and run one block of steps."""
        self._make_due()
        self.viewing.slow_motion.drop()
        steps = self._next_block()
        if not self.trainer.is_compiled:
            self._emit(StepCompiling())
        started = time.perf_counter()
        block = self.trainer.advance(steps)
        computed = time.perf_counter()
        if self._resumption is not None:
            self._resumption.note_branch(self.keeping.folder)
        self._pace.took(len(block), computed - started)
        self.tell(block)
        self.diagnosing.after_block(block)
        if self.steps_wanted is not None:
            self.steps_wanted -= len(block)
        if not self.trainer.diverged:
            self._tell_due_samples()
            self.diagnosing.make_due()
            self.viewing.make_due()
            self.reached = self.diagnosing.reached(block)
        self.keeping.after_block(time.perf_counter() - started)
        seconds = time.perf_counter() - started
        self.speed.took(len(block), seconds)
        self.cost.passed(seconds)
        self.tell_progress()
        return block

    def _make_due(self) -> None:
        """Make the interventions that were planned for this step, then those that the rules want."""
        while self._planned and self._planned[0].step <= self.trainer.step:
            change = self._planned.pop(0)
            self.intervene(change.key, change.value, change.author)
        self._autopilot.act(self.intervene)

    def _next_block(self) -> int:
        """As many steps as the pace allows, up to the next step at which something is due."""
        step = self.trainer.step
        ends = [step + self._pace.steps, self.showing.next_due, self.diagnosing.next_due(step)]
        if self._planned:
            ends.append(self._planned[0].step)
        look = self._autopilot.next_look(step)
        if look is not None:
            ends.append(look)
        if self.steps_wanted is not None:
            ends.append(step + self.steps_wanted)
        total = self.trainer.total_steps()
        if total is not None:
            ends.append(total)
        return max(1, min(ends) - step)

    def _tell_due_samples(self) -> None:
        if self.showing.is_due(self.trainer.step):
            self.tell_samples()

    def tell_samples(self) -> None:
        """Emit samples from the fixed latents as the generator is now."""
        self.tell(self.showing.samples())
        self.viewing.tell_walk()

    def sample_now(self) -> None:
        """Make samples of this very step, and keep them with a picture."""
        self.tell_samples()
        self.keeping.keep_samples()

    def _checkpoint(self, wait: bool) -> Checkpoint | None:
        """Copy all that the run is now; None if it is not sound, or if it is to be waited for and `wait` is False.

        What is being measured belongs to an earlier step, and could not be measured again.
        """
        if self.trainer.step == 0 or self.trainer.diverged or (self.diagnosing.is_measuring and not wait):
            return None
        return take_checkpoint(self.trainer, self.diagnosing.memory())

    def take_digest(self) -> None:
        """Have the digest of the weights recorded, for a replay to compare with."""
        if self._digest_step != self.trainer.step:
            self._digest_step = self.trainer.step
            self.tell(DigestTaken(self.trainer.step, self.trainer.weights_digest()))

    def stand_still(self) -> None:
        """Show the samples of this step, unless they were the last to be shown."""
        if self.showing.shown_step != self.trainer.step and not self.trainer.diverged:
            self.tell_samples()

    @property
    def is_behind(self) -> bool:
        """Whether something that the person looks at comes from an earlier step."""
        return self.viewing.is_behind or self.diagnosing.is_behind

    def catch_up(self) -> None:
        """While the run stands still: bring one thing that the person looks at up to this step, or part of the way."""
        if self.viewing.is_behind:
            self.viewing.catch_up()
        else:
            self.diagnosing.catch_up()

    def new_latents(self) -> None:
        """Show other samples from here on."""
        self.showing.draw_anew()
        self.viewing.changed()
        self.tell_samples()

    def show_class(self, label: int | None) -> None:
        """Show samples of one class from here on, or of all classes if it is None.

        Raises:
            InputError: there is no such class.
        """
        self.showing.show_class(label)
        self.viewing.changed()
        self.tell_samples()

    def next_update(self) -> UpdateShown:
        """The next update within the coming step, before that step is taken."""
        self._make_due()
        return self.viewing.slow_motion.next()

    def tell_progress(self) -> None:
        step, total = self.trainer.step, self.trainer.total_steps()
        rate = self.speed.recent
        remaining = (total - step) / rate if total is not None and rate > 0 else None
        seconds, memory, watching = self.speed.seconds, self._memory.resident(), self.cost.shares()
        self.tell(Progress(step, total, self.trainer.epoch, seconds, rate, remaining, memory, watching))

    @property
    def is_complete(self) -> bool:
        """Whether its steps or epochs are done."""
        total = self.trainer.total_steps()
        return total is not None and self.trainer.step >= total

    def ended(self, status: Status, message: str = "") -> RunEnded:
        """The event that sums the run up."""
        return RunEnded(
            status=status,
            step=self.trainer.step,
            epoch=self.trainer.epoch,
            seconds=self.speed.seconds,
            steps_per_second=self.speed.overall,
            weights_digest=self.trainer.weights_digest(),
            message=message,
        )

    @staticmethod
    def divergence(block: MetricsBlock) -> str:
        """One sentence on what is no longer finite in the last step of `block`."""
        step = block.next_step - 1
        for name, value in block.last().items():
            if not np.isfinite(value):
                return f"the {block.figures[name].meaning} ({name}) is no longer finite at step {step}"
        return f"a weight is no longer finite at step {step}"

    def save_last(self) -> None:
        """Save the last checkpoint, metrics and samples, unless there is nothing new or nothing sound to save.

        The checkpoint comes first: whoever goes on from it has not measured the run at its end, and sees the same
        alerts as a run that did not end there.
        """
        try:
            self.diagnosing.settle()
        finally:
            self.keeping.save_last()
        try:
            self.diagnosing.measure_last()
        finally:
            if self.trainer.step > 0:
                self.stand_still()

    def close(self, status: Status) -> None:
        """End what is still being measured, and close every file."""
        try:
            self.diagnosing.close()
            self.trainer.close()
        finally:
            self.keeping.close(status)
