"""The page: everything on it, nothing of a document interpreted, readable by anybody."""

import base64
import hashlib
import itertools
import re
from html.parser import HTMLParser
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.write.as_html import marked, render
from pipeline.write.view import Mark, visible


class Page(HTMLParser):
    """Tags in order, and the text of each element with an id or data-s."""

    def __init__(self, source: str):
        super().__init__()
        self.tags, self.text, self.raw = [], "", {}
        self.inside = None
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.inside = tag if tag in ("style", "script") else None

    def handle_endtag(self, tag):
        self.inside = None if tag == self.inside else self.inside

    def handle_data(self, data):
        if self.inside:
            self.raw[self.inside] = self.raw.get(self.inside, "") + data
        else:
            self.text += data

    def all(self, key):
        return [attrs[key] for _, attrs in self.tags if key in attrs]


@pytest.fixture(scope="module")
def page(document):
    return Page(render(document).decode())


def test_every_sentence_stands_on_both_sides(page, document):
    for segment in document.segments:
        assert page.all("data-s").count(segment.id) == 2
    assert "not translated" in page.text


def test_every_link_leads_somewhere_on_the_page(page):
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    links = [href for href in page.all("href") if href.startswith("#")]
    assert {link[1:] for link in links} <= set(ids)
    assert all(link.startswith("#") for link in page.all("href"))


def test_numbers_are_paired_with_their_label(page, document):
    for quantity in document.quantities:
        sides = [a for _, a in page.tags if a.get("data-k") == quantity.id]
        # The original as received repeats the source side.
        assert len({a["data-l"] for a in sides}) == 1
        if quantity.measure and quantity.target:
            assert len(sides) >= 2


def test_page_is_self_contained_and_its_policy_holds(page):
    policy = next(a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    for kind in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.raw[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert not page.all("src")
    assert "url(" not in page.raw["style"]
    assert "@import" not in page.raw["style"]
    assert not [a for _, a in page.tags if "style" in a or any(key.startswith("on") for key in a)]


def test_languages_are_named(page):
    languages = set(page.all("lang"))
    assert {"en", "zh-Hans", "zh-Hant"} <= languages


def test_headings_step_down_one_by_one(page):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    body = levels[levels.index(1) :]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(body))


def test_inferred_headings_are_shown_as_such(page):
    assert page.text.count("implied by the numbering") == 2


def test_nothing_of_a_document_becomes_markup(hostile):
    page = Page(render(hostile).decode())
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert "<script>alert(1)</script> [x](javascript:x)" in page.text
    assert "\x01" not in page.text
    assert "␁" in page.text


MARKS = st.lists(
    st.builds(
        Mark,
        st.integers(0, 12),
        st.integers(0, 14),
        st.sampled_from(["number", "term", "edit", "issue"]),
        st.text("ab<\"'", max_size=3),
        st.text("1<\"'", max_size=2),
    ),
    max_size=6,
)


@given(st.text("一<>&\"'a\x02", max_size=12), MARKS)
def test_marks_never_change_the_text(text, marks):
    page = Page(str(marked(text, marks)))
    assert page.text == visible(text)
    assert {tag for tag, _ in page.tags} <= {"span"}
    assert str(marked(text, marks)).count("</span>") == len(page.tags)


def test_crossing_marks_are_cut():
    marks = [Mark(0, 3, "number", "q1", "1"), Mark(2, 5, "term", "t", "a")]
    assert re.sub(r' title=""| ?data-\w=""', "", str(marked("abcdef", marks))) == (
        '<span class="m number " data-k="q1" data-l="1">ab<span class="m term " data-k="t">c</span></span>'
        '<span class="m term " data-k="t" data-l="a">de</span>f'
    )


def _luminance(colour: str) -> float:
    colour = colour if len(colour) == 7 else "#" + "".join(2 * c for c in colour[1:])
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast_in_every_theme():
    style = (resources.files("pipeline.write") / "templates" / "style.css").read_text("utf-8")
    themes = [
        dict(re.findall(r"--([\w-]+): (#\w+)", block)) for block in re.findall(r":root \{([^}]*)\}", style)
    ]
    assert len(themes) == 3
    for theme in themes:
        # WCAG 2.2, success criterion 1.4.3: at least 4.5 for text.
        for paper in ("paper", "raised", "lit"):
            for ink in ("ink", "muted", "accent", "number", "term", "error", "warning", "info"):
                light, dark = sorted((_luminance(theme[paper]), _luminance(theme[ink])), reverse=True)
                ratio = (light + 0.05) / (dark + 0.05)
                assert ratio >= 4.5, (paper, ink, round(ratio, 2))
