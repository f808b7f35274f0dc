"""Build the packaged executable into dist/gan-desktop/.

python3 -m uv run --group package python packaging/build.py

On Linux x86-64, `tensorflow-cpu` takes the place of `tensorflow`, which is larger by 300 MB of GPU kernels. Both own
the same folder, `tensorflow`, so the build makes an environment of its own for this, with the versions of the lock
file.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1e6
HOW = "to build, run: python3 -m uv run --group package python packaging/build.py"


def main() -> int:
    """Build, strip, and say where it is, how large, and how long it took."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", help="where gan-desktop/ is put")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "pyinstaller", help="for intermediate files")
    parser.add_argument("--here", action="store_true", help="build from the TensorFlow that is installed here")
    arguments = parser.parse_args()
    if not arguments.here and sys.platform == "linux" and platform.machine() == "x86_64":
        return build_elsewhere(arguments)
    try:
        from PyInstaller import __main__ as pyinstaller
    except ImportError:
        print(f"PyInstaller is missing; {HOW}", file=sys.stderr)
        return 2
    begun = time.monotonic()
    pyinstaller.run(
        [
            str(ROOT / "packaging" / "gan_desktop.spec"),
            "--noconfirm",
            *("--distpath", str(arguments.dist)),
            *("--workpath", str(arguments.work)),
            *("--log-level", "WARN"),
        ]
    )
    folder = arguments.dist / "gan-desktop"
    built = size(folder)
    strip_largest(folder)
    print(
        f"{folder}: {size(folder) / MEGABYTE:.0f} MB ({built / MEGABYTE:.0f} MB before stripping), "
        f"built in {time.monotonic() - begun:.0f} s"
    )
    return 0


def build_elsewhere(arguments: argparse.Namespace) -> int:
    """Build in an environment with `tensorflow-cpu` in place of `tensorflow`, all of one lock file."""
    uv = [os.environ["UV"]] if "UV" in os.environ else [sys.executable, "-m", "uv"]
    environment = arguments.work.parent / "environment"
    requirements = arguments.work.parent / "requirements.txt"
    environment.parent.mkdir(parents=True, exist_ok=True)
    export = ["export", "--frozen", "--no-dev", "--group", "package", "--no-emit-project", "--no-hashes"]
    listed = subprocess.run([*uv, *export, "--quiet"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    requirements.write_text("\n".join(replace_tensorflow(listed.splitlines())) + "\n", encoding="utf-8")
    subprocess.run([*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(environment)], check=True)
    python = environment / "bin" / "python"
    # Installed without dependencies: all are listed, and GAN Desktop's name tensorflow.
    install = [*uv, "pip", "install", "--quiet", "--no-deps", "--python", str(python)]
    subprocess.run([*install, "--requirements", str(requirements)], check=True)
    subprocess.run([*install, str(ROOT)], check=True)
    options = ("--here", "--dist", str(arguments.dist), "--work", str(arguments.work))
    return subprocess.run([str(python), __file__, *options], check=False).returncode


def replace_tensorflow(requirements: list[str]) -> list[str]:
    """Requirements as uv exports them, with `tensorflow-cpu` of the same version in place of `tensorflow`.

    Raises:
        ValueError: `tensorflow` is not among them exactly once.
    """
    count = sum(line.startswith("tensorflow==") for line in requirements)
    if count != 1:
        raise ValueError(f"tensorflow is {count} times among the requirements, expected once")
    return [re.sub(r"^tensorflow==", "tensorflow-cpu==", line) for line in requirements]


def size(folder: Path) -> int:
    """Bytes of all files, each counted once even if links lead to it."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def strip_largest(folder: Path) -> None:
    """On Linux, take the symbol tables out of TensorFlow's libraries, a fifth of their size, and out of Python's.

    PyInstaller's own option would strip every library, and breaks those whose layout was patched for their wheels.
    """
    tool = shutil.which("strip")
    if sys.platform != "linux" or tool is None:
        return
    inside = folder / "_internal"
    for library in sorted([*(inside / "tensorflow").rglob("*.so*"), *inside.glob("libpython*.so*")]):
        if not library.is_symlink():
            subprocess.run([tool, "--strip-unneeded", str(library)], check=True)


if __name__ == "__main__":
    sys.exit(main())
