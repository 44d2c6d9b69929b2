"""duizhao from Python: the commands of the command line as functions that return documents.

    from pipeline import brief, save

    report = brief("report.txt", glossaries=["ours.tsv"])
    for line in report.brief.points:
        print(line.en, line.segments)
    save(report, "out", formats=("md", "docx"))

A document is frozen: each function returns a new one. Weights are loaded at the first call and kept
for the next ones that ask for the same model. `pipeline.translate` and `pipeline.check` are packages,
so the functions are called `bilingual` and `prove`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from models.base import Translator
from models.encoder import load_encoder
from pipeline import runner
from pipeline.check import check
from pipeline.config import Config, TranslateConfig, load_config
from pipeline.document import Document
from pipeline.engine import engine_of, wording_of
from pipeline.errors import DecodingError, UsageError
from pipeline.prepare.terms import Glossary
from pipeline.read import read
from pipeline.read.formats import read_bytes
from pipeline.translate import Engine
from pipeline.write import prepare_folder, write
from pipeline.write.as_json import load as load_json

Watch = Callable[[str], None]


def brief(
    path: str | Path | None = None,
    *,
    text: str | None = None,
    profile: str | None = None,
    config: Config | None = None,
    model: str | None = None,
    glossaries: Sequence[str | Path] = (),
    translator: Translator | None = None,
    watch: Watch | None = None,
) -> Document:
    """Read, clean, translate, check and brief one report, as `duizhao brief` does.

    Args:    path: a file in any format that is read; or `text`, a text in memory.
             profile: a shipped set of options, such as "light"; `config` instead gives all options.
             model: a name of `duizhao models list`; or `translator`, an object of your own.
             glossaries: TSV files beside the configured ones; a later one wins.
             watch: hears the name of each step before it starts.
    Raises:  InputError, ConfigError, GlossaryError, ModelError: one sentence says what to do.
    """
    options = _options(profile, config, model, glossaries)
    return _run(_read(path, text, options), options, translator, watch, brief=True)


def bilingual(
    path: str | Path | None = None,
    *,
    text: str | None = None,
    profile: str | None = None,
    config: Config | None = None,
    model: str | None = None,
    glossaries: Sequence[str | Path] = (),
    translator: Translator | None = None,
    watch: Watch | None = None,
) -> Document:
    """The aligned and checked text without the brief, as `duizhao translate` does; see `brief`."""
    options = _options(profile, config, model, glossaries)
    return _run(_read(path, text, options), options, translator, watch, brief=False)


def inspect(
    path: str | Path | None = None,
    *,
    text: str | None = None,
    profile: str | None = None,
    config: Config | None = None,
    glossaries: Sequence[str | Path] = (),
) -> Document:
    """All that needs no model: edits, script, sections, segments, quantities, terms; see `brief`."""
    options = _options(profile, config, None, glossaries)
    return runner.prepare(_read(path, text, options), config=options, glossary=_glossary(options))


def prove(
    document: Document, *, config: Config | None = None, glossaries: Sequence[str | Path] = ()
) -> Document:
    """The document with the findings of all checks, made anew; waivers stay."""
    options = _options(None, config, None, glossaries)
    return check(document, config=options.check, glossary=_glossary(options))


def load(path: str | Path) -> Document:
    """A finished document from its `.json` file.

    Raises:  InputError: it is missing, or not a document of this version.
    """
    return load_json(Path(path))


def save(
    document: Document,
    folder: str | Path,
    *,
    formats: Sequence[str] = ("md", "html", "json"),
    stem: str = "",
) -> list[Path]:
    """Write the document as `<stem>.<format>`, by default named like its source; the files written.

    Raises:  UsageError: a format is not known or needs an extra; OutputError: nothing half-written.
    """
    if isinstance(formats, str):
        raise UsageError(f'formats is a sequence such as ("md", "json"), not {formats!r}')
    stem = stem or Path(document.source.path).stem or "text"
    return write(document, prepare_folder(Path(folder)), formats, stem=stem)


def _run(
    document: Document, config: Config, translator: Translator | None, watch: Watch | None, *, brief: bool
) -> Document:
    # What does not choose the engine is left out of the key, so that weights stay loaded.
    options = replace(config.translate, glossaries=(), seed=0)
    engine = _engine(options) if translator is None else Engine(translator)
    glossary = _glossary(config)
    encoder = load_encoder() if config.brief.encoder else None
    return runner.run(
        document,
        config=config,
        glossary=glossary,
        engine=engine,
        wording=wording_of(config, glossary, engine, encoder=encoder) if brief else None,
        encoder=encoder,
        brief=brief,
        watch=watch,
    )


def _options(
    profile: str | None, config: Config | None, model: str | None, glossaries: Sequence[str | Path]
) -> Config:
    """The options of a call: shipped or given, with model and glossaries laid over them."""
    if profile is not None and config is not None:
        raise UsageError(
            "give profile or config, not both: load_config(profile=…) makes a config of a profile"
        )
    if isinstance(glossaries, str | Path):
        raise UsageError(f"glossaries is a sequence of files, not {str(glossaries)!r}")
    config = load_config(profile=profile) if config is None else config
    options = config.translate
    named = (*options.glossaries, *(str(glossary) for glossary in glossaries))
    return replace(config, translate=replace(options, model=model or options.model, glossaries=named))


def _read(path: str | Path | None, text: str | None, config: Config) -> Document:
    if (path is None) == (text is None):
        raise UsageError("give a path or a text: brief(path) or brief(text=…)")
    if path is not None:
        return read(str(path), config=config.read)
    try:
        data = (text or "").encode()
    except UnicodeEncodeError as error:
        raise DecodingError(f"text: half of a character (a lone surrogate) at {error.start}") from error
    return read_bytes(data, "text.txt", replace(config.read, encoding="utf-8"))


@lru_cache(maxsize=1)
def _engine(options: TranslateConfig) -> Engine:
    """One engine is kept, with its weights: a second model would take the memory of the first."""
    return engine_of(options)


def _glossary(config: Config) -> Glossary:
    return Glossary.load(config.translate.glossaries)
