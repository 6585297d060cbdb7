"""smsn reads what people think two terms have to do with each other.

>>> import smsn
>>> analyzer = smsn.load()
>>> analyzer("A wiki is a kind of website.", pair=("wiki", "website")).view
'subset'

The names below are loaded on first use; importing smsn loads neither spaCy nor scikit-learn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smsn.version import __version__ as __version__

if TYPE_CHECKING:
    from smsn.analyzer import load as load
    from smsn.evaluation import evaluate as evaluate
    from smsn.promotion import promote as promote
    from smsn.records import Comment as Comment
    from smsn.records import Record as Record
    from smsn.suggestion import suggest as suggest
    from smsn.terms import Pair as Pair
    from smsn.training import train as train

_HOMES = {
    "load": "smsn.analyzer",
    "Pair": "smsn.terms",
    "Comment": "smsn.records",
    "Record": "smsn.records",
    "train": "smsn.training",
    "evaluate": "smsn.evaluation",
    "suggest": "smsn.suggestion",
    "promote": "smsn.promotion",
}

__all__ = ["Comment", "Pair", "Record", "evaluate", "load", "promote", "suggest", "train"]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'smsn' has no attribute {name!r}; its names are: {', '.join(__all__)}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return [*__all__, "__version__"]
