"""The commands about one kept run, or several: open, replay, export, mirror, generate, watch, compare.

Each loads what it needs when it is called: neither TensorFlow nor Qt is imported here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gan_desktop.arguments import AsJson, Run, path_of, show, whole_number
from gan_desktop.core.generating import MOST_SAMPLES, Wish
from gan_desktop.core.paths import expanded
from gan_desktop.core.sections import LARGEST_SEED, LARGEST_STEP
from gan_desktop.terminal import EXIT_ERROR, print_error

# The most samples that are generated at once.

Averaged = Annotated[
    bool | None,
    typer.Option("--averaged/--raw", help="The generator with averaged weights, or not; averaged if there are some."),
]

application = typer.Typer()


@application.command()
def replay(
    run: Run,
    as_json: AsJson = False,
) -> int:
    """Repeat the record of a run, and say whether it is equal: exit code 0, or 4 if it parted."""
    from gan_desktop import going_on

    return going_on.replay_in_terminal(run, as_json)


@application.command("open")
def open_run(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="A name of the library, a run folder, 'last', or an exported .zip.")
    ],
) -> int:
    """Open a run in the window."""
    from gan_desktop.gui.shell import display
    from gan_desktop.recording.library import find_run
    from gan_desktop.recording.run_entry import read_entry
    from gan_desktop.recording.unpacking import unpack_run

    file = expanded(Path(run))
    is_archive = file.suffix.lower() == ".zip" and file.is_file()
    entry = read_entry(unpack_run(file)) if is_archive else find_run(run)
    entry.check_readable()
    if reason := display.no_display():
        print_error(f"{reason}: 'gan-desktop runs show' says in a terminal what is known of a run")
        return EXIT_ERROR
    if missing := display.missing_libraries(offscreen=False):
        print_error(missing)
        return EXIT_ERROR
    from gan_desktop import app

    return app.run_window(run=entry.folder)


@application.command()
def export(
    run: Run,
    name: Annotated[str, typer.Option("--as", metavar="FORMAT", help="A format; see 'gan-desktop exports'.")],
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="The file to write; the run's name here, if it is not given.")
    ] = None,
    step: Annotated[
        str | None, typer.Option(metavar="N", help="The step to show, in formats of one step and of the generator.")
    ] = None,
    averaged: Averaged = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that is there.")] = False,
) -> int:
    """Take a run away as a file: its figures, samples, film, generator, a report or logs of TensorBoard."""
    from gan_desktop import export_command

    place = path_of("--out", "a new file", out)
    shown_step = None if step is None else whole_number("--step", step, LARGEST_STEP, least=0)
    return export_command.export_in_terminal(run, name, place, shown_step, averaged, replace)


@application.command()
def generate(
    run: Run,
    count: Annotated[str, typer.Option(metavar="N", help="How many samples.")],
    out: Annotated[str, typer.Option(metavar="PATH", help="A name that ends in .npz or .csv, or a folder for PNG.")],
    step: Annotated[str | None, typer.Option(metavar="N", help="The generator after N steps; at its end else.")] = None,
    label: Annotated[
        str | None, typer.Option("--class", metavar="N", help="Samples of one class; of all in turn else.")
    ] = None,
    seed: Annotated[str, typer.Option(metavar="N", help="The seed of the latents.")] = "0",
    averaged: Averaged = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that is there.")] = False,
) -> int:
    """Make samples with the generator of a kept run, at any of its steps."""
    from gan_desktop.generate_command import generate_in_terminal

    place = path_of("--out", "a new file or folder", out)
    assert place is not None
    wish = Wish(
        whole_number("--count", count, MOST_SAMPLES),
        place,
        None if step is None else whole_number("--step", step, LARGEST_STEP, least=0),
        None if label is None else whole_number("--class", label, LARGEST_STEP, least=0),
        whole_number("--seed", seed, LARGEST_SEED, least=0),
        averaged,
        replace,
    )
    return generate_in_terminal(run, wish)


@application.command()
def watch(
    run: Run,
) -> int:
    """Watch a run that some process trains: losses, samples, lights and alerts in the terminal, also over ssh."""
    from gan_desktop.watching import command

    return command.watch_in_terminal(run)


@application.command()
def mirror(
    run: Run,
    out: Annotated[
        str | None, typer.Option(metavar="LOGDIR", help="A folder, new or empty; the run's name here, if not given.")
    ] = None,
) -> int:
    """Write the log that TensorBoard shows of a run, and go on as long as some process trains it."""
    from gan_desktop import mirroring

    return mirroring.mirror_in_terminal(run, path_of("--out", "a folder", out))


@application.command()
def script(
    config: Annotated[
        str | None, typer.Argument(metavar="[CONFIG|RUN]", help="A config file (.toml), or a run.", show_default=False)
    ] = None,
    preset: Annotated[str | None, typer.Option(metavar="NAME", help="A preset, in place of them.")] = None,
    out: Annotated[str | None, typer.Option(metavar="FILE", help="A new file to write; printed, if not given.")] = None,
) -> int:
    """Write a config as a Keras script of its own, which trains the same GAN without this program."""
    from gan_desktop import script_command

    return script_command.script_in_terminal(config, preset, path_of("--out", "a new file", out))


@application.command("exports")
def list_exports(as_json: AsJson = False) -> int:
    """List the formats in which a run can be taken away."""
    from gan_desktop import export_command

    return show(export_command.rows(), as_json)


@application.command()
def compare(
    runs_meant: Annotated[
        list[str], typer.Argument(metavar="RUN RUN...", help="Names of the library, run folders, or 'last'.")
    ],
    as_json: AsJson = False,
) -> int:
    """Show runs beside each other: what differs in their configs, metrics at the end and at their best, alerts."""
    from gan_desktop import compare_command

    return compare_command.compare_in_terminal(runs_meant, as_json)
