"""The Containerfile fits the tree: it is built where no test runs, so all that it names is checked here."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from pipeline.cli import build_parser
from pipeline.commands.doctor import LINKED
from tests.test_packaging import build, members, shipped

ROOT = Path(__file__).parent.parent
LINES = (ROOT / "Containerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
INSTALL = re.search(r"pip install .*'\.\[([\w,]+)\]'", "\n".join(LINES))


def arguments(instruction: str) -> list[list[str]]:
    """The words of every line with that instruction."""
    return [line.split()[1:] for line in LINES if line.split()[:1] == [instruction]]


def copied() -> list[str]:
    """What the first stage takes from the tree."""
    return [source for words in arguments("COPY") if words[0] != "--from=build" for source in words[:-1]]


def test_what_is_copied_is_all_that_a_wheel_is_made_of(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    skip = shutil.ignore_patterns("__pycache__")
    for name in copied():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=skip)
        else:
            shutil.copy(ROOT / name, source / name)
    assert set(members(build(source, tmp_path / "out", "wheel"))) == shipped()


def test_extras_and_constraints_exist():
    assert INSTALL
    assert set(INSTALL[1].split(",")) <= PROJECT["optional-dependencies"].keys()
    assert "constraints.txt" in copied()


def test_libraries_that_doctor_asks_for_are_installed():
    text = " ".join(LINES)
    wanted = [name for remedy in LINKED.values() for name in re.findall(r"\b(?:lib|fonts)[\w.-]*\d", remedy)]
    assert wanted
    assert [name for name in wanted if name not in text] == []


def test_both_stages_have_one_python_which_the_project_supports():
    images = {re.search(r"python:([\d.]+)", words[0])[1] for words in arguments("FROM")}
    assert len(images) == 1
    assert SpecifierSet(PROJECT["requires-python"]).contains(f"{images.pop()}.0")


def test_the_entry_point_volume_and_port_are_those_of_the_command():
    (entry,) = arguments("ENTRYPOINT")
    assert json.loads(" ".join(entry))[0] in PROJECT["scripts"]
    (volume,) = arguments("VOLUME")
    environment = dict(word.split("=", 1) for words in arguments("ENV") for word in words)
    assert json.loads(" ".join(volume)) == [environment["DUIZHAO_HOME"]]
    (port,) = arguments("EXPOSE")
    assert build_parser().parse_args(["review", "out"]).port == int(port[0])


@pytest.mark.parametrize("folder", ["/cache", "/out"])
def test_folders_that_people_mount_belong_to_the_user_of_the_image(folder):
    (user,) = arguments("USER")
    text = " ".join(" ".join(LINES).split())
    assert f"--uid {user[0]} duizhao" in text
    assert re.search(rf"install -d -o duizhao [^&]*{folder}\b", text)
    assert f":{folder}" in (ROOT / "docs" / "how-to" / "container.md").read_text("utf-8")
