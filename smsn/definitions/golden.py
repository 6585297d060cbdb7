"""Golden definitions: what a definitions model finds in a few texts travels with it, and is looked for again when it is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from smsn.records import Definition

TEXTS = (
    "A lintel is a beam that lies over a door.",
    "The lintel is one of the oldest things in the house. We painted it last week.",
    "This beam, called a lintel, carries the wall above the door.",
)

WITHIN = 1e-3
"""How far a probability may be from the golden one: what a parser computes differs a little between machines."""


def predictions(pipe: Callable[[Iterable[tuple[str, None]]], Iterator[tuple[Definition, ...]]]) -> list[dict[str, Any]]:
    """Return what `pipe`, of a :class:`~smsn.definitions.DefinitionFinder`, finds in the golden texts."""
    found = pipe((text, None) for text in TEXTS)
    return [
        {"text": text, "definitions": [{"term": d.term, "start": d.start, "end": d.end, "probability": d.probability} for d in mine]}
        for text, mine in zip(TEXTS, found, strict=True)
    ]
