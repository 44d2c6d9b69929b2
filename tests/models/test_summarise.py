"""Shortening by models: asked, trained or refused; never cut to fit."""

import pytest

from models.base import Limits, Summariser
from models.load import load_summariser
from models.registry import parse_registry
from models.summarise import RequestSummariser
from models.transformers_backend import TransformersTranslator
from tests.models.test_seq2seq import entry_of

TEXTS = ["改革方案由省委审定。", "全省共撤销事业单位，优化机构职能。", ""]


@pytest.fixture(scope="session")
def summariser(marian_files) -> RequestSummariser:
    return RequestSummariser(TransformersTranslator("tiny", entry_of("marian"), marian_files, threads=1))


def test_an_encoder_decoder_answers_each_text_in_order(summariser):
    assert isinstance(summariser, Summariser)
    answers = summariser.summarise(TEXTS[:2], max_target_pieces=12)
    assert len(answers) == 2
    assert answers == summariser.summarise(TEXTS[:2], max_target_pieces=12)
    assert all(answer.n_target_pieces <= 12 for answer in answers)
    assert summariser.summarise([], max_target_pieces=12) == []


def test_a_text_beyond_the_limits_is_answered_by_nothing(summariser):
    long = "改革方案由省委审定，各县组织实施。" * 40
    answers = summariser.summarise([long, TEXTS[0]], max_target_pieces=12)
    assert (answers[0].text, answers[0].finished) == ("", False)
    assert answers[1].n_target_pieces > 0


REGISTRY = b"""
[models.translates]
kind = "seq2seq"
engine = "transformers"
[models.summarises]
kind = "seq2seq"
engine = "transformers"
languages = ["zh"]
"""


def test_which_models_can_shorten():
    registry = parse_registry(REGISTRY, "test")

    class Named:
        name, revision, limits = "summarises", "1", Limits(max_source_pieces=9, max_target_pieces=9)

    assert load_summariser("translates", registry=registry) is None
    found = load_summariser("summarises", beside=Named(), registry=registry)
    assert isinstance(found, RequestSummariser)
    assert found.name == "summarises"
