"""Bad input: one sentence that says what to do, exit 2, and no half-written file."""

import os
import stat

import pytest

from pipeline.cli import main

TEXT = "一、总体要求\n全省共有2.7万个单位。\n"


def refused(argv, capsys, out) -> str:
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1, captured.err
    assert captured.err.startswith("duizhao: ")
    assert "Traceback" not in captured.err
    assert not out.exists() or not list(out.iterdir())
    return captured.err


def test_missing_file(tmp_path, capsys):
    out = tmp_path / "out"
    assert "absent.txt" in refused(["brief", str(tmp_path / "absent.txt"), "-o", str(out)], capsys, out)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "nothing but whitespace"),
        (bytes(range(256)) * 64, "--encoding"),
        (b"\x7fELF\x02\x01\x01" + b"\x00" * 900, "program"),
    ],
    ids=["empty", "only_whitespace", "all_bytes", "program"],
)
def test_no_text(tmp_path, capsys, content, said):
    file, out = tmp_path / "x.txt", tmp_path / "out"
    file.write_bytes(content)
    message = refused(["brief", str(file), "-o", str(out)], capsys, out)
    assert "x.txt" in message
    assert said in message.lower()


def test_wrong_encoding_names_the_byte(tmp_path, capsys):
    file, out = tmp_path / "x.txt", tmp_path / "out"
    file.write_bytes(TEXT.encode("gb18030"))
    message = refused(["brief", str(file), "-o", str(out), "--encoding", "utf-8"], capsys, out)
    assert "byte 2" in message


def test_unknown_encoding(tmp_path, capsys):
    file, out = tmp_path / "x.txt", tmp_path / "out"
    file.write_text(TEXT, encoding="utf-8")
    assert "utf-88" in refused(["brief", str(file), "-o", str(out), "--encoding", "utf-88"], capsys, out)


def test_unknown_configuration_key(tmp_path, capsys):
    file, config, out = tmp_path / "x.txt", tmp_path / "c.toml", tmp_path / "out"
    file.write_text(TEXT, encoding="utf-8")
    config.write_text("[translate]\nmodell = 'x'\n")
    message = refused(["brief", str(file), "-o", str(out), "--config", str(config)], capsys, out)
    assert "did you mean translate.model" in message


def test_unknown_model_names_the_known_ones(tmp_path, capsys):
    file, out = tmp_path / "x.txt", tmp_path / "out"
    file.write_text(TEXT, encoding="utf-8")
    assert "qwen" in refused(["brief", str(file), "-o", str(out), "--model", "qwen9"], capsys, out)


def test_unknown_format(tmp_path, capsys):
    file, out = tmp_path / "x.txt", tmp_path / "out"
    file.write_text(TEXT, encoding="utf-8")
    assert "html" in refused(["brief", str(file), "-o", str(out), "--format", "odt"], capsys, out)


def test_model_that_is_not_fetched_says_how(tmp_path, capsys, monkeypatch):
    file, out = tmp_path / "x.txt", tmp_path / "out"
    file.write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("DUIZHAO_HOME", str(tmp_path / "empty"))
    assert "duizhao models fetch" in refused(["brief", str(file), "-o", str(out)], capsys, out)


def test_output_below_a_file(tmp_path, capsys):
    file = tmp_path / "x.txt"
    file.write_text(TEXT, encoding="utf-8")
    assert main(["brief", str(file), "-o", str(file / "out")]) == 2
    assert "-o" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_read_only_output(tmp_path, capsys):
    file, out = tmp_path / "x.txt", tmp_path / "out"
    file.write_text(TEXT, encoding="utf-8")
    out.mkdir()
    out.chmod(stat.S_IRUSR | stat.S_IXUSR)
    assert "cannot write" in refused(["brief", str(file), "-o", str(out)], capsys, out)


def test_a_glossary_with_a_broken_line_is_named(tmp_path, capsys):
    file, terms, out = tmp_path / "x.txt", tmp_path / "t.tsv", tmp_path / "out"
    file.write_text(TEXT, encoding="utf-8")
    terms.write_text("zh\ten\n省委\n", encoding="utf-8")
    message = refused(["brief", str(file), "-o", str(out), "--glossary", str(terms)], capsys, out)
    assert "t.tsv" in message
    assert "2" in message


def test_a_foreign_json_is_refused(tmp_path, capsys):
    file = tmp_path / "x.json"
    file.write_text('{"a": 1}')
    assert main(["check", str(file)]) == 2
    assert "x.json" in capsys.readouterr().err
