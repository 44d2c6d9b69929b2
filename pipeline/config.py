"""Configuration: TOML files layered on shipped defaults, checked key by key."""

from __future__ import annotations

import difflib
import hashlib
import json
import tomllib
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import ConfigError

T = TypeVar("T")

TEMPLATES = ("memo", "table", "timeline")
WORDINGS = ("extract", "model")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadConfig:
    """`encoding` "auto" detects; limits are in bytes and characters, `max_seconds` for one document.

    `column` is the text column of CSV and JSONL, "" for the first of the usual names. `ocr` "auto"
    recognises pictures and pages without text, "never" refuses them. `targets` "keep" takes the
    translations of bilingual files as a person's, "ignore" translates anew.
    """

    encoding: str = "auto"
    column: str = ""
    ocr: str = "auto"
    targets: str = "keep"
    min_ocr_confidence: float = 0.8
    max_bytes: int = 200_000_000
    max_line_characters: int = 5_000_000
    max_unpacked_bytes: int = 500_000_000
    max_ratio: int = 200
    max_entries: int = 10_000
    max_pages: int = 2_000
    max_page_characters: int = 200_000
    max_depth: int = 200
    max_seconds: int = 120
    max_ocr_seconds: int = 3_600
    max_memory_bytes: int = 8_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareConfig:
    """Cleaning and splitting. `script` "auto" or one of t2s, tw2s, hk2s, none."""

    script: str = "auto"
    max_sentence_characters: int = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslateConfig:
    """`model` and `fallback` are entries of the registry, or URL#MODEL of a server.

    `registries` are files of further entries. `retry` False asks the model once for each text.
    """

    model: str = "qwen2.5-coder-1.5b-gov"
    fallback: str = ""
    registries: tuple[str, ...] = ()
    threads: int = 0
    batch: int = 0
    seed: int = 0
    retry: bool = True
    memory: str = ""
    glossaries: tuple[str, ...] = ("places-zh-en", "gov-zh-en")


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefConfig:
    """What the brief tells, how much of it, and in which form.

    `words` counts English words (0.7 for a Chinese character where there is no English yet), of
    headings too; 0 with `sentences` 0 is one page, and as much more as gives each section `min_points`
    unless `one_page` is set. `sentences` counts abstract and points. `focus`
    steers the choice. `template` is memo, table or timeline; `wording` "extract" quotes, "model"
    shortens. `encoder` judges what is central with the sentence encoder instead of shared characters (the
    meaning of what a model worded it judges wherever it is installed);
    `summariser` names a model of the registry, "" takes the one that translates.
    """

    sentences: int = 0
    words: int = 0
    one_page: bool = False
    focus: str = ""
    template: str = "memo"
    wording: str = "extract"
    summariser: str = ""
    abstract_sentences: int = 3
    min_points: int = 2
    max_points: int = 4
    max_figures: int = 20
    encoder: bool = False

    def __post_init__(self) -> None:
        for name, allowed in (("template", TEMPLATES), ("wording", WORDINGS)):
            if getattr(self, name) not in allowed:
                value = getattr(self, name)
                raise ConfigError(f"brief.{name} is one of {', '.join(allowed)}, not {value!r}")
        counts = ("sentences", "words", "abstract_sentences", "min_points", "max_points", "max_figures")
        for name in counts:
            if getattr(self, name) < 0:
                raise ConfigError(f"brief.{name} is a number from 0, not {getattr(self, name)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckConfig:
    """Checks to leave out, and severities that differ from the shipped ones."""

    disabled: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteConfig:
    """Formats written when none is asked for."""

    formats: tuple[str, ...] = ("md", "html", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All options of a run."""

    read: ReadConfig = field(default_factory=ReadConfig)
    prepare: PrepareConfig = field(default_factory=PrepareConfig)
    translate: TranslateConfig = field(default_factory=TranslateConfig)
    brief: BriefConfig = field(default_factory=BriefConfig)
    check: CheckConfig = field(default_factory=CheckConfig)
    write: WriteConfig = field(default_factory=WriteConfig)

    def sha256(self) -> str:
        """Identifies the options: equal configurations have equal hashes."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def load_config(*, profile: str | None = None, files: Iterable[Path] = ()) -> Config:
    """The shipped defaults, then a shipped profile, then the user's files; later ones win.

    Raises:  ConfigError: no such profile or file, not TOML, or a key or value that is not known.
    """
    root = resources.files("configs")
    config = layered(Config(), _parse((root / "default.toml").read_bytes(), "default.toml"), "default.toml")
    if profile is not None:
        shipped = sorted(p.name[:-5] for p in (root / "profiles").iterdir() if p.name.endswith(".toml"))
        if profile not in shipped:
            raise ConfigError(f"no profile {profile!r}: there are {', '.join(shipped)}")
        data = (root / "profiles" / f"{profile}.toml").read_bytes()
        config = layered(config, _parse(data, profile), f"profile {profile}")
    for file in files:
        try:
            data = Path(file).read_bytes()
        except OSError as error:
            raise ConfigError(f"cannot read configuration {file}: {error.strerror}") from error
        config = layered(config, _parse(data, str(file)), str(file))
    return config


def layered(base: T, values: Mapping[str, Any], where: str, prefix: str = "") -> T:
    """A copy of a configuration dataclass with the values of a table laid over it."""
    known = typing.get_type_hints(type(base))
    changes: dict[str, Any] = {}
    for key, value in values.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            meant = f"; did you mean {prefix}{near[0]}?" if near else f"; known are {', '.join(known)}"
            raise ConfigError(f"{where}: unknown key {prefix}{key}{meant}")
        current = getattr(base, key)
        if is_dataclass(current):
            if not isinstance(value, Mapping):
                raise ConfigError(f"{where}: {prefix}{key} is a table, not {value!r}")
            changes[key] = layered(current, value, where, f"{prefix}{key}.")
        else:
            changes[key] = _checked(value, known[key], f"{where}: {prefix}{key}")
    return replace(base, **changes)  # type: ignore[type-var]


def _checked(value: Any, expected: Any, where: str) -> Any:
    """The value if it has the declared type; lists become tuples, integers may stand for floats."""
    origin = typing.get_origin(expected)
    if origin in (typing.Union, types.UnionType):
        options = [option for option in typing.get_args(expected) if option is not type(None)]
        return _checked(value, options[0], where)
    if origin is tuple and isinstance(value, list):
        item = typing.get_args(expected)[0]
        return tuple(_checked(entry, item, where) for entry in value)
    if origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        if isinstance(value, Mapping):
            return dict(value)
    elif expected is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    elif isinstance(expected, type) and type(value) is expected:
        return value
    name = getattr(expected, "__name__", str(expected))
    raise ConfigError(f"{where} must be a {name}, not {value!r}")


def config_keys(config: Any = None, prefix: str = "") -> list[str]:
    """Every dotted key, for documentation and completion."""
    config = Config() if config is None else config
    keys: list[str] = []
    for spec in fields(config):
        value = getattr(config, spec.name)
        keys += (
            config_keys(value, f"{prefix}{spec.name}.") if is_dataclass(value) else [f"{prefix}{spec.name}"]
        )
    return keys


def _parse(data: bytes, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{where}: not UTF-8 at byte {error.start}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}: {error}") from error
