"""A recipe that tunes the shipped models on the pipeline's own requests; see README.md."""
