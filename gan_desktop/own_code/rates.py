"""The learning rates of a person's optimizers, as the live controls `d_learning_rate` and `g_learning_rate`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError, named
from gan_desktop.core.interventions import check_control, current_controls

ROLES = ("d", "g")


class Rates:
    """Reads the rates, and sets them between two steps. They are variables, so nothing is traced again.

    Args:
        optimizers: by "d" and "g".

    Raises:
        InputError: another name, or an optimizer whose rate cannot be set.
    """

    def __init__(self, optimizers: Mapping[str, Any]) -> None:
        for role, optimizer in optimizers.items():
            if role not in ROLES:
                raise InputError(f"optimizers has {named(str(role))}: allowed: 'd' for the discriminator's, 'g'")
            if not hasattr(getattr(optimizer, "learning_rate", None), "assign"):
                raise InputError(
                    f"optimizers[{role!r}] has no learning rate that can be set while it trains: give it a number, and "
                    "no schedule"
                )
        self._optimizers = {f"{role}_learning_rate": optimizer for role, optimizer in optimizers.items()}

    def values(self) -> dict[str, float]:
        """The rates as they are, by the names of their controls; without the last digits, which 32 bits add."""
        return {name: _number(optimizer.learning_rate) for name, optimizer in self._optimizers.items()}

    def set(self, config: RunConfig, key: str, value: object) -> tuple[str, float, float, RunConfig]:
        """Set a rate.

        Returns:
            The name of the control, its value, the one before, and the config with it.

        Raises:
            InputError: it is none of these rates, or the value is not allowed.
        """
        name, changed = check_control(config, key, value)
        if name not in self._optimizers:
            raise InputError(f"'{name}' is no rate of an optimizer that was given", name)
        before, after = self.values()[name], float(current_controls(changed)[name])
        self._optimizers[name].learning_rate.assign(after)
        return name, after, before, changed


def _number(rate: Any) -> float:
    return float(f"{float(rate.numpy() if hasattr(rate, 'numpy') else rate):.7g}")
