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
│   ├── FetchError        its files could not be had: no network, no such package, wrong checksum
│   └── SourceTooLong     a text exceeds the model's limit; it is never cut silently
└── OutputError           a result cannot be written (exit 2)

Each message is one sentence that names the file or value and what is allowed.
"""


class DuizhaoError(Exception):
    """Base of all expected errors; the command line prints it in one line and exits with 2."""


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


class ModelError(DuizhaoError):
    """A model is missing, damaged, or gave no usable answer."""


class FetchError(ModelError):
    """The files of a model could not be had."""


class SourceTooLong(ModelError):
    """A text exceeds the limit of a model."""


class OutputError(DuizhaoError):
    """A result cannot be written."""
