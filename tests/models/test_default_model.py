"""The default model itself: fetched once by the user's own pip, loaded once for all tests here."""

import re

import pytest

from models.base import Decoding, Request
from models.bench import measure, shipped_requests
from models.cache import model_directory, verify
from models.chinese import CHINESE
from models.fetch import fetch
from models.load import load_translator
from models.registry import load_registry
from pipeline.config import Config

pytestmark = pytest.mark.model
NAME = Config().translate.model


@pytest.fixture(scope="module")
def translator():
    fetch(NAME)
    loaded = load_translator(NAME)
    loaded.load()
    return loaded


def test_installed_files_are_whole(translator):
    assert verify(NAME, model_directory(NAME, load_registry()[NAME]))


def test_report_sentences_become_whole_english(translator):
    requests = [request for request in shipped_requests()[:6] if "不立不破" not in request.text]
    answers = translator.translate(requests)
    assert all(answer.finished for answer in answers)
    assert not any(CHINESE.search(answer.text) for answer in answers)
    figures = [re.findall(r"\d[\d,.]*\d|\d", request.text) for request in requests]
    kept = sum(number in a.text for a, found in zip(answers, figures, strict=True) for number in found)
    assert kept >= 4


def test_same_requests_give_the_same_answers_in_every_run(translator):
    fresh, again = load_translator(NAME), load_translator(NAME)
    requests = shipped_requests()[:2]
    assert fresh.translate(requests) == again.translate(requests)


def test_same_request_many_times_over(translator):
    """Requests that share all of their state must not write into each other's (see the backend)."""
    request = Request(text="改革方案由省委审定。")
    texts = {answer.text for answer in translator.translate([request] * 4)}
    assert len(texts) == 1
    assert texts == {translator.translate([request])[0].text}


def test_unfinished_answers_say_so(translator):
    (answer,) = translator.translate(shipped_requests()[:1], decoding=Decoding(max_target_pieces=4))
    assert not answer.finished


def test_figures_of_a_run(translator):
    figures = measure(translator, shipped_requests()[:2])
    assert (figures.segments, figures.unfinished) == (2, 0)
    assert figures.target_pieces > 10
    assert NAME in figures.line()
