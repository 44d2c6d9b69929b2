"""The page as a person uses it: headless Chromium, keyboard only, nothing from elsewhere."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from pipeline.config import Config
from pipeline.document import Document
from pipeline.prepare.terms import Glossary
from pipeline.review.app import create_app
from pipeline.review.brief import edit_line
from pipeline.review.workspace import Filter, Workspace
from pipeline.store import Store
from pipeline.write import FORMATS

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-dev-shm-usage",  # where /dev/shm is small, Chromium stops without a word
]
expect.set_options(timeout=20_000)  # of a busy machine; what is right is seen at once
GOOD = "Over the year it received over 345,000 readers, an increase of 18.6% over the previous year."


@dataclass
class Site:
    """A running review."""

    url: str
    space: Workspace


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def site(store: Store, report: Document) -> Iterator[Site]:
    space = Workspace(store, config=Config(), glossary=Glossary.load(("gov-zh-en",)))
    space.add("report", report)
    space.recheck(1)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(space, author="Mei"), port=0, log_level="error", timeout_graceful_shutdown=3
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Site(f"http://127.0.0.1:{port}", space)
    server.should_exit = True
    thread.join(timeout=30)
    assert not thread.is_alive()


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A visitor; a request to elsewhere, an error of a script or a breach of the policy fails the test."""
    opened = browser.new_context(viewport={"width": 1400, "height": 900})
    wrong: list[str] = []
    opened.on("request", lambda r: None if r.url.startswith((site.url, "data:")) else wrong.append(r.url))
    opened.on("weberror", lambda e: wrong.append(str(e.error)))
    opened.on(
        "console", lambda m: wrong.append(m.text) if m.type == "error" and "409" not in m.text else None
    )
    yield opened
    opened.close()
    assert wrong == []


@pytest.fixture
def colleague(browser: Browser, site: Site) -> Iterator[Page]:
    """Somebody else's page of the same document."""
    opened = browser.new_context(viewport={"width": 1400, "height": 900})
    page = opened.new_page()
    page.goto(site.url)
    page.locator("#name").fill("Jan")
    page.locator("#who button").click()
    expect(page.locator("#who .said")).to_have_text("✓ saved")
    page.goto(f"{site.url}/documents/1")
    yield page
    opened.close()


def arrive(context: BrowserContext, site: Site, path: str = "/documents/1") -> Page:
    page = context.new_page()
    page.goto(site.url + path)
    return page


def walk_to(page: Page, name: str) -> None:
    """With j, as a reader does."""
    for _ in range(40):
        page.keyboard.press("j")
        if page.locator(".seg.current").get_attribute("data-name") == name:
            return
    raise AssertionError(f"{name} was not reached")


def wrong_figure(site: Site) -> str:
    (name,) = site.space.names(1, Filter(text="18.6%"), by_risk=False)
    return name


