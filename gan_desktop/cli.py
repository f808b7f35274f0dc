"""The command line. Neither TensorFlow nor Qt is imported before a command needs it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

import gan_desktop
from gan_desktop.core import last_words
from gan_desktop.core.commands import Start
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import LONGEST_PATH, InputError, shortened, shown
from gan_desktop.core.interventions import schedule_interventions
from gan_desktop.core.keys import key_info, parse_assignments, parse_value, read_value, replace_keys
from gan_desktop.core.machine import distributions_note, usable_cores
from gan_desktop.core.paths import expanded
from gan_desktop.core.presets import DEFAULT_PRESET, Preset, load_config, preset, presets
from gan_desktop.core.registry import Entry, datasets
from gan_desktop.core.sections import LARGEST_SEED, LARGEST_STEP
from gan_desktop.driving import application as driving
from gan_desktop.library_commands import AsJson
from gan_desktop.library_commands import application as runs
from gan_desktop.terminal import EXIT_ERROR, EXIT_INPUT, EXIT_OK, print_error, run_in_terminal

TYPER_INTERRUPTED = 130
# The preset that `augment` takes if none is given, and the most seeds and samples that it takes.
CONDITIONAL_PRESET = "cgan"
MOST_SEEDS, MOST_SAMPLES = 1000, 1_000_000
# The most samples that are generated at once.
MOST_GENERATED = 100_000_000
application = typer.Typer(
    name="gan-desktop",
    help="Watch a generative adversarial network learn, and take hold of it while it does.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# typer brings its own copy of click and exports one of its usage errors; this is the base of them all.
UsageError: Any = typer.BadParameter.__base__

application.add_typer(runs)
application.add_typer(driving)


@application.callback(invoke_without_command=True)
def window(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
    check: Annotated[
        bool, typer.Option("--self-check", help="Train 200 steps in the window, offscreen; print a JSON line.")
    ] = False,
) -> int:
    """Without a command: the window, or where there is no display, the default preset in the terminal."""
    if context.invoked_subcommand is not None:
        return EXIT_OK
    if version:
        print(f"gan-desktop {gan_desktop.__version__}")
        return EXIT_OK
    from gan_desktop.gui.shell import display

    if not check and (reason := display.no_display()):
        return train_without_display(reason)
    if missing := display.missing_libraries(offscreen=check):
        print_error(missing)
        return EXIT_ERROR
    from gan_desktop import app

    return app.self_check() if check else app.run_window()


def train_without_display(reason: str) -> int:
    """Say that there is no display, and train the default preset here."""
    chosen = preset(DEFAULT_PRESET)
    sys.stderr.write(
        f"{reason}: training the preset '{chosen.name}' here instead; Ctrl-C ends it. "
        f"See 'gan-desktop train --help' for more.\n"
    )
    return run_in_terminal(Start(chosen.config, chosen.name), as_json=False)


@application.command()
def train(
    preset_name: Annotated[
        str | None, typer.Option("--preset", metavar="NAME", help="A preset; see 'gan-desktop presets'.")
    ] = None,
    config_file: Annotated[str | None, typer.Option("--config", metavar="FILE", help="A config, as TOML.")] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Set a config key; may be repeated.")
    ] = None,
    steps: Annotated[str | None, typer.Option(metavar="N", help="Train N steps.")] = None,
    epochs: Annotated[str | None, typer.Option(metavar="N", help="Train N epochs.")] = None,
    seed: Annotated[str | None, typer.Option(metavar="N", help="The seed of everything that is random.")] = None,
    device: Annotated[
        str | None, typer.Option(metavar="NAME", help="auto, CPU, GPU:0, ...; see 'gan-desktop devices'.")
    ] = None,
    threads: Annotated[
        str | None, typer.Option(metavar="N", help="Compute with N threads; the last bits of weights depend on it.")
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option(metavar="STEP:KEY=VALUE", help="Change a live control at a step, as a slider does; repeatable."),
    ] = None,
    out: Annotated[str | None, typer.Option(metavar="DIR", help="The run folder: must not exist, or be empty.")] = None,
    resume: Annotated[
        str | None,
        typer.Option(
            metavar="RUN", help="Go on with a run, in its own folder; --steps N: until N, --steps +N: N more."
        ),
    ] = None,
    branch: Annotated[
        str | None, typer.Option(metavar="RUN@STEP", help="A new run from any step of another one, its parent.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Train in the terminal, exactly as the window would."""
    if resume is not None or branch is not None:
        given = {"--preset": preset_name, "--config": config_file, "--seed": seed, "--device": device}
        given |= {"--out": out} if branch is None else {}
        given |= {"--branch": branch} if resume is not None else {}
        for option in (option for option, text in given.items() if text is not None):
            raise InputError(f"{option} does not go with {'--resume' if resume is not None else '--branch'}", option)
        if threads is not None:
            set_thread_count(threads)
        return go_on(resume, branch, (assignments or [], steps, epochs, at or []), out, as_json)
    chosen = choose_config(preset_name, path_of("--config", "a config file", config_file))
    texts = {"steps": steps, "epochs": epochs, "seed": seed, "device": device}
    paths = {f"training.{key}": text for key, text in texts.items() if text is not None}
    direct = {path: read_value(text, key_info(chosen.config, path)) for path, text in paths.items()}
    folder = path_of("--out", "a folder that is new or empty", out)
    config = override(chosen.config, assignments or [], direct)
    schedule = schedule_interventions(at or [], config)
    from gan_desktop.recording.run_folder import check_out

    check_out(folder)
    for sentence in last_words.deaths():
        print_error(sentence)
    if threads is not None:
        set_thread_count(threads)
    return run_in_terminal(Start(config, chosen.name, folder, schedule=schedule), as_json)


