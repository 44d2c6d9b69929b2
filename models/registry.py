"""The registry: which models there are, where their files come from, and how each is asked.

The shipped entries stand in `configs/models.toml`; a user's file (`DUIZHAO_MODELS`, or the
argument) adds entries or replaces whole ones.
"""

from __future__ import annotations

import difflib
import hashlib
import importlib.util
import os
import re
import tomllib
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeVar

from models.base import Decoding, Limits
from models.errors import RegistryError

T = TypeVar("T")

Kind = Literal["causal", "seq2seq", "served"]
Engine = Literal["openvino", "ctranslate2", "transformers", "openai"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSource:
    """A file cut into parts that are shipped as packages of the package registry.

    `package` and `member` are templates of the part's number `n` (from 1); `sha256` has one
    checksum a part, in order.
    """

    package: str
    version: str
    member: str
    sha256: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSource:
    """Files of a repository on a model hub. Where `sha256` is empty the hub's own word is taken."""

    repo: str
    files: tuple[str, ...]
    revision: str = "main"
    sha256: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An OpenAI-compatible server. Prices are for a million pieces; 0 as a limit means none.

    `limit_key` is what the server calls the bound on an answer's length; `logprobs` asks it for
    scores; `body` holds further keys of each call, such as those that switch off a reasoning mode.
    """

    url: str
    model: str
    key_env: str = ""
    timeout_s: float = 120.0
    connect_timeout_s: float = 10.0
    retries: int = 5
    concurrency: int = 4
    price_source: float = 0.0
    price_target: float = 0.0
    max_pieces: int = 0
    max_cost: float = 0.0
    limit_key: str = "max_tokens"
    logprobs: bool = False
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One model of the registry.

    `sha256` and `bytes` are of the file put together from its parts (`file` is its name); `adapter`
    is a folder of changes to the weights, merged into them when they are converted.
    `languages` are what a user reads, `language_tokens` what the model's tokenizer wants.
    """

    kind: Kind
    engine: Engine
    title: str = ""
    licence: str = ""
    languages: tuple[str, ...] = ("zh", "en")
    language_tokens: tuple[str, ...] = ()
    file: str = ""
    sha256: str = ""
    bytes: int = 0
    adapter: str = ""
    compute_type: str = "int8"
    device: str = "cpu"
    prompt: str = ""
    chat: str = "chatml"
    batch: int = 16
    limits: Limits = field(default_factory=lambda: Limits(max_source_pieces=1024, max_target_pieces=1024))
    decoding: Decoding = field(default_factory=Decoding)
    packages: tuple[PackageSource, ...] = ()
    hub: tuple[HubSource, ...] = ()
    server: Server | None = None

    def search(self, decoding: Decoding | None) -> Decoding:
        """The search to use: the entry's own where none is asked for, and never a narrower beam."""
        if decoding is None:
            return self.decoding
        return replace(decoding, beam=max(decoding.beam, self.decoding.beam))

    def revision(self) -> str:
        """Names the weights: equal revisions have equal weights before conversion."""
        if self.adapter:
            from models.adapter import adapter_revision

            return f"{replace(self, adapter='').revision()}+{adapter_revision(self.adapter)}"
        if self.sha256:
            return self.sha256[:12]
        text = repr((self.hub, self.server and (self.server.url, self.server.model)))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def load_registry(files: Iterable[str | Path] = ()) -> dict[str, Entry]:
    """Shipped entries, then those of `DUIZHAO_MODELS`, then of `files`; later ones replace earlier.

    Raises:  RegistryError: no such file, not TOML, or a key or value that is not known.
    """
    shipped = (resources.files("configs") / "models.toml").read_bytes()
    registry = parse_registry(shipped, "models.toml")
    named = os.environ.get("DUIZHAO_MODELS", "")
    for file in [*(Path(part) for part in named.split(os.pathsep) if part), *files]:
        try:
            data = Path(file).read_bytes()
        except OSError as error:
            raise RegistryError(f"cannot read the model registry {file}: {error.strerror}") from error
        registry |= parse_registry(data, str(file), registry)
    return {name: _with_engine(entry) for name, entry in registry.items()}


def _with_engine(entry: Entry) -> Entry:
    """CTranslate2 takes the place of OpenVINO on platforms for which that has no wheels."""
    if entry.engine == "openvino" and importlib.util.find_spec("openvino_genai") is None:
        return replace(entry, engine="ctranslate2")
    return entry


def parse_registry(data: bytes, where: str, known: Mapping[str, Entry] | None = None) -> dict[str, Entry]:
    """The entries of one registry file.

    Args:  known: entries of files before it, which its own may name as their `base`.
    """
    try:
        tables = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RegistryError(f"{where}: {error}") from error
    for key in tables.keys() - {"models"}:
        raise RegistryError(f"{where}: unknown key {key}; entries are tables such as [models.NAME]")
    entries = tables.get("models", {})
    if not isinstance(entries, Mapping):
        raise RegistryError(f"{where}: models is a table of entries, not {entries!r}")
    found: dict[str, Entry] = {}
    for name, table in entries.items():
        found[name] = _checked_entry(name, table, where, {**(known or {}), **found})
    return found


def find_entry(name: str, registry: Mapping[str, Entry]) -> Entry:
    """The entry of that name; of URL#MODEL, one for that model behind that server.

    Raises:  RegistryError: there is none; the message names the nearest.
    """
    if name in registry:
        return registry[name]
    if "://" in name:
        return _at_server(name, registry)
    near = difflib.get_close_matches(name, registry, n=1)
    meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(registry)}"
    raise RegistryError(f"no model {name!r} in the registry: {meant}")


