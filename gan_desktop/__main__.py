"""`python -m gan_desktop` and the `gan-desktop` command."""

from __future__ import annotations

import sys


def main() -> None:
    try:
        from gan_desktop.cli import main as run

        code = run()
    except KeyboardInterrupt:  # stopped before a command could take it: while modules are loaded, or on the way out
        code = 0
    sys.exit(code)


if __name__ == "__main__":
    main()
