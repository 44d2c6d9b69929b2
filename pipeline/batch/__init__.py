"""Batches: many documents, on one machine or a cluster, resumable at any point."""
