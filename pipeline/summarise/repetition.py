"""Whether a line says what another line of the brief has said."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from pipeline.document import BriefLine
from pipeline.prepare.quantities import zh as quantities_zh

# Of what the shorter line says, by the rarity of its character pairs. In reports and policies, pairs of
# lines above it repeat each other, or tell once as done and once as planned what has no figure.
_SHARED = 0.5
_MIN_NAME = 7  # letters: a lead of so many that another line names is its subject, not a common word


class Repetition:
    """Remembers the lines that were told; rarity is that of the document's own statements."""

    def __init__(self, texts: Iterable[str]) -> None:
        counted = [_pairs(text) for text in texts]
        counts = Counter(pair for pairs in counted for pair in pairs)
        self._rarity = {pair: math.log((1 + len(counted)) / (1 + n)) for pair, n in counts.items()}
        self._unknown = math.log(1 + len(counted))
        self._told: list[tuple[frozenset[str], str, str]] = []
        self._figures: set[str] = set()

    def tell(self, line: BriefLine, lead: str = "") -> None:
        """Remember a line, and the lead that names its subject."""
        self._told.append((_pairs(line.zh), line.zh, _name(lead)))
        self._figures.update(_figures(line.zh))

    def repeats(self, line: BriefLine, lead: str = "") -> bool:
        """Whether a line, which has no figure that is new, says what was told, or is told of the same subject."""
        name, pairs = _name(lead), _pairs(line.zh)
        if _figures(line.zh) - self._figures:
            return False
        for told, text, other in self._told:
            named = name != other and ((name and name in text) or (other and other in line.zh))
            least = min(self._weight(pairs), self._weight(told))
            if named or self._weight(pairs & told) > _SHARED * least > 0:
                return True
        return False

    def _weight(self, pairs: frozenset[str]) -> float:
        return sum(self._rarity.get(pair, self._unknown) for pair in pairs)


def _name(lead: str) -> str:
    bare = lead.rstrip("。：；，")
    return bare if len(bare) >= _MIN_NAME else ""


def _figures(text: str) -> set[str]:
    return {measure.text for measure in quantities_zh.measures(text)}


def _pairs(text: str) -> frozenset[str]:
    pairs = (text[i : i + 2] for i in range(len(text) - 1))
    return frozenset(pair for pair in pairs if pair.isalnum())
