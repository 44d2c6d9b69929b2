"""What each unit of a text is: a title, a bare heading, a numbered unit, a paragraph, a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.prepare.markers import Marker, confirmed, parse_marker
from pipeline.prepare.units import Unit, ends_sentence

Role = Literal["title", "repeat", "bare", "marker", "plain", "cell"]

_MAX_HEADING = 40
_MAX_TITLE = 60
# The kinds of official paper that a title names last.
_GENRE = re.compile(
    "(?:通知|通报|通告|公告|公报|公示|意见|报告|决定|决议|办法|规定|条例|细则|方案|规划|纲要|计划|复函|批复|函|令|法|章程"
    "|讲话|致辞|总结|要点|说明|汇报|建议|议案|简报|白皮书|标准|准则|指南|合同|协议|纪要|综述|调研|摘要)"
    r"(?:[(（〔].{1,12}[)）〕])?$"
)
_SHORT = re.compile(
    "前言|引言|导言|导语|序言|绪论|总则|分则|附则|目录|概述|概况|背景|摘要|结论|结语|小结|后记|附件|附录|附表|说明|建议"
)
_BACK = re.compile("附件|附录|附表|附则|结语|结束语|后记|参考文献|相关(?:报道|阅读|链接)")
_LABEL = re.compile(
    r"^.{1,8}[:：]|[\t|]|https?:|www\.|@|\S[ \u3000]{2,}\S.*\S[ \u3000]{2,}\S"
    r"|[〔\[（(]\d{4}[〕\])）]\s*(?:第)?\s*\d+\s*号"
)
_DATE = re.compile(
    r"^[（(]?[\d〇零一二三四五六七八九十○Ｏ\-./ ]{2,}年?[\d〇零一二三四五六七八九十\-./ ]*"
    r"月?[\d一二三四五六七八九十]*日?[）)]?$"
)
_ASIDE = re.compile(r"^[（(〔\[【].*[）)〕\]】]$")
_WORDS = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]|[A-Za-z]{2}")
_CONTENTS = re.compile(r"^目\s*[录錄次]$")


@dataclass(frozen=True, slots=True)
class Part:
    """A unit with its role and, for numbered ones and bulleted headings, its marker."""

    unit: Unit
    role: Role
    marker: Marker | None = None

    @property
    def body(self) -> int:
        """Where the words after the marker begin."""
        return min(self.marker.end, self.unit.end) if self.marker else self.unit.start


def assign_roles(text: str, units: Sequence[Unit], title: str = "") -> list[Part]:
    """The role of every unit; units that make up one broken title are joined."""
    marks = confirmed(
        [None if u.kind in ("cell", "note") else parse_marker(text, u.start, u.end) for u in units]
    )
    parts = [_first_guess(unit, mark) for unit, mark in zip(units, marks, strict=True)]
    parts = _without_contents(text, parts)
    parts = _join_titles(text, parts, title)
    return [_settled(text, parts, i) for i in range(len(parts))]


def is_short_line(text: str, unit: Unit, start: int | None = None, *, limit: int = _MAX_HEADING) -> bool:
    """Whether a unit could be a heading: a short line of words that does not end like a sentence."""
    first = unit.start if start is None else start
    if (
        not 1 < unit.end - first <= limit
        or ends_sentence(text, first, unit.end)
        or text[unit.end - 1] in "，、,】"
    ):
        return False
    line = text[first : unit.end]
    return bool(_WORDS.search(line)) and not (_LABEL.search(line) or _DATE.match(line) or _ASIDE.match(line))


def is_back_matter(text: str, part: Part) -> bool:
    """Whether a heading opens what follows the body: 附件, 结语."""
    return _BACK.match(text, part.body, part.unit.end) is not None


def _first_guess(unit: Unit, mark: Marker | None) -> Part:
    if unit.kind == "cell":
        return Part(unit, "cell")
    return Part(unit, "marker", mark) if mark else Part(unit, "plain")


def _without_contents(text: str, parts: list[Part]) -> list[Part]:
    """Take the numbering off the lines of a table of contents; it would count twice."""
    opening = next((i for i, p in enumerate(parts) if _CONTENTS.match(text[p.unit.start : p.unit.end])), None)
    if opening is None:
        return parts
    end = opening + 1
    first = _words(text, parts[end]) if end < len(parts) else ""
    while end < len(parts) and is_short_line(text, parts[end].unit, limit=_MAX_TITLE):
        end += 1
        if end < len(parts) and _words(text, parts[end]) == first:
            listed = [Part(p.unit, "plain") for p in parts[opening + 1 : end]]
            return [*parts[: opening + 1], *listed, *parts[end:]]
    return parts


def _words(text: str, part: Part) -> str:
    return re.sub(r"[\s.…·\d]+", "", text[part.unit.start : part.unit.end])


def _join_titles(text: str, parts: list[Part], title: str) -> list[Part]:
    """Find the title lines before the first paragraph, and titles that open a later document."""
    done: list[Part] = []
    seen = {_words_of(title)} if title else set()
    i, front = 0, True
    while i < len(parts):
        front = front and not _is_content(text, parts[i])
        length = _title_length(text, parts, i, seen, front=front, first=not done)
        if not length:
            done.append(parts[i])
            i += 1
            continue
        unit = parts[i].unit
        whole = Unit(unit.start, parts[i + length - 1].unit.end, unit.kind, unit.level)
        words = _words_of(text[whole.start : whole.end])
        known = any(p.role == "title" and _words_of(text[p.unit.start : p.unit.end]) == words for p in done)
        done.append(Part(whole, "repeat" if known else "title"))
        seen.add(words)
        i += length
    return _one_front_title(text, done)


def _words_of(line: str) -> str:
    return re.sub(r"\s+", "", line)


def _is_content(text: str, part: Part) -> bool:
    unit = part.unit
    return (
        part.role in ("marker", "cell")
        or unit.end - unit.start > _MAX_TITLE
        or (unit.end - unit.start > 12 and text[unit.end - 1] in "。；！？")
    )


def _title_length(
    text: str, parts: Sequence[Part], i: int, seen: set[str], *, front: bool, first: bool
) -> int:
    """How many lines from `i` on are one title; 0 if none."""
    lines: list[str] = []
    for part in parts[i : i + 4]:
        if part.role != "plain" or not is_short_line(text, part.unit, limit=_MAX_TITLE):
            break
        lines.append(_words_of(text[part.unit.start : part.unit.end]))
    for count in range(len(lines), 0, -1):
        if _is_title(lines[:count], seen, front=front) and (front or _opens_document(text, parts, i + count)):
            return count
    lone = first and front and bool(lines) and len(lines[0]) >= 4 and len(parts) > 1
    return int(lone and (len(lines) == 1 or not _GENRE.search(lines[1])))


def _is_title(lines: list[str], seen: set[str], *, front: bool) -> bool:
    whole = "".join(lines)
    if whole in seen:
        return True
    if len(lines) == 1:
        return bool(_GENRE.search(whole)) and (len(whole) >= 6 if front else whole.startswith("关于"))
    announces = "关于" in lines[0] or lines[0].endswith(("印发", "转发", "批转"))
    return announces and bool(_GENRE.search(whole)) and not any(_GENRE.search(line) for line in lines[:-1])


def _opens_document(text: str, parts: Sequence[Part], after: int) -> bool:
    """A later title is followed by its own text, if only after a date or an aside."""
    following = parts[after : after + 3]
    return any(_is_content(text, part) or text[part.unit.end - 1] in "：:" for part in following)


def _one_front_title(text: str, parts: list[Part]) -> list[Part]:
    """Keep one title before the first paragraph: a named genre wins over a mere first line."""
    front = next((i for i, p in enumerate(parts) if p.role == "plain" and _is_content(text, p)), len(parts))
    named = [i for i in range(front) if parts[i].role == "title"]
    best = next((i for i in named if _GENRE.search(text[parts[i].unit.start : parts[i].unit.end])), None)
    if best is None:
        return parts
    return [Part(p.unit, "plain") if i in named and i < best else p for i, p in enumerate(parts)]


def _settled(text: str, parts: list[Part], i: int) -> Part:
    """Tell bare headings from other short lines by what stands around them."""
    part = parts[i]
    if part.role in ("title", "repeat", "cell"):
        return part
    if part.marker and part.marker.number:
        return part
    if part.unit.kind == "heading":
        return Part(part.unit, "bare", part.marker)
    if part.unit.kind in ("item", "note") or not is_short_line(text, part.unit, part.body):
        return part
    return Part(part.unit, "bare", part.marker) if _heads_text(text, parts, i) else part


def _heads_text(text: str, parts: list[Part], i: int) -> bool:
    part = parts[i]
    length = part.unit.end - part.body
    following = next((p for p in parts[i + 1 : i + 4] if not _is_aside(text, p)), None)
    if following is None or following.role in ("title", "repeat", "cell"):
        return False
    if part.marker:
        return following.marker is None or following.marker.family != part.marker.family
    if length < 4 and not _SHORT.match(text, part.body, part.unit.end):
        return False
    before = parts[i - 1] if i else None
    crowded = before is not None and before.role == "plain" and is_short_line(text, before.unit)
    crowded = crowded or _in_front(text, parts, i)
    return _is_content(text, following) and not crowded


def _is_aside(text: str, part: Part) -> bool:
    line = text[part.unit.start : part.unit.end]
    return (
        part.role == "plain" and bool(_ASIDE.match(line) or _DATE.match(line)) and len(line) <= _MAX_HEADING
    )


def _in_front(text: str, parts: list[Part], i: int) -> bool:
    """Bylines and buttons between the title and the first paragraph head nothing."""
    ahead = parts[:i]
    has_title = any(p.role == "title" for p in ahead)
    return has_title and not any(_is_content(text, p) for p in ahead) and len(ahead) > 2
