"""The shell completes commands, options and values from the parser itself."""

import shutil
import subprocess

import pytest

from pipeline.cli import main


@pytest.fixture
def bash(capsys, tmp_path):
    """Completes a line in a real bash."""
    if shutil.which("bash") is None:
        pytest.skip("no bash on this machine")
    assert main(["completion", "bash"]) == 0
    script = tmp_path / "duizhao.bash"
    script.write_text(capsys.readouterr().out, "utf-8")

    def complete(*words: str) -> list[str]:
        quoted = " ".join(f"'{word}'" for word in words)
        line = f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _shtab_duizhao; echo ${{COMPREPLY[@]}}"
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd=tmp_path, check=True)
        return done.stdout.split()

    return complete


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("duizhao", "bri"), ["brief"]),
        (("duizhao", "brief", "--glo"), ["--glossary"]),
        (("duizhao", "inspect", "--script", "tw"), ["tw2s"]),
    ],
    ids=["command", "option", "value"],
)
def test_words_are_completed(bash, words, found):
    assert bash(*words) == found


def test_files_are_completed_where_files_are_named(bash, tmp_path):
    (tmp_path / "report.txt").write_text("x", "utf-8")
    assert bash("duizhao", "inspect", "rep") == ["report.txt"]


@pytest.mark.parametrize("shell", ["zsh", "tcsh"])
def test_other_shells_get_a_script(shell, capsys):
    assert main(["completion", shell]) == 0
    assert "duizhao" in capsys.readouterr().out
