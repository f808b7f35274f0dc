"""What stands above generated images: whose they are, of which class and step."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from gan_desktop.core.events import Samples
from gan_desktop.core.views import UpdateShown
from gan_desktop.gui.look import words
from gan_desktop.gui.run.record import RunRecord
from gan_desktop.gui.samples.choices import Shown, only_class
from gan_desktop.gui.samples.class_signs import ClassSign, Sign


def samples_caption(
    record: RunRecord, samples: Samples, shown: Shown, update: UpdateShown | None, signs: dict[int, ClassSign]
) -> tuple[str, str]:
    """Such as "Generated · class 3 · step 120"; of a game that translates, with the data that it is shown beside.

    The second text is the end of the first that is not to be cut.
    """
    tr = QCoreApplication.translate
    trained = tr("Captions", "Generated") if samples.pictures else tr("Captions", "In training")
    whose = {
        Shown.TRAINED: tr("Captions", "Generated"),
        Shown.AVERAGED: tr("Captions", "Averaged"),
        Shown.BOTH: trained,
    }[shown]
    step = tr("Captions", "step {step}") if record.is_live else tr("Captions", "back at step {step}")
    parts, when = [whose], step.format(step=words.count(samples.step))
    if update is not None:
        when = tr("Captions", "after {update}").format(update=words.update_name(update))
    label = only_class(samples.labels)
    if label is not None and record.run is not None:
        name = words.class_name(label, record.run.data.class_names)
        parts.append(tr("Captions", "class {name}").format(name=name))
        sign = signs.get(label)
        if sign is not None:
            parts.append(tr("Captions", "lost") if sign.sign is Sign.LOST else tr("Captions", "all the same"))
    if samples.pictures and record.run is not None:
        parts.append(record.run.data.title)
    return " · ".join([*parts, when]), f" · {when}"
