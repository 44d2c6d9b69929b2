from importlib import resources
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import Request, RequestKind
from models.errors import RegistryError
from models.prompt import load_prompt, parse_prompt

KINDS = get_args(RequestKind)
PROMPTS = [p.name for p in (resources.files("configs") / "prompts").iterdir() if p.name.endswith(".toml")]


@pytest.mark.parametrize("name", PROMPTS)
def test_shipped_prompts_serve_every_kind(name):
    prompt = load_prompt(name.removesuffix(".toml"))
    for kind in KINDS:
        messages = prompt.messages(Request(text="试点", kind=kind))
        assert messages[-1].role == "user"
        assert "试点" in messages[-1].content
        assert messages[:-1] == prompt.prefix(kind)


@given(
    st.text(min_size=1),
    st.lists(st.tuples(st.text(), st.text()), max_size=3),
    st.lists(st.text(), max_size=2),
    st.sampled_from(KINDS),
)
def test_any_text_is_asked_in_single_lines(text, terms, hints, kind):
    request = Request(text=text, terms=tuple(terms), hints=tuple(hints), context="境", kind=kind)
    last = load_prompt("qwen").messages(request)[-1].content
    fixed = load_prompt("qwen").messages(Request(text="试", terms=(("a", "b"),) * len(terms),
                                                 hints=("h",) * len(hints), context="境", kind=kind))  # fmt: skip
    assert len(last.splitlines()) == len(fixed[-1].content.splitlines())


def test_lines_stand_in_order_and_empty_ones_are_left_out():
    prompt = parse_prompt(
        b'[default]\ninstruction="I"\nterms="T"\ncontext="C {context}"\nhint="H {hint}"', "x"
    )
    full = Request(text="t", terms=(("甲", "a"),), context="c", hints=("h", "i"))
    assert prompt.messages(full)[-1].content == "I\nT\n甲 = a\nC c\nH h\nH i\nt"
    assert prompt.messages(Request(text="t"))[-1].content == "I\nt"


def test_braces_in_a_text_are_text():
    assert load_prompt("qwen").messages(Request(text="{text} {0}"))[-1].content.endswith("{text} {0}")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[default]\nsistem = "x"', "system"),
        ('[default]\ntext = "{txt}"', "txt"),
        ('[kinds.title]\nsystem = "x"', "heading"),
        ('[default]\norder = ["terms"]', "text"),
        ('[default]\norder = ["word"]', "instruction"),
        ('[[examples]]\nkinds = ["sentence"]\nzh = "x"', "en"),
        ("[other]", "examples"),
    ],
)
def test_wrong_prompts_are_named(text, named):
    with pytest.raises(RegistryError, match=named):
        parse_prompt(text.encode(), "x")


def test_missing_prompt_is_one_sentence():
    with pytest.raises(RegistryError, match="none"):
        load_prompt("none")
