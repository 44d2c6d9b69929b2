"""The command line: exit codes, one clear sentence, nothing half-written."""

import pytest

from pipeline.cli import build_parser, main

COMMANDS = [
    "brief",
    "translate",
    "batch",
    "jobs",
    "inspect",
    "check",
    "export",
    "import",
    "models",
    "glossary",
    "eval",
    "schema",
    "doctor",
]


def one_line(capsys) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("duizhao: ")
    assert captured.err.count("\n") == 1, captured.err
    return captured.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command, capsys):
    assert main([command, "--help"]) == 0
    assert command in capsys.readouterr().out


def test_help_names_every_command():
    text = build_parser().format_help()
    assert not [command for command in COMMANDS if command not in text]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["brief", "x.txt", "-o", "out", "--formt", "md"], "did you mean --format"),
        (["brief", "x.txt"], "-o/--output"),
        (["summarise"], "invalid choice"),
        (["brief", "-o", "out"], "IN"),
    ],
    ids=["near_option", "no_output", "no_such_command", "no_input"],
)
def test_wrong_call_is_one_line_and_exit_2(argv, said, capsys):
    assert main(argv) == 2
    assert said in one_line(capsys)


def test_no_command_prints_help_and_fails(capsys):
    assert main([]) == 2
    assert "COMMAND" in capsys.readouterr().out
