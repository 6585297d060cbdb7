"""From a text to sentences, and from a sentence to words for the parser.

Takes a text, gives :class:`Sentence` objects, whose features need no parse; :func:`worded` cuts one as spaCy would, with a stand-in
for each mention of a term that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from smsn.definitions.parsing import parser
from smsn.definitions.wordlists import UNREAD
from smsn.masked import Masked, mask
from smsn.terms import Mention

LONGEST = 2000
"""Characters of the longest sentence that is parsed; a longer one is no sentence."""

_STAND_IN = "software"
"""What the parser reads in place of a term: a plain noun, so that no term is misread as a verb."""

_UNREAD = frozenset(UNREAD)
_REMARK = re.compile(r"(?i)\s*\(\s*(?:the |an? )?(?:noun|verb|adjective|n|v|adj)\.?\s*\)")
"""A remark on the part of speech behind a term; the parser is not shown it either."""

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text: its characters, and its place among those of the batch."""

    start: int
    end: int
    place: int


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a sentence for the parser, where they stand in the text, and which of them stand in for which term."""

    words: list[str]
    spaces: list[bool]
    places: list[tuple[int, int]]
    mentions: list[tuple[int, str]]


def cut(texts: Sequence[tuple[str, Sequence[tuple[int, int, str]]]]) -> tuple[list[list[Sentence]], Masked]:
    """Return the sentences of each text that are not too long to be one, and the words of all of them, each sentence as a text of its own.

    Parameters
    ----------
    texts : sequence of (str, mentions)
        Each text with the mentions ``(start, end, term)`` of what is asked for: a remark behind one ("UX (n.)") ends no sentence.
    """
    masked = mask([(text, ()) for text, _mentions in texts])
    first, last, row, question = masked.first, masked.last, masked.row, masked.question
    for i, (text, mentions) in enumerate(texts):
        if mentions and "(" in text:
            marked = mask([(text, [Mention(start, end, 0, "literal") for start, end, _term in mentions])])
            mine = slice(masked.offsets[i], masked.offsets[i + 1])
            edges = masked.offsets[i] + np.searchsorted(masked.starts[mine], marked.starts[marked.first])
            others = row != i
            first = np.concatenate([first[others], edges])
            last = np.concatenate([last[others], edges[1:], masked.offsets[i + 1 : i + 2]])
            row = np.concatenate([row[others], np.full(len(edges), i)])
            question = np.concatenate([question[others], marked.question])
    order = np.flatnonzero(last > first)
    order = order[np.argsort(first[order])]
    order = order[masked.ends[last[order] - 1] - masked.starts[first[order]] <= LONGEST]
    found: list[list[Sentence]] = [[] for _ in texts]
    columns = (row[order], masked.starts[first[order]], masked.ends[last[order] - 1])
    for place, (i, start, end) in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        found[i].append(Sentence(start, end, place))
    return found, masked.alone(first[order], last[order], question[order])


def worded(text: str, start: int, end: int, mentions: Sequence[tuple[int, int, str]] = ()) -> Words:
    """Return the words of ``text[start:end]`` as spaCy would cut them, each mention ``(start, end, term)`` as one stand-in."""
    out = Words([], [], [], [])
    position = start
    for first, last, term in mentions:
        _cut(text, position, first, out)
        out.mentions.append((len(out.words), term))
        out.words.append(_STAND_IN if text[first].islower() else _STAND_IN.capitalize())
        out.places.append((first, last))
        out.spaces.append(last < end and text[last].isspace())
        position = last
        remark = _REMARK.match(text, position, end)
        position = remark.end() if remark else position
    _cut(text, position, end, out)
    return out


def _cut(text: str, start: int, end: int, out: Words) -> None:
    piece = readable(text[start:end])
    if not piece:
        return
    for word, at in [(token.text, token.idx) for token in parser().tokenizer(piece)]:
        if word in _UNREAD or word.isspace():
            continue
        first, after = start + at, start + at + len(word)
        if len(word) == 2 and word[1] == "." and after == end:  # "… if every node is reached from A."
            out.words.append(word[0])
            out.places.append((first, after - 1))
            out.spaces.append(False)
            word, first = word[1], after - 1
        out.words.append(word)
        out.places.append((first, after))
        out.spaces.append(after < len(text) and text[after].isspace())


def tokens_of(words: Words, start: int, end: int) -> tuple[int, int] | None:
    """Return the words ``(first, last + 1)`` that hold the characters ``start:end`` of the text; None if there are none."""
    inside = [i for i, (first, last) in enumerate(words.places) if first < end and start < last]
    return (inside[0], inside[-1] + 1) if inside else None


def readable(text: str) -> str:
    """Return `text` with the replacement character for each lone surrogate, which spaCy refuses; the length stays."""
    return _SURROGATE.sub("\ufffd", text)
