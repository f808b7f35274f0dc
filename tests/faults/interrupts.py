"""Interrupts the window and the command line at random moments, and says what is wrong with how they end.

python -m tests.faults.interrupts --count 100 [--seed 0] [--seconds 15] [--only window] [--xvfb]

It interrupts the command line, a window, and a window in which Start is pressed as soon as it can be, in turn.

A moment is a number of seconds after the start. What the process has reached by then is printed beside it, since on a
busy machine the same moment is another one. Before the program's first line Python itself takes signals: an end by the
signal, or with Python's own words on it, is not counted as wrong there. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gan_desktop.recording.reader import read_run

ROOT = Path(__file__).resolve().parents[2]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# To be over so soon after the signal, or after TensorFlow's import where that is under way.
SECONDS_ALLOWED = 5.0
SECONDS_TO_HANG = 120.0
# Said by Qt's offscreen platform about every window.
HARMLESS = "This plugin does not support propagateSizeHints()"
PRESSED = """
from gan_desktop import process

process.take_signals()
from gan_desktop import __main__, app

create_window = app.create_window

def create(*arguments, **keywords):
    window = create_window(*arguments, **keywords)
    window.model.state_changed.connect(lambda *_: press(window.header.start_button, window.model))
    return window

def press(button, model):
    if model.record.status == "ready" and not model.is_starting:
        button.click()

app.create_window = create
__main__.main()
"""
PROGRAMS = {
    "terminal": ("-m", "gan_desktop", "train", "--preset", "ring", "--steps", "1000000000", "--json"),
    "window": ("-m", "gan_desktop"),
    "pressed": ("-c", PRESSED),
}


@dataclass
class Interrupt:
    """One process that was interrupted, and how it ended; `wrong` is empty where it ended as it should."""

    what: str
    moment: float
    number: signal.Signals
    reached: str = ""
    code: int | None = None
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def takes_signals(pid: int) -> bool:
    """Whether the process has reached the program's first line, from which on it takes SIGTERM itself."""
    for line in _read(pid, "status").splitlines():
        if line.startswith("SigCgt:"):
            return bool(int(line.split()[1], 16) & 1 << signal.SIGTERM - 1)
    return False


def loads_tensorflow(pid: int) -> bool:
    """Whether TensorFlow's libraries are in the process, of which the largest comes first."""
    return "libtensorflow" in _read(pid, "maps")


def has_run(folder: Path) -> bool:
    """Whether a run is being recorded there."""
    # A path and not a search: files that are written under a temporary name vanish under it.
    return any(run.joinpath("run.sqlite").exists() for run in (folder / "runs").glob("*"))


def reached(process: subprocess.Popen[str], folder: Path) -> str:
    """What the process is at, in a word or two."""
    if process.poll() is not None:
        return "ended"
    if not takes_signals(process.pid):
        return "python"
    if has_run(folder / "data"):
        return "run"
    if loads_tensorflow(process.pid):
        return "tensorflow"
    return "qt" if "libQt6Core" in _read(process.pid, "maps") else "program"


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return ""


def start(what: str, folder: Path, cache: Path, display: str = "") -> subprocess.Popen[str]:
    """One of `PROGRAMS`, with its data in `folder` and its streams in files there; without a display, offscreen."""
    environment = os.environ | {"GAN_DESKTOP_DATA": str(folder / "data"), "GAN_DESKTOP_CACHE": str(cache)}
    environment |= {"PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(folder), "DISPLAY": display}
    environment["QT_QPA_PLATFORM"] = "xcb" if display else "offscreen"
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        return subprocess.Popen(
            [sys.executable, *PROGRAMS[what]],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            text=True,
        )


def interrupt(process: subprocess.Popen[str], shot: Interrupt, folder: Path) -> None:
    """Send the signal, wait for the end, and look at what is left."""
    shot.reached = reached(process, folder)
    began = time.monotonic()
    process.send_signal(shot.number)
    try:
        shot.code = process.wait(SECONDS_TO_HANG)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        shot.wrong.append("hangs")
    shot.seconds = time.monotonic() - began
    if shot.reached != "python":
        shot.wrong += faults(shot, folder)


def faults(shot: Interrupt, folder: Path) -> list[str]:
    """What is wrong with how an interrupted process has ended, but for the time that it took."""
    wrong = []
    out, err = (folder / "out").read_text(), (folder / "err").read_text().replace(HARMLESS, "").strip()
    if shot.code != 0:
        wrong.append(f"exit code {shot.code}")
    if any(word in err for word in ("Traceback", "Error", "Fatal", "Aborted", "QThread", "ignored in")):
        wrong.append(f"stderr: {err.splitlines()[-1]}")
    if list(folder.glob("core*")):
        wrong.append("core dump")
    if shot.what == "terminal" and out and json.loads(out)["status"] != "stopped":
        wrong.append(f"stdout: {out}")
    for database in (folder / "data").rglob("run.sqlite"):
        record = read_run(database)
        if record.facts["status"] not in ("stopped", "finished"):  # a preset's steps may be done before the moment
            wrong.append(f"the run's status is '{record.facts['status']}'")
        if len(record.history) and not any((database.parent / saved.path).exists() for saved in record.checkpoints):
            wrong.append("no weights")
    return wrong


@contextmanager
def virtual_display(wanted: bool) -> Iterator[str]:
    """The name of an X11 display that nobody sees; empty where none is wanted."""
    if not wanted:
        yield ""
        return
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1440x900x24"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        yield f":{server.stdout.readline().strip()}"
        server.terminate()


def one(what: str, random_numbers: random.Random, seconds: float, cache: Path, display: str) -> Interrupt:
    """Start one of `PROGRAMS` and interrupt it at a random moment."""
    shot = Interrupt(what, random_numbers.uniform(0, seconds), random_numbers.choice(SIGNALS))
    with tempfile.TemporaryDirectory() as name:
        process = start(what, Path(name), cache, display)
        time.sleep(shot.moment)
        interrupt(process, shot, Path(name))
    if SECONDS_TO_HANG > shot.seconds > SECONDS_ALLOWED:
        shot.wrong.append("late")
    return shot


def main() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # what nohup has ignored here, the program would respect
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--only", choices=PROGRAMS)
    parser.add_argument("--xvfb", action="store_true", help="windows on an X11 display of their own")
    options = parser.parse_args()
    chosen = [options.only] if options.only else list(PROGRAMS)
    random_numbers = random.Random(options.seed)
    wrong = 0
    print("| what | moment s | reached | signal | exit code | seconds | wrong |\n|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as cache, virtual_display(options.xvfb) as display:
        for index in range(options.count):
            shot = one(chosen[index % len(chosen)], random_numbers, options.seconds, Path(cache), display)
            wrong += bool(shot.wrong)
            print(
                f"| {shot.what} | {shot.moment:.2f} | {shot.reached} | {shot.number.name} | {shot.code} "
                f"| {shot.seconds:.2f} | {'; '.join(shot.wrong)} |",
                flush=True,
            )
    print(f"\n{options.count - wrong} of {options.count} ended as they should.")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
