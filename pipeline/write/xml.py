"""XML as text: elements written in order, every value escaped, nothing that XML 1.0 forbids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
IN_ATTRIBUTE = {**ESCAPES, "\n": "&#10;", "\t": "&#9;"}
NMTOKEN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def element(name: str, content: str | Iterable[str] = "", /, **attributes: str | None) -> str:
    """One element. Content is XML already; an attribute that is None is left out."""
    written = "".join(
        f' {key}="{_escaped(value, IN_ATTRIBUTE)}"' for key, value in attributes.items() if value is not None
    )
    inner = content if isinstance(content, str) else "".join(content)
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def escaped(value: str, forbidden: Callable[[int], str]) -> str:
    """Text as XML; a character that XML 1.0 cannot hold becomes what `forbidden` makes of its number."""
    parts: list[str] = []
    at = 0
    for match in FORBIDDEN.finditer(value):
        parts += (_replaced(value[at : match.start()], ESCAPES), forbidden(ord(match.group())))
        at = match.end()
    return "".join((*parts, _replaced(value[at:], ESCAPES)))


def picture(code: int) -> str:
    """A visible stand-in, where there is no room for an element."""
    return chr(0x2400 + code) if code < 0x20 else f"⟨{code:04X}⟩"


def token(name: str) -> str:
    """The name as an NMTOKEN; one that is none is spelt out in hexadecimal."""
    return name if NMTOKEN.fullmatch(name) else "_x" + name.encode("utf-8", "surrogatepass").hex()


def _escaped(value: str, escapes: dict[str, str]) -> str:
    return _replaced(FORBIDDEN.sub(lambda match: picture(ord(match.group())), value), escapes)


def _replaced(value: str, escapes: dict[str, str]) -> str:
    return value.translate({ord(key): item for key, item in escapes.items()})
