"""What the window has others do for it, besides the engine: it may import none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gan_desktop.core.config import RunConfig
from gan_desktop.core.generating import Generate
from gan_desktop.core.lockstep import LockstepEngine
from gan_desktop.gui.own_data.preview_thread import Preview

# Makes the script of a config with a title. Raises InputError with the key that no script can express.
WriteScript = Callable[[RunConfig, str], str]


@dataclass(frozen=True)
class Services:
    """Functions that the window calls in threads of their own, but for `script`.

    Attributes:
        preview: looks at what a person wants to train on.
        generate: writes samples of a kept run.
        lockstep: advances the sides of a lockstep.
        script: writes a config as a Keras script.
    """

    preview: Preview
    generate: Generate
    lockstep: LockstepEngine
    script: WriteScript
