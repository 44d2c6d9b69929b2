"""Doctor says what is wrong and what to do, and never breaks itself."""

from pipeline.commands import doctor


def test_two_opencc_distributions_are_told_apart(monkeypatch):
    monkeypatch.setattr(doctor, "_installed", lambda name: name in {"opencc-python-reimplemented", "opencc"})
    (finding,) = doctor._opencc()
    assert finding.state == "wrong"
    assert "pip uninstall opencc " in finding.remedy


def test_one_opencc_distribution_is_well():
    assert not list(doctor._opencc())


def test_a_missing_extra_is_a_note_with_the_command(monkeypatch):
    monkeypatch.setattr(doctor, "_importable", lambda module: module != "torch")
    notes = [f for f in doctor._extras() if f.state == "note"]
    assert [f.remedy for f in notes] == ["pip install 'duizhao[transformers]'"]


def test_a_check_that_breaks_becomes_a_finding(monkeypatch):
    def broken():
        raise RuntimeError("no such thing")

    monkeypatch.setattr(doctor, "_memory", broken)
    assert any(f.state == "wrong" and "no such thing" in f.what for f in doctor.examine())


def test_a_cache_that_cannot_be_written_is_wrong(monkeypatch, tmp_path):
    monkeypatch.setenv("DUIZHAO_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: False)
    (finding,) = doctor._home()
    assert finding.state == "wrong"
    assert "DUIZHAO_HOME" in finding.remedy
