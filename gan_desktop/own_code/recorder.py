"""`RunRecorder`: what a person's own training code calls, step by step."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import CommandRefused, ControlChanged
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.measured import Measured
from gan_desktop.core.own_code import is_loss
from gan_desktop.core.status import Status
from gan_desktop.own_code.arrays import Gallery, number
from gan_desktop.own_code.callback import recording_callback
from gan_desktop.own_code.rates import Rates
from gan_desktop.own_code.writing import Beginning, Writer
from gan_desktop.recording.requests import Request, clear, take
from gan_desktop.recording.run_folder import check_out
from gan_desktop.recording.snapshots import SnapshotSchedule

# Seconds between two looks for requests.
LOOK = 0.25
# Samples for whoever follows come this often, if making them takes no more than this share of the time.
SAMPLE_SECONDS, SAMPLE_SHARE = 1.0, 0.05


class RunRecorder:
    """Records a GAN that your own code trains: its run is followed, opened, compared and exported like any other.

    ```python
    with RunRecorder("my-gan", optimizers={"d": d_optimizer, "g": g_optimizer}, steps=10_000) as recorder:
        for step in recorder.steps():
            ...
            recorder.record(d_loss=d_loss, g_loss=g_loss)
    ```

    However the block is left, the run ends with its right state: finished, stopped by Ctrl-C or from another terminal,
    failed by an exception, or diverged if a loss is no longer finite, which ends `steps()`.

    Args:
        name: what lists call the run.
        sample: gives some samples, always of the same latents: images (n, height, width) or (n, height, width, 1 or
            3), points (n, 1) or (n, 2). The first 64 images or 1,000 points are kept.
        image_range: the values of black and white in images, such as (-1, 1).
        optimizers: "d" and "g", whose learning rates can be set while it trains.
        steps: how many there are to be; None for no end.
        data: real samples, of which some are shown; `batch_size` counts the epochs with them.
        out: the run folder, new or empty; None makes one in the library.

    Raises:
        InputError: something of this cannot be; nothing was written.
    """

    def __init__(
        self,
        name: str = "own-code",
        *,
        sample: Callable[[], Any] | None = None,
        image_range: tuple[float, float] | None = None,
        optimizers: Mapping[str, Any] | None = None,
        steps: int | None = None,
        data: Any = None,
        batch_size: int | None = None,
        out: str | Path | None = None,
    ) -> None:
        self._name, self._out = name, None if out is None else Path(out)
        self._gallery = Gallery(sample, image_range, data)
        self._rates = Rates(optimizers or {})
        known = {f"optimizer.{rate}": value for rate, value in self._rates.values().items()}
        known |= {"training.steps": steps} if steps is not None else {}
        known |= {"training.batch_size": batch_size} if batch_size is not None else {}
        self._known, self._config = known, replace_keys(RunConfig(), known)
        self._steps, self._count = steps, 0 if data is None or batch_size is None else len(data)
        self._beginning: Beginning | None = None
        self._writer: Writer | None = None
        self._first: Any = None
        self._schedule = SnapshotSchedule()
        self._samples_due = self._looks_due = 0.0
        self._is_paused = False
        self._end: tuple[Status, str] | None = None

    def __enter__(self) -> Self:
        try:
            check_out(self._out)
        except InputError as error:
            raise InputError(str(error).removeprefix("--")) from None
        self._first = self._gallery.samples()
        data = self._gallery.summary(self._first, self._count)
        self._beginning = Beginning(self._name, self._out, self._config, self._known, data, self._steps)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        writer, self._beginning = self._writer, None
        if writer is None:
            return
        if error is None:
            status, message = self._end or (Status.FINISHED, "")
        elif isinstance(error, Exception):
            status, message = Status.FAILED, f"{type(error).__name__}: {error}"
        else:
            status, message = Status.STOPPED, ""
        if status is Status.DIVERGED:
            print(f"the run has ended: {message}", file=sys.stderr)
        try:
            if error is None and status is not Status.DIVERGED:
                self._tell_samples()
        finally:
            clear(writer.folder)
            writer.close(status, message, error if status is Status.FAILED else None)

    @property
    def folder(self) -> Path | None:
        """The run folder; None before the first step."""
        return None if self._writer is None else self._writer.folder

    @property
    def step(self) -> int:
        """How many steps were recorded."""
        return 0 if self._writer is None else self._writer.step

    @property
    def goes_on(self) -> bool:
        """Whether there is to be another step."""
        return self._end is None and (self._steps is None or self.step < self._steps)

    def steps(self) -> Iterator[int]:
        """The number of each step, from 0 on, until the last one, or until the run is stopped or diverges."""
        while self.goes_on:
            step = self.step
            yield step
            if self.step == step:
                raise InputError(f"step {step} has ended, and nothing was recorded of it: call record() in each step")

    def record(self, **figures: Any) -> bool:
        """Keep the figures of one step, and do what was asked for from outside; waits while the run is paused.

        The first call says which figures there are; a later one may leave some out. `d_loss` and `g_loss` are drawn as
        the losses.

        Returns:
            Whether the run goes on, for a loop of your own.

        Raises:
            InputError: a figure is no number or a new one, or this is not within the `with` block.
        """
        row = {name: number("record", name, value) for name, value in figures.items()}
        writer = self._writer or self._begin(list(row))
        for name in row:
            if name not in writer.names:
                raise InputError(f"record({name}=...): the first step had other figures: {', '.join(writer.names)}")
        writer.add(row)
        broken = next((name for name, value in row.items() if is_loss(name) and not math.isfinite(value)), None)
        if broken is not None:
            step = writer.step - 1
            self._end = Status.DIVERGED, f"the {writer.meaning(broken)} ({broken}) is no longer finite at step {step}"
            return False
        self._sample_if_due()
        self._obey()
        return self.goes_on

    def measure(self, **metrics: Any) -> None:
        """Keep metrics of the generator as it is after the steps so far, such as a Fréchet distance.

        Raises:
            InputError: one is no number, or no step was recorded yet.
        """
        values = {name: number("measure", name, value) for name, value in metrics.items()}
        if self._writer is None or self._beginning is None:
            raise InputError("measure(): metrics are those of a step; call record() before, in the with block")
        self._writer.tell(Measured(self.step, values, None, {}, {}, 0.0))

    def callback(self) -> Any:
        """A callback for `model.fit` that records what `train_step` returns, every batch a step."""
        return recording_callback(self)

    def _begin(self, figures: list[str]) -> Writer:
        if self._beginning is None:
            raise InputError("a RunRecorder records in a with block: with RunRecorder(...) as recorder")
        self._writer = Writer(self._beginning, figures)
        print(f"recording in {self._writer.folder}: 'gan-desktop open last' shows it", file=sys.stderr)
        if self._first is not None:
            self._writer.add_samples(self._first)
            self._schedule.saved(0)
        self._samples_due = time.monotonic() + SAMPLE_SECONDS
        return self._writer

    def _sample_if_due(self) -> None:
        if self._schedule.is_due(self.step) or time.monotonic() >= self._samples_due:
            self._tell_samples()

    def _tell_samples(self, *, keep: bool = False) -> None:
        started = time.monotonic()
        samples = self._gallery.samples()
        if samples is not None and self._writer is not None:
            self._writer.add_samples(samples, keep=keep)
            self._schedule.saved(self.step)
        now = time.monotonic()
        self._samples_due = now + max(SAMPLE_SECONDS, (now - started) / SAMPLE_SHARE)

    def _obey(self) -> None:
        """Do what was asked for; while the run is paused, wait."""
        writer = self._writer
        assert writer is not None
        if time.monotonic() < self._looks_due:
            return
        self._take_requests(writer)
        while self._is_paused and self.goes_on:
            writer.wait(LOOK)
            self._take_requests(writer)
        self._looks_due = time.monotonic() + LOOK

    def _take_requests(self, writer: Writer) -> None:
        for taken in take(writer.folder):
            self._do(writer, taken.request)
            taken.done()

    def _do(self, writer: Writer, request: Request) -> None:
        match request.what:
            case "set":
                self._set(writer, request)
            case "pause" | "resume" if self._is_paused != (request.what == "pause"):
                self._is_paused = request.what == "pause"
                writer.tell_status(Status.PAUSED if self._is_paused else Status.TRAINING)
            case "sample-now":
                self._tell_samples(keep=True)
            case "stop":
                self._end = Status.STOPPED, ""

    def _set(self, writer: Writer, request: Request) -> None:
        try:
            name, value, before, self._config = self._rates.set(self._config, request.key, request.value)
        except InputError as error:
            writer.tell(CommandRefused(str(error)))
            return
        writer.tell(ControlChanged(writer.step, name, value, before, request.author))
