import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers import models as tokenizer_models

from models.chinese import CHINESE, byte_alphabet, chinese_ids


def piece(raw: bytes) -> str:
    letters = {byte: letter for letter, byte in byte_alphabet().items()}
    return "".join(letters[byte] for byte in raw)


def test_alphabet_is_the_tokenizers_own():
    from tokenizers.pre_tokenizers import ByteLevel

    assert set(byte_alphabet()) == set(ByteLevel.alphabet())
    assert sorted(byte_alphabet().values()) == list(range(256))


@pytest.mark.parametrize(
    ("raw", "forbidden"),
    [
        pytest.param("改革".encode(), True, id="characters"),
        pytest.param("改".encode()[:2], True, id="begins one"),
        pytest.param("改".encode()[2:], False, id="ends one"),
        pytest.param("改".encode()[2:] + "革".encode()[:1], True, id="ends one, begins one"),
        pytest.param("，".encode(), True, id="full-width comma"),
        pytest.param("。」".encode(), True, id="Chinese stops"),
        pytest.param("𠀀".encode(), True, id="rare character"),
        pytest.param("𠀀".encode()[:3], True, id="rare character, begun"),
        pytest.param(b" the", False, id="English"),
        pytest.param("“ ” — – …".encode(), False, id="English marks"),
        pytest.param("“".encode()[:2], False, id="English mark, begun"),
        pytest.param("⼌".encode()[:1], True, id="mark or radical, begun"),
        pytest.param("⼌".encode()[:2], True, id="radical, begun"),
        pytest.param("é ü".encode(), False, id="accents"),
        pytest.param("€£".encode(), False, id="money"),
    ],
)
def test_byte_pieces(raw, forbidden):
    assert bool(chinese_ids({piece(raw): 7}, byte_level=True)) is forbidden


@given(st.text(st.characters(max_codepoint=0x2FF), min_size=1))
def test_latin_text_stays_possible(text):
    assert chinese_ids({piece(text.encode()): 0}, byte_level=True) == []


@given(st.lists(st.sampled_from("改革方案abc é“”，。1⼌⺀"), min_size=1, max_size=12).map("".join), st.data())
def test_no_chinese_can_be_put_together_from_what_is_left(text, data):
    raw = text.encode()
    cuts = sorted(data.draw(st.sets(st.integers(0, len(raw)), max_size=6)))
    parts = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True) if a < b]
    left = [p for p in parts if not chinese_ids({piece(p): 0}, byte_level=True)]
    assert not CHINESE.search(b"".join(left).decode("utf-8", "ignore"))


def test_plain_vocabulary():
    assert chinese_ids({"▁the": 0, "改": 1, "__zh__": 2, "、": 3}, byte_level=False) == [1, 3]


def test_ids_are_of_the_vocabulary():
    vocabulary = {"a": 0, piece("革".encode()): 1}
    tokenizer = Tokenizer(tokenizer_models.BPE(vocab=vocabulary, merges=[]))
    assert chinese_ids(tokenizer.get_vocab(), byte_level=True) == [1]
