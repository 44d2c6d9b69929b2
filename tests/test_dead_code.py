"""Every function, class and method of the product is used by the product, not by its tests alone."""

from __future__ import annotations

from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).parent.parent
SCANNED = ("pipeline", "models", "benchmarks", "training", "tools", "docs/examples")
LEFT_OUT = ["*/training/templates.py"]  # the generator of training sentences as it came
KINDS = {"function", "class", "method", "property", "import", "unreachable_code"}
# Called by name from elsewhere: routes of the two web servers, hooks of a library, special names.
BY_DECORATOR = ["@pages.*", "@api.*", "@app.*"]
BY_NAME = {
    "__getattr__": "Python's own hook",
    "__dir__": "Python's own hook",
    "do_GET": "http.server calls it",
    "log_message": "http.server calls it",
    "upgrade": "Alembic calls it",
    "downgrade": "Alembic calls it",
    "entry": "the console script",
    "serve": "the program of a reader's process calls it",
    "_init_dict": "takes the place of a method of opencc",
    "forward": "torch calls it",
    "to_words": "takes the place of a method of sumy",
    "ModuleType": "stands in the string of a cast",
    "Summariser": "a promise to those who bring their own",
}


def unused() -> list[str]:
    """What nothing in the scanned folders names."""
    vulture = Vulture(ignore_decorators=BY_DECORATOR)
    vulture.scavenge([ROOT / folder for folder in SCANNED if (ROOT / folder).exists()], exclude=LEFT_OUT)
    found = [item for item in vulture.get_unused_code(min_confidence=60) if item.typ in KINDS]
    return [
        f"{item.filename.relative_to(ROOT)}:{item.first_lineno} {item.name}"
        for item in found
        if item.name not in BY_NAME
    ]


def test_nothing_is_dead():
    assert unused() == []