def go_on(
    resume: str | None,
    branch: str | None,
    wanted: tuple[list[str], str | None, str | None, list[str]],
    out: str | None,
    as_json: bool,
) -> int:
    """Go on with a kept run in the terminal, or with a branch of one."""
    from gan_desktop import going_on

    folder = path_of("--out", "a folder that is new or empty", out)
    if resume is not None:
        return run_in_terminal(going_on.resume_command(resume, *wanted), as_json)
    return run_in_terminal(going_on.branch_command(str(branch), *wanted, folder), as_json)


@application.command()
def replay(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A name of the library, a run folder, or 'last'.")],
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
    from gan_desktop.recording.unpacking import is_packed_run, unpack_run

    file = expanded(Path(run))
    entry = read_entry(unpack_run(file)) if is_packed_run(file) else find_run(run)
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
    run: Annotated[str, typer.Argument(metavar="RUN", help="A name of the library, a run folder, or 'last'.")],
    name: Annotated[str, typer.Option("--as", metavar="FORMAT", help="A format; see 'gan-desktop exports'.")],
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="The file to write; the run's name here, if it is not given.")
    ] = None,
    step: Annotated[str | None, typer.Option(metavar="N", help="The step to show, in formats of one step.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that is there.")] = False,
) -> int:
    """Take a run away as a file: its figures, samples, film, a report or logs of TensorBoard."""
    from gan_desktop import export_command

    place = path_of("--out", "a new file", out)
    shown_step = None if step is None else whole_number("--step", step, LARGEST_STEP, least=0)
    return export_command.export_in_terminal(run, name, place, shown_step, replace)


@application.command()
def generate(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A name of the library, a run folder, or 'last'.")],
    count: Annotated[str, typer.Option(metavar="N", help="How many samples.")],
    out: Annotated[str, typer.Option(metavar="PATH", help="A name that ends in .npz or .csv, or a folder for PNG.")],
    step: Annotated[str | None, typer.Option(metavar="N", help="The generator after N steps; at its end else.")] = None,
    label: Annotated[
        str | None, typer.Option("--class", metavar="N", help="Samples of one class; of all in turn else.")
    ] = None,
    seed: Annotated[str, typer.Option(metavar="N", help="The seed of the latents.")] = "0",
    averaged: Annotated[
        bool | None, typer.Option("--averaged/--raw", help="With averaged weights, or not; averaged if there are some.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that is there.")] = False,
) -> int:
    """Make samples with the generator of a kept run, at any of its steps."""
    from gan_desktop.generate_command import Wish, generate_in_terminal

    place = path_of("--out", "a new file or folder", out)
    assert place is not None
    wish = Wish(
        whole_number("--count", count, MOST_GENERATED),
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
    run: Annotated[str, typer.Argument(metavar="RUN", help="A name of the library, a run folder, or 'last'.")],
) -> int:
    """Watch a run that some process trains: losses, samples, lights and alerts in the terminal, also over ssh."""
    from gan_desktop.watching import command

    return command.watch_in_terminal(run)


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


@application.command()
def augment(
    preset_name: Annotated[
        str | None, typer.Option("--preset", metavar="NAME", help="A conditional preset; cgan where none is given.")
    ] = None,
    config_file: Annotated[str | None, typer.Option("--config", metavar="FILE", help="A config, as TOML.")] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Set a config key; may be repeated.")
    ] = None,
    real: Annotated[
        list[str] | None, typer.Option(metavar="N", help="Train on N real samples of each class (20); may be repeated.")
    ] = None,
    seeds: Annotated[str, typer.Option(metavar="N", help="Repeat with N seeds, from training.seed on.")] = "3",
    fakes: Annotated[str, typer.Option(metavar="N", help="Generate N samples, as many of each class.")] = "1000",
    steps: Annotated[str | None, typer.Option(metavar="N", help="Train each GAN for N steps.")] = None,
    as_json: AsJson = False,
) -> int:
    """Measure what samples of a conditional GAN add to a few real ones as training data; see docs/augmentation.md."""
    chosen = choose_config(preset_name, path_of("--config", "a config file", config_file), CONDITIONAL_PRESET)
    length = {} if steps is None else {"training.steps": parse_value(steps)}
    config = override(chosen.config, assignments or [], length)
    counts = dict.fromkeys(whole_number("--real", text, MOST_SAMPLES) for text in real or ["20"])
    known = whole_number("--seeds", seeds, MOST_SEEDS), whole_number("--fakes", fakes, MOST_SAMPLES)
    from gan_desktop.augment import Plan, augment_in_terminal

    return augment_in_terminal(Plan(config, chosen.name, tuple(counts), *known), as_json)


