"""The part of a script that has the losses: the objective in the words of `keras.ops`, and penalties on the slope."""

from __future__ import annotations

from typing import NamedTuple

from gan_desktop.core.config import RunConfig, weight_key
from gan_desktop.core.registry import penalties
from gan_desktop.scripts.refusing import refuse


class Terms(NamedTuple):
    """The losses of one sample as expressions, with {real} and {fake} for its logits. D's fake half may be empty."""

    d_real: str
    d_fake: str
    g: str


TERMS = {
    "non_saturating": Terms("ops.softplus(-{real})", "ops.softplus({fake})", "ops.softplus(-{fake})"),
    "minimax": Terms("ops.softplus(-{real})", "ops.softplus({fake})", "-ops.softplus({fake})"),
    "least_squares": Terms("ops.square({real} - 1) / 2", "ops.square({fake}) / 2", "ops.square({fake} - 1) / 2"),
    "hinge": Terms("ops.relu(1 - {real})", "ops.relu(1 + {fake})", "-{fake}"),
    "wasserstein": Terms("-{real}", "{fake}", "-{fake}"),
    "relativistic": Terms("ops.softplus({fake} - {real})", "", "ops.softplus({real} - {fake})"),
}
NAMES = {"real": "real_logits", "fake": "fake_logits"}

# Where each penalty looks at the slope, and what it adds, with its weight in front.
POINTS = {
    "gradient_penalty": "real + tf.random.uniform({ones}) * (fake - real)",
    "r1": "real",
    "r2": "fake",
    "dragan": "real + ops.std(real) / 2 * tf.random.normal(tf.shape(real))",
}
TO_ZERO = ("r1", "r2")


def script_terms(config: RunConfig) -> Terms:
    """The losses of a config's objective, with names for the logits."""
    terms = TERMS.get(config.objective.objective)
    if terms is None:
        raise refuse(config, "objective.objective", f"a script can have {', '.join(TERMS)}")
    return Terms(*(text.format(**NAMES) for text in terms))


def d_loss_lines(config: RunConfig) -> list[str]:
    """The lines that compute the discriminator's loss."""
    terms, smoothing, lines = script_terms(config), config.regularization.label_smoothing, list[str]()
    real = f"ops.mean({terms.d_real})"
    if smoothing:
        as_fake = TERMS[config.objective.objective].d_fake.format(fake=NAMES["real"])
        lines.append(f"real_loss = {1 - smoothing:g} * {real} + {smoothing:g} * ops.mean({as_fake})")
        real = "real_loss"
    whole = real if not terms.d_fake else f"{real} + ops.mean({terms.d_fake})"
    return [*lines, f"loss = {whole}" if config.objective.d_loss_halves == "sum" else f"loss = ({whole}) / 2"]


def compares(config: RunConfig) -> bool:
    """Whether the generator's loss looks at real samples too."""
    return NAMES["real"] in script_terms(config).g


def penalties_on(config: RunConfig) -> dict[str, float]:
    """The weight of each penalty that is on."""
    weights = dict(zip(penalties, config.regularization.penalty_weights, strict=True))
    found = {name: weight for name, weight in weights.items() if weight}
    for name in found:
        if name not in POINTS:
            raise refuse(config, f"regularization.{weight_key(name)}")
    return found


def penalty_lines(config: RunConfig, rank: int) -> list[str]:
    """The lines that add the penalties to the loss, for samples of `rank` dimensions and a batch."""
    lines, labels = list[str](), ", labels" if config.data.conditional else ""
    count = "BATCH_SIZE // PACK" if config.regularization.pack > 1 else "BATCH_SIZE"
    for name, weight in penalties_on(config).items():
        points = POINTS[name].format(ones=f"({count}, {', '.join('1' * rank)})")
        if name in TO_ZERO:
            squared = f"squared_slopes({points}{labels})"
            lines.append(f"loss += {weight:g} / 2 * ops.mean({squared})  # {name.upper()}")
        else:
            lines.append(f"points = {points}")
            lines.append(f"slopes = ops.sqrt(squared_slopes(points{labels}) + 1e-12)")
            lines.append(f"loss += {weight:g} * ops.mean(ops.square(slopes - 1))  # {penalties[name].title}")
    return lines


def slopes_function(config: RunConfig, rank: int) -> str:
    """The function that penalties need."""
    axes = ", ".join(map(str, range(1, rank + 1)))
    labels, given = (", labels", "[points, labels]") if config.data.conditional else ("", "points")
    return f'''\
def squared_slopes(points{labels}):
    """How steep the discriminator is at each point, squared."""
    with tf.GradientTape() as tape:
        tape.watch(points)
        logits = discriminator({given}, training=True)
    slopes = tape.gradient(logits, points)
    return ops.sum(ops.square(slopes), axis=({axes}{"," if rank == 1 else ""}))
'''
