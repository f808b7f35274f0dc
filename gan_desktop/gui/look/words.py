"""Numbers and states in the words that people read."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import exp, isfinite, isnan
from typing import Any

from PySide6.QtCore import QCoreApplication

from gan_desktop.core.diagnosis import Sentence, filled
from gan_desktop.core.events import Preparing
from gan_desktop.core.fields import KeyInfo
from gan_desktop.core.interventions import ControlValue
from gan_desktop.core.objective import objective_facts
from gan_desktop.core.registry import objectives
from gan_desktop.core.status import Status
from gan_desktop.core.views import UpdateShown


def status_word(status: Status) -> str:
    """One or two words for what the engine is doing."""
    return {
        Status.LOADING: QCoreApplication.translate("Words", "loading TensorFlow…"),
        Status.READY: QCoreApplication.translate("Words", "ready"),
        Status.PREPARING: QCoreApplication.translate("Words", "preparing…"),
        Status.TRAINING: QCoreApplication.translate("Words", "training"),
        Status.PAUSED: QCoreApplication.translate("Words", "paused"),
        Status.FINISHED: QCoreApplication.translate("Words", "finished"),
        Status.STOPPED: QCoreApplication.translate("Words", "stopped"),
        Status.DIVERGED: QCoreApplication.translate("Words", "diverged"),
        Status.FAILED: QCoreApplication.translate("Words", "failed"),
        Status.INTERRUPTED: QCoreApplication.translate("Words", "interrupted"),
    }[status]


def preparation(event: Preparing) -> str:
    """What the preparation of a run is doing, and how much of that is done, if that is known."""
    text = QCoreApplication.translate("Preparing", event.message)
    return text if event.fraction is None else f"{text}, {percentage(event.fraction)}"


def waits_for(status: Status, preparing: Preparing | None) -> str:
    """What there is to wait for before a run can be seen; empty where nothing is."""
    if status is Status.LOADING:
        return QCoreApplication.translate("Words", "Loading TensorFlow…")
    if preparing is not None:
        text = QCoreApplication.translate("Words", "Preparing the next run: {what}…")
        return text.format(what=lowered(preparation(preparing)))
    return QCoreApplication.translate("Words", "Preparing the next run…") if status is Status.PREPARING else ""


def lowered(text: str) -> str:
    """The text as it goes on after a colon; an abbreviation that it begins with stays as it is."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def count(number: int) -> str:
    """12480 as 12,480."""
    return f"{number:,}"


def figure(value: float) -> str:
    """A loss or a score with three decimals, or with three digits where it is very large or small."""
    if not isfinite(value):
        return "–" if value != value else ("∞" if value > 0 else "−∞")
    if value != 0 and not 0.001 <= abs(value) < 1000:
        return rate(float(f"{value:.2e}"))
    return f"{value:.3f}".replace("-", "−")


def three_digits(value: float) -> str:
    """A norm or a distance with its first three digits: 0.0673, 2.10, 11.6."""
    if not isfinite(value) or not 0.001 <= abs(value) < 1000:
        return figure(float(f"{value:.1e}"))
    return f"{value:#.3g}".rstrip(".").replace("-", "−")


def rate(value: float) -> str:
    """A learning rate as people write it: 2.0e-4, and every digit of one that was typed."""
    mantissa, _, exponent = f"{value:.5e}".partition("e")
    mantissa = mantissa.rstrip("0")
    if mantissa.endswith("."):
        mantissa += "0"
    return f"{mantissa}e{int(exponent)}"


def number(value: float) -> str:
    """A weight or a share as people write it: 10, 0.999, 0.01."""
    return f"{value:.6g}"


def about(*paragraphs: str) -> str:
    """A tool tip of several paragraphs. It is rich text, because plain text is never wrapped."""
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs if paragraph)


def config_text(text: str) -> str:
    """A title or description of the config or of a registry, translated."""
    return QCoreApplication.translate("Config", text) if text else ""


def control_value(info: KeyInfo, value: ControlValue) -> str:
    """A live control's value: a choice by its title, 0 as "off" where that is what it means."""
    if isinstance(value, str):
        return next((config_text(choice.title) for choice in info.choices if choice.value == value), value)
    if value == 0 and info.usual is not None:
        return QCoreApplication.translate("Words", "off")
    return number(value)


