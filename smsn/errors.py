"""What goes wrong, as sentences for people.

Every error says what was found and where, what is needed, and what to do next. Each derives from
:class:`SmsnError` and from the builtin that a caller would expect to catch. Imports nothing of smsn.
"""

from __future__ import annotations


class SmsnError(Exception):
    """The root of all errors that smsn raises on purpose.

    ``status`` is the exit status of a command that ends with the error.
    """

    status = 2


class InputError(SmsnError, ValueError):
    """Nothing readable: a missing, empty or binary file, a page without comments, a missing column."""


class PairError(SmsnError, ValueError):
    """No usable pair of terms was given or found."""


class CorpusError(SmsnError, ValueError):
    """A labelled file breaks the corpus schema."""


class BundleError(SmsnError, ValueError):
    """A model folder is missing, damaged, of another format version, or asks to run code."""

    status = 3


class OutputError(SmsnError, OSError):
    """The output cannot be written where it was asked for."""


class WorkerError(SmsnError, OSError):
    """A process that did a part of the work is gone."""


class RowError(SmsnError, ValueError):
    """One row cannot be read; the run goes on and the row goes to the rejects file.

    Parameters
    ----------
    reason : str
        What is wrong with the row.
    raw : str
        The row as it was found.
    """

    status = 1

    def __init__(self, reason: str, raw: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.raw = raw
