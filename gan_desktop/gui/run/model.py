"""The run as panels use it: `RunRecord` says how it is, and this what can be asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gan_desktop.core import commands
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import CommandRefused
from gan_desktop.core.interventions import ControlValue, check_control, control_path, current_controls
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import DEFAULT_PRESET, preset, presets
from gan_desktop.core.status import Status
from gan_desktop.core.views import FloatArray, View
from gan_desktop.gui.form.config import CUSTOM, form_name, with_controls
from gan_desktop.gui.run.record import UNDER_WAY, RunRecord


class RunModel(RunRecord):
    """Panels call its methods; only it sends commands to the engine. Its signals are those of `RunRecord`."""

    def start(self, *, pause_at_first_alert: bool = False) -> None:
        """Start what the form says, from the beginning; a run under way is ended first.

        Args:
            pause_at_first_alert: pause once, at the first alert, whether or not the person pauses on alerts.
        """
        self._start_form(pause_at_first_alert=pause_at_first_alert)

    def start_or_resume(self) -> None:
        """Go on where the run is paused, else start."""
        if self.status is Status.PAUSED and not self.is_starting:
            self._send(commands.Resume())
        elif not self.is_starting and self.status not in UNDER_WAY:
            self.start()

    def pause(self) -> None:
        self._send(commands.Pause())

    def toggle(self) -> None:
        """Pause, resume or start, whichever the status allows."""
        if self.status is Status.TRAINING:
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
        if self.is_starting or self.status is Status.PREPARING:
            return False
        if self.status in (Status.LOADING, Status.READY) and not self._start_form(paused=True):
            return False
        self._send(command)
        return True

    def _start_form(self, *, paused: bool = False, pause_at_first_alert: bool = False) -> bool:
        """Start what the form says. Returns whether it can be; otherwise `refused` was emitted."""
        self.starting.emit()
        for key, message in self.faults.items():
            self.tell_refusal(CommandRefused(message, key, of_start=True))
            return False
        name = form_name(self.config, self.preset_name)
        self._start(commands.Start(self.config, name, paused=paused, pause_at_first_alert=pause_at_first_alert))
        return True

    def set_fault(self, key: str, message: str) -> None:
        """What stands in the field of a key is not allowed, and why; an empty message says that it is mended."""
        self.faults.pop(key, None)
        if message:
            self.faults[key] = message

    def _drop_faults(self) -> None:
        self.faults.clear()
        self.faults_dropped.emit()

    def reset(self) -> None:
        """Back to the start of this run: the same config, the same seed, paused before the first step.

        One that was to pause at its first alert will again.
        """
        if self.run is not None and not self.is_starting:
            again = commands.Start(
                self.run.config, self.run.name, paused=True, pause_at_first_alert=self.pauses_at_first_alert
            )
            self._start(again)

    def stop(self) -> None:
        self._send(commands.Stop())

    def save_checkpoint(self) -> None:
        self.wants_checkpoint = True
        self._send(commands.SaveCheckpoint())

    def new_latents(self) -> None:
        self._send(commands.NewLatents())

    def show_class(self, label: int | None) -> None:
        """Show samples of one class, or of every class where it is None."""
        self._send(commands.ShowClass(label))

    def want(self, who: str, views: Iterable[View], scores: bool = False) -> None:
        """Have pictures of the networks' insides made for one panel: those that any panel wants are made."""
        self._wants[who] = commands.Watch(frozenset(views), scores)
        every = self._wants.values()
        wanted = commands.Watch(frozenset().union(*(want.views for want in every)), any(want.scores for want in every))
        if wanted != self._watched:
            self._watched = wanted
            self._send(wanted)

    def inspect(self, index: int) -> None:
        """Have the real samples looked for that are nearest to a shown sample."""
        self._send(commands.Inspect(index))

    def walk(self, latents: FloatArray | None, labels: tuple[int, ...] | None = None) -> None:
        """Have it shown what becomes of these latents; None ends it."""
        self._send(commands.Walk(latents, labels))

    def pause_on_alert(self, on: bool) -> None:
        """Whether the training is to pause where an alert is raised."""
        self._send(commands.PauseOnAlert(on))

    def apply(self, changes: Iterable[tuple[str, ControlValue]]) -> bool:
        """Make a suggestion's changes of live controls together, in their order, or, where one is not allowed, none.

        Returns:
            Whether they were asked for; otherwise `refused` was emitted.
        """
        wanted = list(changes)
        config = self._controlled_config()
        for key, value in wanted:
            try:
                _, config = check_control(config, key, value)
            except InputError as error:
                self.tell_refusal(CommandRefused(str(error), error.key, asked=control_path(key)))
                return False
        return all(self.set_control(key, value) for key, value in wanted)

    def set_control(self, key: str, value: object) -> bool:
        """Ask for a live control's new value. Returns whether it was worth asking; otherwise `refused` was emitted."""
        try:
            name, changed = check_control(self._controlled_config(), key, value)
        except InputError as error:
            self.tell_refusal(CommandRefused(str(error), error.key, asked=control_path(key)))
            return False
        if not self.is_active:
            self._replace_config(changed)
            return True
        asked = current_controls(changed)[name]
        self.pending[name] = asked
        self.controls_changed.emit()
        self._sender.ask(name, asked)
        return True

    def _controlled_config(self) -> RunConfig:
        """The config with the live controls as they are asked for: of the run under way, else of the form."""
        base = self.run_config if self.is_active else None
        return with_controls(self.config if base is None else base, self.asked_controls)

    def edit(self, values: Mapping[str, Any]) -> bool:
        """Change the form: `{"section.key": value}`, first the key that was touched.

        Returns:
            Whether it was allowed; otherwise `refused` was emitted.
        """
        try:
            changed = replace_keys(self.config, values)
        except InputError as error:
            self.tell_refusal(CommandRefused(str(error), error.key, asked=next(iter(values))))
            return False
        self._replace_config(changed)
        return True

    def edit_data(self, values: Mapping[str, Any]) -> bool:
        """Train on other data: as `edit`, and the experiment is the preset's no longer."""
        before, self.preset_name = self.preset_name, CUSTOM
        allowed = self.edit(values)
        if allowed:
            self._drop_faults()
        else:
            self.preset_name = before
        return allowed

    def choose_preset(self, name: str) -> None:
        """Fill the form from a preset."""
        try:
            chosen = preset(name)
        except InputError as error:
            self.tell_refusal(CommandRefused(str(error), "preset"))
            return
        self.preset_name = name
        self._replace_config(chosen.config)
        self._drop_faults()

    def show_snapshot(self, index: int | None) -> None:
        """Show a kept snapshot instead of the latest samples; None is live again."""
        self._chosen_snapshot = None if index is None else self.snapshots[index].samples()
        self.samples_changed.emit()

    def _start(self, start: commands.Start) -> None:
        self.pending.clear()
        self._sender.forget()
        self._starting = start
        self._send(start)
        self.status_changed.emit(self.status)
        self.controls_changed.emit()

    def _replace_config(self, config: RunConfig) -> None:
        self.config = config
        self.config_changed.emit()
        self.controls_changed.emit()


def default_config(config: RunConfig | None) -> tuple[RunConfig, str]:
    """The config to begin with, the default preset's without one, and the preset that it is."""
    config = preset(DEFAULT_PRESET).config if config is None else config
    return config, next((name for name, known in presets().items() if known.config == config), CUSTOM)
