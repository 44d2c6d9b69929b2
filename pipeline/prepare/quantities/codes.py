"""Numbers that count nothing: index, telephone, identity and book numbers, sections. They are carried over as they are."""

from __future__ import annotations

import re

from pipeline.prepare.quantities.dotted import dotted_at, dotted_over

_LABEL = (
    r"(?:电话|传真|手机|热线|邮编|邮政编码|身份证号?码?|[帐账]号|代码|编码|索引号|流水号|序列号|QQ|ISBN|ISSN|CN)"
    r"(?:号码|号)?\s?[:：]?\s?"
)
_CODE = re.compile(
    r"(?<![\d.,A-Za-z])(?:"
    r"97[89](?:[- ]\d{1,7}){3}[- ]\d(?!\d)|"  # a book
    r"\d{3,4}[-－–]\d{7,8}(?!\d)|"  # a telephone
    r"\d{5,}/\d{4}[-－–]\d+|\d{4}[-－–]0\d{2,}|"  # an index: 000014349/2021-00125
    r"0\d{4,}(?:[-－–/]\d+)*|"
    r"\d{15}(?:\d{2}[\dXx])?(?![\d.,])|1[3-9]\d{9}(?![\d.,万亿元])|"  # identity cards, mobile telephones
    r"(?=[A-Z\d]*\d{5})(?=\d*[A-Z])[A-Z\d]{15,20}(?![A-Za-z\d]))"
)
_LABELLED = re.compile(rf"{_LABEL}(?P<code>\d[\d-]{{3,}}\d)")
_DOTTED = re.compile(r"\d+(?:\.\d+)+(?:[-–—]\d+)?")
_GROUP = re.compile(r"[A-Z\d]{3,}")


def code_at(text: str, here: int) -> int | None:
    """Where the code that begins here ends; None if none does."""
    if found := _CODE.match(text, here):
        return found.end()
    if (dotted := dotted_at(text, here)) is not None:
        return dotted
    for labelled in _LABELLED.finditer(text, max(0, here - 14), here + 40):
        if labelled.start("code") == here:
            return labelled.end()
    return None


def codes(text: str) -> list[str]:
    """The codes of a text, in order; its own and those that a Chinese label tells."""
    found, at = list[str](), 0
    for digit in re.finditer(r"[A-Z\d]+", text):
        if digit.start() >= at and (end := code_at(text, digit.start())) is not None:
            found.append(text[digit.start() : end])
            at = end
    return found


def carried_over(code: str, target: str) -> bool:
    """Whether every longer group of a code is in the translation, however it is spaced (+86 10 …)."""
    if _DOTTED.fullmatch(code):
        return dotted_over(code, target)
    groups = [group.lstrip("0") for group in _GROUP.findall(code.upper())]
    there = {group.lstrip("0") for group in _GROUP.findall(target.upper())}
    return all(group in there for group in groups if len(group) >= 3) or _bare(code).lstrip("0") in _bare(
        target
    )


def _bare(text: str) -> str:
    return re.sub(r"[\s－–-]+", "", text)
