"""Whether fakes are training samples learnt by heart."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from gan_desktop.core.events import FloatArray
from gan_desktop.core.registry import metrics
from gan_desktop.diagnosis.distances import Floats, Rows, nearest_distances, tree_of
from gan_desktop.diagnosis.metrics import Metric
from gan_desktop.diagnosis.reference import Labels, Reference

# A copy is nearer to one training sample than this share of the distance to the next (Yoon et al. 2023).
COPY_RATIO = 1 / 3
# How many fakes are looked at: images are compared with each training image, points are found in a tree.
MOST = {"points": 1000, "images": 400}
# With fewer training samples, the distance to the next does not say how densely they lie.
FEWEST_TRAINED = 20
FEWEST = 50
# The largest share of training samples that may be the same as another: rounded numbers often are.
MOST_REPEATED = 0.5
# Features of the same image, computed twice, differ by rounding. Images nearer than this share of the spread are the
# same.
SAME = 1e-5


@metrics.register("copied_share", title="Copied samples")
class CopiedShare(Metric):
    """The share of the fakes that copy a training sample: that are nearer to one than a third of their distance to the
    next nearest (Yoon et al. 2023). Real samples that are not trained on do so by chance, which is the floor: one in
    three of densely lying samples on a line, one in nine in the plane, and hardly any image. Images are compared by
    their leading principal components.

    Comparing two distances from the same fake takes into account how densely training samples lie there. So dense data
    are no copies of each other, nor are blurred images, which are about as near to several. Copies of a sample that is
    in the data twice are not found. If all real samples are trained on, the floor is found by leaving one out: each is
    compared with the others, as a fresh one would be.
    """

    higher_is_better: ClassVar[bool] = False
    form: ClassVar[Literal["count", "share", "number"]] = "share"
    order: ClassVar[int] = 70

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        return self._share(fakes, reference, leave_out=False)

    def measure_real(self, real: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        return self._share(real, reference, leave_out=reference.trained_on is None)

    def unknown(self, reference: Reference, count: int) -> str:
        seen = reference.trained_seen
        if seen < FEWEST_TRAINED:
            return f"there are {seen} training samples, at least {FEWEST_TRAINED} are needed"
        fewest = min(count, len(reference.held_out))
        if fewest < FEWEST:
            what = "fakes" if count < FEWEST else "real samples held out for the noise floor"
            return f"there are {fewest} {what}, at least {FEWEST} are needed"
        # Fresh samples, if there are any, are no copies of what is in the data twice: the floor is then low.
        are_points = reference.kind == "points" and reference.trained_on is None
        if are_points and _repeated(reference.trained_features) > MOST_REPEATED:
            return "most training samples are in the data more than once, and copies of those are not told"
        return ""

    def note(self, reference: Reference, count: int) -> str:
        seen = reference.trained_seen
        # If the number of samples is odd, one is in neither half.
        if seen >= reference.trained_count - 1:
            return ""
        return f"copies are looked for among {seen:,} of {reference.trained_count:,} training samples"

    def _share(self, samples: FloatArray, reference: Reference, leave_out: bool) -> float:
        features = reference.features_of(samples)[: MOST[reference.kind]]
        finite = features[np.isfinite(features).all(axis=1)]
        if len(finite) == 0:
            return 0.0
        trained = reference.trained_features
        tree: Any = None
        if reference.kind == "points":
            tree = reference.remembered("tree", reference.samples, lambda: tree_of(trained))
        nearest = nearest_distances(finite, trained, 2 + leave_out, tree)
        if leave_out:
            spread: float = reference.remembered("spread", reference.samples, lambda: _spread(trained))
            is_same = nearest[:, :1] <= SAME * spread
            nearest = np.where(is_same, nearest[:, 1:], nearest[:, :-1])
        return float(np.count_nonzero(nearest[:, 0] <= COPY_RATIO * nearest[:, 1]) / len(features))


def _repeated(features: Rows) -> float:
    """The share of the samples that are the same as another."""
    _, counts = np.unique(features, axis=0, return_counts=True)
    return float(counts[counts > 1].sum() / len(features))


def _spread(features: Rows) -> float:
    """The root of the mean squared distance from the mean."""
    variance: Floats = features.astype(np.float64).var(axis=0)
    return float(np.sqrt(variance.sum()))
