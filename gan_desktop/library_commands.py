"""The `runs` commands: the library of runs in a terminal. Neither TensorFlow nor Qt is imported."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from gan_desktop.arguments import HOW_NAMED, AsJson, Run
from gan_desktop.core import paths
from gan_desktop.core.errors import InputError, printable, shortened
from gan_desktop.recording.library import branches_of, find_run, list_runs
from gan_desktop.recording.notes import RunNotes, change_notes
from gan_desktop.recording.pruning import Pruned, check_prunable, is_abandoned, prune_run
from gan_desktop.recording.removal import check_deletable, delete_run
from gan_desktop.recording.run_entry import Problem, RunEntry, measured
from gan_desktop.recording.unpacking import unpack_run
from gan_desktop.terminal import EXIT_OK, print_error

application = typer.Typer(
    name="runs",
    help="List the runs that are kept, and name, tag, note, hide, prune or delete them.",
    rich_markup_mode=None,
)

HEADINGS = ("name", "preset", "game", "steps", "state", "alerts", "tags", "parent", "started", "disk")
# Columns of figures stand at the right.
FIGURES = ("steps", "alerts", "disk")
# The most characters of a name, tags or a parent in a row.
WIDEST = 40


@application.callback(invoke_without_command=True)
def runs(
    context: typer.Context,
    as_json: AsJson = False,
    with_hidden: Annotated[bool, typer.Option("--all", help="List the hidden ones too.")] = False,
) -> int:
    """Without a command: list the runs, the newest first."""
    if context.invoked_subcommand is not None:
        return EXIT_OK
    listing = list_runs()
    if listing.problem:
        print_error(listing.problem)
    shown = [measured(entry) for entry in listing.entries if with_hidden or not entry.hidden]
    if as_json:
        print(json.dumps([plain(entry) for entry in shown]))
    elif shown:
        print_table(shown)
    hidden = len(listing.entries) - len(shown)
    if hidden and not as_json:
        print(f"{hidden} hidden; 'gan-desktop runs --all' lists them too")
    elif not shown and not as_json:
        print("no run is kept yet; 'gan-desktop train' makes one")
    return EXIT_OK


@application.command()
def show(run: Run, as_json: AsJson = False) -> int:
    """Show what is known of a run."""
    entry = measured(find_run(run))
    if as_json:
        print(json.dumps(plain(entry)))
        return EXIT_OK
    for key, value in described(entry):
        # What a person wrote may have several lines, and what a damaged file holds may have anything.
        lines = [printable(line) for line in value.splitlines()]
        print(f"{key:<10} {(chr(10) + ' ' * 11).join(lines)}")
    for bookmark in entry.bookmarks:
        print(f"{'bookmark':<10} step {bookmark.step}  {printable(bookmark.note)}".rstrip())
    return EXIT_OK


@application.command()
def rename(run: Run, name: Annotated[str, typer.Argument(metavar="NAME", help="Empty: the folder's name.")]) -> int:
    """Give a run another name; its folder stays where it is."""
    return change(run, lambda notes: replace(notes, name=name.strip()))


@application.command()
def tag(
    run: Run,
    tags: Annotated[list[str], typer.Argument(metavar="TAG...", help="Short words.", show_default=False)],
    remove: Annotated[bool, typer.Option("--remove", help="Take these tags away.")] = False,
) -> int:
    """Add tags to a run, or take them away."""

    def changed(notes: RunNotes) -> RunNotes:
        others = tuple(word for word in notes.tags if word not in tags)
        return replace(notes, tags=others if remove else tuple(dict.fromkeys((*notes.tags, *tags))))

    return change(run, changed)


@application.command()
def note(run: Run, text: Annotated[str, typer.Argument(metavar="TEXT", help="Empty: no notes.")]) -> int:
    """Write the notes of a run, in place of those that it has."""
    return change(run, lambda notes: replace(notes, notes=text))


@application.command("import")
def import_run(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A .zip that 'gan-desktop export' has written.")],
) -> int:
    """Add a run that was exported as a .zip to the library, and print where it is."""
    print(unpack_run(paths.expanded(Path(file))))
    return EXIT_OK


@application.command()
def hide(run: Run) -> int:
    """Leave a run out of the lists."""
    return change(run, lambda notes: replace(notes, hidden=True))


@application.command()
def unhide(run: Run) -> int:
    """Take a hidden run into the lists again."""
    return change(run, lambda notes: replace(notes, hidden=False))


@application.command()
def delete(
    runs_meant: Annotated[list[str], typer.Argument(metavar="RUN...", help=HOW_NAMED, show_default=False)],
    permanently: Annotated[bool, typer.Option("--permanently", help="For good, not into the trash.")] = False,
) -> int:
    """Put runs into the system's trash."""
    entries = {entry.folder: entry for entry in map(find_run, runs_meant)}
    # All or none: a name that is mistyped deletes nothing.
    for entry in entries.values():
        check_deletable(entry)
    known = list_runs().entries
    for entry in entries.values():
        delete_run(entry, permanently)
        print(f"{'deleted' if permanently else 'in the trash'}: {printable(str(entry.folder))}")
        orphans = [branch for branch in branches_of(entry, known) if branch.folder not in entries]
        if orphans:
            names = ", ".join(printable(branch.name) for branch in orphans)
            print(f"its branches stay, and no longer find it: {names}")
    return EXIT_OK


