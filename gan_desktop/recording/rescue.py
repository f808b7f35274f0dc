"""A place for what a run folder no longer takes: another folder of the same form, on another disk if need be."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from gan_desktop.core import paths
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError, RecordingError
from gan_desktop.recording.run_folder import create_run_folder


def _in_data() -> Path:
    return paths.data_directory() / "rescued"


def _in_temporary() -> Path:
    return Path(tempfile.mkdtemp(prefix="gan-desktop-rescued-"))


# The places in which it may be made, the best first.
PLACES: tuple[Callable[[], Path], ...] = (_in_data, _in_temporary)


class Rescue:
    """Folders that are made when there is something to keep.

    Attributes:
        folder: the folder in which something was kept last; None before that.
    """

    def __init__(self, name: str, config: RunConfig) -> None:
        self.folder: Path | None = None
        self._name = name
        self._config = config

    def keep(self, write: Callable[[Path], None]) -> Path:
        """Have `write` fill a rescue folder, which has the directories of a run folder.

        Returns:
            The folder in which all of it is.

        Raises:
            RecordingError: no place takes it; the error gives the last reason.
        """
        if self.folder is not None and _fills(write, self.folder) is None:
            return self.folder
        reason: Exception | None = None
        for place in PLACES:
            try:
                folder = create_run_folder(None, self._name, self._config, place())
            except (InputError, OSError) as error:
                reason = error
                continue
            reason = _fills(write, folder)
            if reason is None:
                self.folder = folder
                return folder
            shutil.rmtree(folder, ignore_errors=True)
        raise RecordingError(f"it could not be kept anywhere else: {reason}")


def _fills(write: Callable[[Path], None], folder: Path) -> Exception | None:
    """Why `write` could not fill the folder; None if it did."""
    try:
        write(folder)
    except (OSError, RecordingError) as error:
        return error
    return None
