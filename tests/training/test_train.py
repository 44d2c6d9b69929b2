"""Training with a network of random weights: it learns, and an interruption changes nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

torch = pytest.importorskip("torch")
pytest.importorskip("peft")
pytest.importorskip("jieba")

from training import checkpoint, train  # noqa: E402

ROOT = Path(__file__).parents[2]
OPTIONS = [
    "--templates", "24", "--threads", "1", "--rate", "5e-3", "--warmup", "2", "--max-pieces", "1200",
    "--rank", "4",
]  # fmt: skip


@pytest.fixture(scope="session")
def base(tmp_path_factory, make_gguf):
    folder = tmp_path_factory.mktemp("base")
    make_gguf(folder / "tiny.gguf")
    return folder


@pytest.fixture(scope="session")
def authored(tmp_path_factory):
    """The first of the shipped pairs: enough to learn from, read in a second."""
    file = tmp_path_factory.mktemp("pairs") / "authored.tsv"
    lines = train.Sources().authored[0].read_text("utf-8").splitlines()
    file.write_text("\n".join(lines[:240]), "utf-8")
    return file


def run(base: Path, authored: Path, out: Path, *more: str) -> train.Progress:
    options = ["--base", str(base), "--authored", str(authored), "--out", str(out), *OPTIONS, *more]
    return train.train(train.parser().parse_args(options))


def logged(out: Path, key: str) -> list[float]:
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    return [line[key] for line in lines if key in line]


def weights(out: Path) -> dict:
    state = torch.load(checkpoint.checkpoints(out)[-1] / checkpoint.STATE, weights_only=True)
    return {**state["exact"], **{f"m{i}": s["exp_avg"] for i, s in state["optimizer"]["state"].items()}}


@pytest.fixture(scope="session")
def whole(base, authored, tmp_path_factory):
    """A training of 14 steps without interruption."""
    out = tmp_path_factory.mktemp("whole")
    run(base, authored, out, "--steps", "14")
    return out


def test_few_steps_lower_the_loss_on_pairs_not_trained_on(whole):
    first, *_, last = logged(whole, "watched")
    assert last["authored"] < first["authored"] - 1


def test_stopped_and_gone_on_is_the_same(whole, base, authored, tmp_path):
    for steps in ("5", "9", "14"):
        progress = run(base, authored, tmp_path, "--steps", steps)
    assert progress.step == 14
    for name, weight in weights(whole).items():
        assert torch.equal(weight, weights(tmp_path)[name]), name
    assert logged(tmp_path, "watched")[-1] == logged(whole, "watched")[-1]


def test_killed_and_gone_on_is_the_same(whole, base, authored, tmp_path):
    """kill -9 at no chosen moment, while checkpoints are written after every step."""
    command = [sys.executable, "-m", "training.train", "--base", str(base), "--authored", str(authored)]
    command += ["--out", str(tmp_path), *OPTIONS, "--steps", "14", "--checkpoint-s", "0"]
    child = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        while child.poll() is None and len(checkpoint.checkpoints(tmp_path)) < 2:
            time.sleep(0.01)
    finally:
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert checkpoint.checkpoints(tmp_path)
    progress = run(base, authored, tmp_path, "--steps", "14")
    assert progress.step == 14
    for name, weight in weights(whole).items():
        assert torch.equal(weight, weights(tmp_path)[name]), name
    steps = [json.loads(line)["step"] for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert steps == sorted(steps)


def test_half_written_checkpoint_is_not_one(whole, tmp_path):
    (tmp_path / ".new-000009").mkdir()
    assert checkpoint.read_checkpoint(tmp_path, {}) is None


def test_other_recipe_is_refused(whole, base, authored):
    with pytest.raises(ValueError, match=r"rank 4 \(now 8\)"):
        run(base, authored, whole, "--rank", "8")


def test_another_run_is_begun_with_what_was_learnt(whole, base, authored, tmp_path):
    learnt = logged(whole, "watched")[-1]["authored"]
    progress = run(base, authored, tmp_path, "--after", str(whole), "--seed", "1", "--steps", "2")
    assert progress.step == 2
    assert logged(tmp_path, "watched")[0]["authored"] == learnt
    state = torch.load(checkpoint.checkpoints(tmp_path)[-1] / checkpoint.STATE, weights_only=True)
    assert state["recipe"]["after"]["steps"] == 14
    assert run(base, authored, tmp_path, "--after", str(whole), "--seed", "1", "--steps", "3").step == 3
    with pytest.raises(ValueError, match="was trained with after"):
        run(base, authored, tmp_path, "--seed", "1", "--steps", "4")


def test_a_run_of_another_shape_is_not_begun_with(whole, base, authored, tmp_path):
    with pytest.raises(ValueError, match="rank 4"):
        run(base, authored, tmp_path / "new", "--after", str(whole), "--rank", "8")
    with pytest.raises(ValueError, match="no checkpoint to begin with"):
        run(base, authored, tmp_path / "new", "--after", str(tmp_path / "none"))


def test_cooling_ends_by_itself(base, authored, tmp_path):
    assert run(base, authored, tmp_path, "--cooldown", "3").step == 3
    assert run(base, authored, tmp_path).step == 3
    schedule = train.Schedule(rate=1.0, warmup=1)
    assert [schedule.rate_at(step, (10, 4)) for step in (10, 12, 14)] == [1.0, 0.5, 0.0]


def test_adapter_of_a_checkpoint_can_be_merged(whole, base):
    from models.adapter import load_adapter
    from models.cache import sha256_of

    checksum = sha256_of(base / "tiny.gguf")
    adapter = load_adapter(str(checkpoint.checkpoints(whole)[-1] / checkpoint.ADAPTER), base=checksum)
    assert len(adapter.changes) == 14
    config = json.loads((adapter.directory / "adapter_config.json").read_text())
    assert config["revision"] == checksum[:12]
    assert str(base) not in json.dumps(config)


def test_loss_is_cross_entropy_and_so_is_its_gradient():
    from training.network import _Loss

    torch.manual_seed(0)
    hidden, matrix = torch.randn(300, 8, requires_grad=True), torch.randn(50, 8)
    wanted = torch.randint(0, 50, (300,))
    own = _Loss.apply(hidden, matrix, wanted)
    (gradient,) = torch.autograd.grad(own * 2, hidden)
    theirs = torch.nn.functional.cross_entropy(hidden @ matrix.T, wanted, reduction="sum")
    (expected,) = torch.autograd.grad(theirs * 2, hidden)
    torch.testing.assert_close(own, theirs)
    torch.testing.assert_close(gradient, expected)


def test_two_trainings_do_not_share_a_folder(base, authored, tmp_path):
    with FileLock(tmp_path / ".lock"), pytest.raises(ValueError, match="another training"):
        run(base, authored, tmp_path)


def test_weights_are_those_that_transformers_reads(base):
    from models import _hf
    from training.network import load_base

    theirs, _ = _hf.load_model(base, "causal", device="cpu")
    ours = load_base(base, device="cpu")
    assert ours.config.rope_parameters == theirs.config.rope_parameters
    expected = theirs.state_dict()
    found = ours.state_dict()
    for name, weight in expected.items():
        assert torch.equal(found[name], weight), name
    ids = torch.arange(1, 30)[None]
    with torch.no_grad():
        assert torch.equal(ours(ids).logits, theirs(ids).logits)
