"""Preparing a run: its data are read and measured, its networks built and compiled, or those of the last run taken."""

from __future__ import annotations

from collections.abc import Callable

from gan_desktop.core.config import RunConfig
from gan_desktop.core.engine import Emit
from gan_desktop.core.events import Preparing
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.training.assembly import check_networks, load_data
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.engine.memory import give_back
from gan_desktop.training.engine.reuse import trains_alike
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.measuring import check_condition, make_measurer


class CancelledError(Exception):
    """What was prepared is not wanted any more: a later command came."""


class Preparation:
    """Prepares one run after the other.

    Args:
        emit: gets what it is doing.
        give_way: ends a run that is under way, so that another can begin.
        cancel_if_pointless: raises CancelledError if a later command has made what is prepared pointless.
    """

    def __init__(self, emit: Emit, give_way: Callable[[], None], cancel_if_pointless: Callable[[], None]) -> None:
        self._emit = emit
        self._give_way = give_way
        self._cancel_if_pointless = cancel_if_pointless
        # What trained the last run, for the next one that it can train.
        self._prepared: tuple[Trainer, Measurer] | None = None

    def forget(self) -> None:
        """Prepare the next run from its data on."""
        self._prepared = None

    def of(self, config: RunConfig) -> tuple[Trainer, Measurer]:
        """A trainer at step 0, compiled, and what measures its fakes.

        If what was prepared the last time will do, it begins anew, at once. A run that is under way is ended once it is
        known that this one can begin.

        Raises:
            InputError: this run cannot begin; one that is under way goes on.
            CancelledError: a later command makes it pointless.
        """
        if self._prepared is not None and self._can_take_up(*self._prepared, config):
            self._give_way()
            self._take_up(self._prepared[0], config)
            return self._prepared
        data, measurer = self._read(config)
        self._give_way()
        self._prepared = None
        give_back()
        self._report(QT_TRANSLATE_NOOP("Preparing", "Building the networks"), None)
        trainer = Trainer(config, data)
        self._report(QT_TRANSLATE_NOOP("Preparing", "Compiling the training step"), None)
        trainer.compile()
        give_back()
        self._prepared = trainer, measurer
        return self._prepared

    @staticmethod
    def _can_take_up(trainer: Trainer, measurer: Measurer, config: RunConfig) -> bool:
        """Whether what trained the last run can train this one, with the same data and networks.

        Raises:
            InputError: it can, but the condition to stop is about something that cannot be known of the data.
        """
        if not trains_alike(trainer.initial_config, config):
            return False
        check_condition(measurer, config)
        return True

    @staticmethod
    def _take_up(trainer: Trainer, config: RunConfig) -> None:
        """Have what trained the last run begin this one."""
        trainer.initial_config = config
        trainer.reset()
        # This compiles nothing, unless this config turns on something that the ones before did not.
        trainer.compile()

    def _read(self, config: RunConfig) -> tuple[DataSet, Measurer]:
        """Load the data and make what measures fakes against them; check in between that the networks can be built."""
        self._report(QT_TRANSLATE_NOOP("Preparing", "Reading the data"), None)
        data = load_data(config, self._report)
        check_networks(config, data)
        self._report(QT_TRANSLATE_NOOP("Preparing", "Measuring real samples"), None)
        return data, make_measurer(data, config)

    def _report(self, message: str, fraction: float | None) -> None:
        """Report what preparation is doing, and end it if a later command makes it pointless.

        Raises:
            CancelledError: a later command does.
        """
        self._emit(Preparing(message, fraction))
        self._cancel_if_pointless()
