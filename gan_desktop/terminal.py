"""The engine in a terminal: a progress bar on stderr, Ctrl-C, and a summary as text or JSON on stdout."""

from __future__ import annotations

import json
import math
import queue
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gan_desktop import streams
from gan_desktop.core import events
from gan_desktop.core.commands import CommandQueue, Continue, Quit, Start
from gan_desktop.core.diagnosis import Alert, AlertEnded, AlertRaised
from gan_desktop.core.engine import Emit
from gan_desktop.core.errors import one_line, printable
from gan_desktop.core.interventions import HAND, Intervention, rule_of, value_text
from gan_desktop.core.leave_gate import LeaveGate
from gan_desktop.core.measured import Measured
from gan_desktop.core.numbers import finite
from gan_desktop.core.registry import metrics, rules
from gan_desktop.core.status import Status
from gan_desktop.process import leave, stopping
from gan_desktop.progress import ProgressLine

EXIT_OK, EXIT_ERROR, EXIT_INPUT, EXIT_DIVERGED = 0, 1, 2, 3
# How many seconds the engine has to hear that it is to end, before anything has begun.
LISTEN_SECONDS = 0.5


def run_in_terminal(start: Start | Continue, as_json: bool, also: Emit | None = None) -> int:
    """Train as the command says and report; give the exit code of the command line. `also` hears of every event."""
    from gan_desktop.training.engine.session import Session

    commands: CommandQueue = queue.SimpleQueue()
    commands.put(start)
    listener = TerminalListener(commands, start.schedule if isinstance(start, Start) else start.changes)
    ended = threading.Event()

    def hear(event: events.Event) -> None:
        listener.on_event(event)
        if also is not None:
            also(event)

    def stop() -> None:
        """Ask the engine to end; if no run has begun and it does not hear at once, do not wait for it."""
        commands.put(Quit())
        if not ended.wait(LISTEN_SECONDS):
            listener.gate.leave(lambda: leave(tell(listener, as_json)))

    with stopping(stop, force=lambda: leave(_close(listener))):
        with listener:
            Session(commands, hear, watched=False).run()
        listener.gate.shut()
        ended.set()
        return tell(listener, as_json)


def _close(listener: TerminalListener) -> int:
    """Take the progress bar from the screen, and give the exit code of a run that the person ended."""
    streams.let_through()
    listener.close()
    return EXIT_OK


def tell(listener: TerminalListener, as_json: bool) -> int:
    """Say what came of the run, and give the exit code."""
    _close(listener)
    if listener.refusal is not None:
        print_error(listener.refusal)
        return EXIT_INPUT
    if listener.error is not None:
        print_error(listener.error.message)
        sys.stderr.write(listener.error.traceback)
    if listener.not_kept is not None:
        print_error(listener.not_kept.sentence)
    if as_json:
        print(json.dumps(listener.summary()), flush=True)
    else:
        streams.offer(printable(listener.sentence()))  # the run folder has it all
    return listener.exit_code()


def print_error(sentence: str) -> None:
    """Print one line on stderr."""
    sys.stderr.write(f"gan-desktop: {one_line(' '.join(sentence.split()))}\n")


