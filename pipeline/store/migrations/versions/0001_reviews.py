"""Documents, segments, revisions, comments and the translation memory."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "content",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_content"),
    )
    op.create_table(
        "memory",
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("context", sa.String(length=64), nullable=False),
        sa.Column("skeleton_sha256", sa.String(length=64), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("text_sha256", "context", name="pk_memory"),
    )
    op.create_index("ix_memory_context_length", "memory", ["context", "length"], unique=False)
    op.create_index(
        "ix_memory_skeleton_sha256_context", "memory", ["skeleton_sha256", "context"], unique=False
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stem", sa.String(length=255), nullable=False),
        sa.Column("frame", sa.String(length=64), nullable=False),
        sa.Column("synced", sa.String(length=64), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("imported", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["frame"], ["content.sha256"], name="fk_document_frame"),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("stem", name="uq_document_stem"),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("segment", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document"], ["document.id"], name="fk_comment_document", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
    )
    op.create_index("ix_comment_document_segment", "comment", ["document", "segment"], unique=False)
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("segment", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["document"], ["document.id"], name="fk_revision_document", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_revision_document_id", "revision", ["document", "id"], unique=False)
    op.create_index(
        "ix_revision_document_segment_id", "revision", ["document", "segment", "id"], unique=False
    )
    op.create_table(
        "segment",
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("risk", sa.Float(), nullable=False),
        sa.Column("checks", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document"], ["document.id"], name="fk_segment_document", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document", "name", name="pk_segment"),
    )
    op.create_index("ix_segment_document_position", "segment", ["document", "position"], unique=False)
    op.create_index(
        "ix_segment_document_risk_position", "segment", ["document", "risk", "position"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_segment_document_risk_position", table_name="segment")
    op.drop_index("ix_segment_document_position", table_name="segment")
    op.drop_table("segment")
    op.drop_index("ix_revision_document_segment_id", table_name="revision")
    op.drop_index("ix_revision_document_id", table_name="revision")
    op.drop_table("revision")
    op.drop_index("ix_comment_document_segment", table_name="comment")
    op.drop_table("comment")
    op.drop_table("document")
    op.drop_index("ix_memory_skeleton_sha256_context", table_name="memory")
    op.drop_index("ix_memory_context_length", table_name="memory")
    op.drop_table("memory")
    op.drop_table("content")
