"""The command line: `main(argv) -> int`. Results go to stdout, everything else to stderr.

Exit codes: 0 done; 1 done, but errors remain (with --strict) or a document failed; 2 the call,
the configuration or the input is wrong. Commands are imported when called, so `--help` is quick.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

FORMATS = "md,html,docx,pdf,json,tmx,xliff,csv"
_MEMORY = "a translation memory: a file (made if absent), a folder of reviewed results, or a database URL"


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and exits with 2."""

    def error(self, message: str) -> NoReturn:
        raise SystemExit(_refuse(f"{message}{self._nearest(message)}; see `{self.prog} --help`"))

    def _nearest(self, message: str) -> str:
        words = [word.split("=")[0] for word in message.split() if word.startswith("--")]
        near = [m for w in words for m in difflib.get_close_matches(w, self._option_string_actions, n=1)]
        return f"; did you mean {near[0]}?" if near and "unrecognized" in message else ""


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = Parser(prog="duizhao", description=_DESCRIPTION, allow_abbrev=False)
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for name, module, text, define in _COMMANDS:
        sub = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        define(sub)
        sub.set_defaults(module=module)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    parser = build_parser()
    try:
        args, unknown = parser.parse_known_args(argv)
        if unknown:
            _subparser(parser, args).error(f"unrecognized arguments: {' '.join(unknown)}")
    except SystemExit as stop:
        return int(stop.code or 0)
    if args.version:
        from pipeline.version import tool_version

        print(f"duizhao {tool_version()}")
        return 0
    if args.command is None:
        parser.print_help()
        return 2
    return _call(args)


def entry() -> NoReturn:
    """The console script."""
    sys.exit(main())


def _call(args: argparse.Namespace) -> int:
    from pipeline.errors import DuizhaoError

    try:
        command = importlib.import_module(f"pipeline.commands.{args.module}")
        return int(command.main(args))
    except DuizhaoError as error:
        return _refuse(str(error))
    except BrokenPipeError:
        # The reader of our output went away (`| head`); point stdout elsewhere so that
        # the interpreter's last flush does not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("duizhao: stopped; finished documents are kept", file=sys.stderr)
        return 130


def _refuse(message: str) -> int:
    print(f"duizhao: {' '.join(message.split())}", file=sys.stderr)
    return 2


def _subparser(parser: argparse.ArgumentParser, args: argparse.Namespace) -> argparse.ArgumentParser:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) and args.command in action.choices:
            chosen: argparse.ArgumentParser = action.choices[args.command]
            return chosen
    return parser


def _inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "inputs", nargs="+", metavar="IN", help="file, folder or glob; - reads standard input"
    )


def _reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", metavar="NAME", help="a shipped set of options, such as light")
    parser.add_argument("--config", action="append", default=[], metavar="FILE", help="your options (TOML)")
    parser.add_argument(
        "--glossary", action="append", default=[], metavar="FILE", help="more terms (TSV), may be repeated"
    )
    parser.add_argument("--encoding", metavar="NAME", help="of the input; detected unless given")
    parser.add_argument(
        "--column", metavar="NAME", help="the text of a CSV or JSONL; default: one of the usual names"
    )
    parser.add_argument(
        "--script",
        choices=("auto", "t2s", "tw2s", "hk2s", "none"),
        help="script conversion; guessed unless given",
    )


def _run(parser: argparse.ArgumentParser) -> None:
    _inputs(parser)
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="folder for the results")
    parser.add_argument("--format", metavar="LIST", help=f"of {FORMATS}; default md,html,json")
    parser.add_argument("--model", metavar="NAME", help="see `duizhao models list`; or URL#MODEL")
    parser.add_argument("--memory", metavar="FILE|OUT|URL", help=_MEMORY)
    parser.add_argument("--strict", action="store_true", help="exit with 1 if errors remain")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    _reading(parser)


def _brief(parser: argparse.ArgumentParser) -> None:
    _run(parser)
    _brief_options(parser)


def _digest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "inputs", nargs="+", metavar="IN", help="reports or finished <stem>.json, folders or globs"
    )
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="folder for the results")
    parser.add_argument("--format", metavar="LIST", help="of md,html,csv,docx,json; default all but docx")
    parser.add_argument(
        "--topic",
        action="append",
        default=[],
        metavar="WORDS",
        help="a topic, may be repeated; default: found",
    )
    parser.add_argument("--topics", action="append", default=[], metavar="FILE", help="topics, one a line")
    parser.add_argument("--no-model", action="store_true", help="only translations that are finished")
    parser.add_argument("--model", metavar="NAME", help="see `duizhao models list`")
    parser.add_argument("--memory", metavar="FILE", help="a translation memory, made if absent")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    _reading(parser)


