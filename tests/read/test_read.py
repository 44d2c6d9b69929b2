"""Which files a call means, and which reader each gets."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pipeline.config import ReadConfig
from pipeline.errors import InputError, LimitExceeded, UsageError
from pipeline.read import expand, read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.md", "sub/c.TXT", "sub/d.bin", ".hidden/e.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("改革", "utf-8")
    return tmp_path


def test_a_folder_gives_what_can_be_read_in_order(folder: Path) -> None:
    assert [Path(p).name for p in expand([str(folder)])] == ["a.md", "b.txt", "c.TXT"]


def test_globs_names_and_standard_input_each_once(folder: Path) -> None:
    names = [str(folder / "b.txt"), str(folder / "*.txt"), "-", "-", str(folder / "**/*.TXT")]
    assert [Path(p).name for p in expand(names)] == ["b.txt", "-", "c.TXT"]


def test_a_file_whose_name_looks_like_a_glob(tmp_path: Path) -> None:
    path = tmp_path / "report[1].txt"
    path.write_text("改革", "utf-8")
    assert expand([str(path)]) == [str(path)]


@pytest.mark.parametrize(
    ("name", "error"),
    [("missing.txt", InputError), ("*.none", UsageError), ("sub/empty", InputError), ("a\0b", InputError)],
)
def test_what_is_not_there_is_named(folder: Path, name: str, error: type[Exception]) -> None:
    (folder / "sub/empty").mkdir()
    with pytest.raises(error, match=name.split("\0")[0].replace("*", r"\*")):
        expand([str(folder / name)])


def test_no_input_at_all() -> None:
    with pytest.raises(UsageError):
        expand([])


def test_read_a_file_and_standard_input(folder: Path) -> None:
    config = ReadConfig()
    assert read(str(folder / "b.txt"), config=config).original == "改革"
    assert read("-", config=config, stdin=io.BytesIO("开放".encode())).source.path == "-"


def test_an_unknown_format_a_folder_and_a_long_file(folder: Path) -> None:
    with pytest.raises(InputError, match=r"\.bin"):
        read(str(folder / "sub/d.bin"), config=ReadConfig())
    with pytest.raises(InputError, match="cannot read"):
        read(str(folder / "sub"), config=ReadConfig())
    with pytest.raises(LimitExceeded, match="max_bytes"):
        read(str(folder / "b.txt"), config=ReadConfig(max_bytes=5))