def _at_server(name: str, registry: Mapping[str, Entry]) -> Entry:
    """The template `openai` with the address and the model of URL#MODEL."""
    url, _, model = name.partition("#")
    template = registry["openai"]
    if not re.match(r"https?://[^/]", url) or not model or template.server is None:
        raise RegistryError(
            f"model {name!r}: a served model is URL#MODEL, such as http://127.0.0.1:8000/v1#qwen3"
        )
    return replace(template, server=replace(template.server, url=url.rstrip("/"), model=model))


def _checked_entry(name: str, table: Any, where: str, known: Mapping[str, Entry]) -> Entry:
    """An entry whose parts agree with each other."""
    place = f"{where}: models.{name}"
    based = isinstance(table, Mapping) and "base" in table
    entry = _on_base(table, place, known) if based else from_table(Entry, table, place)
    wrong = ""
    if (entry.kind == "served") != (entry.engine == "openai"):
        wrong = 'kind "served" and engine "openai" go together'
    elif entry.kind == "served" and entry.server is None:
        wrong = "a served model needs a table server"
    elif entry.kind == "causal" and not entry.prompt:
        wrong = "a causal model needs a prompt"
    elif entry.packages and not (entry.file and entry.sha256):
        wrong = "packages need file and sha256 of what they are put together to"
    elif entry.adapter and (entry.kind != "causal" or not entry.file.endswith(".gguf")):
        wrong = "an adapter is merged into the GGUF file of a causal model (kind, file)"
    if wrong:
        raise RegistryError(f"{where}: models.{name}: {wrong}")
    return entry


def _on_base(table: Mapping[str, Any], place: str, known: Mapping[str, Entry]) -> Entry:
    """Another entry with the keys of this table in the place of its own."""
    own = {key: value for key, value in table.items() if key != "base"}
    if not isinstance(table["base"], str) or table["base"] not in known:
        raise RegistryError(f"{place}: no entry {table['base']!r} before it to be its base")
    base = known[table["base"]]
    given = from_table(Entry, {"kind": base.kind, "engine": base.engine, **own}, place)
    return replace(base, **{key: getattr(given, key) for key in own})


def from_table(cls: type[T], table: Any, where: str) -> T:
    """A dataclass from a TOML table, key by key.

    Raises:  RegistryError: an unknown or missing key, or a value of another type.
    """
    if not isinstance(table, Mapping):
        raise RegistryError(f"{where} is a table, not {table!r}")
    known = typing.get_type_hints(cls)
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            meant = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise RegistryError(f"{where}: unknown key {key}; {meant}")
    for spec in fields(cls):  # type: ignore[arg-type]
        if spec.name not in table and spec.default is MISSING and spec.default_factory is MISSING:
            raise RegistryError(f"{where}: key {spec.name} is missing")
    return cls(**{key: _value(value, known[key], f"{where}.{key}") for key, value in table.items()})


def _value(value: Any, expected: Any, where: str) -> Any:
    """The value if it has the declared type: lists become tuples, tables dataclasses."""
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if origin in (typing.Union, types.UnionType):
        return _value(value, next(a for a in arguments if a is not type(None)), where)
    if origin is tuple and isinstance(value, list):
        return tuple(_value(item, arguments[0], where) for item in value)
    if origin is Mapping and isinstance(value, Mapping):
        return dict(value)
    if origin is Literal:
        if value in arguments:
            return value
        raise RegistryError(f"{where} is one of {', '.join(map(str, arguments))}, not {value!r}")
    if is_dataclass(expected) and isinstance(expected, type):
        return from_table(expected, value, where)
    if expected is float and type(value) is int:
        return float(value)
    if isinstance(expected, type) and type(value) is expected:
        return value
    raise RegistryError(f"{where} must be a {getattr(expected, '__name__', expected)}, not {value!r}")
