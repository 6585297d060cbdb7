"""From a text to sentences, and from a sentence to words for the parser.

Takes a text, gives :class:`Sentence` objects, whose features need no parse; :func:`worded` cuts one as spaCy would, with a stand-in
for each mention of a term that is asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from smsn.definitions.parsing import parser
from smsn.masked import Masked, mask
from smsn.terms import Mention

LONGEST = 2000
"""Characters of the longest sentence that is parsed; a longer one is no sentence."""

_STAND_IN = "software"
"""What the parser reads in place of a term: a plain noun, so that no term is misread as a verb."""

_UNREAD = frozenset("\"“”'‘’`*_")
"""Quotation marks and emphasis: they mislead the parser, so it is not shown them."""

_REMARK = re.compile(r"(?i)\s*\(\s*(?:the |an? )?(?:noun|verb|adjective|n|v|adj)\.?\s*\)")
"""A remark on the part of speech behind a term; the parser is not shown it either."""

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text: its characters, and its words as :func:`smsn.features.extract` takes them."""

    start: int
    end: int
    masked: Masked


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a sentence for the parser, where they stand in the text, and which of them stand in for which term."""

    words: list[str]
    spaces: list[bool]
    places: list[tuple[int, int]]
    mentions: list[tuple[int, str]]


def cut(text: str, mentions: Sequence[tuple[int, int, str]] = ()) -> list[Sentence]:
    """Return the sentences of a text that are not too long to be one; a remark behind a mention ("UX (n.)") ends none."""
    masked = mask(text, ())
    borders = masked.sentences
    if mentions and "(" in text:
        marked = mask(text, [Mention(start, end, 0, "literal") for start, end, _term in mentions])
        starts = [marked.starts[first] for first, _last, _question in marked.sentences]
        edges = [bisect_left(masked.starts, start) for start in starts]
        asked = [question for *_, question in marked.sentences]
        borders = list(zip(edges, [*edges[1:], len(masked.words)], asked, strict=True))
    found = []
    for first, last, question in borders:
        if first == last:
            continue
        start, end = masked.starts[first], masked.ends[last - 1]
        if end - start <= LONGEST:
            starts, ends, quoted = masked.starts[first:last], masked.ends[first:last], masked.quoted[first:last]
            alone = Masked(masked.words[first:last], starts, ends, [-1] * (last - first), quoted, [(0, last - first, question)])
            found.append(Sentence(start, end, alone))
    return found


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
    for token in parser().tokenizer(piece):
        if token.is_space or token.text in _UNREAD:
            continue
        first, after = start + token.idx, start + token.idx + len(token)
        if len(token) == 2 and token.text[1] == "." and after == end:  # "… if every node is reached from A."
            out.words.append(token.text[0])
            out.places.append((first, after - 1))
            out.spaces.append(False)
            first = after - 1
        out.words.append(readable(text[first:after]))
        out.places.append((first, after))
        out.spaces.append(after < len(text) and text[after].isspace())


def tokens_of(words: Words, start: int, end: int) -> tuple[int, int] | None:
    """Return the words ``(first, last + 1)`` that hold the characters ``start:end`` of the text; None if there are none."""
    inside = [i for i, (first, last) in enumerate(words.places) if first < end and start < last]
    return (inside[0], inside[-1] + 1) if inside else None


def readable(text: str) -> str:
    """Return `text` with the replacement character for each lone surrogate, which spaCy refuses; the length stays."""
    return _SURROGATE.sub("\ufffd", text)
