"""`glossary check` names faults before they cost a run."""

from pipeline.cli import main


def test_a_sound_glossary_is_silent(tmp_path, capsys):
    file = tmp_path / "own.tsv"
    file.write_text("zh\ten\n图书馆\tlibrary\n", "utf-8")
    assert main(["glossary", "check", str(file)]) == 0
    assert capsys.readouterr().out == ""


def test_a_file_that_is_no_glossary_is_refused(tmp_path, capsys):
    file = tmp_path / "own.tsv"
    file.write_text("no columns here\n", "utf-8")
    assert main(["glossary", "check", str(file)]) == 2
    assert "own.tsv" in capsys.readouterr().err
