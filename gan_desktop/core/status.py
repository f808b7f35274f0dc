"""What the engine is doing, and which status may follow which."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    LOADING = "loading"  # importing TensorFlow
    READY = "ready"  # no run yet
    PREPARING = "preparing"  # reading data, building and compiling the networks
    TRAINING = "training"
    PAUSED = "paused"
    FINISHED = "finished"  # reached its steps or epochs
    STOPPED = "stopped"  # ended by the person
    DIVERGED = "diverged"  # a loss or a weight is no longer finite
    FAILED = "failed"  # an error; the message and traceback were reported
    INTERRUPTED = "interrupted"  # its process was killed: found in what a run left behind, never sent by the engine

    @property
    def is_final(self) -> bool:
        """The run takes no further step."""
        return self in (Status.FINISHED, Status.STOPPED, Status.DIVERGED, Status.FAILED, Status.INTERRUPTED)


# The words for the final ones, as files hold them.
FINAL = tuple(str(status) for status in Status if status.is_final)

TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.LOADING: frozenset({Status.READY, Status.PREPARING, Status.FAILED}),
    Status.READY: frozenset({Status.PREPARING}),
    # Back to ready if what was asked for cannot be had (a missing folder, say): the reason was reported.
    Status.PREPARING: frozenset(
        {Status.READY, Status.TRAINING, Status.PAUSED, Status.STOPPED, Status.FAILED, Status.DIVERGED}
    ),
    Status.TRAINING: frozenset(
        {Status.PAUSED, Status.FINISHED, Status.STOPPED, Status.DIVERGED, Status.FAILED, Status.PREPARING}
    ),
    Status.PAUSED: frozenset(
        {Status.TRAINING, Status.FINISHED, Status.STOPPED, Status.DIVERGED, Status.FAILED, Status.PREPARING}
    ),
    Status.FINISHED: frozenset({Status.PREPARING}),
    Status.STOPPED: frozenset({Status.PREPARING}),
    Status.DIVERGED: frozenset({Status.PREPARING}),
    Status.FAILED: frozenset({Status.PREPARING}),
    Status.INTERRUPTED: frozenset(),
}
