"""What comes back: the answer to a task as a tool has it, and how to take it out of JSON that may hold anything.

Nothing here fails: what is wrong with an answer is found when it is checked. Imports nothing of smsn.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

CONTROL = "view"
"""Name of the question in tools that name theirs."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person said of one comment, unchecked.

    `row` is for :func:`smsn.corpus_file.parse`, all but the view; `chosen` the options, none where there is no answer.
    """

    row: Mapping[str, Any]
    chosen: Sequence[Any] = ()
    annotator: str | None = None


def row_of(columns: Mapping[str, Any], text: Any, **more: Any) -> dict[str, Any]:
    """Return the row of a labelled file that the caller's columns of an answer make, without a view.

    Parameters
    ----------
    columns : mapping
        ``comment_id`` goes before ``id``, which some tools overwrite, and ``pair`` before ``pair_a`` and ``pair_b``.
    text : object
        The comment.
    **more
        Further fields, where they are said elsewhere.
    """
    pair = columns.get("pair")
    if missing(pair):
        pair = [columns.get("pair_a"), columns.get("pair_b")]
        pair = None if all(map(missing, pair)) else pair
    named = columns.get("comment_id")
    row = {"id": columns.get("id") if missing(named) else named, "pair": pair, "author": columns.get("author"), **more}
    return {"text": text, **{name: value for name, value in row.items() if not missing(value)}}


def missing(value: Any) -> bool:
    """Return whether a value says nothing: null or a blank string."""
    return value is None or (isinstance(value, str) and not value.strip())


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object of JSON; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def several(value: Any) -> list[Any]:
    """Return a value, or those of a list, without what says nothing.

    >>> several(["synonym", ""]), several("none"), several(None)
    (['synonym'], ['none'], [])
    """
    return [one for one in (value if isinstance(value, list) else [value]) if not missing(one)]


def chosen_in(value: Any) -> list[Any]:
    """Return the options in a value: one, a list of them, an object with ``choices``, or either as JSON in a string.

    >>> chosen_in('{"choices": ["subset: tea", "none"]}')
    ['subset: tea', 'none']
    """
    if isinstance(value, str) and value.lstrip().startswith(("[", "{")):
        with suppress(ValueError, RecursionError):
            value = json.loads(value)
    found: list[Any] = []
    for one in several(value):
        found += several(one.get("choices")) if isinstance(one, dict) else [one]
    return found


def the_question(named: Mapping[str, Any]) -> Any:
    """Return what stands under `CONTROL`, or else what stands first; None if nothing does."""
    return named[CONTROL] if CONTROL in named else next(iter(named.values()), None)


def name_of(person: Any) -> str | None:
    """Return the name of an annotator, who may be a number, a string or an object with e-mail address and id."""
    if isinstance(person, dict):
        person = next((value for key in ("email", "id") if not missing(value := person.get(key))), None)
    return None if missing(person) else str(person)
