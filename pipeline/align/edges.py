"""The first and the last clause of a sentence: what stands at a boundary tells where it belongs."""

from __future__ import annotations

import re

# Clauses shorter than this say too little alone and go with their neighbour.
SHORTEST_ZH, SHORTEST_EN = 5, 12
_ZH = re.compile(r"[^，。；：！？…—“”]+[，。；：！？…—“”\s]*")
_EN = re.compile(r"[^,;:.!?—]+[,;:.!?—'\"”’\s]*")


def edges(text: str, *, chinese: bool) -> tuple[str, str]:
    """The first and the last clause; twice the whole text where it is only one.

    What stands before the first word (“) is in neither: the quotation marks are evidence of their own.
    """
    pattern, shortest = (_ZH, SHORTEST_ZH) if chinese else (_EN, SHORTEST_EN)
    clauses: list[str] = []
    for clause in pattern.findall(text):
        if clauses and min(len(clauses[-1]), len(clause)) < shortest:
            clauses[-1] += clause
        else:
            clauses.append(clause)
    return (clauses[0], clauses[-1]) if len(clauses) > 1 else (text, text)