def key_value(info: KeyInfo, value: Any) -> str:
    """A key's value in a few words, or a dash if it has none."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return QCoreApplication.translate("Words", "on") if value else QCoreApplication.translate("Words", "off")
    if isinstance(value, list | tuple):
        return ", ".join(key_value(info, each) for each in value)
    if info.key.endswith("learning_rate"):
        return rate(float(value))
    return control_value(info, value) if isinstance(value, int | float | str) else str(value)


def speed(steps_per_second: float) -> str:
    """Steps a second, with a decimal if they are few."""
    number = f"{steps_per_second:,.0f}" if steps_per_second >= 10 else f"{steps_per_second:.1f}"
    return QCoreApplication.translate("Words", "{n} steps/s").format(n=number)


def memory(size: int) -> str:
    """Bytes in the unit that fits."""
    if size >= 2**30:
        return QCoreApplication.translate("Words", "{n} GB").format(n=f"{size / 2**30:.1f}")
    return QCoreApplication.translate("Words", "{n} MB").format(n=round(size / 2**20))


def percentage(share: float, decimals: int = 0) -> str:
    """0.031 as 3 %."""
    return QCoreApplication.translate("Words", "{n} %").format(n=f"{100 * share:.{decimals}f}")


def watching_kind(kind: str) -> str:
    """What watching a run is made of (`core/watching.py`)."""
    return {
        "pictures": QCoreApplication.translate("Words", "samples"),
        "metrics": QCoreApplication.translate("Words", "metrics"),
        "views": QCoreApplication.translate("Words", "views of the networks"),
        "diagnosis": QCoreApplication.translate("Words", "diagnosis"),
        "painting": QCoreApplication.translate("Words", "painting the window"),
    }.get(kind, kind)


def duration(seconds: float) -> str:
    """How long, in the two largest units that matter."""
    whole = max(0, round(seconds))
    if whole < 60:
        return QCoreApplication.translate("Words", "{s} s").format(s=whole)
    if whole < 3600:
        return QCoreApplication.translate("Words", "{m} min {s} s").format(m=whole // 60, s=whole % 60)
    hours, minutes = divmod(whole // 60, 60)
    if hours < 48:
        return QCoreApplication.translate("Words", "{h} h {m} min").format(h=hours, m=minutes)
    return QCoreApplication.translate("Words", "{d} days").format(d=hours // 24)


def class_name(label: int, names: Sequence[str] | None) -> str:
    """A class by its name, or by its number if it has none."""
    return names[label] if names is not None and label < len(names) else str(label)


def has_probability(objective: ControlValue) -> bool:
    """Whether the discriminator of the named objective gives the probability that a sample is real."""
    return objective_facts(str(objective)).gives_log_odds


def verdict(logit: float, objective: ControlValue) -> str:
    """What the discriminator makes of one sample: 0.31 real, or its output if that is no probability."""
    if isnan(logit):
        return QCoreApplication.translate("Words", "D judges packs of samples, not this one alone")
    if has_probability(objective):
        share = 1 / (1 + exp(-max(min(logit, 500.0), -500.0)))
        return QCoreApplication.translate("Words", "D: {share} real").format(share=f"{share:.2f}")
    return QCoreApplication.translate("Words", "D's output: {value}").format(value=figure(logit))


def no_probability(objective: ControlValue) -> str:
    """Why there are no probabilities, in a sentence."""
    title = config_text(objectives[str(objective)].title)
    text = QCoreApplication.translate("Words", "{objective}: what D puts out is a score, not a probability.")
    return text.format(objective=title)


def update_name(update: UpdateShown) -> str:
    """Which update within a step it is: D update 2 of 5. In a game of two pairs, the way back is named."""
    text = QCoreApplication.translate("Words", "{network} update {n} of {all}")
    if update.is_backward:
        text = QCoreApplication.translate("Words", "{network} (y → x) update {n} of {all}")
    return text.format(network=update.network.upper(), n=update.number, all=update.of)


def sentence(said: Sentence) -> str:
    """A sentence of the diagnosis, translated, with its figures put in."""
    if not said.template:
        return ""
    return filled(QCoreApplication.translate("Diagnosis", said.template), said.values)
