"""What a person asked to look at: the present run is asked for it, and every run after it again."""

from __future__ import annotations

from gan_desktop.core.commands import Inspect, NewLatents, ShowClass, Walk, Watch
from gan_desktop.core.errors import InputError
from gan_desktop.training.engine.run import Run


class Looking:
    """Carries out the commands that look and change nothing, in whatever status a run is."""

    def __init__(self) -> None:
        self._watch = Watch(frozenset())
        self._walk = Walk(None)

    def carry_out(self, command: Watch | Walk | Inspect | NewLatents | ShowClass, run: Run | None) -> None:
        """Carry out a command with a run; without one, `Watch` and `Walk` are kept for the next run.

        Raises:
            InputError: there is no such thing to look at; nothing changed.
        """
        match command:
            case Watch():
                self._watch = command
                if run is not None:
                    self._start_watching(run)
            case Walk():
                if run is not None:
                    run.viewing.walk(command)
                self._walk = command
            case Inspect(index) if run is not None:
                run.viewing.inspect(index)
            case NewLatents() if run is not None:
                run.new_latents()
            case ShowClass(label) if run is not None:
                run.show_class(label)

    def again(self, run: Run) -> None:
        """Look at a new run in the same way as at the one before it."""
        self._start_watching(run)
        try:
            run.viewing.walk(self._walk)
        except InputError:
            self._walk = Walk(None)  # latents of other networks

    def _start_watching(self, run: Run) -> None:
        had_scores = run.showing.score is not None
        run.viewing.watch(self._watch)
        if run.showing.score is not None and not had_scores and not run.trainer.diverged:
            run.tell_samples()
