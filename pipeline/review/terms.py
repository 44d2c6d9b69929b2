"""Changing a rendering everywhere: first shown, then done where a person chose."""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from pipeline.errors import UsageError
from pipeline.review.workspace import Workspace, with_target
from pipeline.store.segments import Change, StaleWrite, searchable
from pipeline.store.tables import DOCUMENT, SEGMENT

MAX_USES = 5000


@dataclass(frozen=True, slots=True)
class TermUse:
    """A segment in which the rendering stands, with its translation before and after."""

    document: int
    stem: str
    name: str
    version: int
    text: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a change of a term did: the segments changed, those that somebody had changed meanwhile and
    that stay, and the name by which all of it can be taken back (empty where nothing was changed)."""

    changed: tuple[tuple[int, str], ...]
    stale: tuple[tuple[int, str], ...]
    group: str


def find_uses(space: Workspace, zh: str, old: str, new: str) -> list[TermUse]:
    """Segments whose translation has the old rendering as whole words and, if given, whose text has `zh`."""
    query = (
        select(
            DOCUMENT.c.stem,
            SEGMENT.c.document,
            SEGMENT.c.name,
            SEGMENT.c.version,
            SEGMENT.c.text,
            SEGMENT.c.target,
        )
        .join(DOCUMENT, DOCUMENT.c.id == SEGMENT.c.document)
        .where(SEGMENT.c.target.icontains(searchable(old.strip()), autoescape=True))
        .order_by(DOCUMENT.c.stem, SEGMENT.c.position)
        .limit(MAX_USES)
    )
    if zh.strip():
        query = query.where(SEGMENT.c.text.contains(searchable(zh.strip()), autoescape=True))
    with space.store.reading() as connection:
        rows = connection.execute(query).all()
    uses = [
        TermUse(r.document, r.stem, r.name, r.version, r.text, r.target, replaced(r.target, old, new))
        for r in rows
    ]
    return [use for use in uses if use.after != use.before]


def replaced(text: str, old: str, new: str) -> str:
    """The text with the rendering exchanged; a capital at its beginning stays one, and articles follow."""
    words = old.strip()
    left = r"\b" if words[:1].isalnum() else ""
    right = r"\b" if words[-1:].isalnum() else ""
    pattern = re.compile(rf"(?:\b([Aa]n?) )?{left}({re.escape(words)}){right}", re.IGNORECASE)

    def put(match: re.Match[str]) -> str:
        article, found = match.groups()
        fresh = new.strip()
        if found[:1].isupper() and not words[:1].isupper():
            fresh = fresh[:1].upper() + fresh[1:]
        return f"{_article(article, words, fresh)} {fresh}" if article else fresh

    return pattern.sub(put, text)


def apply_term(
    space: Workspace, zh: str, old: str, new: str, chosen: Sequence[tuple[int, str, int]], *, author: str
) -> Applied:
    """Change the rendering in the chosen segments (document, name, version), of any number of documents.

    Raises:  UsageError: the old and the new rendering are the same.
    """
    if old.strip() == new.strip():
        raise UsageError("the old and the new rendering are the same")
    by_document: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for document, name, version in chosen:
        by_document[document].append((name, version))
    group = secrets.token_hex(8)
    changed: list[tuple[int, str]] = []
    stale: list[tuple[int, str]] = []
    for document in sorted(by_document):
        done, left = _apply(space, document, (old, new), by_document[document], author, group)
        changed += [(document, name) for name in done]
        stale += [(document, name) for name in left]
    return Applied(changed=tuple(changed), stale=tuple(stale), group=group if changed else "")


def _apply(
    space: Workspace,
    document: int,
    term: tuple[str, str],
    chosen: Sequence[tuple[str, int]],
    author: str,
    group: str,
) -> tuple[list[str], list[str]]:
    old, new = term
    frame = space.frame(document)
    versions = dict(chosen)
    changes = []
    for entry in space.entries(document, list(versions)):
        fresh = replaced(entry.segment.target or "", old, new)
        if entry.version == versions[entry.name] and fresh != entry.segment.target:
            state = entry.segment.state if entry.segment.state != "final" else "reviewed"
            after = space.checked(frame, with_target(entry, fresh, state=state))
            note = f"{old.strip()} → {new.strip()}"
            changes.append(Change(name=entry.name, base=entry.version, after=after, action="term", note=note))
    try:
        if changes:
            space.write_group(document, changes, author=author, group=group)
    except StaleWrite:
        # Somebody wrote between our reading and our writing: begin again with what stands there now.
        return _apply(space, document, term, chosen, author, group)
    changed = [change.name for change in changes]
    return changed, [name for name in versions if name not in changed]


def _article(article: str, old: str, new: str) -> str:
    """“a” and “an” change with the first letter; one that was right for other reasons stays."""
    if (old[:1].lower() in "aeiou") == (new[:1].lower() in "aeiou"):
        return article
    return article[:1] + ("n" if new[:1].lower() in "aeiou" else "")
