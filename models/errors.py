"""What can go wrong with a model; the rest of the tree is drawn in `pipeline/errors.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.base import Answer


class DuizhaoError(Exception):
    """Base of all expected errors; the command line prints it in one line and exits with 2."""


class ModelError(DuizhaoError):
    """A model is missing, damaged, or gave no usable answer."""


class RegistryError(ModelError):
    """The registry of models holds a wrong key or value, or no model of that name."""


class FetchError(ModelError):
    """The files of a model could not be had."""


class SourceTooLong(ModelError):
    """A text exceeds the limit of a model."""


class ServerError(ModelError):
    """A served model cannot be reached or answers with an error, after all retries.

    `answers` holds what had been answered (and paid for) before, by the request's position.
    """

    def __init__(self, message: str, answers: Mapping[int, Answer] | None = None) -> None:
        super().__init__(message)
        self.answers = dict(answers or {})


class SpendLimit(ServerError):
    """The tokens or the money that a served model may use up are used up."""
