"""The commands that drive a run from a second terminal: ps, status, set, pause, resume, stop, sample-now.

They leave a request in the run folder (`recording/requests.py`) and wait until its effect is in the record.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Annotated, Any

import typer

from gan_desktop.arguments import AsJson, Run
from gan_desktop.core.errors import InputError, named, shown
from gan_desktop.core.events import ControlChanged, Event, StatusChanged
from gan_desktop.core.interventions import check_control, current_controls, resolve_control, value_text
from gan_desktop.core.keys import key_info, read_value
from gan_desktop.core.status import Status
from gan_desktop.library_commands import print_table
from gan_desktop.recording.following import Follower
from gan_desktop.recording.library import find_run, list_runs
from gan_desktop.recording.past import read_past
from gan_desktop.recording.requests import Request, What, send, this_author
from gan_desktop.recording.run_entry import measured, newest_picture
from gan_desktop.recording.run_folder import SAMPLES
from gan_desktop.recording.run_view import RunView
from gan_desktop.recording.writer_lock import is_written, writer_of
from gan_desktop.terminal import EXIT_OK

# Seconds between two looks, and for how long a request waits: a block of steps, and a compilation, may go before it.
LOOK, PATIENCE = 0.2, 90.0

application = typer.Typer()


@application.command()
def ps(as_json: AsJson = False) -> int:
    """List the runs that are being trained now."""
    entries = [measured(entry) for entry in list_runs().entries if entry.is_written and entry.is_readable]
    if as_json:
        rows = [
            {"run": str(e.folder), "name": e.name, "status": e.status, "step": e.step, "writer": writer_of(e.folder)}
            for e in entries
        ]
        print(json.dumps(rows))
    elif entries:
        print_table(entries)
    else:
        print("no run of the library is being trained")
    return EXIT_OK


@application.command()
def status(run: Run, as_json: AsJson = False) -> int:
    """Say how a run is: step, losses, controls, and the alerts that stand."""
    entry = find_run(run)
    entry.check_readable()
    known = RunView(entry.name, *read_past(entry.folder)).plain()
    if as_json:
        print(json.dumps(known))
        return EXIT_OK
    for key, value in known.items():
        text = "  ".join(f"{name}={_text(one)}" for name, one in value.items()) if isinstance(value, dict) else value
        text = "; ".join(map(str, text)) if isinstance(text, list) else text
        if text not in ("", None):
            print(f"{key:<12} {f'{text:,.6g}' if isinstance(text, float) else text}")
    return EXIT_OK


@application.command("set")
def set_control(
    run: Run,
    assignment: Annotated[
        str, typer.Argument(metavar="KEY=VALUE", help="A live control, such as g_learning_rate=1e-4.")
    ],
) -> int:
    """Change a live control of a run that is being trained, as its slider does."""
    key, equals, text = assignment.partition("=")
    if not equals or not key.strip():
        raise InputError(f"{shown(assignment)} is not of the form KEY=VALUE, as in g_learning_rate=1e-4")
    driven = Driven(run)
    config = driven.view.config
    path = resolve_control(key.strip(), config)
    name, changed = check_control(config, path, read_value(text, key_info(config, path)))
    driven.view.check_known(name)
    value = current_controls(changed)[name]
    made = driven.ask("set", lambda event: isinstance(event, ControlChanged) and event.key == name, name, value)
    assert isinstance(made, ControlChanged)
    print(f"step {made.step}: {name} {value_text(made.previous)} -> {value_text(made.value)}")
    return EXIT_OK


@application.command()
def pause(run: Run) -> int:
    """Pause a run that is being trained."""
    return change_status(run, "pause", Status.PAUSED)


@application.command()
def resume(run: Run) -> int:
    """Let a paused run go on."""
    return change_status(run, "resume", Status.TRAINING)


@application.command()
def stop(run: Run) -> int:
    """End a run that is being trained, with a last checkpoint."""
    return change_status(run, "stop", *(status for status in Status if status.is_final))


@application.command("sample-now")
def sample_now(run: Run) -> int:
    """Have a run make samples of the step at which it is, and print the picture's path."""
    from gan_desktop.recording.snapshots import snapshot_name

    driven = Driven(run)
    samples = driven.folder / SAMPLES
    before = newest_picture(samples)
    if before is None or before.name != snapshot_name(driven.view.step):
        driven.ask("sample-now", lambda _: False, until=lambda: newest_picture(samples) != before)
    print(newest_picture(samples))
    return EXIT_OK


@application.command()
def serve(
    run: Run,
    port: Annotated[str, typer.Option(metavar="PORT", help="The port; 0 takes any that is free.")] = "0",
    host: Annotated[str, typer.Option(metavar="HOST", help="127.0.0.1, localhost or ::1.")] = "127.0.0.1",
) -> int:
    """Let programs on this computer see and drive a run, until Ctrl-C; see docs/driving.md."""
    from gan_desktop.serve_command import port_of, serve_in_terminal

    return serve_in_terminal(run, port_of("--port", port), host)


def change_status(run: str, what: What, *wanted: Status) -> int:
    """Ask for another status, and wait until it is so."""
    driven = Driven(run)
    if driven.view.status not in wanted:
        driven.ask(what, lambda event: isinstance(event, StatusChanged) and event.status in wanted)
    print(f"{driven.view.status} at step {driven.view.step}")
    return EXIT_OK


class Driven:
    """A run that some process trains, and what is seen of it.

    Args:
        run: what the person calls it.

    Raises:
        InputError: there is no such run, or nobody trains it.
    """

    def __init__(self, run: str) -> None:
        entry = find_run(run)
        entry.check_readable()
        self.folder = entry.folder
        if not is_written(entry.folder):
            raise InputError(f"run {named(entry.name)} is not being trained: {entry.status or 'nobody writes it'}")
        record, past = read_past(entry.folder)
        self._follower = Follower(record, past)
        self.view = RunView(entry.name, record, past)

    def ask(
        self,
        what: What,
        is_answer: Callable[[Event], bool],
        key: str = "",
        value: Any = None,
        until: Callable[[], bool] = lambda: False,
    ) -> Event | None:
        """Leave a request, and wait until an event answers it, or `until` holds.

        Raises:
            InputError: it was not taken, or its effect was not seen; it will not be carried out later.
        """
        sent = send(self.folder, Request(what, this_author(), key, value))
        end = time.monotonic() + PATIENCE
        try:
            while time.monotonic() < end:
                is_done = sent.is_done
                for event in self._follower.poll():
                    self.view.take(event)
                    if is_answer(event):
                        return event
                if until():
                    return None
                if self.view.status.is_final:
                    raise InputError(f"the run has ended: {self.view.status} at step {self.view.step}")
                if is_done and what == "set":
                    raise InputError(f"the run has refused {key} = {shown(value)}; {self.folder / 'run.log'} says why")
                time.sleep(LOOK)
        finally:
            waits = sent.is_waiting
            sent.withdraw()
        reason = "was not taken" if waits else "was taken, but its effect is not in the record"
        raise InputError(f"'{what}' {reason} within {PATIENCE:.0f} s; {self.folder / 'run.log'} may say why")


def _text(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
