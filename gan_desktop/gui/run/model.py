"""The run as panels use it: what the engine has said of it, the form for the next one, and what can be asked."""

from __future__ import annotations

from collections.abc import Iterable

from gan_desktop.core import commands
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import CommandRefused
from gan_desktop.core.interventions import (
    HAND,
    ControlValue,
    Intervention,
    check_control,
    control_path,
    current_controls,
    is_same,
)
from gan_desktop.core.status import Status
from gan_desktop.gui.form.config import with_controls
from gan_desktop.gui.run import continuing
from gan_desktop.gui.run.record import UNDER_WAY
from gan_desktop.gui.run.state import RunState


class RunModel(RunState):
    """Lives in the main thread. Panels call its methods and read its record; only it sends commands to the engine."""

    def start(self, *, pause_at_first_alert: bool = False) -> None:
        """Start what the form says, from the beginning; a run under way is ended first.

        Args:
            pause_at_first_alert: pause once, at the first alert, whether or not the person pauses on alerts.
        """
        self._start_form(pause_at_first_alert=pause_at_first_alert)

    def start_or_resume(self) -> None:
        """Go on if the run is paused, or has ended and the form still shows it; else start."""
        if self.record.status is Status.PAUSED and not self.is_starting:
            self._send(commands.Resume())
        elif self.needs_way_back:
            self.way_back_asked.emit()
        elif self.goes_on:
            self.go_on()
        elif not self.is_starting and self.record.status not in UNDER_WAY:
            self.start()

    def pause(self) -> None:
        self._send(commands.Pause())

    def toggle(self) -> None:
        """Pause, resume or start, whichever the status allows."""
        if self.record.status is Status.TRAINING:
            self.pause()
        else:
            self.start_or_resume()

    def step_once(self) -> bool:
        """Train for one step and pause; without a run, build one and do so. Returns whether it was asked."""
        return self._send_to_run(commands.Step())

    def next_update(self) -> bool:
        """Slow motion: show the next update within a step; without a run, build one. Returns whether it was asked."""
        return self._send_to_run(commands.NextUpdate())

    def _send_to_run(self, command: commands.Command) -> bool:
        if self.is_starting or self.record.status is Status.PREPARING:
            return False
        if self.record.status in (Status.LOADING, Status.READY) and not self._start_form(paused=True):
            return False
        self._send(command)
        return True

    def _start_form(self, *, paused: bool = False, pause_at_first_alert: bool = False) -> bool:
        """Start what the form says. Returns whether it can be; otherwise `refused` was emitted."""
        self.starting.emit()
        for key, message in self.form.faults.items():
            self._tell_refusal(CommandRefused(message, key, of_start=True))
            return False
        config, name = self.form.config, self.form.name
        self._begin(commands.Start(config, name, paused=paused, pause_at_first_alert=pause_at_first_alert), config)
        return True

    def go_on(self, more: int | None = None) -> bool:
        """Go on with the ended run from its last step, with the controls as the form has them now.

        Args:
            more: run so many steps, then pause; None for no pause.
        """
        self.starting.emit()
        changes: list[Intervention] = []
        if self.record.run is not None and not self.is_edited:
            asked = current_controls(self.form.config)
            changed = [key for key, value in asked.items() if not is_same(value, self._confirmed[key])]
            changes = [Intervention(0, key, asked[key]) for key in changed]
        return self.continue_run(changes=changes, more=more)

    def continue_run(
        self,
        step: int | None = None,
        branch: bool = False,
        changes: Iterable[Intervention] = (),
        name: str | None = None,
        more: int | None = None,
        paused: bool = False,
    ) -> bool:
        """Go on with the run that is shown, under way or over, from its last step or as a branch from any step.

        Args:
            step: the step from which it goes on; None for its last one. From an earlier step only a branch goes on.
            branch: whether a new run begins there, whose parent is this one. A run under way is ended first.
            changes: interventions to make at once; their steps do not matter.
            name: the branch's name; None for its parent's.
            more: run so many steps, then pause; None for no pause.
            paused: wait at the step, so that controls can be changed there.

        Returns:
            Whether it was asked for.
        """
        if not (self.can_branch if branch else self.can_go_on):
            return False
        command, config = continuing.continuation(self.record, step, branch, changes, name, more, paused)
        self._form_follows = not self.is_edited
        self.record.hold_run()
        self._begin(command, config)
        return True

    def run_more(self, count: int) -> bool:
        """Run so many steps, then pause: of the paused run, of the one that ended, or of a new one.

        Returns:
            Whether it was asked for.
        """
        status = self.record.status
        if self.is_starting or status in (Status.PREPARING, Status.TRAINING):
            return False
        if self.needs_way_back:
            self.way_back_asked.emit()
            return False
        if self.goes_on:
            return self.go_on(more=count)
        if status is not Status.PAUSED and not self._start_form(paused=True):
            return False
        self._send(commands.Step(count))
        return True

    def reset(self) -> None:
        """Back to the start of this run: the same config, the same seed, paused before the first step.

        A run that was to pause at its first alert will do so again.
        """
        run = self.record.run
        if run is not None and not run.own_code and not self.is_starting:
            again = self.pauses_at_first_alert
            self._begin(commands.Start(run.config, run.name, paused=True, pause_at_first_alert=again), run.config)

    def replay(self) -> None:
        """Repeat the record of the run that is shown, and compare; whatever is started meanwhile breaks it off."""
        run = self.record.run
        if self.can_replay and run is not None and run.run_folder is not None:
            self.replays.ask(run.run_folder)

    def stop(self) -> None:
        """End the run that is under way, or break off the replay."""
        self._send(commands.Stop())

    def save_checkpoint(self) -> None:
        self.wants_checkpoint = True
        self._send(commands.SaveCheckpoint())

    def pause_on_alert(self, on: bool) -> None:
        """Set whether the training pauses when an alert is raised."""
        self._send(commands.PauseOnAlert(on))

    def apply(self, changes: Iterable[tuple[str, ControlValue]], author: str = HAND) -> bool:
        """Make a suggestion's changes of live controls together, in their order, or none of them if one is not allowed.

        Args:
            author: who makes them (`core/interventions.py`).

        Returns:
            Whether they were asked for; otherwise `refused` was emitted.
        """
        wanted = list(changes)
        config = self._controlled_config()
        for key, value in wanted:
            try:
                _, config = check_control(config, key, value)
            except InputError as error:
                self._tell_refusal(CommandRefused(str(error), error.key, asked=control_path(key)))
                return False
        return all(self.set_control(key, value, author) for key, value in wanted)

    def set_control(self, key: str, value: object, author: str = HAND) -> bool:
        """Ask for a live control's new value. Returns whether it was worth asking; otherwise `refused` was emitted."""
        try:
            name, changed = check_control(self._controlled_config(), key, value)
        except InputError as error:
            self._tell_refusal(CommandRefused(str(error), error.key, asked=control_path(key)))
            return False
        if not self.is_active:
            self.form.replace(changed)
            return True
        asked = current_controls(changed)[name]
        self.pending[name] = asked
        self.controls_changed.emit()
        self._sender.ask(name, asked, author)
        return True

    def _controlled_config(self) -> RunConfig:
        """The config of the run under way, else the form's, with the live controls as they are asked for."""
        base = self.run_config if self.is_active else None
        return with_controls(self.form.config if base is None else base, self.asked_controls)

    def _begin(self, command: commands.Start | commands.Continue, config: RunConfig) -> None:
        self._forget_asked()
        self._starting, self._starting_config = command, config
        self._send(command)
        self.state_changed.emit()
        self.controls_changed.emit()
