"""The run that the endpoint shows: what is known of it, its events, and what is asked of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gan_desktop.core.errors import InputError, named, shown
from gan_desktop.core.events import ControlChanged, Event
from gan_desktop.core.interventions import ControlValue, check_control, current_controls
from gan_desktop.recording.following import Follower, RewoundError
from gan_desktop.recording.past import read_past
from gan_desktop.recording.requests import Request, Sent, send
from gan_desktop.recording.run_entry import newest_picture, read_entry
from gan_desktop.recording.run_folder import SAMPLES
from gan_desktop.recording.run_view import RunView
from gan_desktop.recording.snapshots import snapshot_name
from gan_desktop.serving.event_log import EventLog, Plain
from gan_desktop.serving.messages import Action, plain_event

# Seconds between two looks at the run, and at a request that waits.
LOOK, SOON = 0.25, 0.01
# For how long a request waits: a block of steps, and a compilation, may go before it. And for how long its effect may
# be late in the record.
PATIENCE, GRACE = 90.0, 2.0
# How many requests may wait at once.
MOST_ASKED = 64


class NotNowError(InputError):
    """What is asked for cannot be done now."""


class NotTakenError(InputError):
    """What is asked for was not done in time."""


@dataclass(eq=False)
class Asked:
    """A request, and what becomes of it."""

    action: Action
    sent: Sent
    value: ControlValue | None
    answer: asyncio.Future[Plain]
    picture: Path | None
    done_at: float = field(default=0.0)

    def is_answered_by(self, event: ControlChanged) -> bool:
        """Whether the event is the change that was asked for."""
        return (self.action.key, self.value, self.action.author) == (event.key, event.value, event.author)


class Served:
    """For the thread of one event loop.

    Attributes:
        view: the run as it is now; None if there is none.
        log: what has happened since the endpoint was opened.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.view: RunView | None = None
        self.log = EventLog()
        self._clock = clock
        self._wanted: Path | None = None
        self._follower: Follower | None = None
        self._asked: list[Asked] = []
        self._wake = asyncio.Event()
        self._problem = ""

    def show(self, folder: Path | None) -> None:
        """Show the run in a folder from now on, or none."""
        self._wanted = folder
        self._leave()
        self._wake.set()

    def state(self) -> Plain:
        """The run as it is now, with the number of the newest event."""
        known = {"run": None, "status": "none"} if self.view is None else self.view.plain()
        return {**known, "seq": self.log.newest}

    async def follow(self) -> None:
        """Look at the run again and again, until it is cancelled."""
        looked = -LOOK
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), SOON if self._asked else LOOK)
            self._wake.clear()
            if self._wanted is None:
                continue
            if any(asked.sent.is_done for asked in self._asked) or self._clock() - looked >= LOOK:
                try:
                    await self._look(self._wanted)
                except Exception as error:  # noqa: BLE001 - whatever it is, programs are told, and the next look may do
                    self._lose(str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}")
                looked = self._clock()

    async def _look(self, folder: Path) -> None:
        """Take in what is new of the run."""
        if self._follower is None:
            record, past = await asyncio.to_thread(read_past, folder)
            if folder != self._wanted:
                return
            self.view = RunView(read_entry(folder).name, record, past)
            self._follower, self._problem = Follower(record, past), ""
            self.log.add({"type": "run", **self.view.plain()})
        done = [asked for asked in self._asked if asked.sent.is_done]
        try:
            events = self._follower.poll()
        except RewoundError:
            self._follower = None  # it is read anew at the next look
            return
        for event in events:
            self._take(event)
        assert self.view is not None
        for asked in list(self._asked):
            if asked in done:
                self._settle(asked, self.view)
            elif self.view.status.is_final:
                self._end(asked, self.view)

    def _take(self, event: Event) -> None:
        assert self.view is not None
        self.view.take(event)
        if (plain := plain_event(event)) is not None:
            self.log.add(plain)
        if isinstance(event, ControlChanged):
            asked = next((asked for asked in self._asked if asked.is_answered_by(event)), None)
            if asked is not None:
                self._answer(asked, step=event.step, key=event.key, value=event.value, previous=event.previous)

    def _settle(self, asked: Asked, view: RunView) -> None:
        """Answer a request that has been carried out: what came of it is in the record, or soon will be."""
        asked.done_at = asked.done_at or self._clock()
        is_late = view.status.is_final or self._clock() - asked.done_at > GRACE
        now = {"status": str(view.status), "step": view.step}
        picture = newest_picture(view.folder / SAMPLES)
        match asked.action.name:
            case "set" if is_late:
                value = shown(asked.value)
                self._refuse(asked, f"the run did not take {asked.action.key} = {value}: its run.log says why")
            case "pause" | "resume":
                self._answer(asked, **now)
            case "stop" if is_late:
                self._answer(asked, **now)
            case "sample-now" if picture is not None:
                if is_late or picture != asked.picture or picture.name == snapshot_name(view.step):
                    self._answer(asked, **now, picture=str(picture))

    def _end(self, asked: Asked, view: RunView) -> None:
        """Answer a request that nobody will take any more."""
        if asked.action.name == "stop":
            self._answer(asked, status=str(view.status), step=view.step)
        else:
            self._refuse(asked, f"the run has ended: {view.status} at step {view.step}")

    async def do(self, action: Action) -> Plain:
        """Ask for an action, and wait until it is done.

        Raises:
            InputError: it is not allowed; NotNowError if it may be later, NotTakenError if it was not done in time.
        """
        try:
            asked = self._ask(action)
        except InputError as error:
            self._note(action, "refused", reason=str(error))
            raise
        try:
            return await asyncio.wait_for(asked.answer, PATIENCE)
        except TimeoutError:
            reason = f"'{action.name}' was not carried out within {PATIENCE:.0f} s; the run's run.log may say why"
            self._note(action, "refused", reason=reason)
            raise NotTakenError(reason) from None
        finally:
            asked.sent.withdraw()
            with suppress(ValueError):
                self._asked.remove(asked)

    def _ask(self, action: Action) -> Asked:
        """Leave a request for the process that trains."""
        view = self.view
        if view is None:
            raise NotNowError(self._problem or "no run is open")
        key, value = action.key, action.value
        if action.name == "set":
            config = view.config
            for asked in self._asked:  # what others have just asked for comes first
                with suppress(InputError):
                    _, config = check_control(config, asked.action.key, asked.value)
            key, config = check_control(config, key, value)
            view.check_known(key)
            value = current_controls(config)[key]
        if view.status.is_final or not view.is_trained:
            raise NotNowError(f"run {named(view.name)} is not being trained: {view.status}")
        if len(self._asked) >= MOST_ASKED:
            raise NotNowError(f"{MOST_ASKED} requests wait already: send fewer at once")
        action = Action(action.name, action.author, action.id, key, value)
        sent = send(view.folder, Request(action.name, action.author, key, value))
        picture = newest_picture(view.folder / SAMPLES)
        asked = Asked(action, sent, value, asyncio.get_running_loop().create_future(), picture)
        self._asked.append(asked)
        self._note(action, "asked")
        self._wake.set()
        return asked

    def _note(self, action: Action, outcome: str, **more: Any) -> int:
        """Put what was asked for, or what came of it, among the events."""
        given = {"key": action.key, "value": action.value} if action.name == "set" else {}
        about = {"action": action.name, **given, "author": action.author, "id": action.id}
        return self.log.add({"type": "action", **about, "outcome": outcome, **more})

    def _answer(self, asked: Asked, **about: Any) -> None:
        self._asked.remove(asked)
        seq = self._note(asked.action, "done", **about)
        if not asked.answer.done():
            asked.answer.set_result({"ok": True, **asked.action.whose, **about, "seq": seq})

    def _refuse(self, asked: Asked, reason: str) -> None:
        self._asked.remove(asked)
        self._note(asked.action, "refused", reason=reason)
        if not asked.answer.done():
            asked.answer.set_exception(NotNowError(reason))

    def _leave(self) -> None:
        """Know nothing of the run any more."""
        self.view = self._follower = None
        for asked in list(self._asked):
            self._refuse(asked, "the run is not open any more")

    def _lose(self, reason: str) -> None:
        """Tell why the run cannot be read; it is tried again."""
        self._leave()
        if reason != self._problem:
            self._problem = reason
            self.log.add({"type": "lost", "message": reason})
