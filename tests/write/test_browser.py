"""The page in Chromium: pairs light up by pointer and by keyboard, and nothing is fetched."""

import os
import shutil
from dataclasses import replace

import pytest

from pipeline.write.as_html import render

pytestmark = pytest.mark.browser
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: apt-get install chromium")
        pytest.skip("no Chromium on this machine")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Opens a document; fails the test for any console message, error or request but the page's own."""
    contexts, trouble = [], []

    def open_page(document, **options):
        file = tmp_path / "report.html"
        file.write_bytes(render(document))
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on(
            "request", lambda request: request.url.startswith(file.as_uri()) or trouble.append(request.url)
        )
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not trouble


def lit(page):
    return page.eval_on_selector_all(".s.lit", "all => all.map(s => s.dataset.side + s.dataset.s).sort()")


def test_pointing_lights_the_partner(opened, document):
    page = opened(document)
    page.hover(".text .s[data-side=en][data-s=s10] .n")
    assert lit(page) == ["ens10", "zhs10"]
    page.hover(".text .s[data-side=zh][data-s=s10] .conv [data-k=q9]")
    assert page.locator(".m.lit[data-k=q9]").count() >= 2


def test_keyboard_walks_and_crosses(opened, document):
    page = opened(document)
    page.keyboard.press("j")
    assert lit(page) == ["ens1", "zhs1"]
    page.keyboard.press("j")
    page.keyboard.press("l")
    assert lit(page) == ["ens2", "zhs2"]
    assert page.evaluate("document.activeElement.dataset.side") == "en"
    page.keyboard.press("ArrowDown")
    assert lit(page) == ["ens3", "zhs3"]
    assert page.locator(".text .s[tabindex='0']").count() == 1


def test_original_and_edits_on_demand(opened, document):
    page = opened(document)
    original = page.locator(".text [data-s=s2] .orig")
    assert not original.is_visible()
    page.keyboard.press("o")
    assert original.is_visible()
    assert "統(tǒng)" in original.inner_text()
    page.keyboard.press("e")
    struck = page.locator(".text [data-s=s2] .edit").first
    assert "line-through" in struck.evaluate("e => getComputedStyle(e).textDecorationLine")
    page.keyboard.press("o")
    assert not original.is_visible()


def test_reference_leads_to_its_sentence(opened, document):
    page = opened(document)
    page.click(".abstract a.ref[href='#s10'] >> nth=0")
    assert lit(page) == ["ens10", "zhs10"]
    api = pytest.importorskip("playwright.sync_api")
    api.expect(page.locator("#s10")).to_be_in_viewport()


def test_hostile_text_runs_nothing(opened, hostile):
    page = opened(hostile)
    assert page.evaluate("document.scripts.length") == 1


@pytest.mark.parametrize("width", [360, 768, 1280, 1700])
def test_no_width_scrolls_sideways(opened, document, width):
    page = opened(document, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_ten_thousand_segments_open_fast(opened, document):
    many = tuple(
        replace(segment, id=f"s{n}", paragraph=n // 5, terms=(), lead=None)
        for n in range(1, 10_001)
        for segment in [document.segments[n % len(document.segments)]]
    )
    page = opened(replace(document, segments=many, quantities=(), issues=(), brief=None))
    milliseconds = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    assert page.locator(".text .s").count() == 20_000
    # 0.9 s were measured on two busy cores; ten times that would be felt.
    assert milliseconds < 9_000
