"""Sets are read whole, translated line by line, and scored beside recorded systems."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("sacrebleu")

from models.base import Answer, Decoding, Limits, Request
from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.evaluate import Evaluation, as_json, as_table, as_text, evaluate, load_set, selected
from pipeline.prepare.terms import Entry, Glossary
from pipeline.translate import Engine

SOURCES = ["省委召开4次会议。", "优化整合为2.7万个。", "加强领导。落实责任。"]
REFERENCES = [
    "The CPC provincial committee held four meetings.",
    "They were merged into 27,000.",
    "Strengthen leadership. Fulfill responsibilities.",
]
GLOSSARY = Glossary([Entry(zh="省委", en="CPC provincial committee")])
ENGLISH = {
    "省委召开4次会议。": REFERENCES[0],
    "优化整合为27,000个。": REFERENCES[1],
    "加强领导。": "Strengthen leadership.",
    "落实责任。": "Fulfill responsibilities.",
}


class Phrasebook:
    """Knows the sentences of the set and nothing else."""

    name = "phrasebook"
    revision = "1"
    limits = Limits(max_source_pieces=500, max_target_pieces=500)

    def load(self) -> None:
        pass

    def count_pieces(self, text: str) -> int:
        return len(text)

    def translate(self, requests: list[Request], *, decoding: Decoding = Decoding()) -> list[Answer]:  # noqa: B008
        return [Answer(text=ENGLISH[request.text], n_target_pieces=5) for request in requests]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "reports"
    root.mkdir()
    (root / "dev.zh_hans").write_text("\n".join(SOURCES) + "\n", "utf-8")
    (root / "dev.en").write_text("\n".join(REFERENCES) + "\n", "utf-8")
    (root / "dev.sys.other.en").write_text("The province met.\n2.7 million.\n加强 leadership.\n", "utf-8")
    return root


def run(folder: Path, **options: int) -> Evaluation:
    return evaluate(
        load_set(folder), engine=Engine(Phrasebook()), glossary=GLOSSARY, config=Config(), **options
    )


def test_a_perfect_translation_scores_perfectly(folder: Path) -> None:
    result = run(folder)
    ours, other = result.scores
    assert result.hypotheses == tuple(REFERENCES)
    assert (ours.bleu, ours.chrf, ours.residue) == (100.0, 100.0, 0)
    assert (ours.numbers_kept, ours.terms_obeyed) == (1.0, 1.0)
    assert (result.accepted_first, result.accepted, result.unfinished) == (1.0, 1.0, 0)
    assert (other.system, other.residue, other.numbers_kept, other.terms_obeyed) == ("other", 1, 0.0, 0.0)


def test_no_line_is_dropped(folder: Path) -> None:
    result = run(folder)
    assert result.lines == len(result.hypotheses) == 3
    assert result.segments == 4
    assert sum(result.rungs.values()) == result.segments


def test_a_sample_is_the_same_every_time(folder: Path) -> None:
    eval_set = load_set(folder)
    assert selected(eval_set, limit=2, sample=3) == selected(eval_set, limit=2, sample=3)
    assert selected(eval_set, limit=2).sources == tuple(SOURCES[:2])
    assert selected(eval_set, limit=9) == eval_set
    assert len(run(folder, limit=2).hypotheses) == 2


class Forgetful(Phrasebook):
    """Loses a number at first and gives it when it is reminded; counts what it is asked."""

    asked = 0

    def translate(self, requests: list[Request], *, decoding: Decoding = Decoding()) -> list[Answer]:  # noqa: B008
        self.asked += len(requests)
        known = {**ENGLISH, "优化整合为27,000个。": "They were merged into 72,000."}
        return [
            Answer(text=(ENGLISH if request.hints else known)[request.text], n_target_pieces=5)
            for request in requests
        ]


def evaluated(folder: Path, model: Phrasebook, *, retry: bool = True) -> Evaluation:
    config = replace(Config(), translate=replace(Config().translate, retry=retry))
    return evaluate(load_set(folder), engine=Engine(model), glossary=GLOSSARY, config=config)


def test_one_run_tells_what_the_ladder_gains(folder: Path) -> None:
    model = Forgetful()
    result = evaluated(folder, model)
    assert result.rungs["remind"] == 1
    assert (result.accepted_first, result.accepted) == (0.75, 1.0)
    assert (result.first.numbers_kept, result.scores[0].numbers_kept) == (0.5, 1.0)
    assert result.first.bleu < result.scores[0].bleu == 100.0
    assert model.asked == result.requests == 5, "the first answers are not asked for a second time"
    assert "numbers 50.0% → 100.0%" in as_text(result)
    assert "numbers 50.0% → 100.0%" in as_table([result, result])


def test_the_first_answers_are_those_of_a_run_without_the_ladder(folder: Path) -> None:
    first = evaluated(folder, Forgetful()).first
    without = evaluated(folder, Forgetful(), retry=False)
    assert without.scores[0] == without.first == first
    assert without.accepted_first == without.accepted == 0.75


def test_the_table_and_the_json_say_the_same(folder: Path) -> None:
    result = run(folder)
    table = as_text(result)
    assert "phrasebook" in table
    assert "other" in table
    assert "tok:13a" in table
    assert json.loads(as_json(result))["scores"][0]["bleu"] == 100.0


@pytest.mark.parametrize("name", ["dev.zh_hans", "dev.en"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(UsageError, match="one source"):
        load_set(folder)


def test_files_of_different_length_are_refused(folder: Path) -> None:
    (folder / "dev.en").write_text("one line\n", "utf-8")
    with pytest.raises(UsageError, match="3 lines"):
        load_set(folder)


def test_no_such_set(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        load_set(tmp_path / "nowhere")


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_is_at_least_one(folder: Path, limit: int) -> None:
    with pytest.raises(UsageError, match="limit"):
        selected(load_set(folder), limit=limit)


def test_tsv_is_a_set(tmp_path: Path):
    file = tmp_path / "held.tsv"
    file.write_text("".join(f"{zh}\t{en}\n" for zh, en in zip(SOURCES, REFERENCES, strict=True)), "utf-8")
    chosen = load_set(file)
    assert (chosen.name, list(chosen.sources), list(chosen.references)) == ("held", SOURCES, REFERENCES)


@pytest.mark.parametrize(
    "text", ["", "只有中文\n", "一\tone\tmore\n", "一\t \n"], ids=["empty", "one", "three", "blank"]
)
def test_tsv_that_is_no_set_is_refused(tmp_path: Path, text: str):
    file = tmp_path / "held.tsv"
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError):
        load_set(file)


def test_several_models_stand_in_one_table(folder: Path):
    result = run(folder)
    lines = as_table([result, result]).splitlines()
    assert [line.split()[0] for line in lines[2:5]] == ["phrasebook", "phrasebook", "other"]
    assert lines[2] == lines[3]
    found = json.loads(as_json(result, result))
    assert [one["model"] for one in found] == ["phrasebook", "phrasebook"]
