"""The recorder: listens to a run's events on the trainer's side and keeps the run folder."""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gan_desktop
from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import AlertEnded, AlertRaised, Diagnosed
from gan_desktop.core.errors import RecordingError
from gan_desktop.core.events import (
    CheckpointRemoved,
    CheckpointSaved,
    CommandRefused,
    ControlChanged,
    DigestTaken,
    EngineError,
    Event,
    MetricsBlock,
    Origin,
    Progress,
    RuleSuspended,
    RunEnded,
    RunStarted,
    Samples,
    StatusChanged,
)
from gan_desktop.core.figures import Figures
from gan_desktop.core.interventions import HAND
from gan_desktop.core.measured import Measured
from gan_desktop.core.past import Past
from gan_desktop.core.plain import to_json
from gan_desktop.core.presets import dump_toml
from gan_desktop.core.status import Status
from gan_desktop.core.views import VIEW_OF
from gan_desktop.recording.arrays_in_bytes import summary_to_bytes
from gan_desktop.recording.kept_lights import KeptLights
from gan_desktop.recording.kept_samples import KeptSamples
from gan_desktop.recording.problems import Problems
from gan_desktop.recording.run_folder import DATABASE, LOG, SAMPLES
from gan_desktop.recording.run_log import open_run_log
from gan_desktop.recording.store import SUMMARY, Fact, RunStore, is_locked
from gan_desktop.recording.writer_lock import WriterLock

# Seconds for which the end of a run waits for another process that has locked the database.
PATIENCE = 10.0
# Bytes of figures that may wait in memory: an hour of the fastest networks, weeks of large ones. Then `is_full`.
MOST_FIGURES = 256 * 2**20


