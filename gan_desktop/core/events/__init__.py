"""What the engine tells the world: immutable, holding NumPy arrays and plain numbers, never tensors.

The sender never writes to an event's arrays again, and no receiver may write to them.
"""

from __future__ import annotations

from gan_desktop.core.diagnosis import AlertEnded, AlertRaised, Diagnosed
from gan_desktop.core.events.engine import (
    CommandRefused,
    Device,
    EngineError,
    EngineReady,
    Preparing,
    Recomputing,
    RunOpening,
    StatusChanged,
    StepCompiling,
)
from gan_desktop.core.events.keeping import (
    CheckpointRemoved,
    CheckpointSaved,
    DigestTaken,
    NotKept,
    RecordingChanged,
    Replayed,
    ReplayEnded,
    Replaying,
)
from gan_desktop.core.events.run import (
    ControlChanged,
    MetricsBlock,
    Origin,
    Progress,
    RuleSuspended,
    RunEnded,
    RunStarted,
)
from gan_desktop.core.events.samples import MADE, DataSummary, FloatArray, Picture, SampleKind, Samples
from gan_desktop.core.measured import Measured
from gan_desktop.core.views import Arrows, Inspected, Layers, Manifold, Scores, Surface, UpdateShown, Walked

__all__ = [
    "MADE",
    "AlertEnded",
    "AlertRaised",
    "Arrows",
    "CheckpointRemoved",
    "CheckpointSaved",
    "CommandRefused",
    "ControlChanged",
    "DataSummary",
    "Device",
    "Diagnosed",
    "DigestTaken",
    "EngineError",
    "EngineReady",
    "Event",
    "FloatArray",
    "Inspected",
    "Layers",
    "Manifold",
    "Measured",
    "MetricsBlock",
    "NotKept",
    "Origin",
    "Picture",
    "Preparing",
    "Progress",
    "Recomputing",
    "RecordingChanged",
    "ReplayEnded",
    "Replayed",
    "Replaying",
    "RuleSuspended",
    "RunEnded",
    "RunOpening",
    "RunStarted",
    "SampleKind",
    "Samples",
    "Scores",
    "StatusChanged",
    "StepCompiling",
    "Surface",
    "UpdateShown",
    "Walked",
]

Event = (
    EngineReady
    | StatusChanged
    | Preparing
    | Recomputing
    | RunOpening
    | StepCompiling
    | RunStarted
    | MetricsBlock
    | Progress
    | Samples
    | Measured
    | ControlChanged
    | RuleSuspended
    | CommandRefused
    | CheckpointSaved
    | CheckpointRemoved
    | DigestTaken
    | Replaying
    | Replayed
    | ReplayEnded
    | RecordingChanged
    | NotKept
    | RunEnded
    | EngineError
    | AlertRaised
    | AlertEnded
    | Diagnosed
    | Surface
    | Manifold
    | Arrows
    | Layers
    | Scores
    | Walked
    | Inspected
    | UpdateShown
)
