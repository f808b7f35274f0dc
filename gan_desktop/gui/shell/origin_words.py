"""What is to be said of a run that goes on: what was computed again, and whether it is the same run."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from gan_desktop.core.events import RunStarted
from gan_desktop.gui.look import words


def origin_sentences(run: RunStarted) -> tuple[str, ...]:
    """The sentences; none for a run that began at step 0."""
    origin = run.origin
    if origin is None:
        return ()
    said = []
    if origin.parent:
        text = _tr("Branch of “{name}” at step {step}.")
        said.append(text.format(name=origin.folder.name or origin.name, step=words.count(origin.step)))
    else:
        said.append(_tr("The same run goes on from step {step}.").format(step=words.count(origin.step)))
    if origin.parted is not None:
        text = _tr("Recomputed {n}: step {step} is the first that differs from the record.")
        said.append(text.format(n=_steps(origin.recomputed), step=words.count(origin.parted)))
    elif origin.recomputed:
        text = _tr("Recomputed {n} from the checkpoint of step {step}: identical to the record.")
        if not origin.checkpoint:
            text = _tr("Recomputed {n} from the start: identical to the record.")
        said.append(text.format(n=_steps(origin.recomputed), step=words.count(origin.checkpoint)))
    said += [f"{reason[:1].upper()}{reason[1:].rstrip('.')}." for reason in origin.reasons]
    return tuple(said)


def _steps(count: int) -> str:
    return _tr("1 step") if count == 1 else _tr("{n} steps").format(n=words.count(count))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Origin", text)
