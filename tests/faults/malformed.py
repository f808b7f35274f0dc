"""Malformed input at the command line: a table of cases, and what each must come to.

Exit code 2; one short line on stderr that names the key, the file or the line, the value and what is allowed; nothing
on stdout, nothing made, no control character, whatever was typed. `python -m tests.faults.malformed` prints the table
with the CPU seconds of each, and exits with 1 where one is wrong.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gan_desktop.cli import main
from tests.faults.bad_configs import CONFIGS
from tests.faults.bad_files import make_files
from tests.faults.cases import CASES, Case

# Characters of the line on stderr, and CPU seconds, of which a case on a quiet machine takes .01.
LONGEST_LINE = 1600
MOST_SECONDS = 1.0


def make_folder(folder: Path) -> None:
    """What the cases name: configs, folders that are taken, a pipe, a link to itself, and data that are none."""
    for name, content, _ in CONFIGS:
        (folder / f"{name}.toml").write_bytes(content)
    (folder / "good.toml").write_text("[data]\nname = 'ring'\n")
    for taken in ("taken", "taken\x1b[31m"):
        (folder / taken).mkdir()
        (folder / taken / "something").touch()
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to("loop")
    make_files(folder)


def everything(folder: Path) -> set[str]:
    """All files and folders below; the cache is allowed to fill, since that is what it is for."""
    return {str(path) for path in folder.rglob("*") if not path.is_relative_to(folder / "cache")}


def wrong(case: Case, folder: Path, run: Callable[[list[str]], tuple[int, str, str]]) -> str:
    """What is wrong with how a case is refused, in a few words; empty where nothing is.

    Args:
        case: the case.
        folder: the working directory, in which nothing may be made.
        run: a function from arguments to the exit code, stdout and stderr.
    """
    before = everything(folder)
    try:
        code, out, error = run(["train", "--json", *case.arguments])
    except Exception as raised:  # noqa: BLE001 - any exception is a fault, and the table goes on
        return f"raised {type(raised).__name__}: {ascii(str(raised))[:200]}"
    made = everything(folder) - before
    line = error.removesuffix("\n")
    missing = [part for part in case.named if part not in line]
    faults = {
        f"exit code {code}": code != 2,
        f"stdout {ascii(out)[:80]}": bool(out),
        "not a line of gan-desktop": not line.startswith("gan-desktop: "),
        "control characters, or several lines": not line.isprintable(),
        f"{len(line):,} characters": len(line) > LONGEST_LINE,
        f"made {sorted(made)[:3]}": bool(made),
        f"lacks {missing}": bool(missing),
    }
    found = "; ".join(fault for fault, is_so in faults.items() if is_so)
    return f"{found}: {ascii(line)[:300]}" if found else ""


def captured(arguments: list[str]) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the command line, in this process."""
    out, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        code = main(arguments)
    return code, out.getvalue(), error.getvalue()


def table() -> int:
    """Print every case with its CPU seconds and what is wrong with it; the exit code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["GAN_DESKTOP_DATA"] = str(folder / "data")
        os.environ["GAN_DESKTOP_CACHE"] = str(folder / "cache")
        make_folder(folder)
        os.chdir(folder)
        # The registries, and for the others TensorFlow, are loaded once.
        captured(["train", "--set", "nonsense"])
        captured(["train", "--device", "none"])
        faults = 0
        for number, case in enumerate(CASES, start=1):
            started = time.process_time()
            fault = wrong(case, folder, captured)
            seconds = time.process_time() - started
            fault = fault or (f"took {seconds:.1f} CPU seconds" if seconds > MOST_SECONDS else "")
            faults += bool(fault)
            verdict = f"WRONG: {fault}" if fault else "right"
            print(f"{number:4} {seconds:5.2f} s  {case}  -- {verdict}")
        print(f"{len(CASES)} cases, {faults} wrong")
        os.chdir("/")
        return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(table())
