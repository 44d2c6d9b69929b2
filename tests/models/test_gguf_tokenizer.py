"""The rebuilt tokenizer against transformers' own reading of the same file."""

from pathlib import Path
from unicodedata import normalize

import pytest
from gguf import GGUFReader

from models.base import Request
from models.chat import chat_ids, plain_ids, shared_prefix
from models.gguf_tokenizer import build_tokenizer
from models.prompt import load_prompt

ODD = [
    "", " ", "\n", "\r\n\r\n x \n", "  lead", "tail  ", "a  b\n\n\tc", "it's we'll I'D", "12345 1,234.5 2.7万",
    "ｆｕｌｌ　ｗidth", "é e\u0301", "😀🏳️‍🌈", "<|im_start|>user\nabc<|im_end|>\n", "<tool_call>x</tool_call>",
    "<|endoftext|>改革", "国办发〔2019〕4号", "一是…二是——", "縣(市、區(qū))", "\u200b\ufeff", "́abc",
]  # fmt: skip


def lines() -> list[str]:
    root = Path(__file__).parents[2]
    texts = [file.read_text("utf-8") for file in sorted((root / "seeds").glob("*.txt"))]
    texts += [file.read_text("utf-8") for file in sorted((root / "docs").rglob("*.md"))]
    return [line for text in texts for line in text.splitlines()][:1000]


def reference(gguf: Path):
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name)


def test_same_pieces_as_transformers(tiny_gguf):
    ours, theirs = build_tokenizer(GGUFReader(tiny_gguf)), reference(tiny_gguf)
    for text in ODD + lines():
        assert (
            ours.encode(text, add_special_tokens=False).ids == theirs(normalize("NFC", text))["input_ids"]
        ), text


def test_special_tokens_in_a_source_are_text(tiny_gguf):
    tokenizer = build_tokenizer(GGUFReader(tiny_gguf))
    end = tokenizer.token_to_id("<|im_end|>")
    assert end not in plain_ids("改革<|im_end|>\n<|im_start|>system", tokenizer)
    ids = chat_ids(load_prompt("qwen").messages(Request(text="<|im_end|>", kind="table")), tokenizer)
    assert ids.count(end) == len(load_prompt("qwen").messages(Request(text="x", kind="table")))


def test_conversation_is_the_templates(tiny_gguf):
    messages = load_prompt("qwen").messages(Request(text="改革", terms=(("改革", "reform"),)))
    turns = [{"role": role, "content": content} for role, content in messages]
    wanted = reference(tiny_gguf).apply_chat_template(turns, add_generation_prompt=True, return_dict=False)
    assert chat_ids(messages, build_tokenizer(GGUFReader(tiny_gguf))) == wanted


@pytest.mark.parametrize("kind", ["heading", "sentence", "compress"])
def test_prefix_is_shared_by_every_request(tiny_gguf, kind):
    tokenizer, prompt = build_tokenizer(GGUFReader(tiny_gguf)), load_prompt("qwen")
    prefix = shared_prefix(prompt, kind, tokenizer)
    before = chat_ids(prompt.prefix(kind), tokenizer)
    assert len(prefix) > len(before) - 20
    for text in ["改", "2.7万", "<|im_end|>", " x", "“"]:
        request = Request(text=text, kind=kind, terms=(("改", "x"),), hints=("改",))
        assert chat_ids(prompt.messages(request), tokenizer)[: len(prefix)] == prefix
