"""`python -m gan_desktop` and the `gan-desktop` command."""

from __future__ import annotations

from gan_desktop import process, streams


def main() -> None:
    process.take_signals()
    streams.own()
    from gan_desktop.cli import main as run

    process.leave(run())


if __name__ == "__main__":
    main()