@application.command()
def prune(
    runs_meant: Annotated[
        list[str] | None, typer.Argument(metavar="RUN...", help=HOW_NAMED, show_default=False)
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="All runs; empty folders in the runs directory go as well.")
    ] = False,
    megabytes: Annotated[
        float, typer.Option("--megabytes", metavar="N", min=0.0, max=1e9, help="What those of a run may take.")
    ] = 0.0,
    as_json: AsJson = False,
) -> int:
    """Remove the checkpoints that a run can do without: any step is still reached, by computing more steps again.

    The newest stays, and so do those that bookmarks and branches need.
    """
    if every == bool(runs_meant):
        raise InputError("runs prune: name runs, or give --all")
    entries = {entry.folder: entry for entry in (list_runs().entries if every else map(find_run, runs_meant or ()))}
    # All or none: a name that is mistyped removes nothing.
    for entry in () if every else entries.values():
        check_prunable(entry)
    done = pruned(entries.values(), round(megabytes * 1e6), passes_over=every)
    empty = [entry for entry in entries.values() if every and is_abandoned(entry)]
    for entry in empty:
        delete_run(entry, permanently=True)
    freed = sum(one.freed for one in done.values())
    if as_json:
        of_runs = [asdict(one) | {"folder": str(one.folder)} for one in done.values()]
        print(json.dumps({"freed": freed, "runs": of_runs, "empty": [str(entry.folder) for entry in empty]}))
        return EXIT_OK
    for folder, one in done.items():
        print(pruned_text(entries[folder], one))
    for entry in empty:
        print(f"removed, since nothing was trained in it: {printable(str(entry.folder))}")
    if len(done) != 1:
        print(f"{size(freed)} freed")
    return EXIT_OK


def pruned(entries: Iterable[RunEntry], room: int, passes_over: bool) -> dict[Path, Pruned]:
    """What came of pruning each run; those that are refused are said and passed over, if that was asked for."""
    done = {}
    for entry in entries:
        if passes_over and entry.problem in (Problem.EMPTY, Problem.GONE):
            continue
        try:
            done[entry.folder] = prune_run(entry, room)
        except InputError as error:
            if not passes_over:
                raise
            print_error(str(error))
    return done