class TerminalListener:
    """Shows a run's progress on stderr, keeps what the summary needs, and quits the engine at the run's end."""

    def __init__(self, commands: CommandQueue, schedule: Sequence[Intervention] = ()) -> None:
        self._commands = commands
        self._schedule = schedule
        self.gate = LeaveGate()
        self._progress = ProgressLine("loading TensorFlow")
        self._figures: dict[str, float] = {}
        self._started: events.RunStarted | None = None
        self._ended: events.RunEnded | None = None
        self._measured: Measured | None = None
        self._interventions: list[events.ControlChanged] = []
        self._alerts: list[Alert] = []
        self._checkpoints: dict[int, str] = {}  # the digest of each, by its step
        self._alert_ends: dict[int, int] = {}  # the step at which an alert has ended, by its place in the list
        self.error: events.EngineError | None = None
        self.not_kept: events.NotKept | None = None
        self.refusal: str | None = None

    def __enter__(self) -> TerminalListener:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Take the bar from the screen."""
        self._progress.close()

    def on_event(self, event: events.Event) -> None:  # noqa: C901 - one case an event
        """Take an event from the engine."""
        self.gate.hear(event)
        match event:
            case events.Preparing(message, fraction):
                total = None if fraction is None else 1.0
                share = "" if fraction is None else f": {100 * fraction:.0f} %"
                self._progress.show(message.lower(), fraction or 0.0, total, plain=message.lower() + share)
            case events.Recomputing(steps, fraction):
                done = f"step {round(fraction * steps):,} of {steps:,}"
                self._progress.show("recomputing", fraction * steps, steps, done)
            case events.RunStarted():
                self._started = event
                self._take_up(event)
                self._progress.say(f"{event.data.title} on {event.device}, run folder {event.run_folder}")
                for note in event.data.notes:
                    self._progress.say(note)
            case events.MetricsBlock():
                self._figures = event.last()
            case Measured():
                self._measured = event
            case events.Progress():
                self._show(event)
            case events.ControlChanged():
                self._interventions.append(event)
                self._say_change(event)
            case events.RuleSuspended(step, rule, key, author):
                how = "by hand" if author == HAND else "otherwise"
                self._progress.say(f"step {step}: the rule {rule} no longer sets {key}, which was set {how}")
            case AlertRaised(alert):
                self._alerts.append(alert)
                self._progress.say(f"step {alert.step}: {alert.message}")
            case AlertEnded(step, alert, message):
                if alert in self._alerts:
                    self._alert_ends[self._alerts.index(alert)] = step
                self._progress.say(f"step {step}: the alert of {alert.detector} has ended: {message}")
            case events.CommandRefused(message) if self._started is None:
                self.refusal = message
                self._commands.put(Quit())
            case events.CommandRefused(message):
                self._progress.say(message)
            case events.EngineError():
                self.error = event
                self._commands.put(Quit())
            case events.CheckpointSaved(step=step, digest=digest):
                self._checkpoints[step] = digest
            case events.CheckpointRemoved(step=step, reason=reason):
                self._checkpoints.pop(step, None)
                if reason:
                    self._progress.say(f"the checkpoint of step {step} is removed: {reason}")
            case events.RecordingChanged(problem):
                again = "what waits is kept in memory and tried again"
                self._progress.say(
                    f"{problem}; training goes on, {again}" if problem else "the run folder can be written again"
                )
            case events.NotKept():
                self.not_kept = event
            case events.RunEnded():
                self._ended = event
                for change in self._not_made(event.step):
                    said = f"{change.step}:{change.key}={value_text(change.value)}"
                    self._progress.say(f"--at {said} was not made: the run ended after {event.step} steps")
            case events.StatusChanged(status) if status.is_final:
                self._commands.put(Quit())

    def _take_up(self, started: events.RunStarted) -> None:
        """Know what a run that goes on has seen before, and say where it goes on from."""
        origin, past = started.origin, started.past
        if origin is None or past is None:
            return
        self._interventions = list(past.interventions)
        self._alerts = [alert for alert, _ in past.alerts]
        self._alert_ends = {place: end for place, (_, end) in enumerate(past.alerts) if end is not None}
        self._checkpoints = dict(past.checkpoints) if not origin.parent else {}
        for reason in origin.reasons:
            self._progress.say(reason)
        self._progress.say(origin_sentence(origin))

    def _say_change(self, change: events.ControlChanged) -> None:
        """Say what was changed; of a rule that sets a control again and again, only its first change."""
        before, after, rule = value_text(change.previous), value_text(change.value), rule_of(change.author)
        is_known = any((made.key, made.author) == (change.key, change.author) for made in self._interventions[:-1])
        if rule and is_known and rule in rules and rules[rule].value.controls:
            return
        self._progress.say(f"step {change.step}: {change.key} {before} -> {after}{f' (rule {rule})' if rule else ''}")

    def _not_made(self, last: int) -> list[Intervention]:
        """The interventions of the schedule at steps that the run did not reach."""
        made = {(change.step, change.key) for change in self._interventions}
        return [change for change in self._schedule if change.step >= last and (change.step, change.key) not in made]

    def _show(self, progress: events.Progress) -> None:
        figures = f"step {progress.step:,}"
        if progress.total_steps:
            figures += f" of {progress.total_steps:,}"
        if self._figures:
            figures += f" · D {self._figures['d_loss']:.3f} · G {self._figures['g_loss']:.3f}"
            figures += f" · {progress.steps_per_second:,.1f} steps/s"
        self._progress.show("training", progress.step, progress.total_steps, figures)

    def exit_code(self) -> int:
        """The exit code: 0 if the run finished or the person stopped it, 3 if it diverged, 1 for anything else."""
        if self.not_kept is not None or (self._ended is not None and self._ended.status is Status.FAILED):
            return EXIT_ERROR
        if self.error is not None or self._ended is None:
            return EXIT_ERROR if self.error is not None else EXIT_OK
        return EXIT_DIVERGED if self._ended.status is Status.DIVERGED else EXIT_OK

    def sentence(self) -> str:
        """What came of it, for people."""
        ended, started = self._ended, self._started
        if ended is None or started is None:
            return "stopped before the first step"
        what = f"{ended.status} after {ended.step:,} steps"
        if ended.message:
            # A divergence says its step itself.
            what = f"{ended.status if ended.status is Status.DIVERGED else what}: {ended.message}"
        speed = f"{ended.seconds:.1f} s, {ended.steps_per_second:,.1f} steps/s"
        values = self._metrics_now().values
        main = (name for name in values if metrics[name].value.headline and values[name] == values[name])
        said = "".join(f"; {self._metric_text(name, values[name])}" for name in main)
        if started.data.unreadable:
            files = "1 file" if started.data.unreadable == 1 else f"{started.data.unreadable:,} files"
            said += f"; {files} could not be read and {'was' if files == '1 file' else 'were'} left out"
        return f"{what} ({speed}){said}; {self._place(started.run_folder)}"

    def _place(self, folder: Path | None) -> str:
        """Where everything is, or what could be kept: the run folder may have gone."""
        if self.not_kept is None:
            place = f"samples and checkpoints in {folder}"
            is_stopped = self._ended is not None and self._ended.status is Status.STOPPED
            return f"{place}; 'gan-desktop train --resume last' goes on" if is_stopped else place
        there = [str(place) for place in (folder, self.not_kept.rescue) if place is not None and place.is_dir()]
        return f"what could be kept is in {' and '.join(there)}" if there else "nothing of it could be kept"

    def _metrics_now(self) -> Measured:
        """What was measured last; if that was before the last step, as in a run that diverged, no value is known."""
        measured = self._measured or Measured(0, {}, None, {}, {}, 0.0)
        if self._ended is None or measured.step == self._ended.step:
            return measured
        late = dict.fromkeys(measured.values, f"it was measured last after {measured.step} steps")
        return replace(measured, values={}, averaged=None, unknown=measured.unknown | late)

    def _metric_text(self, name: str, value: float) -> str:
        """A metric with what a perfect generator would have."""
        assert self._measured is not None
        entry, floor = metrics[name], self._measured.floors.get(name)
        # Lower case, since it stands within a sentence; but an abbreviation stays as it is.
        title = entry.title if entry.title[:2].isupper() else f"{entry.title[:1].lower()}{entry.title[1:]}"
        text = f"{title} {entry.value.text(value)}"
        if floor is None or math.isnan(floor.mean):
            return text
        return f"{text} ({entry.value.floor_is}: {entry.value.floor_text(floor.mean, floor.deviation)})"

    def _alerts_in_order(self) -> list[tuple[int, Alert]]:
        """The alerts by step, each with its place in the list: alerts of a measurement may come after later ones."""
        return sorted(enumerate(self._alerts), key=lambda item: (item[1].step, item[1].detector))

    def summary(self) -> dict[str, Any]:
        """The object that `--json` prints; numbers that are not finite are null."""
        ended, started = self._ended, self._started
        measured = self._metrics_now()
        values = dict.fromkeys(measured.unknown, math.nan) | measured.values
        status = ended.status if ended else (Status.FAILED if self.error else Status.STOPPED)
        return {
            "run": str(started.run_folder) if started else None,
            "status": str(status),
            "step": ended.step if ended else 0,
            "epoch": ended.epoch if ended else 0.0,
            "seconds": ended.seconds if ended else 0.0,
            "steps_per_second": ended.steps_per_second if ended else 0.0,
            "device": started.device if started else None,
            "machine": started.machine.plain() if started and started.machine else None,
            "data_notes": list(started.data.notes) if started else [],
            "d_loss": finite(self._figures.get("d_loss")),
            "g_loss": finite(self._figures.get("g_loss")),
            "metrics": {
                name: finite(value)
                for name, value in (self._figures | values).items()
                if name not in ("d_loss", "g_loss")
            },
            "metrics_averaged": {name: finite(value) for name, value in (measured.averaged or {}).items()},
            "metric_floors": {
                name: {"mean": finite(floor.mean), "deviation": finite(floor.deviation)}
                for name, floor in measured.floors.items()
            },
            "metrics_unknown": measured.unknown,
            "message": ended.message if ended else "",
            "not_kept": self.not_kept.sentence if self.not_kept else "",
            "alerts": [
                alert.plain() | {"ended": self._alert_ends.get(place)} for place, alert in self._alerts_in_order()
            ],
            "interventions": [
                {
                    "step": change.step,
                    "key": change.key,
                    "value": change.value,
                    "previous": change.previous,
                    "author": change.author,
                }
                for change in self._interventions
            ],
            "parent": _parent(started),
            "checkpoints": [{"step": step, "digest": self._checkpoints[step]} for step in sorted(self._checkpoints)],
            "weights_digest": ended.weights_digest if ended else None,
        }


def _parent(started: events.RunStarted | None) -> dict[str, Any] | None:
    """The run of which this one is a branch, and the step; None if it is no branch."""
    if started is None or started.past is None or not started.past.ancestors:
        return None
    parent = started.past.ancestors[0]
    return {"run": str(parent.folder), "step": parent.step}


def origin_sentence(origin: events.Origin) -> str:
    """Where a run goes on from, and whether it is the same run."""
    kind = "a branch of" if origin.parent else "going on with"
    what = f"{kind} {origin.folder} from step {origin.step:,}"
    if not origin.recomputed:
        return what
    source = f"the checkpoint of step {origin.checkpoint:,}" if origin.checkpoint else "the start"
    computed = f"{origin.recomputed:,} steps computed again from {source}"
    if origin.parted is None:
        return f"{what}: {computed}, identical to the record"
    return f"{what}: {computed}; step {origin.parted:,} is the first that differs from the record"
