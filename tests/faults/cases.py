"""The cases of `tests.faults.malformed`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.bad_configs import CONFIGS
from tests.faults.bad_files import BAD_DATA

# Characters of what is far too long.
LONG = 500_000


@dataclass(frozen=True)
class Case:
    """A command line that must be refused.

    Attributes:
        arguments: behind `gan-desktop train`.
        named: what its one line has to say.
        early: whether it is refused before TensorFlow is imported.
    """

    arguments: tuple[str, ...]
    named: tuple[str, ...]
    early: bool = True

    def __str__(self) -> str:
        words = [ascii(word)[1:-1] for word in self.arguments]
        return " ".join(word if len(word) < 60 else f"{word[:40]}... ({len(word):,})" for word in words)


WHOLE, NUMBER, FINITE = "must be a whole number", "must be a number", "must be a finite number"
# What is typed for a whole number, with the value and the answer in the sentence.
NOT_WHOLE = (
    ("many", "'many'", WHOLE),
    ("", "''", WHOLE),
    (" ", "''", WHOLE),
    ("1.5", "1.5", WHOLE),
    ("1e3", "1000.0", WHOLE),
    ("1,000", "'1,000'", "write 1000"),
    ("true", "True", WHOLE),
    ("nan", "nan", WHOLE),
    ("inf", "inf", WHOLE),
    ("1e400", "inf", WHOLE),
    ("8#9", "'8#9'", WHOLE),
    ("8,", "'8,'", WHOLE),
    ("[8]", "[8]", WHOLE),
    ("{a=8}", "'{a=8}'", WHOLE),
    ("2024-05-17", "datetime.date(2024, 5, 17)", WHOLE),
    ("'8'", "'8'", WHOLE),
    ("\u0661\u0662", "'\u0661\u0662'", "the digits are 0 to 9"),
    ("\uff18", "'\uff18'", "the digits are 0 to 9"),
    ("8\u00a0000", "'8\\xa0000'", WHOLE),
    ("\x1b[31m8", "'\\x1b[31m8'", WHOLE),
    ("8\n9", "'8\\n9'", WHOLE),
    ("\udcff", "'\\udcff'", WHOLE),
    ("9" * 400, "99999", "at most"),
    ("9" * 5000, "'99999", WHOLE),
    ("0x" + "f" * 9000, "a int too large", "at most"),
    ("[" * 5000, "'[[[", WHOLE),
    ("x" * LONG, "'xxx", "at most 20,000 are allowed"),
)
COUNT_OPTIONS = (("--steps", "training.steps"), ("--epochs", "training.epochs"), ("--seed", "training.seed"))
COUNT_KEYS = ("training.batch_size", "training.d_steps", "latent.latent_dim")

NOT_A_NUMBER = (
    ("fast", "'fast'", NUMBER),
    ("", "''", NUMBER),
    ("0,001", "'0,001'", "write 0.001"),
    ("1,5e-3", "'1,5e-3'", "write 1.5e-3"),
    ("nan", "nan", FINITE),
    ("inf", "inf", FINITE),
    ("-inf", "-inf", FINITE),
    ("1e400", "inf", FINITE),
    ("-1e400", "-inf", FINITE),
    ("true", "True", NUMBER),
    ("[.1]", "'[.1]'", NUMBER),
    ("[0.1]", "[0.1]", NUMBER),
    ("0.1#2", "'0.1#2'", NUMBER),
    ("1/3", "'1/3'", NUMBER),
    ("5%", "'5%'", NUMBER),
    ("1e", "'1e'", NUMBER),
    ("12:30:00", "datetime.time(12, 30)", NUMBER),
    ("\u0661", "'\u0661'", "the digits are 0 to 9"),
    ("\x1b]0;title\x07", "'\\x1b]0;title\\x07'", NUMBER),
    ("9" * 400, "99999", "must be"),
    ("1" * 5000, "'11111", NUMBER),
    ("-1", "-1", "must be"),
    ("1e13", "10000000000000.0", "must be"),
)
NUMBER_KEYS = ("optimizer.d_learning_rate", "regularization.r1_weight", "optimizer.beta_1")

# Control characters and their kin, with how they are written in a sentence.
RAW = (
    ("\x1b[31mred", "\\x1b[31mred"),
    ("a\nb", "a\\nb"),
    ("a\rb", "a\\rb"),
    ("\x07", "\\x07"),
    ("\x9b2J", "\\x9b2J"),
    ("\u202etxt", "\\u202etxt"),
    ("\udcff", "\\udcff"),
)


def _counts() -> Iterator[Case]:
    for text, value, answer in NOT_WHOLE:
        for option, key in COUNT_OPTIONS:
            yield Case((option, text), (f"{key} = {value}", answer))
        yield Case(
            ("--threads", text),
            ("--threads = ", "must be a whole number from 1 to"),
        )
        for key in COUNT_KEYS:
            yield Case(("--set", f"{key}={text}"), (f"{key} = {value}", answer))
    for text in ("0", "-1", "100000"):
        yield Case(("--threads", text), (f"--threads = {text!r}", "must be a whole number from 1 to"))
    for key, least in (("batch_size", 1), ("d_steps", 0), ("latent_dim", 1), ("seed", 0), ("steps", 1), ("epochs", 1)):
        yield Case(("--set", f"{key}={least - 1}"), (f"{key} = {least - 1}", f"at least {least}"))
        yield Case(("--set", f"{key}=-{10**18}"), (f"{key} = -{10**18}", f"at least {least}"))
    for key, most in (("batch_size", 65536), ("d_steps", 1000), ("seed", 2**31 - 1), ("steps", 2**53)):
        yield Case(("--set", f"{key}={most + 1}"), (f"{key} = {most + 1}", f"at most {most}"))


def _numbers() -> Iterator[Case]:
    for text, value, answer in NOT_A_NUMBER:
        for key in NUMBER_KEYS:
            yield Case(("--set", f"{key}={text}"), (f"{key} = {value}", answer))
    yield Case(("--set", "d_learning_rate=1e9"), ("optimizer.d_learning_rate = 1000000000.0", "at most 1.0"))
    yield Case(("--at", "5:d_learning_rate=1e9"), ("optimizer.d_learning_rate = 1000000000.0", "at most 1.0"))
    yield Case(("--at", "5:d_learning_rate=0,1"), ("optimizer.d_learning_rate = '0,1'", "write 0.1"))


def _other_kinds() -> Iterator[Case]:
    for text, value in (("yes", "'yes'"), ("1", "1"), ("True", "'True'"), ("", "''"), ("[true]", "[True]")):
        yield Case(("--set", f"conditional={text}"), (f"data.conditional = {value}", "must be true or false"))
    for text, value in (("wide", "'wide'"), ("256", "256"), ("256,128", "'256,128'"), ("[256", "'[256'"), ("", "''")):
        yield Case(("--set", f"generator.widths={text}"), (f"generator.widths = {value}", "as in [256, 128]"))
    for text in ("[0]", "[-1]", "[1.5]", "[true]", "['8']", "[[8]]", "[nan]", f"[{10**400}]", "[99999]"):
        yield Case(("--set", f"generator.widths={text}"), ("generator.widths", "must be"))
    yield Case(("--set", f"generator.widths={[1] * 33}"), ("generator.widths = [1, 1", "at most 32 items"))


def _choices() -> Iterator[Case]:
    for text in ("cauchy", "", "true", "2024", "Normal", "normal#", "[normal]"):
        yield Case(("--set", f"latent_distribution={text}"), (f"latent.latent_distribution = '{text}'", "'normal' or"))
    for key, noun in (("data.name", "data set"), ("objective", "objective"), ("d_optimizer", "optimizer")):
        for text in ("nonsense", "", "2024", "true", "1e3"):
            yield Case(("--set", f"{key}={text}"), (f"unknown {noun} '{text}'", "allowed: "))
    for size, answer in (
        ("7", "at least 8"),
        ("129", "at most 128"),
        ("-32", "at least 8"),
        ("4x64", "at least 8"),
        *((size, "as in '32x64'") for size in ("32x", "x32", "32x64x3", "32*64", "1.5", "'32'", "9" * 5000)),
        ("9" * 400, "at most 128"),
        ("32x\u0661", "as in '32x64'"),
    ):
        images = ("--set", "data.name=images", "--set", "data.path=x")
        yield Case((*images, "--set", f"image_size={size}"), ("data.image_size", answer))


def _texts() -> Iterator[Case]:
    for text in ("", " "):
        yield Case(("--set", "data.name=mnist", "--set", f"data.path={text}"), ("data.path = ''", "must not be empty"))
        yield Case(("--device", text), ("training.device = ''", "must not be empty"))
    for path in ("\udcff", "a\udc80b"):
        yield Case(("--set", f"data.path={path}"), ("data.path = ", ascii(path)[1:-1], "must be UTF-8 text"))
    yield Case(("--set", "data.path=a\0b"), ("data.path = ", "zero byte"))
    yield Case(("--set", "device=a\0b"), ("training.device = ", "zero byte"))
    for text in (
        "modes",
        "modes_covered",
        "modes_covered >= 0,5",
        "modes_covered >= x",
        "modes_covered => 8",
        "mode >= 8",
    ):
        yield Case(("--set", f"stop_when={text}"), ("training.stop_when", f"'{text}'"))
    for text in ("", "modes_covered >= 1e400", "modes_covered >= nan", "modes_covered >= \u0661", "and", "> 3"):
        yield Case(("--set", f"stop_when={text}"), ("training.stop_when", "the condition"))
    for value in ("[[0, 0], [1]]", "[[0, 0], ['a', 1]]", "[]", "0", "[[0, nan]]", "[[0, 1e9]]"):
        yield Case(("--set", "data.name=mixture", "--set", f"centres={value}"), ("data.centres", "must be"))


def _keys() -> Iterator[Case]:
    for assignment in ("", "=", "=3", "nonsense", " = 3", "\n"):
        yield Case(("--set", assignment), ("--set", "KEY=VALUE"))
    for key in ("batch_sise", "training.batch_sise"):
        yield Case(("--set", f"{key}=3"), (f"unknown key '{key}'", "did you mean 'batch_size'?"))
    for key in (".", "..", ".seed", "a.b.c", "traning.seed", "[training].seed"):
        yield Case(("--set", f"{key}=3"), (f"in '{key}'" if key != "a.b.c" else "unknown section 'a'", ""))
    yield Case(("--set", "training.=3"), ("unknown key 'training.'",))
    yield Case(("--set", "training.seed.x=3"), ("unknown key 'training.seed.x'",))
    yield Case(("--set", "widths=[8]"), ("'widths'", "generator.widths or discriminator.widths"))
    for raw, text in RAW:
        yield Case(("--set", f"{raw}=3"), ("unknown key", text, "allowed"))
        yield Case(("--set", f"training.{raw}=3"), ("unknown key", text, "allowed"))
        yield Case(("--at", f"5:{raw}=3"), ("unknown key", text, "allowed"))
        yield Case(("--preset", raw), ("unknown preset", text, "allowed"))
        yield Case(("--config", f"{raw}.toml"), (text, "No such file"))
        yield Case(("--set", f"data.name={raw}"), ("data.name", text, "allowed"))
        yield Case((f"--{raw}",), ("No such option",))
        yield Case((raw,), ("unexpected extra argument",))
    for key in ("x" * LONG, ".".join("a" * 20_000), "training." + "x" * LONG, "x." * LONG, "=" * LONG):
        yield Case(("--set", f"{key}=1"), ("...",))
        yield Case(("--at", f"5:{key}=1"), ("...",))
    yield Case(("--set", f"seed={{{'.'.join('a' * 9_000)}=1}}"), ("training.seed", WHOLE))
    yield Case(("--set", f"widths=[{{{'.'.join('a' * 9_000)}=1}}]"), ("'widths'",))


def _options() -> Iterator[Case]:
    for option, wanted in (("--config", "a config file"), ("--out", "new or empty")):
        for text in ("", "  "):
            yield Case((option, text), (f"{option} '", "is empty", wanted))
    yield Case(("--preset", ""), ("unknown preset ''", "allowed"))
    yield Case(("--preset", "dgits"), ("unknown preset 'dgits'", "did you mean 'digits'?"))
    yield Case(("--preset", "x" * LONG), ("unknown preset", "allowed"))
    yield Case(("--preset", "digits", "--config", "good.toml"), ("--preset digits", "--config good.toml", "give one"))
    yield Case(("--preset", "x" * LONG, "--config", "y" * LONG), ("--preset xxx", "--config yyy", "give one"))
    yield Case(("--steps", "5", "--epochs", "3"), ("steps = 5", "epochs = 3", "give one"))
    for option in ("--steps", "--set", "--at", "--out", "--config", "--preset", "--device", "--seed", "--epochs"):
        yield Case((option,), (option, "requires an argument"))
    for option in ("--stpes", "--", "-x", "--json=1"):
        yield Case((option, "5"), ("5",) if option == "--" else (option.split("=", maxsplit=1)[0],))
    yield Case(("--x" + "y" * LONG,), ("No such option", "..."))
    yield Case(("x" * LONG,), ("unexpected extra argument", "..."))
    for step in ("x", "1.5", "", " ", "1_000", "\u0661", "0x10", "1e3", "\x1b[31m"):
        yield Case(("--at", f"{step}:d_steps=2"), ("--at", f"the step {step!r} is not a whole number"))
    for step, answer in (("-1", "before step 0"), (str(2**53 + 1), "beyond"), ("9" * 5000, "beyond")):
        yield Case(("--at", f"{step}:d_steps=2"), ("--at", answer))
    for text in ("", "5", "5:", "5:d_steps", "5:=2", "d_steps=2", ":", "5=d_steps:2", "x" * LONG):
        yield Case(("--at", text), ("--at", "STEP:KEY=VALUE"))
    for key in ("batch_size", "seed", "data.path", "generator.widths"):
        yield Case(("--at", f"5:{key}=3"), (key, "cannot change", "d_learning_rate"))
    yield Case(("--at", "5:d_steps=8#9"), ("training.d_steps = '8#9'", WHOLE))
    yield Case(("--at", f"5:d_steps={'9' * LONG}"), ("training.d_steps", "20,000"))
    yield Case(("--at", "9:g_steps=0", "--at", "5:d_steps=0"), ("both 0", "at least 1"))
    for out, reason in (
        ("taken", "not empty"),
        ("good.toml", "is a file"),
        ("good.toml/run", "Not a directory"),
        ("x" * 300, "File name too long"),
        ("x/" * 3000, "File name too long"),
        ("a\0b", "zero byte"),
        ("loop", "is a file"),
        ("taken\x1b[31m", "'taken\\x1b[31m' is not empty"),
    ):
        yield Case(("--out", out), ("--out", reason))


def _configs() -> Iterator[Case]:
    for name, _, named in CONFIGS:
        yield Case(("--config", f"{name}.toml"), (f"{name}.toml", *named))
    for path, reason in (
        ("missing.toml", "No such file"),
        ("taken", "Is a directory"),
        ("good.toml/x", "Not a directory"),
        ("pipe", "is not a file"),
        ("/dev/zero", "is not a file"),
        ("loop", "symbolic links"),
        ("x" * 300, "File name too long"),
        ("x" * LONG, "File name too long"),
        ("a\0b", "zero byte"),
        ("~/missing.toml", "/missing.toml cannot be read"),
        ("~nobody-of-that-name/x", "No such file"),
    ):
        yield Case(("--config", path), (reason,))


def _data() -> Iterator[Case]:
    """Files of data that are none; they are read by the engine."""
    for data_set, path, named in BAD_DATA:
        yield Case(("--set", f"data.name={data_set}", "--set", f"data.path={path}"), ("data", *named), early=False)
    yield Case(("--set", "batch_size=1798"), ("training.batch_size = 1798", "1797 samples"), early=False)
    for device in ("TPU", "GPU:99", "GPU:x", "cpu0", "\x1b[31m", "x" * 9000, "2024"):
        yield Case(("--device", device), ("training.device = ", "allowed here: auto"), early=False)


PARTS = (_counts, _numbers, _other_kinds, _choices, _texts, _keys, _options, _configs, _data)
CASES = tuple(case for part in PARTS for case in part())
