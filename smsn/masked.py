"""Texts as the models see them: words in lower case, the two terms as marks, sentences.

Takes texts and their mentions, gives :class:`Masked`: the tokens of all of them side by side. What the terms are called is gone; which words stand
where is kept by character offsets. Must not import spaCy or scikit-learn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from smsn.terms import Mention, in_lower_case
from smsn.vocabulary import ASKS, CLOSES, FULL_STOP, LINK, LOUD, Flags, Ints, Vocabulary, vocabulary

TOKEN_LIMIT = 4000  # the view of a longer text is read from its first tokens
CHARACTER_LIMIT = 200_000  # and, where tokens are very long, from its first characters
BATCH_LIMIT = 1 << 22  # characters of the texts that are read together

GAP, LETTER, DIGIT, SIGN, MARK, APOSTROPHE, OTHER = range(7)
"""Kinds of characters. Tokens are runs of letters, of digits, of a link's characters (``OTHER``), and single signs and marks; what is a gap is no token:
blanks, and quotation marks and emphasis, since "the 'tool'" reads like "the tool"."""

_KINDS = ((r"[^\W\d_]", LETTER), (r"\d", DIGIT), (r"[^\w\s‘`*\"“”«»]", SIGN))
_SUFFIXES = frozenset("s re ll ve d m".split())
_LINKS = re.compile(r"https?://\S+")
_JOINS = np.frombuffer(".,".encode("utf-32-le"), np.uint32)
_PAD = "\n"  # between texts
_REMARK = re.compile(r"(?i)[\s\"”'’*_]*\(\s*(?:the |an? )?(?:noun|verb|adjective|n|v|adj)\.?\s*\)")
_QUOTATION = re.compile(r"[“\"«](?=\S)([^“”\"«»\n]{1,1000})[”\"»]|^[ \t]*>[^\n]*", re.MULTILINE)
_QUOTED_WORDS = 4  # a shorter quotation is a name or a word in inverted commas
_QUOTES = re.compile("[“\"«>]")
_LINE = re.compile("\n")
_ENDS = (FULL_STOP, LOUD, ASKS)


_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Masked:
    """The tokens of a batch of texts, in which the two terms are marks, and the sentences that they make.

    One entry a token: `ids` (places in `vocabulary`), `starts` and `ends` (characters of its text), `terms` (0 or 1 for a mention, else -1),
    `quoted` (inside quotation marks or a ``>`` line). One entry a sentence: `first` and `last` (exclusive), `row` (its text), `question`.
    `offsets`, of shape (texts + 1,), says where the tokens of each text begin.
    """

    vocabulary: Vocabulary
    ids: Ints
    starts: Ints
    ends: Ints
    terms: Ints
    quoted: Flags
    first: Ints
    last: Ints
    row: Ints
    question: Flags
    offsets: Ints

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.offsets) - 1

    @property
    def words(self) -> list[str]:
        """The tokens as strings, ``TERM[i]`` for a mention of term *i*."""
        return [*map(self.vocabulary.strings.__getitem__, self.ids.tolist())]

    def take(self, sentences: Sequence[int]) -> Masked:
        """Return some of the sentences, each as a text of its own."""
        return self.alone(self.first[sentences], self.last[sentences], self.question[sentences])

    def alone(self, first: Ints, last: Ints, question: Flags) -> Masked:
        """Return stretches of tokens as texts of one sentence each; offsets are still those of the texts that they come from."""
        sizes = last - first
        offsets = _offsets(sizes)
        kept = np.arange(offsets[-1]) + np.repeat(first - offsets[:-1], sizes)
        said = np.flatnonzero(sizes)
        tokens = (self.ids[kept], self.starts[kept], self.ends[kept], self.terms[kept], self.quoted[kept])
        return Masked(self.vocabulary, *tokens, offsets[:-1][said], offsets[1:][said], said, question[said], offsets)


def up_to(size: int, items: Iterator[_Item], text: Callable[[_Item], str]) -> list[_Item]:
    """Return the next of some items, so many at most; fewer where their texts together are longer than ``BATCH_LIMIT`` characters."""
    found: list[_Item] = []
    left = BATCH_LIMIT
    for item in islice(items, size):
        found.append(item)
        left -= min(len(text(item)), CHARACTER_LIMIT)
        if left <= 0:
            break
    return found


def mask(texts: Sequence[tuple[str, Sequence[Mention]]]) -> Masked:
    """Return texts tokenized, with the mentions replaced by marks.

    Parameters
    ----------
    texts : sequence of (str, sequence of Mention)
        Any texts, each with mentions in the order of the text, without overlaps. Only the first ``TOKEN_LIMIT`` tokens of a text are read,
        from its first ``CHARACTER_LIMIT`` characters.

    Returns
    -------
    Masked
        What is found in a text does not depend on the other texts of the batch.
    """
    pieces, places, ends, terms, counts = _pieces(texts)
    lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
    joined = "".join(pieces)
    begins = _offsets(lengths)[:-1]
    known = vocabulary()
    start, end = _tokens(joined, begins[terms >= 0])
    words = [joined[i:j] for i, j in zip(start.tolist(), end.tolist(), strict=True)]
    if "://" in joined:
        words = [LINK if "://" in word else word for word in words]
    ids = np.fromiter(map(known.__getitem__, words), np.int64, len(words))
    piece = np.searchsorted(begins, start, side="right") - 1
    term = terms[piece]
    marks = term >= 0
    shift = places[piece] - begins[piece]
    start, end = start + shift, np.where(marks, ends[piece], end + shift)
    ids[marks] = np.array(known.marks, np.int64)[term[marks]]
    row = np.repeat(np.arange(len(texts)), counts)[piece]
    tokens = _within_limit(_split_contractions(known, _Cut(ids, start, end, term, row)), len(texts))
    offsets = np.searchsorted(tokens.row, np.arange(len(texts) + 1))
    first = np.flatnonzero(_borders(texts, known, tokens, offsets))
    last = np.append(first[1:], len(tokens.ids))[: len(first)]
    asks = np.concatenate([[0], np.cumsum(known.ending[tokens.ids] == ASKS)])
    question = asks[last] > asks[np.maximum(first, last - 3)]
    return Masked(known, *tokens[:4], _quoted(texts, tokens, offsets), first, last, tokens.row[first], question, offsets)


class _Cut(NamedTuple):
    """Tokens on their way into a :class:`Masked`, one entry each; `row` is the text of each."""

    ids: Ints
    start: Ints
    end: Ints
    term: Ints
    row: Ints


def _offsets(sizes: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])


def _pieces(texts: Sequence[tuple[str, Sequence[Mention]]]) -> tuple[list[str], Ints, Ints, Ints, Ints]:
    """Return what stands between the mentions of all texts, in lower case, and a blank for each mention.

    With it where in its text each piece begins, where a mention ends, its term (-1 for other pieces), and how many pieces each text has.
    """
    pieces: list[str] = []
    about: list[tuple[int, int, int]] = []
    counts = []
    for text, mentions in texts:
        before = len(pieces)
        lowered = in_lower_case(text[:CHARACTER_LIMIT]).replace("’", "'")
        position = 0
        for mention in mentions:
            if mention.end > len(lowered):
                break
            pieces += (lowered[position : mention.start], " ")
            about += ((position, 0, -1), (mention.start, mention.end, mention.term))
            remark = _REMARK.match(text, mention.end) if "(" in lowered else None
            position = remark.end() if remark else mention.end
        pieces += (lowered[position:], _PAD)
        about += ((position, 0, -1), (len(text), 0, -1))
        counts.append(len(pieces) - before)
    places, ends, terms = np.array(about, np.int64).reshape(-1, 3).T
    return pieces, places, ends, terms, np.array(counts, np.int64)


class _Alphabet:
    """The kind of every character, looked up when it is first met."""

    def __init__(self) -> None:
        self.kinds: NDArray[np.uint8] = np.zeros(0x110000, np.uint8)
        self.known: Flags = np.zeros(0x110000, bool)
        self.learn(range(128))
        self.kinds[ord("'")] = APOSTROPHE

    def learn(self, codes: Sequence[int] | range) -> None:
        for code in codes:
            self.kinds[code] = next((kind for pattern, kind in _KINDS if re.match(pattern, chr(code))), GAP)
            self.known[code] = True

    def __call__(self, codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
        """Return the kind of each character."""
        if len(codes) and codes.max() >= 128:
            self.learn(np.unique(codes[~self.known[codes]]).tolist())
        return self.kinds[codes]


_alphabet = _Alphabet()


def _tokens(joined: str, marks: Ints) -> tuple[Ints, Ints]:
    """Return where the tokens of a text begin and end; `marks` are the places of the marks."""
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    if not len(codes):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    kinds = np.zeros(len(codes) + 2, np.uint8)  # with a gap before and behind
    kinds[1:-1] = _alphabet(codes)
    kinds[marks + 1] = MARK
    _join(joined, codes, kinds)
    single = (kinds == SIGN) | (kinds == MARK)
    edges = np.flatnonzero((kinds[1:] != kinds[:-1]) | single[1:])  # before which character, behind the padding
    opens = kinds[edges + 1] > GAP
    start = edges[opens]
    return start, edges[1:][opens[:-1]]


def _join(joined: str, codes: NDArray[np.uint32], kinds: NDArray[np.uint8]) -> None:
    """Make one run of what is one token: ``don't``, ``'s`` behind a mark, ``3.5``, a link; `kinds` are changed."""
    place = np.flatnonzero(kinds == APOSTROPHE)
    if len(place):
        before, behind = kinds[place - 1] == LETTER, kinds[place + 1] == LETTER
        kinds[place] = np.where(before & behind, LETTER, GAP)
        for i in place[behind & ~before].tolist():  # kinds has one entry before the first character
            end = i
            while end < len(joined) and kinds[end + 1] == LETTER and end < i + 3:
                end += 1
            if joined[i:end] in _SUFFIXES and kinds[end + 1] not in (LETTER, DIGIT) and joined[end : end + 1] != "_":
                kinds[i] = LETTER
    place = np.flatnonzero(np.isin(codes, _JOINS)) + 1
    kinds[place[(kinds[place - 1] == DIGIT) & (kinds[place + 1] == DIGIT)]] = DIGIT
    if "://" in joined:
        for match in _LINKS.finditer(joined):
            if kinds[match.start()] != LETTER:
                kinds[match.start() + 1 : match.end() + 1] = OTHER


def _split_contractions(known: Vocabulary, tokens: _Cut) -> _Cut:
    """Return the tokens with contractions as two."""
    ids, start, end, term, row = tokens
    tails = known.tails[ids]
    if not (tails >= 0).any():
        return tokens
    place = np.repeat(np.arange(len(ids)), 1 + (tails >= 0))
    second = np.diff(place, prepend=-1) == 0
    between = start + known.cuts[ids]
    heads = known.heads[ids]
    start, end = np.where(second, between[place], start[place]), np.where(second | (tails[place] < 0), end[place], between[place])
    return _Cut(np.where(second, tails[place], heads[place]), start, end, term[place], row[place])


def _within_limit(tokens: _Cut, size: int) -> _Cut:
    """Return the tokens without those beyond the limit of their text."""
    sizes = np.bincount(tokens.row, minlength=size)
    if not len(tokens.ids) or sizes.max() <= TOKEN_LIMIT:
        return tokens
    kept = np.arange(len(tokens.ids)) - _offsets(sizes)[tokens.row] < TOKEN_LIMIT
    return _Cut(*(column[kept] for column in tokens))


def _borders(texts: Sequence[tuple[str, Sequence[Mention]]], known: Vocabulary, tokens: _Cut, offsets: Ints) -> Flags:
    """Return which tokens begin a sentence: those behind . ! ? before a gap, and at the beginning of a line."""
    ids, start, end, _term, row = tokens
    begins = np.zeros(len(ids), bool)
    begins[offsets[:-1][offsets[1:] > offsets[:-1]]] = True
    for i, (text, _mentions) in enumerate(texts):
        if "\n" in text:
            lines = np.searchsorted(start[offsets[i] : offsets[i + 1]], [match.start() for match in _LINE.finditer(text)])
            begins[lines[lines < offsets[i + 1] - offsets[i]] + offsets[i]] = True
    ending = known.ending[ids]
    at = np.flatnonzero(ending[:-1])
    at = at[row[at] == row[at + 1]]
    what, inner = ending[at], (at > 0) & (row[at] == row[at - 1])
    gap = end[at] < start[at + 1]
    before, behind = (np.isin(ending[place], _ENDS) for place in (at - 1, at + 1))
    short = inner & (what == FULL_STOP) & known.short[ids[at - 1]]
    ends = np.where(what == CLOSES, gap & inner & before, (gap | (what == ASKS)) & ~behind & ~short)
    begins[at[ends] + 1] = True
    return begins


def _quoted(texts: Sequence[tuple[str, Sequence[Mention]]], tokens: _Cut, offsets: Ints) -> Flags:
    """Return which tokens stand in quotation marks that hold four words or more, or in lines that begin with ``>``."""
    quoted = np.zeros(len(tokens.ids), bool)
    for i, (text, _mentions) in enumerate(texts):
        if not _QUOTES.search(text):
            continue
        mine = slice(offsets[i], offsets[i + 1])
        for match in _QUOTATION.finditer(text):
            if match.group(1) is None or len(match.group(1).split()) >= _QUOTED_WORDS:
                first, last = np.searchsorted(tokens.start[mine], match.start()), np.searchsorted(tokens.end[mine], match.end(), side="right")
                quoted[mine][first:last] = True
    return quoted
