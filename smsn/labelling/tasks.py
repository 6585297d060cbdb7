"""What goes out: a comment that is to be labelled.

Every tool has a place for columns of the caller (``meta``, ``data``, ``metadata``, or the row itself): there the pair travels, and
all that the caller adds. Imports records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from smsn.labelling.options import Option, option_of
from smsn.records import column_name

_RESERVED = frozenset(
    "id comment_id pair pair_a pair_b text view direction also shown_by suggested probability label options accept answer "
    "annotation_id annotator data fields _view_id".split()
)
"""What means something to :func:`smsn.labelling.read` or to a tool, so that no column of the caller may be called so."""


@dataclass(frozen=True, slots=True)
class Task:
    """A comment that is to be labelled.

    Parameters
    ----------
    id : str
        Comes back with the label. Argilla keeps one record an id.
    pair : tuple of str
        The two terms.
    text : str
        The comment.
    view, direction, probability : optional
        What a model suggests, and how sure it is, in [0, 1].
    meta : mapping
        Further columns for the labeller to see. ``author`` comes back as the writer of the comment; one that is named like a
        column of smsn or of a tool goes out as ``input_<name>``.
    """

    id: str
    pair: tuple[str, str]
    text: str
    view: str | None = None
    direction: str | None = None
    probability: float | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)

    def suggested(self, options: Sequence[Option]) -> str | None:
        """Return the option that the model would choose; None if it is none of `options`."""
        found = None if self.view is None else option_of(self.view, self.direction)
        return found if any(option.id == found for option in options) else None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of `meta` under names that mean nothing else."""
        columns: dict[str, Any] = {}
        for name, value in self.meta.items():
            columns[column_name(name, columns, _RESERVED)] = value
        return columns

    @property
    def terms(self) -> dict[str, str]:
        """The pair as two columns, for tools that keep no lists."""
        return {"pair_a": self.pair[0], "pair_b": self.pair[1]}
