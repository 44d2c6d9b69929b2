"""Configuration and glossary as the options of a command ask for them."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from pipeline.config import BriefConfig, Config, load_config
from pipeline.errors import UsageError
from pipeline.prepare.terms import Glossary


def configured(args: argparse.Namespace) -> Config:
    """The layered configuration, with the options of the call on top."""
    files = [Path(file) for file in getattr(args, "config", [])]
    config = load_config(profile=getattr(args, "profile", None), files=files)
    read, prepare, translate = config.read, config.prepare, config.translate
    if getattr(args, "encoding", None):
        read = replace(read, encoding=args.encoding)
    if getattr(args, "column", None):
        read = replace(read, column=args.column)
    if getattr(args, "script", None):
        prepare = replace(prepare, script=args.script)
    if getattr(args, "model", None):
        translate = replace(translate, model=args.model)
    if getattr(args, "memory", None):
        translate = replace(translate, memory=args.memory)
    if getattr(args, "glossary", None):
        translate = replace(translate, glossaries=(*translate.glossaries, *args.glossary))
    return replace(config, read=read, prepare=prepare, translate=translate, brief=_brief(args, config.brief))


def _brief(args: argparse.Namespace, brief: BriefConfig) -> BriefConfig:
    """The options of the brief; a length in one unit replaces a configured one in the other."""
    names = ("sentences", "words", "one_page", "focus", "template", "wording")
    given = {name: getattr(args, name) for name in names if getattr(args, name, None) is not None}
    for name in ("sentences", "words"):
        if given.get(name, 1) < 1:
            raise UsageError(f"--{name} is a number from 1, not {given[name]}")
    if given.keys() & {"sentences", "words"}:
        given = {"sentences": 0, "words": 0} | given
    return replace(brief, **given)


def glossary_of(config: Config) -> Glossary:
    """The configured glossaries; a later file wins over an earlier one."""
    return Glossary.load(config.translate.glossaries)
