"""Shows on stderr how far something is: a bar in a terminal, a line now and then in a file."""

from __future__ import annotations

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Column
from rich.text import Text

from gan_desktop.core.errors import printable

# If stderr is a file, a line of progress takes the bar's place this often.
PLAIN_SECONDS = 10.0


class ProgressLine:
    """Shows one piece of work, from `with` or `start` to `close`; lines that are said stand above the bar."""

    def __init__(self, description: str) -> None:
        self._console = Console(stderr=True, highlight=False)
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            # All of it stays on one line: the bar gives up the room that is missing.
            _Figures(Column(no_wrap=True)),
            TimeRemainingColumn(table_column=Column(no_wrap=True)),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self.bar.add_task(description, total=None, figures="")
        self._last_plain = time.monotonic()

    def __enter__(self) -> ProgressLine:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Put the bar on the screen."""
        self.bar.start()

    def close(self) -> None:
        """Take the bar from the screen."""
        self.bar.stop()

    def show(self, description: str, completed: float, total: float | None, figures: str = "", plain: str = "") -> None:
        """Show how far it is.

        Args:
            description: what goes on.
            completed: how much of `total` is done.
            total: None if it is not known.
            figures: what stands behind the bar.
            plain: the line in place of the bar, if there is none; without it, `figures` or `description` is taken.
        """
        self.bar.update(self._task, description=description, completed=completed, total=total, figures=figures)
        if not self._console.is_terminal and time.monotonic() - self._last_plain > PLAIN_SECONDS:
            self._last_plain = time.monotonic()
            self.say(plain or figures or description)

    def say(self, line: str) -> None:
        """Print a line for people."""
        self._console.print(printable(line), markup=False, soft_wrap=True)


class _Figures(ProgressColumn):
    """The step, the losses and the speed."""

    def render(self, task: Task) -> Text:
        return Text(task.fields.get("figures", ""))