class Recorder:
    """Keeps everything that is reported about one run. For one thread at a time.

    If the disk is full, the folder gone or the database locked, nothing is raised: what could not be written waits in
    memory (within a bound) and is tried again, after a second and then ever more rarely. `problem` says
    why. So no event has to be given twice, and no step's figures are lost or doubled.

    Args:
        folder: made by `create_run_folder`.
        config: what is trained.
        name: the preset's name.
        clock: a clock in seconds, which never goes back.
        facts: what else is to be known of the run from its start, such as its parent.
        figures: what every step reports; None for what the config's game does.
        goes_on_at: the step from which a run that is in the folder goes on; None if it begins.

    Raises:
        RecordingError: the files cannot be made, or another process writes the folder.
    """

    def __init__(
        self,
        folder: Path,
        config: RunConfig,
        name: str = "custom",
        clock: Callable[[], float] = time.monotonic,
        *,
        facts: Mapping[str, Fact] | None = None,
        figures: Figures | None = None,
        goes_on_at: int | None = None,
        lock: WriterLock | None = None,
    ) -> None:
        self.folder = folder
        self._lock = lock or WriterLock(folder)
        try:
            self._log, self._log_file = open_run_log(folder / LOG)
        except BaseException:
            self._lock.release()
            raise
        try:
            known = {**_first_facts(config, name, begins=goes_on_at is None), **(facts or {})}
            columns = config.game.figures if figures is None else figures
            self._store = RunStore(folder / DATABASE, columns, known, clock, goes_on_at)
        except BaseException:
            self._log_file.close()
            self._lock.release()
            raise
        self._clock = clock
        self._problems = Problems(self._log, clock)
        self._samples = KeptSamples(self._store, self._log, self._store.steps_of("samples"))
        self._lights = KeptLights(self._store, self._store.steps_of("lights"))
        self._unknown: dict[str, str] = {}
        self._closed = False
        self._handlers: dict[type, Callable[..., None]] = {
            RunStarted: self._run_started,
            MetricsBlock: self._metrics,
            Progress: self._progress,
            Samples: self._samples.take,
            Measured: self._measured,
            AlertRaised: self._alert_raised,
            AlertEnded: self._alert_ended,
            ControlChanged: self._control_changed,
            RuleSuspended: self._rule_suspended,
            CheckpointSaved: self._checkpoint_saved,
            CheckpointRemoved: self._checkpoint_removed,
            Diagnosed: self._lights.take,
            DigestTaken: self._digest_taken,
            StatusChanged: self._status_changed,
            RunEnded: self._run_ended,
            CommandRefused: self._command_refused,
            EngineError: self._engine_error,
            **dict.fromkeys(VIEW_OF, self._samples.take_view),
        }
        self._log.info("run '%s', GAN Desktop %s, in %s", name, gan_desktop.__version__, folder)
        self._log.info("config\n%s", str(known["config"]).rstrip())

    @property
    def log(self) -> logging.Logger:
        """The logger of `run.log`, for others to add lines of their own."""
        return self._log

    @property
    def problem(self) -> RecordingError | None:
        """Why something that could not be written waits; None if all is well."""
        return self._problems.first

    @property
    def is_behind(self) -> bool:
        """Whether something waits because it could not be written here."""
        return self._problems.has_files

    @property
    def is_full(self) -> bool:
        """Whether so much waits that the run must not go on."""
        return self.is_behind and self._store.waiting_bytes > MOST_FIGURES

    def seconds_to_retry(self) -> float | None:
        """After how many seconds to call `keep_up` if no event comes before; None if nothing has to be tried again."""
        return self._problems.seconds_to_retry if self.is_behind else None

    def on_event(self, event: Event) -> None:
        """Keep an event; events that say nothing about the run are passed over, and so are all after `close`.

        Raises:
            ValueError: a metrics block does not follow the one before.
        """
        handler = self._handlers.get(type(event))
        if handler is not None and not self._closed:
            handler(event)
            self.keep_up()

    def keep_up(self) -> None:
        """Write what is due. What could not be written before is tried again when it is time."""
        if self._closed:
            return
        if self.is_behind:
            is_due = self._problems.seconds_to_retry <= 0
        else:
            is_due = self._store.is_due or bool(self._samples.unsaved) or bool(self._log_file.waiting)
        if is_due:
            with suppress(RecordingError):
                self.flush()

    def report(self, what: str, problem: RecordingError | None) -> None:
        """Take in that somebody else could not write into the run folder, or could again."""
        self._problems.report(what, problem)

    def add_alert(
        self, step: int, detector: str, message: str, evidence: Mapping[str, Any], words: str | None = None
    ) -> None:
        """Keep a warning with its evidence; `words` is the whole alert by `to_json`."""
        self._log.warning("step %d: %s: %s", step, detector, message)
        self._store.add_alert(step, detector, message, evidence, words)

    def keep_samples(self) -> None:
        """Keep the samples that came last, with a picture."""
        self._samples.keep_latest()
        self._store.hurry()

    def forget_end(self, step: int, detectors: Collection[str]) -> None:
        """Forget what was measured at `step` alone, and what these detectors said of it.

        Raises:
            RecordingError: it could not be forgotten; all of it is still there.
        """
        self._store.forget_end(step, detectors)

    def forget_from(self, step: int, interventions: int) -> None:
        """Forget what was recorded from `step` on, and all but the first interventions: the run goes on otherwise.

        Raises:
            RecordingError: it could not be forgotten; all of it is still there.
        """
        self._store.forget_from(step, interventions)
        self._samples.forget_after(step)
        self._lights.forget_after(step)

    def flush(self) -> None:
        """Write all that waits.

        Raises:
            RecordingError: some of it could not be written and keeps waiting; the error gives the first reason.
        """
        failure: RecordingError | None = None
        # Figures first: if little room is left, it is theirs.
        for write in (self._store.flush, self._save_waiting_samples, self._store.flush, self._log_file.flush_lines):
            try:
                write()
            except RecordingError as error:
                failure = failure or error
        self._problems.report_files(failure)
        if failure is not None:
            raise failure

    def close(self, status: Status, sleep: Callable[[float], None] = time.sleep) -> None:
        """Save the last samples, say how the run ended, and close the files; does nothing if that has been done.

        Raises:
            RecordingError: something could not be written; the recorder stays open, for another try or for `abandon`.
        """
        if self._closed:
            return
        self._samples.keep_latest()
        self._store.set_facts(status=str(status), ended=_now())
        self._flush_patiently(sleep)
        self._log.info("closed: %s", status)
        self.abandon()

    def _flush_patiently(self, sleep: Callable[[float], None]) -> None:
        """Flush; while another process has locked the database, try again for as long as PATIENCE."""
        until, pause = self._clock() + PATIENCE, 0.1
        while True:
            try:
                return self.flush()
            except RecordingError as error:
                if not is_locked(error) or self._clock() + pause > until:
                    raise
            sleep(pause)
            pause *= 2

    def write_elsewhere(self, folder: Path) -> None:
        """Write what waits into another folder that has the directories of a run folder; it then waits here no longer.

        Raises:
            OSError, RecordingError: it could not be written there, and keeps waiting.
        """
        if (folder / DATABASE).exists():
            raise RecordingError(f"{folder / DATABASE} is there already")
        pictures: list[tuple[int, str]] = []
        waiting = list(self._samples.unsaved)
        try:
            self._samples.save(folder / SAMPLES, folder, lambda step, path: pictures.append((step, path)))
        finally:
            self._samples.unsaved[:] = waiting
        (folder / LOG).write_bytes(self._log_file.waiting)
        self._store.write_elsewhere(folder / DATABASE, pictures, rescued_from=str(self.folder))
        self._samples.unsaved.clear()

    def note_rescue(self, folder: Path, checkpoint: str) -> None:
        """Note that the last checkpoint is in another folder, at the path `checkpoint` in there."""
        self._store.set_facts(rescue=str(folder), rescued_checkpoint=checkpoint)

    def abandon(self) -> None:
        """Close the files without writing what waits. Never raises."""
        self._closed = True
        self._store.abandon()
        self._log_file.close()
        self._lock.release()

    def _run_started(self, event: RunStarted) -> None:
        data = event.data
        if data.kind == "points":
            self._samples.real_points = data.real
        self._store.set_data(SUMMARY, summary_to_bytes(data))
        self._store.set_facts(
            device=event.device,
            data=data.title,
            samples=data.count,
            total_steps=event.total_steps,
            generator_parameters=event.generator_parameters,
            discriminator_parameters=event.discriminator_parameters,
        )
        if event.origin is not None and event.past is not None:
            self._goes_on(event.origin, event.past)
        self._log.info("data: %s (%d samples of shape %s)", data.title, data.count, data.sample_shape)
        for note in data.notes:
            self._log.info("data: %s", note)
        self._log.info("device: %s", event.device)
        if event.machine is not None:
            plain = json.dumps(event.machine.plain())
            self._store.set_facts(machine=plain)
            self._log.info("machine: %s", plain)
        for note in event.notes:
            self._log.warning("%s", note)
        self._log.info("parameters: G %d, D %d", event.generator_parameters, event.discriminator_parameters)
        self._store.hurry()

    def _goes_on(self, origin: Origin, past: Past) -> None:
        """Log where the run goes on from. A branch takes over its parent's interventions, for a replay."""
        self._log.info("goes on from step %d of %s", origin.step, origin.folder)
        for reason in origin.reasons:
            self._log.warning("%s", reason)
        if origin.parted is not None:
            self._log.warning("step %d: computed again, it is not what was recorded", origin.parted)
        if origin.parent:
            for change in past.interventions:
                self._store.add_intervention(change.step, change.key, change.value, change.previous, change.author)

    def _metrics(self, event: MetricsBlock) -> None:
        self._store.add_figures(event)

    def _progress(self, event: Progress) -> None:
        self._store.set_facts(step=event.step, seconds=event.seconds)

    def _save_waiting_samples(self) -> None:
        self._samples.save(self.folder / SAMPLES, self.folder, self._store.add_snapshot)

    def _measured(self, event: Measured) -> None:
        self._lights.expect_news()
        for name, reason in event.unknown.items():
            # Once for each reason, not at every measurement.
            if self._unknown.get(name) != reason:
                self._log.info("step %d: %s is not known: %s", event.step, name, reason)
        self._unknown |= event.unknown
        averaged = event.averaged or {}
        rows = []
        for name, value in event.values.items():
            floor = event.floors.get(name)
            of_floor = (None, None) if floor is None else (floor.mean, floor.deviation)
            rows.append((event.step, name, value, averaged.get(name), *of_floor))
        self._store.add_metrics(rows)
        self._store.add_measured(event)

    def _alert_raised(self, event: AlertRaised) -> None:
        self._lights.expect_news()
        plain = event.alert.plain()
        rests_on = {key: plain[key] for key in ("level", "evidence", "suggestions")}
        self.add_alert(event.alert.step, event.alert.detector, plain["message"], rests_on, to_json(event.alert))

    def _alert_ended(self, event: AlertEnded) -> None:
        self._lights.expect_news()
        self._log.info("step %d: the alert of %s has ended: %s", event.step, event.alert.detector, event.message)
        self._store.add_alert_end(event.step, event.alert.detector, event.alert.step, str(event.message))

    def _control_changed(self, event: ControlChanged) -> None:
        by = "" if event.author == HAND else f", by {event.author}"
        self._log.info("step %d: %s = %r (was %r)%s", event.step, event.key, event.value, event.previous, by)
        self._store.add_intervention(event.step, event.key, event.value, event.previous, event.author)

    def _rule_suspended(self, event: RuleSuspended) -> None:
        self._log.info("step %d: the rule %s no longer sets %s", event.step, event.rule, event.key)

    def _checkpoint_saved(self, event: CheckpointSaved) -> None:
        path = self._relative(event.path)
        self._log.info("step %d: checkpoint %s%s", event.step, path, ", by time" if event.by_time else "")
        self._store.add_checkpoint(event.step, path.as_posix(), event.digest)

    def _digest_taken(self, event: DigestTaken) -> None:
        self._store.add_digest(event.step, event.digest)

    def _checkpoint_removed(self, event: CheckpointRemoved) -> None:
        if event.reason:
            self._log.warning("step %d: its checkpoint is removed: %s", event.step, event.reason)
        self._store.remove_checkpoint(self._relative(event.path).as_posix())

    def _relative(self, path: Path) -> Path:
        """The path relative to the run folder, if it is in there."""
        return path.relative_to(self.folder) if path.is_absolute() and path.is_relative_to(self.folder) else path

    def _status_changed(self, event: StatusChanged) -> None:
        """Have what waits written: nothing more may come for long."""
        self._log.info("step %d: %s%s", event.step, event.status, f": {event.message}" if event.message else "")
        self._store.set_facts(status=str(event.status), step=event.step)
        if event.status.is_final:
            self._samples.keep_latest()
        self._store.hurry()

    def _run_ended(self, event: RunEnded) -> None:
        self._store.set_facts(
            step=event.step,
            epoch=event.epoch,
            seconds=event.seconds,
            steps_per_second=event.steps_per_second,
            weights_digest=event.weights_digest,
        )
        totals = event.step, event.epoch, event.seconds, event.steps_per_second
        self._log.info("%d steps (%.2f epochs) in %.1f s, %.0f steps/s", *totals)
        self._log.info("weights digest %s", event.weights_digest)

    def _command_refused(self, event: CommandRefused) -> None:
        self._log.warning("refused: %s", event.message)

    def _engine_error(self, event: EngineError) -> None:
        self._log.error("%s\n%s", event.message, event.traceback.rstrip())
        self._store.hurry()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _first_facts(config: RunConfig, name: str, *, begins: bool) -> dict[str, Fact]:
    """What is known of a run when it begins, or when it goes on."""
    facts: dict[str, Fact] = {
        "version": gan_desktop.__version__,
        "config": dump_toml(config),
        "status": str(Status.PREPARING),
    }
    if not begins:
        return facts
    return facts | {
        "program": "GAN Desktop",
        "id": uuid.uuid4().hex,
        "name": name,
        "started": _now(),
        "game": config.game.name,
        "seed": config.training.seed,
        "step": 0,
        "seconds": 0.0,
    }
