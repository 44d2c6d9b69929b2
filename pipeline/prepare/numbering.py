"""What the numbering of siblings tells: lost parents, gaps, repeats."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.document import Issue
from pipeline.prepare.markers import ARTICLES
from pipeline.prepare.outline import Node, sibling_groups
from pipeline.traced import TracedText


def infer_parents(root: Node) -> list[Node]:
    """Put an inferred parent over each run of headings whose own parent the text has lost.

    Returns the headings at which a numbering starts anew.
    """
    restarts: list[Node] = []
    _infer(root, None, restarts)
    return restarts


def _infer(node: Node, above: Node | None, restarts: list[Node]) -> None:
    for child in list(node.children):
        _infer(child, node, restarts)
    _wrap_orphans(node)
    for group in list(sibling_groups(node)):
        runs = _runs(group) if group[0].is_section and group[0].number else [group]
        if len(runs) == 1:
            continue
        restarts += [run[0] for run in runs[1:]]
        if node.family and node.number and above is not None:
            _move_out(node, above, runs[1:])
        else:
            _wrap(node, runs)


def _runs(group: list[Node]) -> list[list[Node]]:
    """Cut siblings where their numbering goes back to one."""
    runs: list[list[Node]] = []
    for node in group:
        if not runs or (node.number == 1 and runs[-1][-1].number >= 1 and node.family not in ARTICLES):
            runs.append([])
        runs[-1].append(node)
    return runs


def _wrap(parent: Node, runs: list[list[Node]]) -> None:
    """Put an inferred node in the place of each run of children."""
    inferred = {id(run[0]): Node(-1, children=run, inferred=True) for run in runs}
    members = {id(node) for run in runs for node in run}
    parent.children = [
        inferred.get(id(child), child)
        for child in parent.children
        if id(child) in inferred or id(child) not in members
    ]


def _move_out(node: Node, above: Node, runs: list[list[Node]]) -> None:
    """Later runs under a numbered heading belong to siblings of it that are lost."""
    at = above.children.index(node) + 1
    above.children[at:at] = [Node(-1, children=run, inferred=True) for run in runs]
    moved = {id(child) for run in runs for child in run}
    node.children = [child for child in node.children if id(child) not in moved]


def _wrap_orphans(node: Node) -> None:
    """Headings before 二、, where there is no 一、, stand under that lost 一、."""
    groups = [g for g in sibling_groups(node) if g[0].is_section]
    for outer in groups:
        at = node.children.index(outer[0])
        if outer[0].number != 2:
            continue
        orphans = [c for c in node.children[:at] if c.family not in (None, outer[0].family) and c.is_section]
        if orphans and len({c.family for c in orphans}) == 1 and len(_runs(orphans)) == 1:
            _wrap(node, [orphans])


def numbering_issues(root: Node, restarts: list[Node], text: TracedText) -> Iterator[Issue]:
    """Findings in the order of the text: restarts, gaps, duplicates, numbers that go down."""
    found: list[tuple[int, Issue]] = []
    anew = {id(node) for node in restarts}
    last: dict[str, int] = {}
    before: dict[tuple[int, str], Node] = {}
    parents = {id(child): node for node in root.walk() for child in node.children}
    for node in root.walk():
        if not node.family or not node.number or node.part is None:
            continue
        key = (id(parents[id(node)]), node.family)
        check = _judge(node, before.get(key), last.get(node.family), restarted=id(node) in anew)
        if check:
            start, end = text.origin(node.part.unit.start, min(node.part.body, node.part.unit.end))
            found.append((node.index, _issue(check, node, before.get(key), start, end)))
        before[key], last[node.family] = node, node.number
    yield from (issue for _, issue in sorted(found, key=lambda pair: pair[0]))


def _judge(node: Node, sibling: Node | None, last: int | None, *, restarted: bool) -> str | None:
    if restarted:
        return "structure.restart"
    if sibling is None:
        carries_on = last is not None and node.number == last + 1
        return None if node.number == 1 or carries_on or _is_excerpt(node, last) else "structure.gap"
    step = node.number - sibling.number
    if step == 1 or (step == 0 and node.marker != sibling.marker and _is_inserted(node)):
        return None
    if step > 1:
        return "structure.gap"
    if node.number == 1:
        return "structure.restart" if node.is_section else None
    return "structure.duplicate" if step == 0 else "structure.order"


def _is_inserted(node: Node) -> bool:
    """第33-1条 after 第33条."""
    return node.marker is not None and len(node.marker.number) > 1


def _is_excerpt(node: Node, last: int | None) -> bool:
    """A law may be quoted from any article on."""
    return node.family == "条" and last is None


_MESSAGES = {
    "structure.restart": "the numbering starts anew at {mark}: its parent heading is probably missing",
    "structure.gap": "the numbering jumps {before} {mark}: {missing} missing",
    "structure.duplicate": "{mark} stands twice among its siblings",
    "structure.order": "the numbering goes back from {previous} to {mark}",
}


def _issue(check: str, node: Node, sibling: Node | None, start: int, end: int) -> Issue:
    return structure_issue(
        check,
        mark=node.marker.text if node.marker else "",
        number=node.number,
        previous=(sibling.marker.text, sibling.number) if sibling and sibling.marker else None,
        span=(start, end),
    )


def structure_issue(
    check: str, *, mark: str, number: int, previous: tuple[str, int] | None, span: tuple[int, int]
) -> Issue:
    """An issue about numbering, worded alike for headings and for 一是, 二是."""
    first = previous[1] + 1 if previous else 1
    missing = f"number {first} is" if number - first == 1 else f"numbers {first} to {number - 1} are"
    message = _MESSAGES[check].format(
        mark=mark,
        before=f"from {previous[0]} to" if previous else "in at",
        previous=previous[0] if previous else "",
        missing=missing,
    )
    return Issue(
        check=check,
        severity="warning",
        message=message,
        start=span[0],
        end=span[1],
    )
