"""Selection and wording of the brief."""

from pipeline.summarise.brief import summarise

__all__ = ["summarise"]
