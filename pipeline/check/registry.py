"""THE list of checks, in the order of their report."""

from __future__ import annotations

from pipeline.check import (
    completeness,
    consistency,
    dates,
    derived,
    links,
    negation,
    numbers,
    omission,
    repeats,
    residue,
    subjects,
    terms,
    typography,
)
from pipeline.check.base import Check, DocumentCheck

SEGMENT_CHECKS: tuple[Check, ...] = (
    *completeness.CHECKS,
    *omission.CHECKS,
    *numbers.CHECKS,
    *subjects.CHECKS,
    *dates.CHECKS,
    *derived.CHECKS,
    *terms.CHECKS,
    *residue.CHECKS,
    *negation.CHECKS,
    *repeats.CHECKS,
    *links.CHECKS,
    *typography.CHECKS,
)
DOCUMENT_CHECKS: tuple[DocumentCheck, ...] = consistency.CHECKS

ALL_CHECKS: tuple[Check | DocumentCheck, ...] = (*SEGMENT_CHECKS, *DOCUMENT_CHECKS)
CODES = frozenset(check.code for check in ALL_CHECKS)
