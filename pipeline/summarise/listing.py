"""Lists that say something only with their opening: 应当具备下列条件：…, 有下列情形之一的，予以撤销：…"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.document import Document, Segment
from pipeline.summarise.figures import is_key
from pipeline.summarise.statements import Statement, binds, words

LEFT_OUT = "……"
_MOST = 120  # characters of members that a line quotes; some eighty English words
_MOST_OPENING = 160
# What the members are conditions, cases or parts of. 汇报如下, 以下工作 only say that more is to come.
_RULES = re.compile(
    "下列|(?:以下|如下)[^，。：]{0,6}(?:情形|情况|条件|要求|材料|文件|行为|职责|职权|义务|权利|事项|范围|标准|单位|人员|内容|程序|资料)"
    "|(?:条件|标准|范围|程序|分工|要求)如下"
)
_TELLS_MORE = re.compile(
    "(?:报告|汇报|通知|公告|通报|意见|建议|决定|部署|安排|说明|总结|做法|做了|开展了|抓了)[^，。：]{0,6}(?:如下|以下|下列)|下列(?:工作|成绩|成效)"
)
_ENDS = "；。;.，、：:"


@dataclass(frozen=True, slots=True)
class _Member:
    """An item with the sentences that go on with it; `above` is the item whose list it is of."""

    segments: tuple[Segment, ...]
    above: _Member | None

    @property
    def length(self) -> int:
        return sum(len(words(segment)) for segment in self.segments)

    @property
    def chain(self) -> Iterator[_Member]:
        """This member below those that open its list."""
        if self.above is not None:
            yield from self.above.chain
        yield self


def gather_lists(
    document: Document, statements: Sequence[Statement], *, about: Collection[str] = ()
) -> list[Statement]:
    """One statement for each list that its opening rules, instead of one for each member.

    Of a long list the members with a key figure come first, or those `about` something (ids of segments);
    where one is left out, dots say so.
    """
    figured = {q.segment for q in document.quantities if q.measure is not None and is_key(q)}
    taken: dict[str, Statement] = {}
    for index, opening, members in _lists(document):
        if opening[0].id in taken:
            continue  # a list within a list that is told
        told = _chosen(members, frozenset(about), figured)
        if not told:
            continue  # its one telling member opens a list that no line holds
        listing = _statement(index, opening, members, told)
        of_list = [*opening, *(segment for member in members for segment in member.segments)]
        taken.update(dict.fromkeys((segment.id for segment in of_list), listing))
    return list(_replaced(statements, taken))


def _replaced(statements: Sequence[Statement], taken: dict[str, Statement]) -> Iterator[Statement]:
    """The statements, and each listing where the first of those stood that it takes in.

    A heading that rules a list is no statement; its listing stands where its first member stood.
    """
    given: set[int] = set()
    for statement in statements:
        listing = taken.get(statement.segments[0].id)
        if listing is None:
            yield statement
        elif listing.index not in given:
            given.add(listing.index)
            yield listing


def rules(text: str) -> bool:
    """Whether what a text announces is said by it and its list together."""
    return bool(_RULES.search(text)) and not _TELLS_MORE.search(text) and not binds(text)


def _lists(document: Document) -> Iterator[tuple[int, Sequence[Segment], list[_Member]]]:
    """Each opening that rules a list of two members or more, with its place, and all of those, in order."""
    segments = document.segments
    items: dict[str, list[Segment]] = {}
    goes_on: dict[str, list[Segment]] = {}
    for segment in segments:
        if segment.lead is not None:
            (items if segment.kind == "item" else goes_on).setdefault(segment.lead, []).append(segment)
    for i, segment in enumerate(segments):
        if len(items.get(segment.id, ())) < 2:
            continue
        start = _opening(segments, i)
        opening = segments[start : i + 1]
        text = "".join(words(s) for s in opening)
        if len(text) <= _MOST_OPENING and rules(text):
            yield start, opening, list(_members(items[segment.id], items, goes_on, None))


def _opening(segments: Sequence[Segment], i: int) -> int:
    """Where the sentence that ends with segment `i` begins in its paragraph."""
    if segments[i].kind == "heading":
        return i
    while i > 0:
        before = segments[i - 1]
        same = before.paragraph == segments[i].paragraph and before.kind != "heading"
        if not same or before.text.endswith(("。", "！", "？", "：")):
            break
        i -= 1
    return i


def _members(
    listed: Iterable[Segment],
    items: dict[str, list[Segment]],
    goes_on: dict[str, list[Segment]],
    above: _Member | None,
) -> Iterator[_Member]:
    for segment in listed:
        more = [s for s in goes_on.get(segment.id, ()) if s.paragraph == segment.paragraph]
        member = _Member((segment, *more), above)
        yield member
        yield from _members(items.get(member.segments[-1].id, ()), items, goes_on, member)


def _chosen(members: Sequence[_Member], about: Collection[str], figured: Collection[str]) -> list[_Member]:
    """As many as fit a line, the telling ones first; the first of them in any case, but no opening alone."""

    def has(member: _Member, ids: Collection[str]) -> bool:
        return any(segment.id in ids for segment in member.segments)

    ranked = sorted(members, key=lambda m: (not has(m, about), not has(m, figured)))
    told: list[_Member] = []
    left = _MOST
    for member in ranked:
        new = [m for m in member.chain if m not in told]
        length = sum(m.length for m in new)
        if length <= left or not told:
            told += new
            left -= length
    return [member for member in members if member in told and not _opens_nothing(member, told, members)]


def _opens_nothing(member: _Member, told: Sequence[_Member], members: Sequence[_Member]) -> bool:
    """Whether a member opens a list of which nothing is told."""
    return any(m.above is member for m in members) and not any(m.above is member for m in told)


def _statement(
    index: int, opening: Sequence[Segment], members: Sequence[_Member], told: Sequence[_Member]
) -> Statement:
    joints = [""] * (len(opening) - 1)
    joints.append("：" + _gap(members, None, told[0]))
    for n, member in enumerate(told):
        after = told[n + 1] if n + 1 < len(told) else None
        joints += [""] * (len(member.segments) - 1)
        joints.append(("：" if after and after.above is member else "；") + _gap(members, member, after))
    joints[-1] = joints[-1].rstrip("；") + "。"
    segments = (*opening, *(segment for member in told for segment in member.segments))
    return Statement(
        segments=segments,
        lead=None,
        index=index,
        opens=True,
        closes=False,
        is_item=opening[0].kind == "item",
        joints=tuple(joints),
    )


def _gap(members: Sequence[_Member], before: _Member | None, after: _Member | None) -> str:
    """Dots where members between these two are left out."""
    start = 0 if before is None else members.index(before) + 1
    end = len(members) if after is None else members.index(after)
    return LEFT_OUT + "；" if end > start else ""


def joined(pieces: Sequence[str], joints: Sequence[str]) -> str:
    """Chinese pieces with what stands after each; its own stop gives way."""
    return "".join(
        piece.rstrip(_ENDS) + joint if joint else piece for piece, joint in zip(pieces, joints, strict=True)
    )


_ENGLISH = {"：": ":", "；": ";", "。": ".", LEFT_OUT: " …"}
_SMALL = re.compile(
    "(?:The|A|An|There|It|Its|They|Their|To|In|On|Of|For|With|Without|Not|No|Those|These|Any|Other|Having|Have|Has|"
    r"Who|Whose|Where|When|If|Being|Failing|Failure|Be|Is|Are|Must|Shall|Should|More|At)\b"
)


def english_joined(pieces: Sequence[str], joints: Sequence[str]) -> str:
    """The same of their translations; members begin in lower case where that is sure."""
    text, small = "", False
    for piece, joint in zip(pieces, joints, strict=True):
        if small and _SMALL.match(piece):
            piece = piece[:1].lower() + piece[1:]
        end = joint
        for zh, en in _ENGLISH.items():
            end = end.replace(zh, en)
        text += (" " if text else "") + (piece.rstrip(".;:, ") + end if joint else piece)
        small = joint.endswith(("：", "；"))
    return text
