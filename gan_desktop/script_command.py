"""The `script` command: a config, or that of a kept run, as a Keras script. Neither TensorFlow nor Qt is imported."""

from __future__ import annotations

from pathlib import Path

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.paths import expanded, write_whole
from gan_desktop.core.presets import load_config, preset
from gan_desktop.recording.exporting import check_place
from gan_desktop.recording.library import find_run
from gan_desktop.recording.notes import noted_name
from gan_desktop.recording.reader import read_run
from gan_desktop.terminal import EXIT_OK


def script_in_terminal(meant: str | None, preset_name: str | None, out: Path | None) -> int:
    """Print the script, or write it and print where it is.

    Args:
        meant: a config file or a run; the preset is meant if it is None.

    Raises:
        InputError: one sentence; nothing is written.
    """
    from gan_desktop.scripts.script import keras_script

    text = keras_script(*_config(meant, preset_name))
    if out is None:
        print(text, end="")
        return EXIT_OK
    check_place(out, is_folder=False, replace=False)
    try:
        write_whole(out, text.encode())
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror or error}") from None
    print(out)
    return EXIT_OK


def _config(meant: str | None, preset_name: str | None) -> tuple[RunConfig, str]:
    """The config that is meant, and its title."""
    if (meant is None) == (preset_name is None):
        raise InputError("script: give a config file, a run, or --preset NAME, and only one of them")
    if preset_name is not None:
        chosen = preset(preset_name)
    elif expanded(Path(str(meant))).suffix == ".toml":
        chosen = load_config(expanded(Path(str(meant))))
    else:
        entry = find_run(str(meant))
        entry.check_readable()
        entry.check_ours()
        return read_run(entry.folder).config(), noted_name(entry.folder) or entry.folder.name
    return chosen.config, chosen.title
