"""Translation models: Marian and M2M-100 of random weights, converted and run for real."""

import shutil
from pathlib import Path

import pytest

from models.base import Decoding, Limits, Request, Translator
from models.chinese import CHINESE
from models.ctranslate2_seq2seq import Seq2SeqTranslator
from models.errors import ModelError, SourceTooLong
from models.hub_convert import convert_repository
from models.registry import Entry
from models.transformers_backend import TransformersTranslator

TEXTS = ["改革方案由省委审定。", "撤销", "全省共撤销事业单位，优化机构职能。改革方案由各县组织实施。"]
REQUESTS = [Request(text=text) for text in TEXTS]
FAMILIES = {"marian": (), "m2m": ("__zh__", "__en__")}


def entry_of(family: str) -> Entry:
    return Entry(
        kind="seq2seq",
        engine="ctranslate2",
        language_tokens=FAMILIES[family],
        compute_type="float32",
        limits=Limits(max_source_pieces=100, max_target_pieces=60),
        batch=2,
    )


@pytest.fixture(scope="session")
def pairs(marian_files: Path, m2m_files: Path, tmp_path_factory):
    """Each family on CTranslate2 and on transformers."""
    out = {}
    for family, files in {"marian": marian_files, "m2m": m2m_files}.items():
        converted = tmp_path_factory.mktemp("converted") / family
        convert_repository(files, converted, compute_type="float32")
        entry = entry_of(family)
        out[family] = (
            Seq2SeqTranslator(family, entry, converted, threads=2),
            TransformersTranslator(family, entry, files, threads=2),
        )
    return out


@pytest.fixture(params=FAMILIES)
def both(request, pairs):
    return pairs[request.param]


def test_protocol_and_empty_input(both):
    for translator in both:
        assert isinstance(translator, Translator)
        assert translator.translate([]) == []


def test_same_pieces_on_both(both):
    ours, theirs = both
    for text in TEXTS:
        ids = theirs._ids(Request(text=text))
        assert list(ours._encode(text).pieces) == theirs._tokenizer.convert_ids_to_tokens(ids)


def test_both_choose_the_same_words(both):
    """transformers computes in bfloat16, so that near ties may turn: beginnings are compared."""
    ours, theirs = (translator.translate(REQUESTS, decoding=Decoding()) for translator in both)
    for a, b in zip(ours, theirs, strict=True):
        assert a.text[:4] == b.text[:4]


def test_order_is_kept_whatever_the_batch(both):
    translator, _ = both
    alone = [translator.translate([request])[0].text for request in REQUESTS]
    assert [answer.text for answer in translator.translate(REQUESTS)] == alone
    assert [answer.text for answer in translator.translate(REQUESTS[::-1])] == alone[::-1]


def test_no_chinese_and_no_marks_in_answers(both):
    for translator in both:
        for answer in translator.translate(REQUESTS * 4):
            assert not CHINESE.search(answer.text)
            assert "</s>" not in answer.text
    for answer in both[0].translate(REQUESTS * 4):
        assert "__" not in answer.text


def test_too_long_a_source_is_refused_not_cut(both):
    for translator in both:
        with pytest.raises(SourceTooLong, match="100"):
            translator.translate([*REQUESTS, Request(text="改革方案" * 40)])


def test_long_sources_are_read_to_their_end(both):
    translator, _ = both
    text = "改革方案由省委审定" * 9
    first, second = translator.translate([Request(text=text + "全"), Request(text=text + "撤销")])
    assert first.n_source_pieces < second.n_source_pieces <= 100


def test_limit_on_the_answer_is_seen(both):
    for translator in both:
        (answer,) = translator.translate(REQUESTS[:1], decoding=Decoding(max_target_pieces=2))
        assert not answer.finished


def test_candidates_and_scores(both):
    for translator in both:
        (answer,) = translator.translate(REQUESTS[:1], decoding=Decoding(beam=4, candidates=3))
        assert answer.score < 0
        assert answer.text not in answer.others


def test_alignment_points_into_both_texts(pairs):
    for translator, _ in pairs.values():
        for request, answer in zip(REQUESTS, translator.translate(REQUESTS), strict=True):
            sources, targets = zip(*answer.alignment, strict=True)
            assert all(0 <= offset < len(request.text) for offset in sources)
            assert all(0 <= offset <= len(answer.text) for offset in targets)
            assert list(targets) == sorted(targets)


def test_offsets_are_code_points(pairs):
    translator, _ = pairs["m2m"]
    found = translator._encode("改革abc")
    assert dict(zip(found.pieces, found.starts, strict=True))["革"] == 1
    assert found.starts[-1] == 5


def test_folder_without_model_is_one_sentence(tmp_path, marian_files):
    with pytest.raises(ModelError, match="SentencePiece"):
        Seq2SeqTranslator("x", entry_of("marian"), tmp_path).load()
    for side in ("source", "target"):
        shutil.copy(marian_files / f"{side}.spm", tmp_path)
    with pytest.raises(ModelError, match="vocabulary"):
        Seq2SeqTranslator("x", entry_of("marian"), tmp_path).load()


def test_unknown_networks_cannot_be_converted(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "vit"}')
    with pytest.raises(ModelError):
        convert_repository(tmp_path, tmp_path / "out", compute_type="int8")
    assert not (tmp_path / "out").exists()
