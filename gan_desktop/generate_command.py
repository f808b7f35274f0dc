"""The `generate` command: samples of a kept run, as many as one likes."""

from __future__ import annotations

import sys
from contextlib import suppress

from rich.console import Console
from rich.progress import Progress

from gan_desktop.core.generating import Wish
from gan_desktop.process import BrokenOffError, breakable
from gan_desktop.recording.exporting import check_place
from gan_desktop.recording.generated import is_folder
from gan_desktop.recording.library import find_run
from gan_desktop.terminal import EXIT_ERROR, EXIT_OK, print_error


def generate_in_terminal(run: str, wish: Wish) -> int:
    """Write the samples, with a progress bar on stderr, and print where they are.

    Raises:
        InputError: one sentence; nothing is written.
    """
    check_place(wish.out, is_folder(wish.out), wish.replace)
    entry = find_run(run)
    entry.check_readable()
    entry.check_ours()
    console = Console(stderr=True, highlight=False)
    with breakable() as asked, Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("loading TensorFlow", total=1.0)

        def report(share: float) -> None:
            if asked.is_set():
                raise BrokenOffError
            bar.update(task, completed=share)

        try:
            from gan_desktop.training.generating import generate

            made = generate(entry.folder, wish, report)
        except BrokenOffError:
            print_error("broken off; nothing was written")
            return EXIT_ERROR
    which = "averaged generator" if made.averaged else "generator"
    with suppress(OSError):
        told = f"{wish.count:,} samples of the {which} at step {made.step:,}, {made.rate:,.0f} a second"
        sys.stderr.write(f"{told}\n")
    print(wish.out)
    return EXIT_OK