def _brief_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sentences", type=int, metavar="N", help="length of the brief")
    parser.add_argument("--words", type=int, metavar="N", help="the same in English words")
    parser.add_argument(
        "--one-page", action="store_true", default=None, help="never more; default: two points a section"
    )
    parser.add_argument("--focus", metavar="WORDS", help='what it is to be about: "编制, 人员", a question')
    parser.add_argument("--template", choices=("memo", "table", "timeline"), help="form of the brief")
    parser.add_argument(
        "--wording", choices=("extract", "model"), help="quote, or shorten where the result is proved"
    )


def _batch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "inputs", nargs="+", metavar="DIR|LIST", help="folders, lists of paths, files or globs"
    )
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="folder for the results")
    parser.add_argument("--format", metavar="LIST", help=f"of {FORMATS}; default md,html,json")
    parser.add_argument("--model", metavar="NAME", help="see `duizhao models list`; or URL#MODEL")
    parser.add_argument("--memory", metavar="FILE|OUT|URL", help=_MEMORY)
    parser.add_argument("--engine", choices=("local", "ray"), default="local")
    parser.add_argument(
        "--address", metavar="ADDRESS", help="of your Ray cluster; default: one on this machine"
    )
    parser.add_argument("--workers", type=int, metavar="N", help="default: as cores and memory allow")
    parser.add_argument("--store", metavar="URL", help="database of the job; default: a file in OUT")
    parser.add_argument("--retry-failed", action="store_true", help="try documents again that failed")
    parser.add_argument("--metrics", metavar="PORT|FILE", help="Prometheus metrics, served or written")
    parser.add_argument(
        "--batch-bytes", type=int, default=48_000, metavar="N", help="source bytes translated together"
    )
    parser.add_argument(
        "--part-bytes", type=int, default=400_000, metavar="N", help="longer texts are cut into parts"
    )
    parser.add_argument("--no-brief", action="store_true", help="translate only")
    _brief_options(parser)
    parser.add_argument("--strict", action="store_true", help="exit with 1 if errors remain")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    _reading(parser)


