"""`python -m gan_desktop` and the `gan-desktop` command."""

from __future__ import annotations

import sys

# What shells say of a program that Ctrl-C ended.
EXIT_INTERRUPTED = 130


def main() -> None:
    try:
        from gan_desktop.cli import main as run

        code = run()
    except KeyboardInterrupt:  # before a command could take it: while modules are loaded, or on the way out
        code = EXIT_INTERRUPTED
    sys.exit(code)


if __name__ == "__main__":
    main()
