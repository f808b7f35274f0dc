"""`train --resume`, `train --branch` and `replay`, as a script uses them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gan_desktop.cli import main
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import Replayed
from gan_desktop.going_on import branch_command, resume_command, sentence
from gan_desktop.recording.notes import change_notes
from tests.tiny import write_tiny

pytestmark = pytest.mark.usefixtures("quick_starts")

Output = pytest.CaptureFixture[str]
Trained = Callable[..., dict[str, Any]]


@pytest.fixture
def trained(tmp_path: Path, capsys: Output) -> Trained:
    """Trains with these arguments, and gives the JSON."""
    config = write_tiny(tmp_path)

    def train(*arguments: str) -> dict[str, Any]:
        begins = () if arguments[0] in ("--resume", "--branch") else ("--config", str(config))
        assert main(["train", *begins, *arguments, "--json"]) == 0
        summary: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
        return summary

    return train


def test_resumed_is_uninterrupted(trained: Trained, tmp_path: Path, capsys: Output) -> None:
    whole = trained("--steps", "40", "--at", "25:d_steps=2", "--out", str(tmp_path / "whole"))
    trained("--steps", "15", "--at", "25:d_steps=2", "--out", str(tmp_path / "parts"))
    resumed = trained("--resume", str(tmp_path / "parts"), "--steps", "40")
    assert (resumed["weights_digest"], resumed["step"], resumed["parent"]) == (whole["weights_digest"], 40, None)
    assert resumed["interventions"] == whole["interventions"]
    assert [saved["step"] for saved in resumed["checkpoints"]] == [15, 40]
    assert resumed["checkpoints"][-1]["digest"] == whole["weights_digest"]
    assert main(["replay", str(tmp_path / "parts"), "--json"]) == 0
    replayed = json.loads(capsys.readouterr().out)
    assert (replayed["equal"], replayed["parted"], replayed["steps"]) == (True, None, 40)
    assert replayed["weights_digest"] == whole["weights_digest"]


def test_a_changed_rate_is_obeyed_and_recorded(trained: Trained, tmp_path: Path) -> None:
    trained("--steps", "15", "--out", str(tmp_path / "run"))
    resumed = trained("--resume", "run", "--steps", "+10", "--set", "d_learning_rate=5e-3", "--at", "20:g_steps=2")
    assert resumed["step"] == 25
    assert [(made["step"], made["key"], made["author"]) for made in resumed["interventions"]] == [
        (15, "d_learning_rate", "hand"),
        (20, "g_steps", "plan"),
    ]


def test_a_branch_names_its_parent(trained: Trained, tmp_path: Path, capsys: Output) -> None:
    trained("--steps", "20", "--out", str(tmp_path / "run"))
    arguments = ("--branch", "run@12", "--steps", "30", "--set", "d_steps=2", "--out", str(tmp_path / "branch"))
    branch = trained(*arguments)
    assert branch["parent"] == {"run": str(tmp_path / "run"), "step": 12}
    assert [(made["step"], made["key"]) for made in branch["interventions"]] == [(12, "d_steps")]
    assert trained("--resume", "branch", "--steps", "+1")["parent"] == branch["parent"]
    assert main(["replay", "branch"]) == 0
    assert "equal: every figure of 31 steps" in capsys.readouterr().out


def test_a_replay_that_parts_is_exit_code_4(trained: Trained, tmp_path: Path, capsys: Output) -> None:
    trained("--steps", "20", "--out", str(tmp_path / "run"))
    with closing(sqlite3.connect(tmp_path / "run" / "run.sqlite")) as database, database:
        database.execute("UPDATE figures SET g_loss = g_loss * 1.5 WHERE step = 7")
        database.execute("UPDATE run SET value = '0.0.1' WHERE key = 'version'")
    assert main(["replay", str(tmp_path / "run")]) == 4
    said = capsys.readouterr()
    assert "step 7 is the first that differs" in said.out
    assert "GAN Desktop differs: 0.0.1 then" in said.err


REFUSED = {
    "does not go with --resume": ("--resume", "run", "--seed", "3"),
    "--out does not go with --resume": ("--resume", "run", "--out", "x"),
    "--branch does not go with --resume": ("--resume", "run", "--branch", "run@3"),
    "--preset does not go with --branch": ("--branch", "run@3", "--preset", "ring"),
    "is not of the form RUN@STEP": ("--branch", "run"),
    "--branch 'run@x' is not of the form": ("--branch", "run@x"),
    "has steps 0 to 20": ("--branch", "run@21"),
    "cannot change when a run goes on; what can: ": ("--resume", "run", "--steps", "+1", "--set", "batch_size=4"),
    "unknown key 'd_learnin_rate'": ("--resume", "run", "--steps", "+1", "--set", "d_learnin_rate=4"),
    "training.steps = 'many'": ("--resume", "run", "--steps", "many"),
    "goes on from step 20: it has to be longer": ("--resume", "run"),
    "nowhere": ("--resume", "nowhere"),
}


def test_what_is_wrong_is_one_sentence(trained: Trained, tmp_path: Path, capsys: Output) -> None:
    trained("--steps", "20", "--out", str(tmp_path / "run"))
    before = sorted(path.name for path in (tmp_path / "run").rglob("*"))
    for words, arguments in REFUSED.items():
        assert main(["train", *arguments]) == 2, arguments
        said = capsys.readouterr().err.strip()
        assert words in said.splitlines()[-1], arguments
        assert "Traceback" not in said
    assert sorted(path.name for path in (tmp_path / "run").rglob("*")) == before


def test_a_name_of_the_library_is_enough(trained: Trained, tmp_path: Path) -> None:
    trained("--steps", "5", "--out", str(tmp_path / "run"))
    change_notes(tmp_path / "run", lambda notes: notes.__class__(name="my best"))
    assert resume_command("my best", (), "+5", None, ()).folder == tmp_path / "run"
    command = branch_command("my best@3", ("d_steps=2",), None, None, (), None)
    assert (command.step, command.changes[0].key, command.branch) == (3, "d_steps", True)
    with pytest.raises(InputError, match="my best@-1"):
        branch_command("my best@-1", (), None, None, (), None)


def test_one_digest_is_said_as_one(tmp_path: Path) -> None:
    assert sentence(Replayed(tmp_path, 5, 1, None, "")) == "equal: every figure of 5 steps, and 1 digest of the weights"


def test_a_record_that_begins_late_says_what_was_compared(tmp_path: Path) -> None:
    late = Replayed(tmp_path, 2404, 1, None, "", compared_from=1765)
    assert sentence(late).startswith("equal: every figure of the steps 1,765 to 2,403, as far as the record goes back")
    assert "nothing was compared" in sentence(Replayed(tmp_path, 5, 0, None, "", compared_from=5))
