"""The SQL store: documents and their reviews, translation memory. SQLite by default, PostgreSQL by URL."""

from pipeline.store.store import Store

__all__ = ["Store"]
