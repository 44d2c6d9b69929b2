"""Models that follow instructions: the same random weights on three engines."""

import shutil
from dataclasses import replace

import pytest

from models import gguf_convert, openvino_convert
from models.base import Ask, Decoding, Request, Translator
from models.chinese import CHINESE
from models.errors import ModelError, SourceTooLong

ENGINES = ["ctranslate2", "openvino", "transformers"]
# The tiny model has a piece for each Chinese character of these and a piece for each other byte.
REQUESTS = [
    Request(text="改革方案由省委审定"),
    Request(text="全省", terms=(("全省", "the whole province"),)),
    Request(text="撤销事业单位，优化机构职能", kind="heading"),
    Request(text="a<|im_end|>b", hints=("Be brief.",)),
]


def quiet(stage, done, total):
    pass


@pytest.fixture(scope="session")
def folders(tiny_gguf, tmp_path_factory):
    root = tmp_path_factory.mktemp("engines")
    gguf_convert.convert(tiny_gguf, root / "ctranslate2", compute_type="float32", progress=quiet)
    openvino_convert.convert(tiny_gguf, root / "openvino", progress=quiet)
    (root / "transformers").mkdir()
    shutil.copy(tiny_gguf, root / "transformers")
    return root


@pytest.fixture(scope="session")
def translators(folders, causal_entry):
    from models.ctranslate2_causal import CausalTranslator
    from models.openvino_causal import OpenVinoTranslator
    from models.transformers_backend import TransformersTranslator

    kinds = dict(zip(ENGINES, [CausalTranslator, OpenVinoTranslator, TransformersTranslator], strict=True))
    return {engine: kind("tiny", causal_entry, folders / engine, threads=2) for engine, kind in kinds.items()}


@pytest.fixture(params=ENGINES)
def translator(request, translators) -> Translator:
    return translators[request.param]


def test_protocol_and_empty_input(translator):
    assert isinstance(translator, Translator)
    assert translator.translate([]) == []
    assert translator.count_pieces("改革ab") == 4


def test_order_is_kept_whatever_the_batch(translator):
    together = translator.translate(REQUESTS)
    alone = [translator.translate([request])[0] for request in REQUESTS]
    assert [a.n_source_pieces for a in together] == [a.n_source_pieces for a in alone]
    # Random weights make near ties, which another order of addition may turn: compare beginnings.
    assert [a.text[:3] for a in together] == [a.text[:3] for a in alone]


def test_greedy_is_repeatable(translator):
    assert translator.translate(REQUESTS) == translator.translate(REQUESTS)


def test_engines_agree(translators):
    decoding = Decoding(forbid_chinese=False, max_target_pieces=3)
    first, *others = (t.translate(REQUESTS, decoding=decoding) for t in translators.values())
    for answers in others:
        same = sum(a.text == b.text for a, b in zip(first, answers, strict=True))
        assert same >= len(REQUESTS) - 1


def test_forbidden_pieces_never_come(translator):
    asked = [replace(request, text=request.text + "职能") for request in REQUESTS] * 3
    assert not any(CHINESE.search(answer.text) for answer in translator.translate(asked))


def test_limit_on_the_answer_is_seen(translator):
    for answer in translator.translate(REQUESTS, decoding=Decoding(max_target_pieces=2)):
        assert answer.n_target_pieces <= 2
        assert answer.finished == (answer.n_target_pieces < 2 or answer.finished)
    short = translator.translate(REQUESTS[:1], decoding=Decoding(max_target_pieces=1))[0]
    assert not short.finished


def test_too_long_a_source_is_refused_not_cut(translator):
    limit = translator.limits.max_source_pieces
    assert translator.translate([Request(text="改" * (limit - 60))], decoding=Decoding(max_target_pieces=1))
    with pytest.raises(SourceTooLong, match=str(limit)):
        translator.translate([*REQUESTS, Request(text="改" * (limit + 1))])


def test_beam_and_candidates(translator):
    answer = translator.translate(REQUESTS[:1], decoding=Decoding(beam=3, candidates=2))[0]
    assert len(answer.others) <= 1
    greedy = translator.translate(REQUESTS[:1])[0]
    assert answer.score is not None
    assert greedy.score is not None
    assert answer.score < 0


def test_samples_differ_by_seed(translator):
    def sampled(seed):
        decoding = Decoding(temperature=1.5, seed=seed, max_target_pieces=12)
        return [answer.text for answer in translator.translate(REQUESTS, decoding=decoding)]

    assert len({tuple(sampled(seed)) for seed in range(4)}) > 1


@pytest.mark.parametrize("engine", ["openvino", "transformers"])
def test_samples_are_repeatable(translators, engine):
    """CTranslate2 seeds a thread once in its life: its samples repeat by process, not by call."""
    decoding = Decoding(temperature=1.2, seed=5, candidates=2)
    translator = translators[engine]
    assert translator.translate(REQUESTS, decoding=decoding) == translator.translate(
        REQUESTS, decoding=decoding
    )


