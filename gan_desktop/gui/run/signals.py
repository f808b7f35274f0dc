"""What the window's knowledge of the run tells those who draw it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class RunSignals(QObject):
    """The signals of `RunRecord`.

    Signals:
        engine_ready: EngineReady, once TensorFlow is loaded.
        status_changed: the new Status.
        preparing: Preparing.
        run_cleared: the run that was is over and forgotten, for another one is being prepared.
        run_started: RunStarted; the history is empty again.
        metrics_arrived: MetricsBlock, already in the history.
        measured: Measured, already in the metric history.
        progressed: Progress.
        samples_changed: other samples are to be shown: new ones, or those of a moment on the timeline.
        controls_changed: a control was asked for, confirmed, or edited before a start.
        control_confirmed: ControlChanged.
        config_changed: the form's config was replaced.
        faults_dropped: what was typed wrongly is of no account any more: fields show their values.
        starting: the form is about to be read for a start: what is being typed is to be taken.
        refused: CommandRefused, from the engine or by the form's own check.
        refusals_settled: what was refused before is not the matter any more: a run has begun, a control was confirmed,
            or the form was edited.
        checkpoint_saved: CheckpointSaved.
        diagnosed: Diagnosed, already in the aspect history.
        alerts_changed: an alert was raised, now stands or stands no longer, or has ended.
        view_arrived: an event of `core.views`, already in `views`.
        engine_failed: EngineError.
        recording_changed: RecordingChanged.
        not_kept: NotKept.
    """

    engine_ready = Signal(object)
    status_changed = Signal(object)
    preparing = Signal(object)
    run_cleared = Signal()
    run_started = Signal(object)
    metrics_arrived = Signal(object)
    measured = Signal(object)
    progressed = Signal(object)
    samples_changed = Signal()
    controls_changed = Signal()
    control_confirmed = Signal(object)
    config_changed = Signal()
    faults_dropped = Signal()
    starting = Signal()
    refused = Signal(object)
    refusals_settled = Signal()
    checkpoint_saved = Signal(object)
    engine_failed = Signal(object)
    recording_changed = Signal(object)
    not_kept = Signal(object)
    diagnosed = Signal(object)
    alerts_changed = Signal()
    view_arrived = Signal(object)
