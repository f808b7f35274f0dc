"""The only module that knows both window and engine. Importing it loads neither TensorFlow nor a window."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gan_desktop.core import last_words, plugins
from gan_desktop.core.collecting import without_collecting
from gan_desktop.core.commands import CommandQueue
from gan_desktop.core.config import RunConfig
from gan_desktop.core.engine import Emit
from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.generating import Generated, Wish
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.lockstep import LockstepEvent, LockstepQueue, Order
from gan_desktop.core.presets import DEFAULT_PRESET, preset
from gan_desktop.process import leave, stopping

if TYPE_CHECKING:
    from gan_desktop.gui.services import Services
    from gan_desktop.gui.shell.main_window import MainWindow

SELF_CHECK_STEPS = 200
SELF_CHECK_SECONDS = 900


def run_engine(commands: CommandQueue, emit: Emit) -> None:
    """The engine as the window drives it; TensorFlow is loaded here, on the thread that calls."""
    from gan_desktop.training.engine.session import Session

    Session(commands, emit, watched=True).run()


def run_lockstep(order: Order, commands: LockstepQueue, tell: Callable[[LockstepEvent], None]) -> None:
    """A lockstep as its window drives it, on the thread that calls."""
    from gan_desktop.training.engine.lockstepping import run_lockstep as run

    run(order, commands, tell)


def preview_data(path: Path, report: Callable[[str, float | None], None], source: Path | None = None) -> FolderPreview:
    """What is at a path, or two, that a person wants to train on. Raises InputError if it cannot be trained on.

    `source` holds the images that are to be translated into the ones at `path`.
    """
    from gan_desktop.training.data.folder_preview import preview_folder

    return preview_folder(path, report, source)


def generate_samples(run: Path, wish: Wish, report: Callable[[float], None]) -> Generated:
    """Write samples of the run in a folder; see `training.generating.generate`."""
    from gan_desktop.training.generating import generate

    return generate(run, wish, report)


def write_script(config: RunConfig, title: str) -> str:
    """A script that trains the GAN of a config with Keras. Raises InputError if no script can express it."""
    from gan_desktop.scripts.script import keras_script

    return keras_script(config, title)


def services() -> Services:
    """What the window has others do."""
    from gan_desktop.gui.services import Services

    return Services(preview_data, generate_samples, run_lockstep, write_script)


def create_window(
    config: RunConfig | None = None, leave: Callable[[], None] | None = None, run: Path | None = None
) -> MainWindow:
    """The window and its idle training thread, without an event loop. Closing the window stops the thread.

    Args:
        config: what Start will train; the default preset without one. A QApplication must exist.
        leave: ends the process. Closing the window calls it rather than wait for a thread that has nothing to keep.
        run: the folder of a kept run to show at first; what keeps it from being shown is said in the window.
    """
    from gan_desktop.gui.shell.main_window import MainWindow

    window = MainWindow(run_engine, config, services=services(), leave=leave)
    if run is not None:
        window.runs.open(run)
    return window


def run_window(run: Path | None = None) -> int:
    """Show the window until it is closed, with a kept run if its folder is given, and give the exit code."""
    from gan_desktop.gui.shell.application import close_soon, create_application

    deaths = last_words.deaths()
    with last_words.keeping():
        with without_collecting():
            application = create_application(sys.argv)
            window = create_window(leave=leave, run=run)
            window.closed.connect(partial(application.exit, 0))
            window.show()
        if sentences := [*deaths, *plugins.problems()]:
            window.notice.say(" ".join(sentences))
        with stopping(partial(close_soon, window)):
            return application.exec()


def self_check() -> int:
    """Train 200 steps of the default preset in the real window, offscreen, and print what came of it as a JSON line.

    Returns:
        0 if the run finished, 1 with the reason in the JSON otherwise.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from gan_desktop.gui.shell.application import close_soon, create_application
    from gan_desktop.gui.shell.self_check import watch_run

    application = create_application(sys.argv[:1])
    config = replace_keys(preset(DEFAULT_PRESET).config, {"training.steps": SELF_CHECK_STEPS})
    # Without a way to leave: what came of it is told once the engine has ended, however busy the machine is.
    window = create_window(config)
    window.closed.connect(partial(application.exit, 0))
    window.show()
    with stopping(partial(close_soon, window)):
        report = watch_run(application, window, SELF_CHECK_SECONDS)
    print(json.dumps(report), flush=True)
    return 0 if report["ok"] else 1
