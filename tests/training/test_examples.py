"""What is trained on: the reference as it stands, the pipeline's own requests, nothing that is held out."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("jieba")

from models.chat import END, chat_ids
from models.gguf_tokenizer import build_tokenizer
from models.prompt import load_prompt
from pipeline.config import load_config
from pipeline.prepare.renderings import rendering_span
from pipeline.prepare.terms import Entry, Glossary
from pipeline.translate.acceptance import accepted, faults
from pipeline.translate.requests import make_unit
from training.batches import IGNORED, Course, Encoded, Place, batched, encode, rows
from training.examples import (
    Lesson,
    example_of,
    interleaved,
    lesson_of,
    lessons,
    lexicon,
    mood,
    reminders,
    without_marker,
)
from training.material import Material, Sources
from training.pairs import AUTHORED, GENERAL, REPORTS, Pair, divided, is_held_out, read_pairs, template_pairs
from training.phrases import mined_phrases

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    return read_pairs(AUTHORED)


@pytest.fixture(scope="module")
def learnt(pairs) -> list[Lesson]:
    return lessons(pairs, Glossary.load(load_config().translate.glossaries), lexicon(pairs))[0]


@pytest.fixture(scope="module")
def tokenizer(make_gguf, tmp_path_factory):
    from gguf import GGUFReader

    file = tmp_path_factory.mktemp("tokenizer") / "tiny.gguf"
    make_gguf(file)
    return build_tokenizer(GGUFReader(file))


# -- pairs --------------------------------------------------------------------------------------------


def test_only_what_may_be_published_is_in_the_repository():
    """Sentences of official documents stay outside: the shipped pairs are those of two files."""
    kept = {file.name for file in (ROOT / "training").iterdir() if file.suffix in (".tsv", ".jsonl", ".gz")}
    assert kept == {"authored.tsv", "general.tsv", "reports.tsv"}
    assert not list(ROOT.glob("**/policy*.tsv"))


@pytest.mark.parametrize(
    ("file", "at_least", "refusable"), [(GENERAL, 3_000, 10), (REPORTS, 500, 3)], ids=["general", "reports"]
)
def test_translations_of_every_kind_are_not_refused(file, at_least, refusable):
    """Correct translations that no rule was written for at first: a few may be put too freely."""
    pairs = read_pairs(file)
    assert len({pair.zh for pair in pairs}) == len(pairs) > at_least
    assert not any(pair.before for pair in pairs), "they do not follow from each other"
    glossary = Glossary.load(load_config().translate.glossaries)
    refused = lessons(pairs, glossary, Glossary())[1]["the acceptance refuses the translation"]
    assert refused <= refusable


def test_nothing_held_out_is_trained_on_or_shown(pairs):
    rest, kept = divided(pairs)
    secret_zh, secret_en = {p.zh for p in kept}, {p.en for p in kept}
    assert 0.05 < len(kept) / len(pairs) < 0.15
    assert not secret_zh & {p.zh for p in rest}
    assert not secret_en & ({p.en for p in rest} | {p.before for p in rest})
    assert {p.zh for p in pairs} == secret_zh | {p.zh for p in rest} | {
        p.zh for p in pairs if p.en in secret_en
    }


def test_a_source_is_held_out_wherever_it_stands(pairs, tmp_path):
    """A private file's held-out source is not learnt from its copy among the authored pairs either."""
    hidden = next(p for p in pairs if is_held_out(p.zh) and not is_held_out(p.zh, one_in=24))
    private = tmp_path / "private.tsv"
    private.write_text(f"{hidden.zh}\tAnother translation.\n甲乙丙丁。\tThis is another sentence.\n", "utf-8")
    authored = tmp_path / "authored.tsv"
    authored.write_text("".join(f"{p.zh}\t{p.en}\n" for p in [*pairs[:200], hidden]), "utf-8")
    material = Material(Sources(authored=(authored,), files=(private,), templates=0, headings=0))
    body = without_marker(hidden)[0]
    assert body not in {lesson.text for lesson in material(0)}


@given(st.text(alphabet="改革方案，。 （）ab12", min_size=1), st.sampled_from([" ", "　", "。", "，"]))
def test_marks_and_spaces_do_not_move_a_source(text, mark):
    assert is_held_out(text) == is_held_out(mark + text + mark)


