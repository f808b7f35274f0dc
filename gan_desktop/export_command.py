"""The `export` and `exports` commands: a run taken away as a file that other programs read. Qt is not imported."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from gan_desktop.process import BrokenOffError, breakable
from gan_desktop.recording.exporting import export_run, format_of, in_order
from gan_desktop.recording.library import find_run
from gan_desktop.terminal import EXIT_ERROR, EXIT_OK, print_error


def export_in_terminal(
    run: str, name: str, out: Path | None, step: int | None, averaged: bool | None, replace: bool
) -> int:
    """Write a run in a format, with a progress bar on stderr, and print where it is.

    Raises:
        InputError: one sentence; nothing is written.
    """
    format_of(name)  # a name that is mistyped is told before a run is looked for
    entry = find_run(run)
    entry.check_readable()
    console = Console(stderr=True)
    with breakable() as asked, Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=1.0)

        def progress(share: float) -> None:
            if asked.is_set():
                raise BrokenOffError
            bar.update(task, completed=share)

        try:
            written = export_run(
                entry.folder, name, out, step=step, averaged=averaged, replace=replace, progress=progress
            )
        except BrokenOffError:
            print_error("broken off; nothing was written")
            return EXIT_ERROR
    print(written)
    return EXIT_OK


def rows() -> list[dict[str, object]]:
    """What is known of each format, for a list; `needs` are packages beyond the program's own."""
    return [
        {
            "name": name,
            "title": entry.title,
            "description": entry.description,
            "suffix": format_of(name).suffix,
            "needs": list(format_of(name).packages),
        }
        for name, entry in in_order().items()
    ]