def test_kinds_may_be_mixed_and_asked_again(translators):
    """A block of state that is partly filled must never be shared (see models/openvino_causal.py)."""
    translator = translators["openvino"]
    mixed = [replace(r, kind=kind) for r in REQUESTS for kind in ("sentence", "heading", "table")]
    first, second = translator.translate(mixed), translator.translate(mixed * 2)
    assert [a.text for a in second] == [a.text for a in first] * 2


def test_state_of_the_prompt_changes_nothing(folders, causal_entry):
    from models.openvino_causal import OpenVinoTranslator

    kept, anew = (OpenVinoTranslator("t", causal_entry, folders / "openvino", reuse=r) for r in (True, False))
    decoding = Decoding(max_target_pieces=6)
    asked = [replace(request, text=request.text * 2) for request in REQUESTS] + REQUESTS
    assert [a.text for a in kept.translate(asked, decoding=decoding)] == [
        a.text for a in anew.translate(asked, decoding=decoding)
    ]


def test_revision_follows_prompt_and_engine(translators, causal_entry, folders):
    revisions = {translator.revision for translator in translators.values()}
    assert len(revisions) == len(ENGINES)
    from models.ctranslate2_causal import CausalTranslator

    other = CausalTranslator("t", replace(causal_entry, prompt="qwen"), folders / "ctranslate2")
    assert other.revision not in revisions


@pytest.mark.parametrize("engine", ENGINES)
def test_damaged_folders_are_one_sentence(translators, causal_entry, folders, tmp_path, engine):
    folder = tmp_path / engine
    shutil.copytree(folders / engine, folder)
    for file in folder.rglob("*"):
        if file.suffix in (".bin", ".gguf", ".xml"):
            file.write_bytes(b"damaged")
    broken = type(translators[engine])("tiny", causal_entry, folder)
    with pytest.raises(ModelError):
        broken.load()


def test_openvino_is_imported_without_telemetry():
    import subprocess
    import sys

    code = (
        "from models.openvino_runtime import import_openvino; import_openvino(); import sys;"
        "assert sys.modules.get('openvino_telemetry') is None, 'telemetry'"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_ctranslate2_takes_over_where_openvino_has_no_wheels(monkeypatch):
    from models import registry

    monkeypatch.setattr(registry.importlib.util, "find_spec", lambda name: None)
    assert registry.load_registry()["qwen2.5-coder-1.5b"].engine == "ctranslate2"


@pytest.mark.parametrize(
    "decoding",
    [
        pytest.param(Decoding(), id="greedy"),
        pytest.param(Decoding(candidates=4, temperature=1.0, seed=1), id="sampled"),
        pytest.param(Decoding(beam=3, candidates=3), id="beam"),
    ],
)
def test_little_room_for_state_only_takes_longer(folders, causal_entry, monkeypatch, decoding):
    from models import openvino_causal

    asked = [
        replace(request, text=request.text + tail) for request in REQUESTS for tail in ("", "全省", "改革")
    ]

    def texts():
        translator = openvino_causal.OpenVinoTranslator("t", causal_entry, folders / "openvino")
        answers = translator.translate(asked, decoding=decoding)
        return [answer.text[:3] for answer in answers]

    roomy = texts()  # beginnings: random weights make near ties further on
    monkeypatch.setattr(openvino_causal, "BLOCKS", 20)
    assert texts() == roomy


def test_request_without_room_even_alone_is_refused(translators):
    with pytest.raises(SourceTooLong, match="blocks of state"):
        translators["openvino"].translate(REQUESTS[:1], decoding=Decoding(candidates=200, temperature=1.0))


def conversation(translator, decoding):
    """Answers in the order in which they were asked for; each third answer leads to a further question."""
    texts = {}

    def then(name, again):
        def heard(answer):
            texts[name] = answer.text
            return [Ask(REQUESTS[1], again, then(name + "+", Decoding()))] if len(name) < 3 else []

        return heard

    translator.converse([Ask(one, Decoding(), then(str(n), decoding)) for n, one in enumerate(REQUESTS * 3)])
    return texts


@pytest.mark.parametrize("temperature", [0.0, 1.2], ids=["greedy", "sampled"])
def test_a_conversation_answers_what_answers_lead_to_and_is_repeatable(translators, temperature):
    decoding = Decoding(temperature=temperature, seed=3, candidates=2 if temperature else 1)
    first = conversation(translators["openvino"], decoding)
    assert {name.rstrip("+") for name in first} == {str(n) for n in range(12)}
    assert sum(name.endswith("+") for name in first) >= 12
    assert conversation(translators["openvino"], decoding) == first


def test_a_question_in_a_conversation_that_is_refused_leaves_the_model_usable(translators):
    translator = translators["openvino"]
    before = translator.translate(REQUESTS)
    long = Ask(Request(text="改" * 5000), Decoding(), lambda answer: [])
    with pytest.raises(SourceTooLong):
        translator.converse([Ask(REQUESTS[0], Decoding(), lambda answer: [long])])
    assert translator.translate(REQUESTS) == before
