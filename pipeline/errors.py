"""Every error that duizhao raises on purpose.

DuizhaoError
├── UsageError            the call is wrong: option, folder, format (exit 2)
│   └── ConfigError       a configuration file or key is wrong
├── InputError            a document cannot be read (exit 2)
│   ├── DecodingError     bytes are not text in the encoding that was asked for or found
│   ├── EmptyInput        nothing to translate
│   └── LimitExceeded     the input passes a limit; the message names it
├── GlossaryError         a glossary file or line is wrong (exit 2)
├── ModelError            a model is missing, damaged, or gave no usable answer (exit 2)
│   ├── RegistryError     the registry of models has a wrong key or value, or no such model
│   ├── FetchError        its files could not be had: no network, no such package, wrong checksum
│   ├── SourceTooLong     a text exceeds the model's limit; it is never cut silently
│   └── ServerError       a served model cannot be reached or answers with an error
│       └── SpendLimit    the tokens or the money that it may use up are used up
└── OutputError           a result cannot be written (exit 2)

Each message is one sentence that names the file or value and what is allowed. The errors of
models are defined in `models/errors.py`, which may not import from here.
"""

from models.errors import (
    DuizhaoError,
    FetchError,
    ModelError,
    RegistryError,
    ServerError,
    SourceTooLong,
    SpendLimit,
)

__all__ = [
    "ConfigError",
    "DecodingError",
    "DuizhaoError",
    "EmptyInput",
    "FetchError",
    "GlossaryError",
    "InputError",
    "LimitExceeded",
    "ModelError",
    "OutputError",
    "RegistryError",
    "ServerError",
    "SourceTooLong",
    "SpendLimit",
    "UsageError",
]


class UsageError(DuizhaoError):
    """The call is wrong."""


class ConfigError(UsageError):
    """A configuration file or key is wrong."""


class InputError(DuizhaoError):
    """A document cannot be read."""


class DecodingError(InputError):
    """Bytes are not text in the encoding that was asked for or found."""


class EmptyInput(InputError):
    """The input holds nothing to translate."""


class LimitExceeded(InputError):
    """The input passes a limit of the configuration."""


class GlossaryError(DuizhaoError):
    """A glossary file or line is wrong."""


class OutputError(DuizhaoError):
    """A result cannot be written."""
