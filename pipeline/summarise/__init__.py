"""Selection and wording of the brief."""

from pipeline.summarise.brief import summarise
from pipeline.summarise.wording import Wording

__all__ = ["Wording", "summarise"]
