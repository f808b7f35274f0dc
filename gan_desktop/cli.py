"""The command line. Neither TensorFlow nor Qt is imported before a command needs it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

import gan_desktop
from gan_desktop.arguments import HOW_NAMED, AsJson, path_of, whole_number
from gan_desktop.core import last_words
from gan_desktop.core.commands import Continue, Start
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import LONGEST_PATH, InputError, shortened
from gan_desktop.core.interventions import schedule_interventions
from gan_desktop.core.keys import key_info, parse_assignments, parse_value, read_value, replace_keys
from gan_desktop.core.machine import usable_cores
from gan_desktop.core.presets import DEFAULT_PRESET, Preset, load_config, preset
from gan_desktop.core.sections import LARGEST_STEP
from gan_desktop.driving import application as driving
from gan_desktop.library_commands import application as runs
from gan_desktop.list_commands import application as list_commands
from gan_desktop.run_commands import application as run_commands
from gan_desktop.terminal import EXIT_ERROR, EXIT_INPUT, EXIT_OK, print_error, run_in_terminal

TYPER_INTERRUPTED = 130
# The preset that `augment` takes if none is given, and the most seeds and samples that it takes.
CONDITIONAL_PRESET = "cgan"
MOST_SEEDS, MOST_SAMPLES = 1000, 1_000_000
SIDE_HELP = "What B has of its own, from the beginning or from a step on; may be repeated."
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

for commands in (runs, run_commands, driving, list_commands):
    application.add_typer(commands)


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
    serve: Annotated[
        str | None,
        typer.Option(metavar="PORT", help="Let programs on this computer drive the run; 0 takes any free port."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Train in the terminal, exactly as the window would."""
    from gan_desktop.serve_command import port_of

    port = None if serve is None else port_of("--serve", serve)
    if resume is not None or branch is not None:
        given = {"--preset": preset_name, "--config": config_file, "--seed": seed, "--device": device}
        given |= {"--out": out} if branch is None else {}
        given |= {"--branch": branch} if resume is not None else {}
        for option in (option for option, text in given.items() if text is not None):
            raise InputError(f"{option} does not go with {'--resume' if resume is not None else '--branch'}", option)
        if threads is not None:
            set_thread_count(threads)
        return go_on(resume, branch, (assignments or [], steps, epochs, at or []), out, as_json, port)
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
    return train_here(Start(config, chosen.name, folder, schedule=schedule), as_json, port)


def train_here(start: Start | Continue, as_json: bool, port: int | None) -> int:
    """Train in the terminal; programs may drive the run if there is a port."""
    from gan_desktop.serve_command import serving_training

    with serving_training(port) as hear:
        return run_in_terminal(start, as_json, hear)


def go_on(
    resume: str | None,
    branch: str | None,
    wanted: tuple[list[str], str | None, str | None, list[str]],
    out: str | None,
    as_json: bool,
    port: int | None,
) -> int:
    """Go on with a kept run in the terminal, or with a branch of one."""
    from gan_desktop import going_on

    folder = path_of("--out", "a folder that is new or empty", out)
    if resume is not None:
        return train_here(going_on.resume_command(resume, *wanted), as_json, port)
    return train_here(going_on.branch_command(str(branch), *wanted, folder), as_json, port)


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


@application.command()
def lockstep(
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help=HOW_NAMED, show_default=False)] = None,
    preset_name: Annotated[
        str | None, typer.Option("--preset", metavar="NAME", help="Without RUN: begin with a preset, at step 0.")
    ] = None,
    config_file: Annotated[
        str | None, typer.Option("--config", metavar="FILE", help="Without RUN: begin with a config, at step 0.")
    ] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Without RUN: set a key on all sides.")
    ] = None,
    step: Annotated[str | None, typer.Option(metavar="N", help="Begin after N steps of RUN; else at its end.")] = None,
    b: Annotated[list[str] | None, typer.Option("--b", metavar="[STEP:]KEY=VALUE", help=SIDE_HELP)] = None,
    c: Annotated[list[str] | None, typer.Option("--c", metavar="[STEP:]KEY=VALUE", help="The same of C.")] = None,
    d: Annotated[list[str] | None, typer.Option("--d", metavar="[STEP:]KEY=VALUE", help="The same of D.")] = None,
    steps: Annotated[str, typer.Option(metavar="N", help="Take N steps on each side.")] = "1000",
    as_json: AsJson = False,
) -> int:
    """Advance two to four sides from one state, each with a difference of its own; say when their weights part."""
    from gan_desktop.lockstep_command import Wish, kept_origin, lockstep_in_terminal

    start = None if step is None else whole_number("--step", step, LARGEST_STEP, least=0)
    count = whole_number("--steps", steps, LARGEST_STEP)
    origin: Path | RunConfig
    begin = 0
    if run is not None:
        given = {"--preset": preset_name, "--config": config_file, "--set": assignments or None}
        for option in (option for option, value in given.items() if value is not None):
            raise InputError(f"{option} does not go with a run: give one", option)
        origin, config, begin = kept_origin(run, start)
    else:
        if start is not None:
            raise InputError("--step does not go without a run", "--step")
        chosen = choose_config(preset_name, path_of("--config", "a config file", config_file))
        origin = config = override(chosen.config, assignments or [], {})
    return lockstep_in_terminal(Wish(origin, config, start, begin, (b or [], c or [], d or []), count), as_json)


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


def override(config: RunConfig, assignments: list[str], direct: dict[str, Any]) -> RunConfig:
    """The config with every `--set` and then every option such as `--steps` applied.

    Raises:
        InputError: a key or a value is not allowed.
    """
    return replace_keys(config, parse_assignments(assignments, config) | direct)


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