@pytest.mark.parametrize(
    "line", ["只有中文", "一\t", "一\ttwo\tthree"], ids=["one_cell", "empty_cell", "three"]
)
def test_lines_that_are_no_pairs_are_named(tmp_path, line):
    file = tmp_path / "x.tsv"
    file.write_text(f"中文\tChinese\n{line}\n", "utf-8")
    with pytest.raises(ValueError, match=r"x\.tsv:2"):
        read_pairs(file)


def test_templates_are_the_same_for_a_seed_and_new_for_another():
    first, again, other = (template_pairs(50, 10, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert len({p.zh for p in first} & {p.zh for p in other}) < 15


# -- lessons and requests -------------------------------------------------------------------------------


def test_answers_are_the_references(learnt, pairs):
    """Whole, or without the marker that a rule renders; never anything else."""
    references = {pair.en for pair in pairs}
    for lesson in learnt:
        assert lesson.answer in references or any(
            ref.endswith(lesson.answer[1:]) and len(ref) - len(lesson.answer) < 16 for ref in references
        )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_however_it_is_asked_the_answer_stays(learnt, data):
    lesson = data.draw(st.sampled_from(learnt))
    example = example_of(lesson, random.Random(data.draw(st.integers())))
    assert example.answer == lesson.answer
    assert example.request.text in (
        lesson.text,
        make_unit(lesson.text, kind=lesson.kind, glossary=Glossary()).request.text,
    )


def test_every_line_of_a_request_is_obeyed_by_its_answer(learnt):
    for number, lesson in enumerate(learnt):
        request = example_of(lesson, random.Random(number)).request
        hits = {hit.zh: hit for hit in lesson.terms}
        for zh, en in request.terms:
            assert zh in request.text
            assert hits[zh].en == en
            assert rendering_span(lesson.answer, hits[zh]) is not None


def test_references_are_accepted_by_the_checks_of_the_pipeline(learnt):
    for lesson in learnt[::7]:
        task = make_unit(lesson.text, kind=lesson.kind, glossary=Glossary()).task
        assert accepted(faults(task, lesson.answer)), lesson


def test_shares_of_what_requests_hold(learnt):
    made = lessons(
        template_pairs(400, 60, seed=3), Glossary.load(load_config().translate.glossaries), lexicon([])
    )[0]
    examples = [example_of(lesson, random.Random(i)).request for i, lesson in enumerate([*learnt, *made])]
    n = len(examples)
    assert 0.35 < sum(bool(r.terms) for r in examples) / n < 0.65
    assert 0.05 < sum(bool(r.context) for r in examples) / n < 0.25
    assert {r.kind for r in examples} == {"sentence", "figures", "heading"}


def test_a_line_differs_from_the_habit_where_the_answer_does():
    pair = Pair(zh="推进市场监管改革。", en="Push forward the reform of market supervision.", origin="t")
    glossary = Glossary([Entry(zh="市场监管", en="market regulation", alternatives=("market supervision",))])
    lesson = lesson_of(pair, glossary, Glossary())
    assert isinstance(lesson, Lesson)
    assert [(hit.zh, hit.en) for hit in lesson.terms] == [("市场监管", "market supervision")]


@pytest.mark.parametrize(
    ("zh", "en", "body"),
    [
        ("一、过去一年工作回顾", "I. Review of Work over the Past Year", "Review of Work over the Past Year"),
        ("（二）强化监管", "(2) Strengthening supervision", "Strengthening supervision"),
        ("一是加强领导。", "First, leadership was strengthened.", "Leadership was strengthened."),
        ("3.2 承包人应提交报表。", "3.2 The Contractor shall report.", "The Contractor shall report."),
        ("2020年完成。", "It was completed in 2020.", "It was completed in 2020."),
    ],
    ids=["roman", "brackets", "first", "dotted", "no_marker"],
)
def test_markers_are_left_to_the_rules(zh, en, body):
    assert without_marker(Pair(zh=zh, en=en, origin="t"))[1] == body


@pytest.mark.parametrize(
    ("zh", "en", "why"),
    [
        ("稳中求进", "pursuing progress while ensuring stability", "phrase"),
        ("完成投资25亿元。", "Investment of 25 billion yuan was completed.", "refuses"),
        ("加强领导。", "Strengthen 领导.", "left over"),
    ],
    ids=["phrase", "wrong_magnitude", "residue"],
)
def test_what_cannot_be_learnt_from_is_counted(zh, en, why):
    found, left = lessons([Pair(zh=zh, en=en, origin="t")], Glossary(), Glossary())
    assert not found
    assert [why in reason for reason in left] == [True]


def test_reminders_are_the_ladders_and_the_answer_heeds_them(learnt):
    said = [reminders(lesson, random.Random(i)) for i, lesson in enumerate(learnt[:400])]
    assert any(text.startswith("Keep the number") for texts in said for text in texts)
    assert any(text.startswith("Translate ") for texts in said for text in texts)
    for lesson, texts in zip(learnt, said, strict=False):
        task = make_unit(lesson.text, kind=lesson.kind, glossary=Glossary(), terms=lesson.terms).task
        assert not set(texts) & {fault.reminder for fault in faults(task, lesson.answer)}


def test_mood_is_read_from_the_answer():
    said = {
        "We completed the reform.": "report",
        "We will complete the reform.": "plan",
        "Complete the reform.": "directive",
        "The reform was completed.": "plain",
    }
    assert {text: mood(text) for text in said} == said


def test_phrases_are_mined_where_both_sides_always_meet():
    pairs = [
        Pair(zh=f"推进职业教育改革第{i}项", en=f"Item {i} of advancing vocational education", origin="t")
        for i in range(5)
    ] + [Pair(zh=f"其他工作{i}", en=f"Other work {i}", origin="t") for i in range(5)]
    found = mined_phrases(pairs)
    assert any("职业教育" in zh and "vocational education" in en for zh, en in found.items())
    assert mined_phrases([]) == {}


@given(st.lists(st.integers(1, 60), min_size=1, max_size=3))
def test_any_beginning_is_a_fair_mix(sizes):
    groups = [
        [Lesson(text=f"{name}{i}", answer="x", kind="sentence", origin=name) for i in range(size)]
        for name, size in zip("abc", sizes, strict=False)
    ]
    mixed = interleaved(groups, random.Random(0))
    assert sorted(lesson.text for lesson in mixed) == sorted(l.text for group in groups for l in group)  # noqa: E741
    half = mixed[: len(mixed) // 2]
    for group in groups:
        share = sum(lesson.origin == group[0].origin for lesson in half)
        assert abs(share - len(group) / 2) <= 2


# -- ids ------------------------------------------------------------------------------------------------


def test_ids_are_those_of_inference_and_then_the_answer(learnt, tokenizer):
    prompt = load_prompt("qwen-tuned")
    example = example_of(learnt[5], random.Random(1))
    one = encode(example, prompt, tokenizer)
    assert list(one.ids[: one.n_asked]) == chat_ids(prompt.messages(example.request), tokenizer)
    assert tokenizer.decode(list(one.ids[one.n_asked : -1])) == example.answer
    assert one.ids[-1] == tokenizer.token_to_id(END)


def test_tuned_prompt_shows_no_examples():
    prompt = load_prompt("qwen-tuned")
    assert all(len(prompt.prefix(kind)) <= 1 for kind in ("sentence", "item", "figures", "heading", "table"))


encoded = st.lists(
    st.tuples(st.integers(1, 40), st.integers(1, 40)).map(
        lambda n: Encoded(tuple(range(1, sum(n) + 1)), n[0])
    ),
    min_size=1,
    max_size=20,
)


@given(encoded, st.integers(1, 400))
def test_batches_hold_everything_once_within_their_bound(items, bound):
    batches = batched(items, max_pieces=bound)
    assert sorted(one.ids for batch in batches for one in batch) == sorted(one.ids for one in items)
    for batch in batches:
        ids, _ = rows(batch, filler=0)
        assert len(batch) == 1 or len(batch) * len(ids[0]) <= bound


@given(encoded)
def test_loss_is_on_the_answer_only(items):
    ids, wanted = rows(items, filler=0)
    for one, row, following in zip(items, ids, wanted, strict=True):
        assert [w for w in following if w != IGNORED] == list(one.ids[one.n_asked :])
        assert all(w in (IGNORED, row[i + 1]) for i, w in enumerate(following[:-1]))


def test_course_goes_on_from_any_place(learnt, tokenizer):
    course = Course(
        lambda epoch: learnt[: 300 + epoch], prompt=load_prompt("qwen-tuned"), tokenizer=tokenizer,
        max_pieces=3000, seed=1,
    )  # fmt: skip

    def first(n: int, place: Place) -> list[tuple[Place, list[Encoded]]]:
        stream = course.batches(place)
        return [next(stream) for _ in range(n)]

    everything = first(60, Place())
    assert {place.epoch for place, _ in everything} == {0, 1} or everything[-1][0].window > 0
    for k in (1, 17, 42):
        assert first(60 - k, everything[k - 1][0]) == everything[k:]
