"""Asking about one generated sample: which real ones are nearest to it, and what the discriminator says of it."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import FloatArray
from gan_desktop.core.views import Inspected
from gan_desktop.diagnosis.nearest import NearestReal
from gan_desktop.diagnosis.reference import Reference
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.probe import probability
from gan_desktop.training.watching.samples import Showing

NEIGHBOURS = 3


class Inspecting:
    """Answers about the shown samples of one run. The first takes longer: it compares real samples with each other.

    Args:
        trainer: the run's.
        showing: what is shown of it.
        reference: the run's real samples, as metrics know them.
    """

    def __init__(self, trainer: Trainer, showing: Showing, reference: Reference) -> None:
        self._trainer, self._showing, self._reference = trainer, showing, reference

    def inspect(self, index: int) -> Inspected:
        """The shown sample with this index as the generator makes it now, beside the nearest real ones.

        Raises:
            InputError: there is no such sample, or it is not finite.
        """
        trainer, showing = self._trainer, self._showing
        showing.latent(index)
        samples = trainer.sample(showing.latents, showing.labels)
        sample = samples[index]
        if not np.isfinite(sample).all():
            raise InputError(f"sample {index} is not finite: no real sample is near")
        logit, patches = float("nan"), None
        if trainer.config.regularization.pack == 1:
            judged = trainer.probe().logit_maps(samples, showing.labels, showing.sources)[index]
            logit, patches = float(judged.mean()), probability(judged) if judged.ndim else None
        found, distances = self._nearest.nearest(sample, NEIGHBOURS)
        return Inspected(
            step=trainer.step,
            index=index,
            sample=sample,
            logit=logit,
            neighbours=self._real[found],
            distances=distances,
            typical=self._nearest.typical,
            class_name=self._class_name(sample),
            patches=patches,
        )

    @property
    def _real(self) -> FloatArray:
        """All that the GAN is trained on; for data larger than memory, the few thousand samples that metrics use."""
        samples, reference = self._trainer.data.samples, self._reference
        if isinstance(samples, np.ndarray):
            return samples
        return reference.samples if reference.trained_on is None else reference.trained_on

    @cached_property
    def _nearest(self) -> NearestReal:
        return NearestReal(self._real)

    def _class_name(self, sample: FloatArray) -> str:
        reference = self._reference
        classifier = reference.classifier
        if classifier is None or classifier.is_guessing:
            return ""
        number = int(classifier.predict(sample[None])[0])
        return reference.class_names[number] if number < len(reference.class_names) else str(number)
