"""`gan-desktop script`."""

from __future__ import annotations

from pathlib import Path

import pytest

from gan_desktop.cli import main
from tests.recording.made_runs import made_run
from tests.tiny import write_tiny

Capture = pytest.CaptureFixture[str]


def test_a_config_a_preset_and_a_run_become_scripts(tmp_path: Path, capsys: Capture) -> None:
    assert main(["script", str(write_tiny(tmp_path))]) == 0
    printed = capsys.readouterr().out
    assert "STEPS = 40\n" in printed
    compile(printed, "script", "exec")
    out = tmp_path / "x.py"
    assert main(["script", "--preset", "wgan", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    assert "WEIGHT_CLIP = 0.1" in out.read_text(encoding="utf-8")
    made_run(tmp_path / "run")
    assert main(["script", "last"]) == 0
    assert capsys.readouterr().out.startswith('"""run: a GAN in Keras')


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "script: give a config file, a run, or --preset NAME"),
        (["last", "--preset", "ring"], "and only one of them"),
        (["--preset", "rign"], "unknown preset 'rign': did you mean 'ring'?"),
        (["no.toml"], "no.toml cannot be read"),
        (["--preset", "cycle-moons"], "game.name = 'cyclegan': a script cannot express it"),
        (["--preset", "ring", "--out", "tiny.toml"], "is there already"),
    ],
)
def test_bad_input_is_one_sentence(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    write_tiny(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["script", *arguments]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert (captured.out, captured.err.count("\n")) == ("", 1)
