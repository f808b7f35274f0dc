"""Check the packaged executable as a stranger would run it: an empty environment, another folder, no Python around.

python packaging/check.py [dist/gan-desktop]
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STEPS = 50
# The first start of a gigabyte of libraries, on a busy machine with a cold disk, is slow: this limit is for hanging
# only.
TIMEOUT_SECONDS = 300


class CheckError(Exception):
    """Something is wrong with the executable; the text says what."""


class Program:
    """The executable, run in an empty folder; its environment has only a home and a temporary folder."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.path = folder / ("gan-desktop.exe" if sys.platform == "win32" else "gan-desktop")
        self.home = home
        self.work = home / "elsewhere"
        self.work.mkdir()
        if not self.path.is_file():
            raise CheckError(f"{self.path} is missing: run packaging/build.py first")

    def environment(self) -> dict[str, str]:
        """Windows itself needs to know where it is; nothing else is inherited."""
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "WINDIR") if name in os.environ}
        home = str(self.home)
        return kept | dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TMPDIR", "TMP", "TEMP"), home)

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run to the end and return stdout; prints the time.

        Raises:
            CheckError: it hung or ended with another code; its output is in the text.
        """
        shown = " ".join(arguments)
        begun = time.monotonic()
        try:
            done = subprocess.run(
                [str(self.path), *arguments],
                cwd=self.work,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            # The output may be bytes here, though text was asked for.
            said = error.stderr.decode(errors="replace") if isinstance(error.stderr, bytes) else error.stderr
            raise CheckError(f"gan-desktop {shown}: no end within {TIMEOUT_SECONDS} s\n{said or ''}") from None
        print(f"gan-desktop {shown}: {time.monotonic() - begun:.1f} s", flush=True)
        if done.returncode != code:
            raise CheckError(
                f"gan-desktop {shown}: exit code {done.returncode}, expected {code}\n"
                f"--- stdout\n{done.stdout}\n--- stderr\n{done.stderr}"
            )
        return done.stdout


def last_object(output: str) -> dict[str, Any]:
    """The JSON object that is the last line of the output."""
    lines = output.strip().splitlines()
    try:
        found = json.loads(lines[-1])
    except (IndexError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise CheckError(f"the last line of the output is not a JSON object:\n{output}")
    return found


def expect(actual: object, expected: object, what: str) -> None:
    if actual != expected:
        raise CheckError(f"{what} is {actual!r}, expected {expected!r}")


def check_window(program: Program) -> None:
    """The window trains 200 steps of the digits, offscreen."""
    print(f"  {json.dumps(last_object(program.run('--self-check')))}")


def check_training(program: Program) -> None:
    """`train` gives its JSON object and a whole run folder."""
    out = program.work / "run"
    result = last_object(program.run("train", "--preset", "digits", "--steps", str(STEPS), "--json", "--out", str(out)))
    expect(result["status"], "finished", "status")
    expect(result["step"], STEPS, "step")
    expect(len(result["weights_digest"]), 64, "length of weights_digest")
    print(f"  {json.dumps(result['machine'])}")
    for name in ("config.toml", "run.log", "run.sqlite", "samples", "checkpoints"):
        expect((out / name).exists(), True, f"existence of {name}")
    with closing(sqlite3.connect(out / "run.sqlite")) as database:
        expect(database.execute("SELECT count(*) FROM figures").fetchone(), (STEPS,), "rows of figures")
    pictures = sorted(path.name for path in (out / "samples").glob("step_*.png"))
    expect(f"step_{STEPS:08d}.png" in pictures, True, f"the last samples among {pictures}")


def check_words(program: Program) -> None:
    """Lists are found in the frozen registries and resources, and bad input is refused as elsewhere."""
    for command, word in (("presets", "digits"), ("datasets", "ring"), ("devices", "CPU")):
        expect(word in program.run(command), True, f"'{word}' in the output of {command}")
    program.run("train", "--preset", "digit", code=2)
    expect(sorted(path.name for path in program.work.iterdir()), ["run"], "what lies in the working folder")


def check_photographs(program: Program) -> None:
    """The photographs and who made them are in the folder, beside the digits."""
    arguments = ("--preset", "digits", "--set", "data.name=photographs", "--set", "data.image_size=8", "--steps", "1")
    result = last_object(program.run("train", *arguments, "--json", "--out", str(program.work / "photographs")))
    expect("vultilion" in " ".join(result["data_notes"]), True, "whether the data's notes name an author")


def check_letters(program: Program) -> None:
    """The stroke fonts are there: they come from another package, and no other check reads them."""
    data = ("--set", "data.name=letters", "--set", "data.samples=100")
    result = last_object(program.run("train", *data, "--steps", "1", "--json", "--out", str(program.work / "letters")))
    expect(result["status"], "finished", "status of a run of letters")


def check_exports(program: Program) -> None:
    """A run is taken away in every format; those that need packages beyond the program's own say so."""
    for row in json.loads(program.run("exports", "--json")):
        out = program.work / f"exported-{row['name']}"
        code = 2 if row["needs"] else 0
        program.run("export", str(program.work / "run"), "--as", row["name"], "--out", str(out), code=code)
        expect(out.exists(), not row["needs"], f"existence of {out.name}")


def check_the_rest(program: Program) -> None:
    """Commands whose parts nothing else loads: samples, a lockstep, a script, the endpoint for other programs."""
    program.run("generate", str(program.work / "run"), "--count", "3", "--out", str(program.work / "three.npz"))
    parted = last_object(program.run("lockstep", "--preset", "ring", "--b", "seed=1", "--steps", "2", "--json"))
    expect([side["parted"] for side in parted["sides"]], [None, 1], "the steps at which two seeds part")
    expect("GradientTape" in program.run("script", "--preset", "ring"), True, "whether the script has a tape")
    served = ("train", "--preset", "ring", "--steps", "2", "--serve", "0", "--json")
    result = last_object(program.run(*served, "--out", str(program.work / "served")))
    expect(result["status"], "finished", "status of a run that is served")


def print_sizes(folder: Path) -> None:
    """The whole and its largest parts."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    print(f"{folder}: {sum(path.stat().st_size for path in files) / 1e6:.0f} MB in {len(files)} files")
    parts: dict[str, int] = {}
    for path in files:
        inside = path.relative_to(folder)
        part = inside.parts[1] if len(inside.parts) > 2 else inside.name
        parts[part] = parts.get(part, 0) + path.stat().st_size
    for part, size in sorted(parts.items(), key=lambda item: -item[1])[:8]:
        print(f"  {size / 1e6:6.0f} MB  {part}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "dist" / "gan-desktop")
    folder = parser.parse_args().folder.resolve()
    try:
        with tempfile.TemporaryDirectory(prefix="gan-desktop-check-") as home:
            program = Program(folder, Path(home))
            print_sizes(folder)
            check_window(program)
            check_training(program)
            check_words(program)
            check_photographs(program)
            check_letters(program)
            check_exports(program)
            check_the_rest(program)
    except CheckError as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    print("the packaged executable works")
    return 0


if __name__ == "__main__":
    sys.exit(main())
