"""The things that travel: a comment in, a record out; and the views that one can hold.

All are frozen dataclasses. Offsets are characters of the caller's own text, end exclusive, so that
``text[start:end]`` is the quoted span. Imports nothing of smsn, spaCy or scikit-learn.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

VIEWS = ("synonym", "subset", "tool-use", "enables", "complement", "distinct", "none")

DIRECTED = ("subset", "tool-use", "enables")
"""The views that point to one of the two terms: the larger one, the tool, the enabler."""

SILENT = "none"
"""The view of a comment that holds none."""


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment as a reader found it.

    Parameters
    ----------
    id : str, int, float or None
        Identifier; value and JSON type are kept as they came.
    text : str
        What the person wrote, without the boilerplate around it.
    author : str, optional
        Name as shown in the source.
    parent : str or int, optional
        `id` of the comment that this one answers.
    source : str, optional
        Where it was read, such as ``"page.txt:17"``.
    pair : tuple of str, optional
        The two terms of this very comment; goes before the pair of the call.
    thread : str, optional
        Key of the thread that it belongs to.
    date : str, optional
        Date as shown in the source.
    kind : {"comment", "article"}
        An article's own body is never mixed into the comments unless asked for.
    extra : mapping
        The user's other columns, passed through.
    """

    id: str | int | float | None
    text: str
    author: str | None = None
    parent: str | int | None = None
    source: str | None = None
    pair: tuple[str, str] | None = None
    thread: str | None = None
    date: str | None = None
    kind: str = "comment"
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that could not be read, kept with its place and the reason."""

    source: str
    line: int | None
    reason: str
    raw: str

    def to_dict(self) -> dict[str, Any]:
        """Return the reject as a JSON-ready dict."""
        return {"source": self.source, "line": self.line, "reason": self.reason, "raw": self.raw}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of the text and its share in the uncalibrated score of the chosen view."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition of one term.

    Parameters
    ----------
    term : str
        The definiendum, in the spelling of the pair (or of the text, where no pair is given).
    start, end : int
        The defining sentence, in characters.
    term_span, definiens_span : tuple of int
        ``(start, end)`` of the words that stand for the term, and of the words that define it.
    genus : str or None
        Head noun of the class that the term is put in; None where there is none.
    genus_all : tuple of str
        All coordinated heads ("a tool and a habit").
    kind : str
        genus, purpose, relational, synonym, example, contrast or metaphor.
    rule : str
        Name of the rule that proposed it.
    probability : float
        Probability in [0, 1] that a reader would accept it as a definition.
    """

    term: str
    start: int
    end: int
    term_span: tuple[int, int]
    definiens_span: tuple[int, int]
    genus: str | None
    kind: str
    rule: str
    probability: float
    genus_all: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the definition as a JSON-ready dict, keys in the order of the record schema."""
        return {
            "term": self.term,
            "start": self.start,
            "end": self.end,
            "term_span": list(self.term_span),
            "definiens_span": list(self.definiens_span),
            "genus": self.genus,
            "genus_all": list(self.genus_all),
            "kind": self.kind,
            "rule": self.rule,
            "probability": round(self.probability, 6),
        }


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that smsn found in one comment: the view, its evidence, the definitions.

    ``views`` maps every label of the bundle to a calibrated probability and sums to 1. ``direction``
    is one of the two terms, or None where the view has no direction or the terms tie exactly.
    """

    id: str | int | float | None
    author: str | None
    parent: str | int | None
    thread: str | None
    text: str
    pair: tuple[str, str]
    view: str
    direction: str | None
    probability: float
    confident: bool
    views: Mapping[str, float]
    evidence: tuple[Evidence, ...]
    definitions: tuple[Definition, ...]
    definitions_run: bool
    model: str
    smsn: str
    kind: str = "comment"
    extra: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as a JSON-ready dict, keys in schema order.

        The user's own columns follow; one that is named like a field of the record comes back as
        ``input_<name>``.
        """
        out: dict[str, Any] = {
            "id": self.id,
            "author": self.author,
            "parent": self.parent,
            "thread": self.thread,
            "text": self.text,
            "pair": list(self.pair),
            "view": self.view,
            "direction": self.direction,
            "probability": self.probability,
            "confident": self.confident,
            "views": dict(self.views),
            "evidence": [{"start": e.start, "end": e.end, "weight": e.weight} for e in self.evidence],
            "definitions": [d.to_dict() for d in self.definitions],
            "definitions_run": self.definitions_run,
            "kind": self.kind,
            "model": self.model,
            "smsn": self.smsn,
        }
        return _with_columns(out, self.extra, RECORD_FIELDS)


@dataclass(frozen=True, slots=True)
class DefinitionRecord:
    """The definitions of one row, where only definitions are looked for.

    `profile` says how strictly they were chosen, `model` which bundle scored them.
    """

    id: str | int | float | None
    author: str | None
    parent: str | int | None
    thread: str | None
    text: str
    definitions: tuple[Definition, ...]
    profile: str
    model: str
    smsn: str
    extra: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as a JSON-ready dict, keys in schema order, the user's own columns behind them."""
        out: dict[str, Any] = {
            "id": self.id,
            "author": self.author,
            "parent": self.parent,
            "thread": self.thread,
            "text": self.text,
            "definitions": [d.to_dict() for d in self.definitions],
            "profile": self.profile,
            "model": self.model,
            "smsn": self.smsn,
        }
        return _with_columns(out, self.extra, DEFINITION_RECORD_FIELDS)


def _with_columns(out: dict[str, Any], extra: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """Return a record with the user's columns behind its fields; one named like a field is ``input_<name>``."""
    for name, value in extra.items():
        out[column_name(name, out, fields)] = value
    return out


def column_name(name: str, taken: Collection[str], fields: Collection[str] = ()) -> str:
    """Return what a column of the user's is called beside those that are there: ``input_<name>`` if it is named like one."""
    while name in taken or name in fields:
        name = f"input_{name}"
    return name


RECORD_FIELDS = (
    "id", "author", "parent", "thread", "text", "pair", "view", "direction", "probability", "confident", "views",
    "evidence", "definitions", "definitions_run", "kind", "model", "smsn",
)  # fmt: skip

DEFINITION_RECORD_FIELDS = ("id", "author", "parent", "thread", "text", "definitions", "profile", "model", "smsn")
