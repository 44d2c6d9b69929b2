"""Pages made from the code while the site is built: a hook of MkDocs, named in mkdocs.yml.

What the command line, the configuration, the schema, the checks and the library say of themselves is
the only place where it is said; these pages cannot fall behind.
"""

from __future__ import annotations

import argparse
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

import pipeline
from pipeline import document
from pipeline.check.registry import ALL_CHECKS
from pipeline.cli import build_parser
from pipeline.config import Config
from pipeline.write.digest_schema import digest_schema
from pipeline.write.schema import json_schema

# In the order in which one meets them; a function that is missing here fails the build.
ORDER = ["brief", "bilingual", "inspect", "prove", "load", "save"]
DECISIONS = Path(__file__).parent / "decisions"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages to those found in the folder."""
    for path, make in PAGES.items():
        files.append(File.generated(config, path, content="\n".join(make()) + "\n"))
    return files


def command_line() -> Iterator[str]:
    """Every command with its arguments, from the parser."""
    parser = build_parser()
    yield f"# Command line\n\n{parser.description}\n"
    yield (
        "`-` reads standard input; a folder or a glob is read whole. Results go to standard output or into "
        "the folder named with `-o`, everything else to standard error.\n"
    )
    yield (
        "| exit code | meaning |\n|---|---|\n| 0 | done |\n"
        "| 1 | done, but errors remain (with `--strict`), or a document failed |\n"
        "| 2 | the call, the configuration or the input is wrong; one sentence says how |\n"
    )
    (commands,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    for name, sub in commands.choices.items():
        yield f"## duizhao {name}\n\n{_sentence(sub.description or '')}\n"
        usage = " ".join(sub.format_usage().removeprefix("usage: ").split())
        lines = textwrap.wrap(
            usage, 100, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False
        )
        yield "```text\n" + "\n".join(lines) + "\n```\n"
        yield from _arguments(sub)


def _arguments(parser: argparse.ArgumentParser) -> Iterator[str]:
    rows = [_argument(a) for a in parser._actions if a.help != argparse.SUPPRESS and a.dest != "help"]
    if rows:
        yield from _table(("argument", "meaning"), rows)


def _argument(action: argparse.Action) -> tuple[str, str]:
    value = action.metavar if isinstance(action.metavar, str) else ""
    if action.choices is not None:
        value = f"{{{','.join(map(str, action.choices))}}}"
    # A bar would end the cell of the table.
    names, value = ", ".join(action.option_strings), value.replace("|", " or ")
    default = action.default
    known = isinstance(default, str | int) and not isinstance(default, bool) and default != ""
    words = [
        action.help or "",
        f"default {default}" if known and "default" not in (action.help or "") else "",
    ]
    return f"`{' '.join(part for part in (names, value) if part)}`", "; ".join(word for word in words if word)


def configuration() -> Iterator[str]:
    """The shipped defaults with their comments, then each key with its type."""
    yield "# Configuration\n"
    yield (
        "TOML files, laid one over the other: the shipped defaults, a profile (`--profile`), your files "
        "(`--config`, several in order), then the options of the call. A key that is not known is an error "
        "that names the nearest. The defaults are:\n"
    )
    shipped = (resources.files("configs") / "default.toml").read_text("utf-8")
    yield f'```toml title="default.toml"\n{shipped}```\n'
    config = Config()
    for table in fields(config):
        options = getattr(config, table.name)
        yield f"## [{table.name}]\n\n{_prose(type(options))}\n"
        rows = [
            (f"`{f.name}`", f"`{_type(f.type)}`", _value(getattr(options, f.name))) for f in fields(options)
        ]
        yield from _table(("key", "type", "default"), rows)
    yield (
        "## Environment\n\n| variable | meaning |\n|---|---|\n"
        "| `DUIZHAO_HOME` | folder of fetched models; default: the platform's cache folder |\n"
        "| `DUIZHAO_MODELS` | your own registry files, separated like the entries of `PATH` |\n"
        "| `HF_ENDPOINT` | another model hub |"
    )


def json_of_a_result() -> Iterator[str]:
    """The fields of `<stem>.json`, from the schema and the docstrings of the data model."""
    schema = json_schema()
    yield "# The JSON of a result\n"
    yield (
        f"{schema['description']} `duizhao schema` prints this as JSON Schema "
        f"(`{schema['$id']}`, version 1); every result validates against it. Offsets are half-open code points.\n"
    )
    yield "## The document\n"
    yield from _fields(schema)
    yield "## source\n\n" + str(schema["properties"]["source"].get("description", "")) + "\n"
    yield from _fields(schema["properties"]["source"])
    classes = {name.lower(): value for name, value in vars(document).items() if is_dataclass(value)}
    for name, part in schema["$defs"].items():
        yield f"## {name}\n"
        if name in classes:
            yield _prose(classes[name]) + "\n"
        yield from _fields(part)
    yield from _json_of_a_comparison()


def _json_of_a_comparison() -> Iterator[str]:
    """The fields of `digest.json`; what it shares with a document is linked there."""
    schema = digest_schema()
    yield (
        f"## digest.json\n\n{schema['description']} `duizhao schema digest` prints this as JSON Schema "
        f"(`{schema['$id']}`, version 1); [measure](#measure) is that of a document.\n"
    )
    yield from _fields(schema)
    for name, part in schema["$defs"].items():
        if name != "measure":
            yield f"## {name}\n\n{part['description']}\n"
            yield from _fields(part)


def _fields(part: dict[str, Any]) -> Iterator[str]:
    rows = [(f"`{name}`", _shape(value)) for name, value in part.get("properties", {}).items()]
    yield from _table(("field", "shape"), rows)


def _shape(part: dict[str, Any]) -> str:
    if "$ref" in part:
        name = part["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name})"
    if "enum" in part:
        return ", ".join(f"`{value}`" for value in part["enum"])
    if "const" in part:
        return f"`{part['const']}`"
    if "anyOf" in part:
        return " or ".join(_shape(option) for option in part["anyOf"])
    if part.get("type") == "array":
        if "prefixItems" in part:
            return "(" + ", ".join(_shape(item) for item in part["prefixItems"]) + ")"
        return f"list of {_shape(part['items'])}" if "items" in part else "list"
    return str(part.get("type", "anything"))


def checks() -> Iterator[str]:
    """Every check, from the registry that the pipeline runs."""
    yield "# Checks\n"
    yield (
        "What `duizhao check` looks for. A finding names its check, so that it can be waived with a reason, "
        "left out (`[check] disabled`) or given another severity (`[check.severity]`).\n"
    )
    rows = [(f"`{check.code}`", check.severity, check.description) for check in ALL_CHECKS]
    yield from _table(("check", "severity", "what it finds"), rows)


def python() -> Iterator[str]:
    """The functions of `from pipeline import …`, from their signatures and docstrings."""
    yield "# Python\n"
    yield "`from pipeline import …`; [how to use them](../how-to/python.md).\n"
    for name in sorted(pipeline.__all__, key=ORDER.index):
        function = getattr(pipeline, name)
        signature = inspect.signature(function)
        parameters = ",\n    ".join(_parameters(signature))
        yield f"## {name}\n\n```python\ndef {name}(\n    {parameters},\n) -> {signature.return_annotation}\n```\n"
        yield from _docstring(function)
    yield "## The data model\n"
    yield f"{_first_paragraphs(document.__doc__ or '')}\n"
    yield "The fields are those of [the JSON](json.md), as attributes of these frozen dataclasses:\n"
    yield from (
        f"- `{name}`: {_sentence((value.__doc__ or '').split('.')[0])}"
        for name, value in vars(document).items()
        if is_dataclass(value) and value.__module__ == document.__name__
    )


def _parameters(signature: inspect.Signature) -> Iterator[str]:
    named = False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not named:
            named = True
            yield "*"
        yield str(parameter).replace("'", "")  # annotations are strings


def _docstring(thing: Callable[..., Any]) -> Iterator[str]:
    """A docstring of the house: prose, then blocks such as `Args:` with `name: words` in them."""
    for paragraph in (inspect.getdoc(thing) or "").split("\n\n"):
        for block in re.split(r"\n(?=[A-Z][a-z]+:  )", paragraph):
            head, _, rest = block.partition(":  ")
            if re.fullmatch("[A-Z][a-z]+", head):
                yield f"**{head}**\n"
                lines = re.sub(r"\n\s+(?=[\w.]+: )", "\n- ", rest.strip())
                yield "- " + re.sub(r"\n(?!- )\s*", " ", lines) + "\n"
            else:
                yield block + "\n"


def decisions() -> Iterator[str]:
    """A list of the decisions, each by its own title."""
    yield "# Decisions\n\nHalf a page for each choice that someone may ask about.\n"
    for file in sorted(DECISIONS.glob("[0-9]*.md")):
        title = file.read_text("utf-8").splitlines()[0].removeprefix("# ")
        yield f"- [{title}]({file.name})"


def _prose(cls: type) -> str:
    return " ".join((inspect.getdoc(cls) or "").split())


def _first_paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


def _type(annotation: Any) -> str:
    return str(getattr(annotation, "__name__", annotation)).replace("|", "\\|")


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        value = list(value)
    return f"`{value!r}`" if value not in ("", {}) else ""


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |\n|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "reference/command-line.md": command_line,
    "reference/configuration.md": configuration,
    "reference/json.md": json_of_a_result,
    "reference/checks.md": checks,
    "reference/python.md": python,
    "decisions/index.md": decisions,
}