def pruned_text(entry: RunEntry, done: Pruned) -> str:
    """What pruning a run has freed, for people."""
    count = "1 checkpoint" if done.removed == 1 else f"{done.removed} checkpoints"
    left = f"{done.kept} of {size(done.bytes)} {'stays' if done.kept == 1 else 'stay'}"
    return f"{printable(entry.name)}: {count} removed, {size(done.freed)} freed; {left}"


def change(run: str, changed: Callable[[RunNotes], RunNotes]) -> int:
    """Change the notes of the run that a person means."""
    change_notes(find_run(run).folder, changed)
    return EXIT_OK


def plain(entry: RunEntry) -> dict[str, Any]:
    """The entry as JSON holds it: paths are texts, and what is not known is null."""
    values = asdict(entry) | {
        "folder": str(entry.folder),
        "thumbnail": None if entry.thumbnail is None else str(entry.thumbnail),
        "problem": None if entry.problem is None else str(entry.problem),
    }
    del values["changes"]  # `run.sqlite` has all of them
    return {key: None if value == "" and key not in ("notes", "reason") else value for key, value in values.items()}


def state(entry: RunEntry) -> str:
    """The word for what became of it: what is wrong with it, or else its status."""
    return entry.status if entry.problem in (None, Problem.NOTES) else str(entry.problem)


def moment(started: str) -> str:
    """When it was begun, by this place's clock; empty if that is not known."""
    return datetime.fromisoformat(started).astimezone().strftime("%Y-%m-%d %H:%M") if started else ""


def size(count: int | None) -> str:
    """A number of bytes in MB."""
    return "" if count is None else f"{count / 1e6:.1f} MB"


def parent_text(entry: RunEntry) -> str:
    """The run and the step from which it branches; empty if it is no branch."""
    return f"{entry.parent.name or entry.parent.id}@{entry.parent.step}" if entry.parent is not None else ""


def print_table(entries: Sequence[RunEntry]) -> None:
    """Print a row for each run, as wide as they are; a sentence for each that has a problem follows."""
    rows = [HEADINGS, *(row(entry) for entry in entries)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for cells in rows:
        columns = zip(HEADINGS, cells, widths, strict=True)
        line = "  ".join(f"{cell:>{width}}" if key in FIGURES else f"{cell:<{width}}" for key, cell, width in columns)
        print(line.rstrip())
    for entry in entries:
        if entry.problem not in (None, Problem.EMPTY, Problem.GONE):
            print(f"{printable(entry.name)}: {printable(entry.reason)}")


def row(entry: RunEntry) -> tuple[str, ...]:
    """The cells of a run, by `HEADINGS`."""
    known = entry.is_readable
    cells = (
        entry.name,
        entry.preset,
        entry.game,
        str(entry.step) if known else "",
        state(entry),
        str(entry.alerts) if known else "",
        " ".join(entry.tags),
        parent_text(entry),
        moment(entry.started),
        size(entry.bytes),
    )
    return tuple(shortened(cell, WIDEST) for cell in cells)


def described(entry: RunEntry) -> list[tuple[str, str]]:
    """What is known of a run, by name; what is not known is left out."""
    of_total = f" of {entry.total_steps}" if entry.total_steps is not None else ""
    known = entry.is_readable
    facts = [
        ("name", entry.name),
        ("folder", str(entry.folder)),
        ("state", state(entry)),
        ("problem", entry.reason),
        ("id", entry.id),
        ("preset", entry.preset),
        ("game", entry.game),
        ("steps", f"{entry.step}{of_total}" if known else ""),
        ("alerts", str(entry.alerts) if known else ""),
        ("started", moment(entry.started)),
        ("trained", f"{entry.seconds:.1f} s" if known else ""),
        ("device", entry.device),
        ("parent", parent_text(entry)),
        ("tags", " ".join(entry.tags)),
        ("hidden", "yes" if entry.hidden else ""),
        ("disk", size(entry.bytes)),
        ("picture", str(entry.thumbnail or "")),
        ("notes", entry.notes),
    ]
    return [(key, value) for key, value in facts if value]
