"""What a translation was when a file was written, in nine characters that travel with it.

When the file comes back, the stamp tells who changed the translation since: the reviewer, the document,
or both. Without it a document that went on meanwhile would be put back to what it was.
"""

from __future__ import annotations

import hashlib
import re

from pipeline.document import State

LETTERS: dict[State, str] = {"initial": "i", "translated": "t", "reviewed": "r", "final": "f"}
STATES: dict[str, State] = {letter: state for state, letter in LETTERS.items()}
STAMP = re.compile(r"([itrf])([0-9a-f]{8})")
PICTURED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def stamp(target: str | None, state: State) -> str:
    """The state's letter and eight digits of the text."""
    return f"{LETTERS[state]}{digest(target)}"


def unstamped(value: str) -> tuple[State, str] | None:
    """The state and the digits of a stamp; None for anything else."""
    found = STAMP.fullmatch(value)
    return (STATES[found[1]], found[2]) if found else None


def digest(target: str | None) -> str:
    """Equal for texts that no format could tell apart."""
    return hashlib.sha256(comparable(target).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def comparable(text: str | None) -> str:
    """The text as it comes back from any format: trimmed, breaks as spaces, controls as pictures."""
    shown = re.sub(r"\r\n|[\t\r\n\u2028]", " ", text or "").strip()
    return PICTURED.sub(lambda found: chr(0x2400 + ord(found[0])), shown)
