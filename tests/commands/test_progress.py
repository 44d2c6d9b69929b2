"""Progress goes to stderr: a bar on a terminal, lines in a log, nothing when it is not wanted."""

from __future__ import annotations

import io
import sys

import pytest

from pipeline.commands.progress import Live, Plain, progress


class Terminal(io.StringIO):
    """What a person looks at."""

    def isatty(self) -> bool:
        return True


def run(quiet=False):
    """A stage of two documents, as commands report it."""
    with progress(quiet=quiet) as shown:
        shown.say("[1/2] report[a].txt")
        shown.stage("translate")
        for done in (1, 2):
            shown.count(done, 2)
        shown.status("51 of 51 figures proven")
    return shown


def test_a_log_has_the_messages_and_the_end_of_each_stage(capsys):
    assert isinstance(run(), Plain)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines()[:2] == ["[1/2] report[a].txt", "  translate 2/2"]


def test_a_log_hears_of_a_long_stage_only_now_and_then(capsys, monkeypatch):
    clock = iter([0.0, 1.0, 2.0, 20.0, 21.0])
    monkeypatch.setattr("pipeline.commands.progress.time.monotonic", lambda: next(clock))
    shown = Plain()
    shown.stage("translate")
    for done in (1, 2, 3, 4):
        shown.count(done, 9)
    assert capsys.readouterr().err.splitlines() == ["  translate 3/9"]


def test_a_terminal_has_a_bar_that_is_gone_afterwards(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert isinstance(run(), Live)
    assert "[1/2] report[a].txt" in terminal.getvalue(), "brackets are no markup"
    assert "translate" in terminal.getvalue()
    assert "figures proven" in terminal.getvalue()
    assert terminal.getvalue().rstrip("\n").endswith(("\x1b[2K", "\x1b[?25h")), "the bar is wiped away"


def interrupted(self, done, total):
    raise KeyboardInterrupt


def test_the_bar_is_taken_away_when_the_work_breaks_off(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setattr(Live, "count", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert "\x1b[?25h" in terminal.getvalue(), "the cursor is shown again"


def test_quiet_is_quiet(capsys):
    run(quiet=True)
    assert capsys.readouterr() == ("", "")
