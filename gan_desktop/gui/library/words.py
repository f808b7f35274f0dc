"""Runs in the words that the library's window uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from gan_desktop.core.own_code import OWN_CODE
from gan_desktop.core.registry import games
from gan_desktop.core.status import Status
from gan_desktop.gui.look.words import count, memory, status_word
from gan_desktop.gui.run.interventions import first_change
from gan_desktop.recording.run_entry import Problem, RunEntry


def _tr(text: str) -> str:
    return QCoreApplication.translate("Library", text)


def problem_word(problem: Problem) -> str:
    """A word or two for what is wrong with a run."""
    return {
        Problem.EMPTY: _tr("empty"),
        Problem.BROKEN: _tr("broken"),
        Problem.NEWER: _tr("newer format"),
        Problem.GONE: _tr("gone"),
        Problem.NOTES: _tr("damaged notes"),
    }[problem]


def problem_meaning(problem: Problem) -> str:
    """What that means for the person, and what can be done."""
    return {
        Problem.EMPTY: _tr("Nothing was trained in this folder. It can be deleted."),
        Problem.BROKEN: _tr("The run's database is damaged or missing. Its pictures and checkpoints may be whole."),
        Problem.NEWER: _tr("A newer version of the program wrote this run. Update the program to open it."),
        Problem.GONE: _tr("The folder was moved or deleted. Deleting this entry only takes it off the list."),
        Problem.NOTES: _tr("The run is whole, but the file of its name, tags and notes is damaged."),
    }[problem]


def state(entry: RunEntry) -> str:
    """The word for what became of a run, or for what is wrong with it."""
    if entry.problem is not None and entry.problem is not Problem.NOTES:
        return problem_word(entry.problem)
    known = status_word(Status(entry.status)) if entry.status in tuple(Status) else entry.status
    return f"{known}, {problem_word(entry.problem)}" if entry.problem is not None else known


def game(entry: RunEntry) -> str:
    """The title of its game, or the name of one that this program does not know."""
    if entry.game == OWN_CODE:
        return _tr("own code")
    return games[entry.game].title if entry.game in games else entry.game


def parent(entry: RunEntry) -> str:
    """The run and the step from which it branches; empty if it is no branch."""
    if entry.parent is None:
        return ""
    name = entry.parent.name or entry.parent.id
    return _tr("{name} at step {n}").format(name=name, n=count(entry.parent.step))


def branching(entry: RunEntry) -> str:
    """The step from which it branches and what was changed first: "from 1,200: D rate 3.0e-3 → 2.0e-4"."""
    if entry.parent is None:
        return ""
    change = first_change(entry.changes) or _tr("nothing changed")
    return _tr("from {n}: {change}").format(n=count(entry.parent.step), change=change)


def moment(started: str) -> str:
    """When it was begun, by this place's clock; empty if that is not known."""
    return datetime.fromisoformat(started).astimezone().strftime("%Y-%m-%d %H:%M") if started else ""


def size(amount: int | None) -> str:
    """What it takes of the disk; dots while that is not known yet."""
    if amount is None:
        return "…"
    return memory(amount) if amount >= 2**20 else _tr("{n} kB").format(n=round(amount / 2**10))


def summary(entries: Sequence[RunEntry], shown: int) -> str:
    """How many runs there are, and how much of the disk they take."""
    if not entries:
        return ""
    runs = _tr("1 run") if len(entries) == 1 else _tr("{n} runs").format(n=count(len(entries)))
    parts = [runs]
    if shown < len(entries):
        parts.append(_tr("{n} shown").format(n=count(shown)))
    known = [entry.bytes for entry in entries if entry.bytes is not None]
    if len(known) == len(entries):
        parts.append(_tr("{size} on the disk").format(size=size(sum(known))))
    return ", ".join(parts)


def question(entries: Sequence[RunEntry]) -> str:
    """Ask whether these runs are to be deleted; names them."""
    if len(entries) == 1:
        return _tr("Move the run “{name}” to the trash?").format(name=entries[0].name)
    return _tr("Move {n} runs to the trash?").format(n=count(len(entries)))


def consequences(entries: Sequence[RunEntry], branches: Sequence[RunEntry]) -> str:
    """What deleting these runs means: which they are, what they take, and which runs branch from them."""
    lines = [] if len(entries) == 1 else [_named(entries)]
    known = sum(entry.bytes or 0 for entry in entries)
    lines.append(_tr("Its folder has {size}.").format(size=size(known)))
    if len(entries) > 1:
        lines[-1] = _tr("Their folders have {size}.").format(size=size(known))
    if branches:
        lines.append(
            _tr("These branches stay, but no longer find where they come from: {names}").format(names=_named(branches))
        )
    return "\n\n".join(lines)


def _named(entries: Sequence[RunEntry], most: int = 8) -> str:
    names = ", ".join(entry.name for entry in entries[:most])
    return names if len(entries) <= most else _tr("{names} and {n} more").format(names=names, n=len(entries) - most)
