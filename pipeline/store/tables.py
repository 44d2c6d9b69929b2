"""Every table of the store, in one place; `migrations/` brings a database to this shape.

A document is a frame (its JSON as it came, kept by checksum, never changed) and the current state of
its segments. Whatever is written to a segment leaves a revision; the revisions of a document are also
the feed from which other readers learn of changes.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Content by checksum: the zlib-compressed JSON of documents. Rows are written once.
CONTENT = Table(
    "content",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# `frame` names the content that segments are laid into; `synced` the checksum of the file last read
# or written, so that a file made anew by another run is noticed. `version` counts all changes.
DOCUMENT = Table(
    "document",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("stem", String(255), nullable=False, unique=True),
    Column("frame", String(64), ForeignKey("content.sha256"), nullable=False),
    Column("synced", String(64), nullable=False, default=""),
    Column("title_zh", Text, nullable=False, default=""),
    Column("title_en", Text, nullable=False, default=""),
    Column("state", String(16), nullable=False, default="open"),
    Column("version", Integer, nullable=False, default=1),
    Column("imported", String(32), nullable=False),
)

# One row a segment. `body` is the segment, its quantities and its issues as in `<stem>.json`; the other
# columns repeat what lists, filters and searches ask for.
SEGMENT = Table(
    "segment",
    METADATA,
    Column("document", Integer, ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("section", String(64)),
    Column("state", String(16), nullable=False),
    Column("source", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("target", Text),
    Column("risk", Float, nullable=False, default=0.0),
    Column("checks", Text, nullable=False, default=""),
    Column("body", JSON, nullable=False),
    Index(None, "document", "position"),
    Index(None, "document", "risk", "position"),
)

# What happened to a segment: who, when, and the whole of it before and after. `undoes` names the
# revision that this one took back; `group_id` ties those of one action on several segments.
REVISION = Table(
    "revision",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("document", Integer, ForeignKey("document.id", ondelete="CASCADE"), nullable=False),
    Column("segment", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("action", String(16), nullable=False),
    Column("author", String(120), nullable=False),
    Column("at", String(32), nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Column("note", Text, nullable=False, default=""),
    Column("undoes", Integer),
    Column("group_id", String(32)),
    Index(None, "document", "segment", "id"),
    Index(None, "document", "id"),
    sqlite_autoincrement=True,
)

COMMENT = Table(
    "comment",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("document", Integer, nullable=False),
    Column("segment", String(64), nullable=False),
    Column("author", String(120), nullable=False),
    Column("at", String(32), nullable=False),
    Column("body", Text, nullable=False),
    ForeignKeyConstraint(["document"], ["document.id"], ondelete="CASCADE"),
    Index(None, "document", "segment"),
)

# The text itself may be longer than an index entry of PostgreSQL (2,704 bytes), so its checksum is the key.
MEMORY = Table(
    "memory",
    METADATA,
    Column("text_sha256", String(64), primary_key=True),
    Column("context", String(64), primary_key=True),
    Column("skeleton_sha256", String(64), nullable=False),
    Column("length", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("model", Text, nullable=False, default=""),
    Column("score", Float),
    Index(None, "skeleton_sha256", "context"),
    Index(None, "context", "length"),
)
