"""Starts commands with a stream that is closed, full, broken or not UTF-8, and says how they end. POSIX only.

python -m tests.faults.streams
"""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.tiny import write_tiny

ROOT = Path(__file__).resolve().parents[2]
STATES = ("closed", "full", "broken", "ascii")
QUICK = ("--version", "--help", "presets", "datasets --json", "train --steps ten")
SLOW = (
    "devices",
    "train --config tiny.toml",
    "train --config tiny.toml --json",
    "train --config tiny.toml --set d_lr=1",
)
TRACES = ("Traceback", "Exception ignored", "Error:", "Fatal")


@dataclass(frozen=True)
class Case:
    """A command, and the state of one of its streams; the other one is a file."""

    command: str
    stream: str
    state: str

    @property
    def code(self) -> int:
        """By the contract: 2 for bad input, 1 where a result was lost, which a sentence about a run is not."""
        if "ten" in self.command or "d_lr" in self.command:
            return 2
        is_result = not self.command.startswith("train") or "--json" in self.command
        return int(self.stream == "stdout" and self.state != "ascii" and is_result)


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


def cases(commands: tuple[str, ...]) -> list[Case]:
    return [Case(command, stream, state) for command in commands for stream in ("stdout", "stderr") for state in STATES]


def run(case: Case, folder: Path) -> Outcome:
    """Run the command in `folder`, where there is a `tiny.toml`; what a stream that cannot be written got is empty."""
    environment = os.environ | {"GAN_DESKTOP_DATA": str(folder / "data"), "PYTHONPATH": str(ROOT)}
    environment.setdefault("GAN_DESKTOP_CACHE", str(folder / "cache"))
    program = [sys.executable, "-m", "gan_desktop", *shlex.split(case.command)]
    if case.state == "closed":
        program = ["sh", "-c", f'exec "$@" {1 if case.stream == "stdout" else 2}>&-', "sh", *program]
    if case.state == "ascii":
        environment["PYTHONIOENCODING"] = "ascii:strict"
    files: dict[str, Any] = {}
    with contextlib.ExitStack() as stack:
        for stream in ("stdout", "stderr"):
            if stream == case.stream and case.state in ("full", "broken"):
                files[stream] = stack.enter_context(unwritable(case.state))
            else:
                files[stream] = stack.enter_context(tempfile.TemporaryFile(dir=folder))
        code = subprocess.run(program, cwd=folder, env=environment, stdin=subprocess.DEVNULL, check=False, **files)
        return Outcome(code.returncode, *(_text(files[stream]) for stream in ("stdout", "stderr")))


@contextlib.contextmanager
def unwritable(state: str) -> Iterator[IO[bytes]]:
    """A full device, or a pipe that nobody reads."""
    if state == "full":
        with open("/dev/full", "wb") as file:  # noqa: PTH123
            yield file
        return
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as file:
        yield file


def _text(file: IO[bytes]) -> str:
    if not file.readable():
        return ""
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def faults(case: Case, outcome: Outcome) -> list[str]:
    """What is wrong with how it ended."""
    wrong = [] if outcome.code == case.code else [f"exit code {outcome.code}, not {case.code}"]
    wrong += [f"stderr has '{word}'" for word in TRACES if word in outcome.err]
    if case.state == "ascii" and not (outcome.out + outcome.err).isascii():
        wrong.append("what is said is not ASCII")
    if case.code == 0 and case.stream == "stderr" and not outcome.out:
        wrong.append("nothing on stdout")
    if case.code == 1 and case.state in ("closed", "full") and "stdout cannot be written" not in outcome.err:
        wrong.append("the lost result is not said")
    if case.code == 2 and case.stream == "stdout" and len(outcome.err.splitlines()) != 1:
        wrong.append(f"not one line on stderr: {outcome.err}")
    return wrong


def main() -> None:
    wrong = 0
    chosen = cases(QUICK + SLOW)
    print("| command | stream | state | exit code | wrong |\n|---|---|---|---|---|")
    for case in chosen:
        with tempfile.TemporaryDirectory() as name:
            write_tiny(Path(name))
            outcome = run(case, Path(name))
        found = faults(case, outcome)
        wrong += bool(found)
        print(f"| {case.command} | {case.stream} | {case.state} | {outcome.code} | {'; '.join(found)} |", flush=True)
    print(f"\n{len(chosen) - wrong} of {len(chosen)} ended as they should.")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
