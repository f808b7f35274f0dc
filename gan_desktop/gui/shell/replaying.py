"""Run > Replay…: says what is repeated, how it came out, and leads to the step at which it parted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Slot
from PySide6.QtGui import QAction, QKeySequence

from gan_desktop.core.events import Replayed, Replaying
from gan_desktop.gui.look import words
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.shell.notice import NoticeBar


class Replayer(QObject):
    """Tells of replays in the notice bar.

    Args:
        model: its `replays` are told of.
        notice: says it.
        raise_timeline: brings the timeline into view.
    """

    def __init__(self, model: RunModel, notice: NoticeBar, raise_timeline: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._notice, self._raise_timeline = model, notice, raise_timeline
        self._stop: QAction | None = None
        replays = model.replays
        replays.begun.connect(self._on_begun)
        replays.done.connect(self._on_done)
        replays.given_up.connect(self._on_given_up)
        replays.changed.connect(self._offer_escape)
        notice.step_asked.connect(self._go_to)

    def stop_with(self, action: QAction) -> None:
        """Have this action break a replay off; Esc is a key of it then."""
        self._stop = action
        self._keys = action.shortcuts()

    @Slot()
    def _offer_escape(self) -> None:
        if self._stop is not None:
            escape = [QKeySequence("Esc")] if self._model.replays.is_under_way else []
            self._stop.setShortcuts([*self._keys, *escape])

    @property
    def _name(self) -> str:
        return self._model.record.run_name

    @Slot(object)
    def _on_begun(self, event: Replaying) -> None:
        text = self.tr("Replaying “{name}” in memory; Esc breaks it off.")
        said = [text.format(name=self._name)]
        if event.reasons:
            text = self.tr("The last bits may differ: {reasons}.")
            said.append(text.format(reasons=_joined(event.reasons)))
        self._notice.say(" ".join(said))

    @Slot(object)
    def _on_done(self, event: Replayed) -> None:
        if event.parted is None:
            self._notice.say(equal_sentence(event))
        else:
            self._notice.say(parted_sentence(event), event.parted)

    @Slot(str)
    def _on_given_up(self, reason: str) -> None:
        if reason:
            self._notice.say(self.tr("Not replayed: {reason}.").format(reason=reason.rstrip(".")))
        elif not self._model.is_active:
            self._notice.say(self.tr("The replay was broken off."))

    @Slot(object)
    def _go_to(self, step: int) -> None:
        self._raise_timeline()
        self._model.record.look_at(step)


def equal_sentence(event: Replayed) -> str:
    """What is said of a replay that came out the same."""
    steps = _tr("1 step") if event.steps == 1 else _tr("{n} steps").format(n=words.count(event.steps))
    digests = _tr("1 digest") if event.digests == 1 else _tr("{n} digests").format(n=words.count(event.digests))
    if event.compared_from >= event.steps > 0:
        return _tr("Nothing could be compared: the record has no figures of its {steps}.").format(steps=steps)
    if event.compared_from:
        steps = _tr("the steps {first} to {last}, as far as its record goes back,").format(
            first=words.count(event.compared_from), last=words.count(event.steps - 1)
        )
    return _tr("Equal: every figure of {steps} and {digests} of the weights.").format(steps=steps, digests=digests)


def parted_sentence(event: Replayed) -> str:
    """What is said of a replay that came out otherwise, with what is known of the reason."""
    text = _tr("Parted at step {n}: its figures, or the weights after it, are not those of the record, {why}.")
    why = _tr("though program, TensorFlow and processor are the same")
    if event.reasons:
        why = _tr("perhaps because {reasons}").format(reasons=_joined(event.reasons))
    return text.format(n=words.count(event.parted or 0), why=why)


def _joined(reasons: tuple[str, ...]) -> str:
    return "; ".join(reason.rstrip(".") for reason in reasons)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Replayer", text)
