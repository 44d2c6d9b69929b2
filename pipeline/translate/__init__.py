"""From prepared segments to English: rules, memory, requests, acceptance and the retry ladder."""

from pipeline.translate.step import Engine, translate, translate_all

__all__ = ["Engine", "translate", "translate_all"]