def _jobs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "show", "cancel", "report"))
    parser.add_argument("where", metavar="OUT|URL", help="folder of the results, or the URL given as --store")
    parser.add_argument(
        "job", nargs="?", metavar="JOB", help="its name or how that begins; default: the last"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="of the report")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _inspect(parser: argparse.ArgumentParser) -> None:
    _inputs(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    _reading(parser)


def _check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "inputs",
        nargs="+",
        metavar="FILE",
        help="finished documents (JSON), or XLIFF, TMX, CSV with both sides",
    )
    parser.add_argument("--format", choices=("text", "json", "html", "sarif"), default="text")
    parser.add_argument("--waivers", metavar="FILE", help="accepted findings and why")
    parser.add_argument(
        "--waive",
        action="append",
        default=[],
        metavar="CHECK:SEGMENT",
        help="accept a finding, such as number:s12",
    )
    parser.add_argument("--reason", metavar="TEXT", help="why it is accepted")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if errors remain")
    parser.add_argument("--profile", metavar="NAME", help=argparse.SUPPRESS)
    parser.add_argument("--config", action="append", default=[], metavar="FILE", help="your options (TOML)")
    parser.add_argument("--glossary", action="append", default=[], metavar="FILE", help="more terms (TSV)")


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("inputs", nargs="+", metavar="FILE.json", help="finished documents")
    parser.add_argument("--to", required=True, metavar="FORMAT", help=f"of {FORMATS}, several with commas")
    parser.add_argument("-o", "--output", metavar="OUT", help="folder; default: beside the file")


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", metavar="DOC.json", help="the finished document")
    parser.add_argument(
        "reviewed", nargs="+", metavar="REVIEWED", help="DOCX, XLIFF, TMX or CSV made of it and edited"
    )
    parser.add_argument(
        "-o", "--output", metavar="OUT", help="folder; default: beside DOC.json, replacing it"
    )
    parser.add_argument("--format", metavar="LIST", help=f"of {FORMATS}; default json")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, write nothing")
    parser.add_argument(
        "--prefer",
        choices=("document", "file"),
        default="document",
        help="whose translation stands where both were changed; the other is kept beside it",
    )
    parser.add_argument(
        "--state",
        choices=("initial", "translated", "reviewed", "final"),
        default="initial",
        help="what the translations of the files become at least: reviewed, when all of them were read",
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 if errors or conflicts remain")
    parser.add_argument("--encoding", metavar="NAME", help="of a CSV; detected unless given")
    parser.add_argument("--profile", metavar="NAME", help="a shipped set of options, such as light")
    parser.add_argument("--config", action="append", default=[], metavar="FILE", help="your options (TOML)")
    parser.add_argument("--glossary", action="append", default=[], metavar="FILE", help="more terms (TSV)")


def _review(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("where", metavar="OUT|URL", help="a folder of results, or the URL of a database")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on; any but loopback needs a token"
    )
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--token", metavar="WORDS", help="for the login; made and printed unless given")
    parser.add_argument("--store", metavar="URL", help="database for the reviews; default: a file in OUT")
    parser.add_argument("--profile", metavar="NAME", help="a shipped set of options, such as light")
    parser.add_argument("--config", action="append", default=[], metavar="FILE", help="your options (TOML)")
    parser.add_argument("--glossary", action="append", default=[], metavar="FILE", help="more terms (TSV)")


def _align(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("zh", metavar="ZH", help="the Chinese text, in any input format")
    parser.add_argument("en", metavar="EN", help="its English translation, in any input format")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="folder for the results")
    parser.add_argument("--format", metavar="LIST", help=f"of {FORMATS}; default md,html,json")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if errors remain")
    _reading(parser)


def _models(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "fetch", "verify", "bench"))
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: the configured model")
    parser.add_argument(
        "--keep", action="store_true", help="fetch: keep the published files, for other models made of them"
    )
    parser.add_argument("--config", action="append", default=[], metavar="FILE", help="your options (TOML)")
    parser.add_argument("--profile", metavar="NAME", help="a shipped set of options, such as light")


def _glossary(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("check",))
    parser.add_argument("inputs", nargs="+", metavar="FILE", help="glossaries (TSV)")


def _eval(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "set", metavar="SET", help="a folder with source, reference and recorded systems; or a TSV"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="only N lines")
    parser.add_argument("--sample", type=int, metavar="SEED", help="draw them with this seed")
    parser.add_argument(
        "--model",
        dest="models",
        action="append",
        metavar="NAME",
        help="see `duizhao models list`; or URL#MODEL; several are compared in one table",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    _reading(parser)


def _completion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"))


def _schema(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "of", nargs="?", choices=("document", "digest"), default="document",
        help="document: <stem>.json (default); digest: digest.json",
    )  # fmt: skip


def _none(parser: argparse.ArgumentParser) -> None:
    """A command without arguments."""


_DESCRIPTION = (
    "Chinese reports in, aligned bilingual texts and English briefs out, proved against their source."
)
_COMMANDS = (
    ("brief", "run", "translate, check and brief reports", _brief),
    ("translate", "run", "the same without the brief", _run),
    ("batch", "batch", "the same for folders of documents, resumable at any point", _batch),
    ("digest", "digest", "compare reports by topic in one bilingual table, each cell proved", _digest),
    ("jobs", "jobs", "list, show or cancel batches, or report on one", _jobs),
    ("inspect", "inspect", "all that needs no model: script, edits, outline, quantities, terms", _inspect),
    ("check", "check", "prove finished documents again", _check),
    ("export", "export", "write finished documents in other formats", _export),
    ("import", "import_", "take reviewed DOCX, XLIFF, TMX or CSV back into the document", _import),
    ("align", "align", "align an existing translation, then check it like our own", _align),
    ("review", "review", "read, correct and approve results in a browser", _review),
    ("models", "models", "list, fetch, verify or time models", _models),
    ("glossary", "glossary", "check glossaries", _glossary),
    ("eval", "eval", "score a model on a set with references", _eval),
    ("schema", "schema", "print the JSON Schema of a result", _schema),
    ("doctor", "doctor", "explain what is missing in this set-up", _none),
    ("completion", "completion", "print what makes your shell complete this command", _completion),
)


if __name__ == "__main__":
    entry()
