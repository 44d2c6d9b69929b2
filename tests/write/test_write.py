"""Files are written whole or not at all, and what cannot be done is said in one sentence."""

import errno
import json
import os
from dataclasses import replace

import pytest

from pipeline.document import Issue
from pipeline.errors import OutputError, UsageError
from pipeline.write import FORMATS, prepare_folder, require_format, whole, write
from pipeline.write.as_json import from_dict


def test_files_carry_stem_and_format(document, tmp_path):
    paths = write(document, tmp_path / "new", ["json", "md", "json"], stem="report")
    assert [path.name for path in paths] == ["report.json", "report.md"]
    assert sorted(os.listdir(tmp_path / "new")) == ["report.json", "report.md"]


def test_every_format_renders_the_same_twice(document):
    for name in ("md", "html", "json", "csv", "tmx", "xliff"):
        assert FORMATS[name](document) == FORMATS[name](document), name


@pytest.mark.parametrize("name", FORMATS)
def test_no_character_stops_a_writer(document, name):
    odd = "\udcff\x00\x1f\x7f\x9f\u2028\u202e\ufffe\uffff\U0010ffff ]]>&#0; --> \r\n"
    segment = replace(document.segments[4], text=odd, target=odd, source=odd, terms=(), id="s5")
    segments = (*document.segments[:4], segment, *document.segments[5:])
    issue = Issue(check=odd, severity="error", message=odd, segment="s5", span=(0, 3))
    source = replace(document.source, path=odd, title=odd, region=odd, region_reason=odd)
    changed = replace(document, segments=segments, source=source, issues=(issue,), quantities=(), brief=None)
    try:
        content = FORMATS[name](changed)
    except (UsageError, OutputError) as error:
        pytest.skip(str(error))
    if name not in ("docx", "pdf", "parquet"):
        content.decode("utf-8")
    if name == "json":
        assert from_dict(json.loads(content)) == changed


def test_unknown_format_names_the_known(document, tmp_path):
    with pytest.raises(UsageError, match="md, html, json"):
        write(document, tmp_path, ["json", "odt"], stem="x")
    assert not list(tmp_path.iterdir())


def test_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "docx", None)
    monkeypatch.delitem(__import__("sys").modules, "pipeline.write.as_docx", raising=False)
    with pytest.raises(UsageError, match=r"pip install 'duizhao\[docs\]'"):
        require_format("docx")


def test_failed_write_leaves_the_earlier_file(monkeypatch, tmp_path):
    target = tmp_path / "a.md"
    target.write_bytes(b"old")

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(whole.os, "fsync", full)
    with pytest.raises(OutputError, match="disk is full"):
        whole.write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.md"]


def test_file_in_the_way_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="file, not a folder"):
        prepare_folder(tmp_path / "file")
    with pytest.raises(OutputError, match=r"a\.md"):
        whole.write_whole(tmp_path / "file" / "a.md", b"x")


def test_folder_of_that_name_is_named(tmp_path):
    (tmp_path / "a.md").mkdir()
    with pytest.raises(OutputError, match="folder of that name"):
        whole.write_whole(tmp_path / "a.md", b"x")
    assert os.listdir(tmp_path) == ["a.md"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_read_only_folder_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="no permission"):
        prepare_folder(tmp_path)


def test_read_only_disk_is_named(monkeypatch, tmp_path):
    def refuse(*args, **kwargs):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(whole.Path, "touch", refuse)
    with pytest.raises(OutputError, match="read-only"):
        prepare_folder(tmp_path)