def path_of(option: str, wanted: str, text: str | None) -> Path | None:
    """The path that an option gives, with the home folder in place of `~`; None if it is not given.

    Raises:
        InputError: it is empty, which would be the current folder, or no path at all.
    """
    if text is None:
        return None
    if not text.strip():
        raise InputError(f"{option} {shown(text)} is empty: give {wanted}", option)
    if "\0" in text:
        raise InputError(f"{option} {shown(text)}: must not hold a zero byte", option)
    return expanded(Path(text))


def choose_config(preset_name: str | None, config_file: Path | None, default: str = DEFAULT_PRESET) -> Preset:
    """The preset or the file that was asked for, or the preset `default` if neither was.

    Raises:
        InputError: both were, or what was asked for cannot be had.
    """
    if preset_name is not None and config_file is not None:
        name, file = (shortened(text, LONGEST_PATH) for text in (preset_name, str(config_file)))
        raise InputError(f"--preset {name} and --config {file} are both given: give one")
    if config_file is not None:
        return load_config(config_file)
    return preset(default if preset_name is None else preset_name)


def set_thread_count(text: str) -> None:
    """Have steps computed with this many threads.

    Raises:
        InputError: it is not a number of threads, or there are fewer processors.
    """
    from gan_desktop.training import backend

    backend.set_threads(whole_number("--threads", text, usable_cores()))


def whole_number(option: str, text: str, most: int, least: int = 1) -> int:
    """The number that an option gives, from `least` to `most`.

    Raises:
        InputError: it is not one.
    """
    number = parse_value(text)
    if type(number) is not int or not least <= number <= most:
        raise InputError(f"{option} = {shown(text)}: must be a whole number from {least} to {most}", option)
    return number


def override(config: RunConfig, assignments: list[str], direct: dict[str, Any]) -> RunConfig:
    """The config with every `--set` and then every option such as `--steps` applied.

    Raises:
        InputError: a key or a value is not allowed.
    """
    return replace_keys(config, parse_assignments(assignments, config) | direct)


@application.command("presets")
def list_presets(as_json: AsJson = False) -> int:
    """List the presets, each with its lesson."""
    rows = [
        {"name": p.name, "title": p.title, "lesson": p.lesson, "game": p.config.game.name} for p in presets().values()
    ]
    return show(rows, as_json)


@application.command("datasets")
def list_datasets(as_json: AsJson = False) -> int:
    """List the data sets and the config keys that each takes."""
    rows = [
        {"name": entry.name, "title": entry.title, "description": entry.description, "options": options_of(entry)}
        for entry in datasets.values()
    ]
    return show(rows, as_json)


def options_of(entry: Entry[object]) -> dict[str, Any]:
    """Option names and defaults of a registered thing."""
    return {name: field.default for name, field in entry.options.model_fields.items()}


@application.command("devices")
def list_devices_command(as_json: AsJson = False) -> int:
    """List the devices that can train here."""
    from gan_desktop.training import devices

    rows = [{"name": device.name, "title": device.title} for device in devices.list_devices()]
    for note in (devices.gpu_note(), distributions_note()):
        if note and not as_json:
            sys.stderr.write(f"{note}\n")
    return show(rows, as_json)


def show(rows: list[dict[str, Any]], as_json: bool) -> int:
    """Print a list as JSON, or for people."""
    if as_json:
        print(json.dumps(rows))
        return EXIT_OK
    width = max((len(row["name"]) for row in rows), default=0) + 2
    for row in rows:
        print(f"{row['name']:{width}}{row['title']}")
        for key in ("lesson", "description"):
            if row.get(key):
                print(f"    {row[key]}")
        if row.get("options"):
            print("    " + "  ".join(f"{name}={value}" for name, value in row["options"].items()))
    return EXIT_OK


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and give the exit code. Bad input gives one line on stderr and 2."""
    last_words.dump_on_death()
    try:
        result = application(arguments, standalone_mode=False)
    except InputError as error:
        print_error(str(error))
        return EXIT_INPUT
    except UsageError as error:
        print_error(error.format_message())
        return EXIT_INPUT
    # Typer's code for a Ctrl-C before a command could handle it. Nothing had begun, so it ends as in `__main__`.
    if result == TYPER_INTERRUPTED:
        return EXIT_OK
    return result if isinstance(result, int) else EXIT_OK
