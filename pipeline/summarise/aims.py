"""What is aimed at and not reached yet: by its own words, its lead's or a heading above it."""

from __future__ import annotations

import re
from itertools import pairwise

from pipeline.document import Document

_AIMS = re.compile(
    r"目标(?:是|为|：)|预期(?:目标|增长)|力争|争取|打算|明年|下一步|到20[3-9]\d年|将(?=新增|达到|实现)|"
    "(?<!规)计划(?=[^，。]{0,14}(?:收回|完成|新增|建设|用|到|在|减|再))"
)
_AIM_TITLES = re.compile(
    "^(?!.*(?:回顾|完成|落实情况)).*(?:目标|打算|安排|任务|计划|下一步|重点工作|主要工作|建议)"
)


def says_aim(text: str) -> bool:
    """Whether a text itself says that it tells an aim."""
    return _AIMS.search(text) is not None


def aiming(document: Document) -> frozenset[str]:
    """Segments that say what is aimed at: by their own words, their lead's or a heading above them."""
    parents = {section.id: section.parent for section in document.sections}
    titles = {section.id: section.title.zh for section in document.sections}
    aimed: dict[str, bool] = {}
    for section in document.sections:
        above, found = section.id, False
        seen: set[str] = set()
        while above and above not in seen:
            seen.add(above)
            found = found or _AIM_TITLES.search(titles.get(above, "")) is not None
            above = parents.get(above) or ""
        aimed[section.id] = found
    leads = {segment.id: segment.text for segment in document.segments}
    aims = {
        segment.id
        for segment in document.segments
        if aimed.get(segment.section or "", False)
        or says_aim(segment.text)
        or says_aim(leads.get(segment.lead or "", ""))
    }
    for before, segment in pairwise(document.segments):  # 目标是：…；…；…
        if before.id in aims and before.text.endswith("；") and before.paragraph == segment.paragraph:
            aims.add(segment.id)
    return frozenset(aims)