def test_correcting_and_approving_by_keyboard_alone(context: BrowserContext, site: Site) -> None:
    page, name = arrive(context, site), wrong_figure(site)
    walk_to(page, name)
    row = page.locator(f"#seg-{name}")
    expect(row.locator(".notes .error").first).to_be_visible()
    page.keyboard.press("e")
    expect(page.locator("textarea[name=target]")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type(GOOD)
    expect(row.locator(".live .chip.bad")).to_have_count(0)
    expect(row.locator(".live .error")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(row).to_have_class("row seg sentence is-reviewed")
    expect(row.locator(".notes .error")).to_have_count(0)
    expect(page.locator("#status b")).to_have_text("1")
    segment = site.space.entry(1, name).segment
    assert (segment.target, segment.state) == (GOOD, "reviewed")
    assert page.locator(".seg.current").get_attribute("data-name") != name
    page.keyboard.press("k")
    page.keyboard.press("h")
    expect(page.locator("#panel ins").first).to_be_visible()
    expect(page.locator("#panel .by").first).to_contain_text("Mei wrote")
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    expect(row.locator(".notes .error").first).to_be_visible()
    page.keyboard.press("r")
    expect(row.locator(".state")).to_contain_text("rejected")


def test_a_draft_survives_leaving(context: BrowserContext, site: Site) -> None:
    page = arrive(context, site)
    walk_to(page, "s2")
    page.keyboard.press("Enter")
    page.locator("textarea").fill("half a thought")
    page.keyboard.press("Escape")
    expect(page.locator("textarea")).to_have_count(0)
    page.keyboard.press("e")
    expect(page.locator("textarea")).to_have_value("half a thought")
    assert site.space.entry(1, "s2").version == 1


def test_a_stale_write_is_shown_and_merged(context: BrowserContext, site: Site) -> None:
    page, name = arrive(context, site), wrong_figure(site)
    before = site.space.entry(1, name)
    old = before.segment.target or ""
    walk_to(page, name)
    page.keyboard.press("e")
    page.locator("textarea").fill(old.replace("Over the year", "During the year"))
    site.space.edit(1, name, before.version, old.replace("16.8%", "18.6%"), author="Jan")
    page.keyboard.press("Control+s")
    expect(page.locator(".conflict")).to_contain_text("18.6%")
    page.get_by_role("button", name="Take both changes").click()
    page.keyboard.press("Control+s")
    expect(page.locator("textarea")).to_have_count(0)
    together = old.replace("Over the year", "During the year").replace("16.8%", "18.6%")
    assert site.space.entry(1, name).segment.target == together


def test_changes_of_others_appear_without_reload(context: BrowserContext, site: Site) -> None:
    page = arrive(context, site)
    entry = site.space.entry(1, "s2")
    site.space.edit(1, "s2", entry.version, "I. The situation as a whole", author="Jan")
    expect(page.locator("#seg-s2 .en")).to_contain_text("The situation as a whole", timeout=8000)
    expect(page.locator("#toast")).to_contain_text("Jan")


def test_partner_and_figures_light_up_together(context: BrowserContext, site: Site) -> None:
    page, name = arrive(context, site), wrong_figure(site)
    page.locator(f"#seg-{name} .zh .m.number").first.hover()
    expect(page.locator(f"#seg-{name} .s.lit")).to_have_count(2)
    expect(page.locator(f"#seg-{name} .zh .m.number.lit").first).to_be_visible()
    expect(page.locator(f"#seg-{name} .en .m.number.lit").first).to_have_text("345,000")


def test_words_of_a_document_are_never_markup(context: BrowserContext, site: Site) -> None:
    page = arrive(context, site)
    expect(page.locator("#text")).to_contain_text("<b>put the people first</b>")


def test_filter_search_term_and_brief(context: BrowserContext, site: Site) -> None:
    page = arrive(context, site)
    page.locator("#brief .ref").last.click()
    expect(page.locator(".seg.current")).to_contain_text("659")
    page.keyboard.press("/")
    expect(page.locator("#panel [name=q]")).to_be_focused()
    page.keyboard.type("改革")
    page.keyboard.press("Enter")
    expect(page.locator("#panel mark").first).to_have_text("改革")
    expect(page.locator("#panel mark").first).to_have_css("display", "inline")
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.locator("#panel [name=old]").fill("county")
    page.locator("#panel [name=new]").fill("district")
    page.keyboard.press("Enter")
    expect(page.locator("#panel .uses li")).to_have_count(3)
    page.locator("#panel .uses input").last.uncheck()
    page.get_by_role("button", name="Change those").click()
    expect(page.locator("#panel .said[role=status]")).to_have_text("2 segments changed in 1 document.")
    page.locator("#filters [name=order]").select_option("risk")
    expect(page.locator("#text")).to_have_attribute("data-order", "risk")
    page.locator("#filters [name=text]").fill("district")
    page.keyboard.press("Enter")
    expect(page.locator("#text .seg")).to_have_count(2)


def test_joining_and_taking_back(context: BrowserContext, site: Site) -> None:
    page, name = arrive(context, site), wrong_figure(site)
    n = page.locator("#text .seg").count()
    walk_to(page, f"s{int(name[1:]) - 1}")
    page.keyboard.press("l")
    page.get_by_role("button", name="Join with it").click()
    expect(page.locator("#text .seg")).to_have_count(n - 1)
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    expect(page.locator("#text .seg")).to_have_count(n)


def test_a_long_document_loads_what_is_near(context: BrowserContext, site: Site, report: Document) -> None:
    number = site.space.add("long", long_document(report))
    page = arrive(context, site, f"/documents/{number}")
    assert page.locator("#text .seg").count() < 200
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("#seg-s660")).to_be_visible()
    page.goto(f"{site.url}/documents/{number}#s300")
    page.reload()
    expect(page.locator("#seg-s300")).to_be_focused()
    for _ in range(50):
        page.keyboard.press("j")
    expect(page.locator(".seg.current")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_of_accessibility(browser: Browser, site: Site, scheme: str) -> None:
    # The checker is a script of the test's own, which the page's policy rightly refuses.
    page = browser.new_context(color_scheme=scheme, bypass_csp=True).new_page()  # type: ignore[arg-type]
    for path, keys in (
        ("/", []), ("/documents/1", []), ("/documents/1?order=risk", ["j", "e"]), ("/documents/1", ["j", "l"]),
        ("/documents/1", ["?"]), ("/documents/1", ["j", "t"]), ("/documents/1", ["j", "r", "h"]),
        ("/documents/1", ["j", "i"]), ("/documents/1", ["j", "c"]), ("/documents/1", ["b", "e"]),
    ):  # fmt: skip
        page.goto(site.url + path)
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(250)
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        serious = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
        told = [
            (v["id"], v["nodes"][0]["html"][:120], v["nodes"][0]["failureSummary"][:200]) for v in serious
        ]
        assert told == [], f"{path} {keys}"
    page.context.close()


def test_what_is_typed_before_the_editor_is_open_lands_in_it(context: BrowserContext, site: Site) -> None:
    page, name = arrive(context, site), wrong_figure(site)
    walk_to(page, "s3")
    page.route("**/s3/approve", lambda route: (time.sleep(0.6), route.continue_())[1])
    page.keyboard.press("a")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("jkaruq All of it.", delay=5)
    area = page.locator("textarea[name=target]")
    expect(area).to_have_value("jkaruq All of it.")
    expect(area).to_be_focused()
    assert site.space.entry(1, "s3").segment.state == "reviewed"
    assert site.space.entry(1, name).version == 1


def test_others_are_seen_where_they_read_and_write(
    context: BrowserContext, colleague: Page, site: Site
) -> None:
    page = arrive(context, site)
    walk_to(colleague, "s4")
    expect(page.locator("#present")).to_have_text("Jan at 4")
    expect(page.locator("#seg-s4 .with")).to_have_text("◦ Jan")
    colleague.keyboard.press("e")
    expect(page.locator("#seg-s4 .with")).to_have_text("✎ Jan writes")
    walk_to(page, "s4")
    page.keyboard.press("e")
    expect(page.locator("#toast")).to_contain_text("Jan also writes in this sentence")
    colleague.close()
    expect(page.locator("#present")).to_have_text("")


def test_a_changed_term_is_taken_back_at_once_in_all_documents(
    context: BrowserContext, site: Site, report: Document
) -> None:
    site.space.add("second", report)
    before = [site.space.whole(n).segments for n in (1, 2)]
    page = arrive(context, site)
    walk_to(page, "s3")
    page.keyboard.press("t")
    page.locator("#panel [name=old]").fill("county")
    page.locator("#panel [name=new]").fill("district")
    page.keyboard.press("Enter")
    expect(page.locator("#panel .uses input")).to_have_count(6)
    expect(page.locator("#panel button", has_text="Change those")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#panel .said[role=status]")).to_have_text("6 segments changed in 2 documents.")
    page.locator("#panel button", has_text="Take it all back").press("Enter")
    expect(page.locator("#toast")).to_have_text("6 segments taken back")
    after = [site.space.whole(n).segments for n in (1, 2)]
    assert [[s.target for s in one] for one in after] == [[s.target for s in one] for one in before]


def test_what_stands_across_sentences_is_seen_after_an_edit(context: BrowserContext, site: Site) -> None:
    page = arrive(context, site)
    first, second = (site.space.entry(1, name) for name in ("s6", "s7"))
    words = "A leading group headed by the county head was set up, with 5 working groups under it."
    site.space.edit(1, "s6", first.version, words, author="Jan")
    site.space.edit(1, "s7", second.version, words, author="Jan")
    expect(page.locator("#seg-s7 .notes")).to_contain_text("same-target")
    page.locator("#filters button", has_text="Check all").click()
    expect(page.locator("#toast")).to_contain_text("checked;")


def test_the_brief_by_keyboard(context: BrowserContext, site: Site) -> None:
    page = arrive(context, site)
    page.keyboard.press("b")
    headline, point = page.locator("#b-headline"), page.locator("#b-points-0")
    expect(headline).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(point).to_be_focused()
    page.keyboard.press("e")
    english = point.locator("textarea[name=en]")
    expect(english).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("The 695 book stores were merged into 65, a cut of over 90%.")
    expect(point.locator(".live .error").first).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("It merged 659 book stores into 65, over 90% fewer.")
    expect(point.locator(".live .error")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(point.locator("p[lang=en]")).to_contain_text("It merged 659")
    brief = site.space.whole(1).brief
    assert brief is not None
    assert brief.points[0].en == "It merged 659 book stores into 65, over 90% fewer."
    page.keyboard.press("u")
    expect(point.locator("p[lang=en]")).to_contain_text("The 659 book stores were merged")
    page.keyboard.press("g")
    row = page.locator(".seg.current")
    expect(row.locator(".cited")).to_be_visible()
    page.keyboard.press("g")
    expect(point).to_be_focused()
    page.locator("#add-figure").select_option(index=1)
    expect(page.locator("#figures tbody tr")).to_have_count(1)
    page.locator("#figures [data-drop-figure]").click()
    expect(page.locator("#figures tbody tr")).to_have_count(0)


def test_an_error_of_a_line_is_accepted_by_keyboard(context: BrowserContext, site: Site) -> None:
    wrong = "The 695 book stores were merged into 65, a cut of over 90%."
    zh = edit_line(site.space, 1, "b-headline", 1, "将659个书库整合为65个。", wrong, author="Jan").line.zh
    page = arrive(context, site)
    page.keyboard.press("b")
    headline = page.locator("#b-headline")
    expect(headline).to_contain_text(zh)
    page.keyboard.press("i")
    reason = page.locator("#panel input[name=reason]").first
    expect(reason).to_be_focused()
    page.keyboard.type("as the ministry writes it")
    page.keyboard.press("Enter")
    expect(headline.locator(".notes")).to_contain_text("accepted: as the ministry writes it")


def long_document(report: Document, *, state: str = "translated") -> Document:
    """Seventeen windows of rows, the last row to review."""
    many = [
        replace(s, id=f"s{len(report.segments) * n + i + 1}", lead=None, target="Words.", state=state)
        for n in range(60)
        for i, s in enumerate(report.segments)
    ]
    many[-1] = replace(many[-1], state="translated")
    return replace(report, segments=tuple(many), quantities=(), brief=None)


# Boxes on or near the screen that hold nothing.
HOLES = """() => [...document.querySelectorAll('.window')].filter((box) => {
  const { top, bottom } = box.getBoundingClientRect();
  return bottom > -800 && top < innerHeight + 800 && !box.firstElementChild;
}).length"""


def filled(page: Page) -> None:
    """All boxes near the screen have their rows; not wait_for_function, whose eval the policy forbids."""
    deadline = time.monotonic() + 20
    while page.evaluate(HOLES):
        assert time.monotonic() < deadline, "rows near the screen never came"
        page.wait_for_timeout(50)


def test_rows_that_are_asked_for_at_once_all_come(
    context: BrowserContext, site: Site, report: Document
) -> None:
    number = site.space.add("long", long_document(report))
    page = arrive(context, site, f"/documents/{number}")
    page.route("**/rows?*", lambda route: (time.sleep(0.2), route.continue_())[1])
    for place in (0.5, 1, 0.3):
        page.evaluate(
            f"scrollTo({{top: document.documentElement.scrollHeight * {place}, behavior: 'instant'}})"
        )
        filled(page)


def test_a_late_answer_does_not_empty_what_is_read(
    context: BrowserContext, site: Site, report: Document
) -> None:
    number = site.space.add("long", long_document(report))
    page = context.new_page()
    held: list[Route] = []
    page.route("**/rows?*n=s41&*", lambda route: held.append(route))
    page.goto(f"{site.url}/documents/{number}")
    page.evaluate("document.querySelectorAll('.window')[1].scrollIntoView({behavior: 'instant'})")
    deadline = time.monotonic() + 20
    while not held and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    page.evaluate("scrollTo({top: document.documentElement.scrollHeight, behavior: 'instant'})")
    last = page.locator("#seg-s660")
    expect(last).to_be_visible()
    with page.expect_response("**/rows?*n=s41&*"):
        held[0].continue_()
    page.wait_for_timeout(300)
    expect(last).to_be_visible()


def test_what_is_left_to_review_is_found_far_away(
    context: BrowserContext, site: Site, report: Document
) -> None:
    number = site.space.add("long", long_document(report, state="reviewed"))
    page = arrive(context, site, f"/documents/{number}")
    page.keyboard.press("n")
    expect(page.locator("#seg-s660")).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("#toast")).to_have_text("nothing to review below this")
    page.keyboard.press("a")
    expect(page.locator("#seg-s660")).to_have_class(re.compile("is-reviewed"))
    page.keyboard.press("p")
    expect(page.locator("#toast")).to_have_text("nothing is left to review here")


def test_an_open_error_holds_an_approval_back_until_it_is_accepted(
    context: BrowserContext, site: Site
) -> None:
    page, name = arrive(context, site), wrong_figure(site)
    row = page.locator(f"#seg-{name}")
    walk_to(page, name)
    page.keyboard.press("a")
    reason = page.locator("#panel input[name=reason]").first
    expect(reason).to_be_focused()
    expect(page.locator("#toast")).to_contain_text("Not approved")
    assert site.space.entry(1, name).version == 1
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.locator("textarea[name=target]").fill("Over the year it received 345,000 readers, up 16.8%.")
    page.keyboard.press("Control+Enter")
    expect(reason).to_be_focused()
    expect(page.locator("#toast")).to_contain_text("Saved. Not approved")
    while site.space.entry(1, name).segment.state != "reviewed":
        errors = page.locator("#panel .issue:has(.bad) input[name=reason]")
        left = errors.count()
        errors.first.fill("the ministry corrected it")
        page.locator("#panel .issue:has(.bad) button[value=approve]").first.press("Enter")
        if left > 1:
            expect(errors).to_have_count(left - 1)
        else:
            expect(row).to_have_class(re.compile("is-reviewed"))
    expect(row.locator(".notes .waived").first).to_contain_text("accepted: the ministry corrected it")


def test_undo_right_after_approving_means_what_was_approved(context: BrowserContext, site: Site) -> None:
    page = arrive(context, site)
    walk_to(page, "s2")
    page.keyboard.press("a")
    expect(page.locator(".seg.current")).to_have_attribute("data-name", "s3")
    page.keyboard.press("u")
    expect(page.locator("#seg-s2")).to_be_focused()
    expect(page.locator("#seg-s2")).to_have_attribute("data-state", "open")
    page.keyboard.press("a")
    expect(page.locator("#seg-s3")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator("#seg-s2")).to_have_attribute("data-state", "open")
    page.keyboard.press("h")
    expect(page.locator("#panel .by")).to_contain_text(["reopened", "approved", "took back", "approved"])


def test_two_people_write_one_sentence_and_nothing_is_lost(
    context: BrowserContext, colleague: Page, site: Site
) -> None:
    page = arrive(context, site)
    old = site.space.entry(1, "s3").segment.target or ""
    for one, words in ((page, ("Since last year", "Since 2023")), (colleague, ("27 new", "27 modern"))):
        walk_to(one, "s3")
        one.keyboard.press("e")
        one.locator("textarea[name=target]").fill(old.replace(*words))
    colleague.keyboard.press("Control+s")
    expect(colleague.locator("textarea")).to_have_count(0)
    page.keyboard.press("Control+s")
    expect(page.locator(".conflict")).to_contain_text("27 modern")
    expect(page.get_by_role("button", name="Take both changes")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    both = old.replace("Since last year", "Since 2023").replace("27 new", "27 modern")
    expect(colleague.locator("#seg-s3 .en")).to_contain_text("Since 2023")
    assert site.space.entry(1, "s3").segment.target == both
    page.keyboard.press("h")
    expect(page.locator("#panel .by b")).to_have_text(["Mei", "Jan"])
    expect(page.locator("#panel time").first).to_have_attribute("datetime", re.compile(r"^\d{4}-.*T"))


def test_links_by_keyboard_alone_keep_the_focus(context: BrowserContext, site: Site) -> None:
    page = arrive(context, site)
    before = [s.target for s in site.space.whole(1).segments]
    walk_to(page, "s3")
    page.keyboard.press("l")
    expect(page.locator("#panel [data-link=merge]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#seg-s4")).to_have_count(0)
    english = page.locator("#panel [data-link=shift][data-side=target][data-to=previous]")
    expect(english).to_be_focused()  # what was pressed is gone: the section ends here
    cut = page.locator("#panel [data-split] button")
    cut.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#seg-s3b")).to_have_count(1)
    expect(cut).to_be_focused()
    assert "".join((s.target or "").replace(" ", "") for s in site.space.whole(1).segments) == "".join(
        (one or "").replace(" ", "") for one in before
    )
    page.keyboard.press("Escape")
    expect(page.locator("#seg-s3")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("u")
    expect(page.locator("#seg-s4")).to_have_count(1)
    assert [s.target for s in site.space.whole(1).segments] == before


def test_every_format_is_exported_from_the_page(context: BrowserContext, site: Site) -> None:
    site.space.edit(1, "s2", 1, "I. As reviewed", author="Jan", approve=True)
    page = arrive(context, site)
    assert page.locator("#export a").count() == len(FORMATS)
    for name in FORMATS:
        page.locator("#export summary").press("Enter")
        with page.expect_download() as saving:
            page.locator(f"#export a[data-format={name}]").press("Enter")
        assert saving.value.suggested_filename == f"report.{name}"
        expect(page.locator("#export summary")).to_be_focused()
        content = Path(saving.value.path()).read_bytes()
        assert content
        if name in ("md", "html", "json", "csv", "tmx", "xliff"):
            assert "I. As reviewed" in content.decode()


def test_a_review_that_was_started_again_is_written_to(browser: Browser, site: Site) -> None:
    opened = browser.new_context()
    page = opened.new_page()
    page.goto(f"{site.url}/documents/1")
    opened.clear_cookies()  # what a new secret of the server does to the session
    walk_to(page, "s2")
    page.keyboard.press("a")
    expect(page.locator("#seg-s2")).to_have_attribute("data-state", "reviewed")
    opened.close()


@pytest.mark.parametrize("width", [1280, 800, 400])
def test_the_sentence_stays_in_sight_beside_every_panel(
    context: BrowserContext, site: Site, width: int
) -> None:
    page = arrive(context, site)
    page.set_viewport_size({"width": width, "height": 800})
    walk_to(page, "s7")
    for key in "shcilt/":
        page.keyboard.press(key)
        expect(page.locator("#panel h2")).to_be_visible()
        row, panel = page.locator("#seg-s7").bounding_box(), page.locator("#panel").bounding_box()
        assert row
        assert panel
        assert row["y"] >= 0
        below = panel["y"] if panel["width"] == width else 800
        assert row["y"] < below - 20
        page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_print_takes_all_rows_along(context: BrowserContext, site: Site, report: Document) -> None:
    number = site.space.add("long", long_document(report))
    page = arrive(context, site, f"/documents/{number}")
    page.evaluate(
        "() => { window.print = () => { window.printed = document.querySelectorAll('#text .seg').length; }; }"
    )
    page.keyboard.press("Control+p")
    deadline = time.monotonic() + 30
    while not page.evaluate("window.printed") and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    assert page.evaluate("window.printed") == 660
    page.emulate_media(media="print")
    for hidden in (".bar", "#filters", "#dock"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator(".printed")).to_be_visible()
