"""The tree of headings, as numbering, bare headings and titles build it up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.prepare.markers import ARTICLES, DIVISIONS, Marker, nesting
from pipeline.prepare.roles import Part, is_back_matter, is_short_line
from pipeline.prepare.units import ends_sentence

_RUN_IN = 40  # a first sentence up to this length can head what follows it in the same line
_COLON_RUN_IN = 15


@dataclass(slots=True, eq=False)
class Node:
    """A heading, title or numbered unit and all that stands under it while the tree grows.

    `index` is the place of its unit, -1 for the root and for inferred parents. `heading_end` is
    where the title ends; None if the unit has none.
    """

    index: int
    part: Part | None = None
    children: list[Node] = field(default_factory=list)
    plain: int = 0
    is_section: bool = True
    inferred: bool = False
    heading_end: int | None = None

    @property
    def marker(self) -> Marker | None:
        return self.part.marker if self.part else None

    @property
    def family(self) -> str | None:
        """The family of numbering it belongs to; None for titles and bare headings."""
        return self.marker.family if self.marker and self.part and self.part.role == "marker" else None

    @property
    def number(self) -> int:
        return self.marker.ordinal if self.marker else 0

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the order of the text."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo += reversed(node.children)


def build_outline(text: str, parts: Sequence[Part]) -> tuple[Node, list[Node]]:
    """The tree, and for each unit the node that it belongs to."""
    root, owners = _grow(text, parts)
    for node in root.walk():
        _sort_into_sections_and_lists(text, node)
    return root, owners


def _grow(text: str, parts: Sequence[Part]) -> tuple[Node, list[Node]]:
    ranks = nesting(p.marker for p in parts if p.role == "marker" and p.marker)
    upcoming = _next_markers(parts)
    root = Node(-1)
    stack, owners = [root], []
    for i, part in enumerate(parts):
        if part.role in ("plain", "cell", "repeat"):
            stack[-1].plain += part.role != "repeat"
            owners.append(stack[-1])
            continue
        del stack[_place(text, part, stack, ranks, upcoming[i]) :]
        node = Node(i, part)
        stack[-1].children.append(node)
        stack.append(node)
        owners.append(node)
    return root, owners


def _next_markers(parts: Sequence[Part]) -> list[Marker | None]:
    """For each unit the next numbering after it within the same document."""
    upcoming: list[Marker | None] = [None] * len(parts)
    ahead: Marker | None = None
    for i in range(len(parts) - 1, -1, -1):
        upcoming[i] = ahead
        if parts[i].role == "title":
            ahead = None
        elif parts[i].role == "marker" and (mark := parts[i].marker) and mark.number:
            ahead = mark
    return upcoming


def _place(text: str, part: Part, stack: list[Node], ranks: dict[str, int], upcoming: Marker | None) -> int:
    """How much of the stack of open headings stays open above this one."""
    if part.role == "title":
        return 1
    if part.role == "marker" and part.marker:
        return _outer(stack, ranks, part.marker.family)
    if part.unit.kind == "heading" and part.unit.level is not None:
        return _at_level(stack, part.unit.level)
    if upcoming is None and is_back_matter(text, part):
        return 2 if len(stack) > 1 and _is_title(stack[1]) else 1
    keep = len(stack)
    if upcoming is not None and not _goes_on(stack, upcoming):
        keep = _outer(stack, ranks, upcoming.family)
    while keep > 1 and stack[keep - 1].family is None and not _is_title(stack[keep - 1]):
        keep -= 1
    return keep


def _outer(stack: list[Node], ranks: dict[str, int], family: str) -> int:
    """The first open heading that numbering of this family closes."""
    limit = ranks.get(family, 0)
    return next(
        (i for i, n in enumerate(stack) if n.family and ranks.get(n.family, limit) >= limit), len(stack)
    )


def _at_level(stack: list[Node], level: int) -> int:
    for i, node in enumerate(stack[1:], 1):
        own = node.part.unit.level if node.part else None
        if own is not None and own >= level:
            return i
    return len(stack)


def _goes_on(stack: list[Node], upcoming: Marker) -> bool:
    """Whether the next numbering continues a list that is open, so that the heading is inside it."""
    return any(n.family == upcoming.family and upcoming.ordinal == n.number + 1 for n in stack)


def _is_title(node: Node) -> bool:
    return node.part is not None and node.part.role == "title"


def sibling_groups(node: Node) -> Iterator[list[Node]]:
    """The children of a node that share one family of numbering, family by family."""
    groups: dict[str, list[Node]] = {}
    for child in node.children:
        if child.family:
            groups.setdefault(child.family, []).append(child)
    yield from groups.values()


def _sort_into_sections_and_lists(text: str, node: Node) -> None:
    """Siblings are headings if most of them look like it, otherwise they are items of a list."""
    for child in node.children:
        if child.family is None:
            child.heading_end = child.part.unit.end if child.part else None
    for group in sibling_groups(node):
        ends = [_heading_end(text, member) for member in group]
        titled = group[0].family in (*DIVISIONS, *ARTICLES) or (
            _may_head(node) and _mostly_titled(text, group, ends)
        )
        for member, end in zip(group, ends, strict=True):
            member.is_section = titled
            member.heading_end = (end or _lone_sentence(text, member)) if titled else None


def _may_head(node: Node) -> bool:
    """Under a list stand only lists, under an article only its items."""
    return node.is_section and node.family not in ARTICLES


def _mostly_titled(text: str, group: list[Node], ends: list[int | None]) -> bool:
    votes = [end is not None for end in ends]
    if _is_unclear(text, group[-1], ends[-1]):
        votes.pop()
    return sum(votes) * 2 > len(votes)


def _is_unclear(text: str, last: Node, end: int | None) -> bool:
    """After the last sibling, text may follow the whole list; and a last heading may lack its text."""
    if last.part is None:
        return False
    if end is None:
        return is_short_line(text, last.part.unit, last.part.body, limit=_RUN_IN)
    return end == last.part.unit.end and ends_sentence(text, last.part.body, end)


def _heading_end(text: str, node: Node) -> int | None:
    """Where the title ends in a unit that opens with numbering; None if it has none."""
    if node.part is None:
        return None
    start, end = node.part.body, node.part.unit.end
    if start >= end:
        return end
    has_content = bool(node.plain or node.children)
    if is_short_line(text, node.part.unit, start, limit=50):
        return end if has_content or node.family in (*DIVISIONS, *ARTICLES) else None
    if node.family in ARTICLES:
        return _article_title(text, start, end)
    return _run_in_end(text, start, end, has_content=has_content)


def _article_title(text: str, start: int, end: int) -> int | None:
    """第一条（目的）…, 第一条【立法目的】…"""
    closer = {"（": "）", "(": ")", "【": "】", "〔": "〕"}.get(text[start])
    at = text.find(closer, start, min(end, start + 30)) if closer else -1
    return at + 1 if at > 0 else None


def _run_in_end(text: str, start: int, end: int, *, has_content: bool) -> int | None:
    for at in range(start, min(end, start + _RUN_IN)):
        if text[at] in "。！？":
            after = at + 1
            return after if after < end or has_content else None
        if text[at] in "；;":
            return None
        if text[at] in "：:" and at + 1 < end:
            return at + 1 if at - start <= _COLON_RUN_IN else None
        if text[at] in " \u3000" and 2 <= at - start <= 20 and _is_prose(text, at, end):
            return at
    return None


def _is_prose(text: str, start: int, end: int) -> bool:
    return end - start > _RUN_IN and ends_sentence(text, start, end)


def _lone_sentence(text: str, node: Node) -> int | None:
    """Among headings, a unit of one short sentence is a heading as well."""
    if node.part is None or node.family in ARTICLES:
        return None
    start, end = node.part.body, node.part.unit.end
    inner = text[start : end - 1]
    return end if end - start <= _RUN_IN and not any(c in "。；！？" for c in inner) else None
