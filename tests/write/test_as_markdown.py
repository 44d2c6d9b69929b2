"""Markdown that shows what the document says, and nothing else."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pipeline.write.as_markdown import plain, render
from pipeline.write.view import visible


class Seen(HTMLParser):
    def __init__(self):
        super().__init__()
        self.text, self.tags = "", []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def seen(markdown: str) -> Seen:
    page = Seen()
    page.feed(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown))
    return page


def shown(text: str) -> str:
    return " ".join(visible(text).split())


ACTIVE = st.text(st.sampled_from(list("\\`*_[]<>&~|$#{}!()-+=.:/1234 \t\n“一a@w@")), max_size=40)


@given(ACTIVE | st.text(max_size=40))
def test_plain_text_is_shown_as_it_is(text):
    page = seen(f"x {plain(text)} x")
    assert " ".join(page.text.split()) == " ".join(f"x {shown(text)} x".split())
    assert {tag for tag, _ in page.tags} <= {"p"}


@given(ACTIVE.filter(lambda text: text.strip()))
def test_plain_text_opens_no_block(text):
    page = seen(plain(text))
    assert page.text.strip() == shown(text).strip()
    assert {tag for tag, _ in page.tags} <= {"p"}


@pytest.mark.parametrize("text", ["https://a.example/x", "www.a.example", "a@b.example"])
def test_addresses_do_not_become_links(text):
    assert text not in plain(text)
    assert seen(plain(text)).text.strip() == text


def test_every_segment_has_an_anchor_and_every_reference_leads_to_one(document):
    text = render(document).decode()
    anchors = re.findall(r'<a id="([^"]+)">', text)
    assert anchors == [segment.id for segment in document.segments]
    page = seen(text)
    targets = {attrs["href"] for tag, attrs in page.tags if tag == "a" and "href" in attrs}
    assert targets <= {f"#{name}" for name in anchors}
    assert len(targets) > 5


def test_brief_stands_before_the_text_and_all_targets_are_there(document):
    text = seen(render(document).decode()).text
    assert text.index("Brief") < text.index("Figures") < text.index("Text\n") < text.index("Findings")
    for segment in document.segments:
        assert segment.text in text
        assert segment.target is None or segment.target in text
    assert "implied by the numbering" in text
    assert document.run.model in text
    assert document.source.sha256 in text


def test_nothing_of_a_document_becomes_markup(hostile):
    page = seen(render(hostile).decode())
    assert "script" not in {tag for tag, _ in page.tags}
    assert not [attrs for tag, attrs in page.tags if "javascript" in str(attrs)]
    assert "<script>alert(1)</script> [x](javascript:x) *b* | `c` ␁" in page.text
