"""The text as the view model sees it: words in lower case, the two terms as marks, sentences.

Takes a text and its mentions, gives a :class:`Masked` text. What the terms are called is gone; which
words stand where is kept by character offsets. Must not import spaCy or scikit-learn.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from smsn.terms import Mention, in_lower_case

TOKEN_LIMIT = 4000  # the view of a longer text is read from its first tokens
CHARACTER_LIMIT = 200_000  # and, where tokens are very long, from its first characters
TERM = ("⟨0⟩", "⟨1⟩")  # the marks of the two terms; no tokenizer yields them

_TOKEN = re.compile(r"https?://\S+|[^\W\d_]+(?:'[^\W\d_]+)*|[^\w\s'‘`*\"“”«»]|\d+(?:[.,]\d+)*|'(?:s|re|ll|ve|d|m)\b")
"""Words, numbers, links, punctuation; quotation marks and emphasis are no tokens: "the 'tool'" reads like "the tool"."""

_QUOTATION = re.compile(r"[“\"«](?=\S)([^“”\"«»\n]{1,1000})[”\"»]|^[ \t]*>[^\n]*", re.MULTILINE)
_QUOTED_WORDS = 4  # a shorter quotation is a name or a word in inverted commas
_REMARK = re.compile(r"(?i)[\s\"”'’*_]*\(\s*(?:the |an? )?(?:noun|verb|adjective|n|v|adj)\.?\s*\)")
_NEGATED = re.compile(r"^(.+)n't$")
_IRREGULAR = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}
_ABBREVIATIONS = frozenset("vs etc e.g i.e mr mrs ms dr prof inc st no approx fig cf al".split())
_END = frozenset(".!?…")
_STOPS = _END | {")"}
_LINE = re.compile("\n")
_QUOTES = re.compile("[“\"«>]")


@dataclass(slots=True)
class Masked:
    """A tokenized text in which the two terms are marks.

    Parallel lists, one entry a token: `words` (lower case; ``TERM[i]`` for a mention of term *i*),
    `starts` and `ends` (characters), `terms` (0 or 1 for a mention, else -1),
    `quoted` (inside quotation marks or a ``>`` line). `sentences` are ``(first, last + 1, question)``.
    """

    words: list[str]
    starts: list[int]
    ends: list[int]
    terms: list[int]
    quoted: list[bool]
    sentences: list[tuple[int, int, bool]]


def mask(text: str, mentions: Sequence[Mention]) -> Masked:
    """Return `text` tokenized, with the `mentions` replaced by marks.

    Parameters
    ----------
    text : str
        Any text; only its first ``TOKEN_LIMIT`` tokens are read.
    mentions : sequence of Mention
        In the order of the text, without overlaps.

    Returns
    -------
    Masked
        Offsets are characters of `text`.
    """
    lowered = in_lower_case(text).replace("’", "'")
    out = Masked([], [], [], [], [], [])
    position = 0
    for mention in mentions:
        _tokens(lowered, position, mention.start, out)
        if len(out.words) >= TOKEN_LIMIT:
            break
        out.terms += [-1] * (len(out.words) - len(out.terms))
        out.words.append(TERM[mention.term])
        out.starts.append(mention.start)
        out.ends.append(mention.end)
        out.terms.append(mention.term)
        remark = _REMARK.match(text, mention.end) if "(" in text else None
        position = remark.end() if remark else mention.end
    if len(out.words) < TOKEN_LIMIT:
        _tokens(lowered, position, len(text), out)
    out.terms += [-1] * (len(out.words) - len(out.terms))
    _sentences(text, out)
    _quotes(text, out)
    return out


def _tokens(lowered: str, start: int, end: int, out: Masked) -> None:
    """Append the tokens of ``lowered[start:end]``; "isn't" becomes "is" and "not"."""
    words = _TOKEN.findall(lowered, start, min(end, start + CHARACTER_LIMIT))[: TOKEN_LIMIT - len(out.words)]
    base, find = len(out.words), lowered.find
    out.words += words
    for word in words:  # no separator begins like a token, so the next place is the right one
        start = find(word, start)
        out.starts.append(start)
        start += len(word)
        out.ends.append(start)
    for i in [i for i, word in enumerate(words) if "'" in word or "://" in word][::-1]:
        pieces = _pieces(words[i], out.starts[base + i])
        place = slice(base + i, base + i + 1)
        out.words[place], out.starts[place], out.ends[place] = zip(*pieces, strict=True)


def _pieces(word: str, first: int) -> tuple[tuple[str, int, int], ...]:
    """Return the tokens that one match makes, each with its characters."""
    last = first + len(word)
    if "'" in word and "://" not in word:
        negated = _NEGATED.match(word)
        if negated:
            stem = negated.group(1)
            return (_IRREGULAR.get(stem, stem), first, first + len(stem)), ("not", first + len(stem), last)
        if word.endswith("'s") and len(word) > 2:
            return (word[:-2], first, last - 2), ("'s", last - 2, last)
    return (("<url>" if "://" in word else word, first, last),)


def _sentences(text: str, out: Masked) -> None:
    """Cut the tokens into sentences: at . ! ? before a gap, and at line ends."""
    words, count = out.words, len(out.words)
    cuts = {bisect_left(out.starts, match.start()) for match in _LINE.finditer(text)} - {0, count}
    for i in [i for i, word in enumerate(words) if word in _STOPS]:
        if i + 1 == count or i + 1 in cuts:
            continue
        gap = out.ends[i] < out.starts[i + 1]
        if words[i] == ")":
            ends = gap and i > 0 and words[i - 1] in _END
        else:
            ends = (gap or words[i] == "?") and words[i + 1] not in _END and not (i and words[i] == "." and _abbreviated(words, i))
        if ends:
            cuts.add(i + 1)
    first = 0
    for last in [*sorted(cuts), count] if count else ():
        out.sentences.append((first, last, "?" in words[max(first, last - 3) : last]))
        first = last


def _abbreviated(words: list[str], i: int) -> bool:
    return words[i - 1] in _ABBREVIATIONS or (len(words[i - 1]) == 1 and words[i - 1].isalpha() and words[i - 1] not in "ia")


def _quotes(text: str, out: Masked) -> None:
    """Mark the tokens inside quotation marks that hold four words or more, and those of ``>`` lines."""
    out.quoted = [False] * len(out.words)
    if not _QUOTES.search(text):
        return
    i = 0
    for match in _QUOTATION.finditer(text):
        if match.group(1) is not None and len(match.group(1).split()) < _QUOTED_WORDS:
            continue
        while i < len(out.words) and out.starts[i] < match.start():
            i += 1
        while i < len(out.words) and out.ends[i] <= match.end():
            out.quoted[i] = True
            i += 1
