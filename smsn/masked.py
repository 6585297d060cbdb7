"""The text as the view model sees it: words in lower case, the two terms as marks, sentences.

Takes a text and its mentions, gives a :class:`Masked` text. What the terms are called is gone; which
words stand where is kept by character offsets. Must not import spaCy or scikit-learn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from smsn.terms import Mention

TOKEN_LIMIT = 4000  # the view of a longer text is read from its first tokens
TERM = ("⟨0⟩", "⟨1⟩")  # the marks of the two terms; no tokenizer yields them

_TOKEN = re.compile(
    r"https?://\S+|[^\W\d_]+(?:['’][^\W\d_]+)*|['’](?:s|re|ll|ve|d|m)\b|\d+(?:[.,]\d+)*|[^\w\s'’‘`*\"“”«»]"
)
"""Words, numbers, links, punctuation; quotation marks and emphasis are no tokens: "the 'tool'" reads like "the tool"."""

_QUOTATION = re.compile(r"[“\"«](?=\S)([^“”\"«»\n]{1,1000})[”\"»]|^[ \t]*>[^\n]*", re.MULTILINE)
_QUOTED_WORDS = 4  # a shorter quotation is a name or a word in inverted commas
_REMARK = re.compile(r"(?i)[\s\"”'’*_]*\(\s*(?:the |an? )?(?:noun|verb|adjective|n|v|adj)\.?\s*\)")
_NEGATED = re.compile(r"^(.+)n['’]t$")
_IRREGULAR = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}
_ABBREVIATIONS = frozenset("vs etc e.g i.e mr mrs ms dr prof inc st no approx fig cf al".split())
_END = frozenset(".!?…")


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
    out = Masked([], [], [], [], [], [])
    position = 0
    for mention in mentions:
        _tokens(text, position, mention.start, out)
        if len(out.words) >= TOKEN_LIMIT:
            break
        _append(out, TERM[mention.term], mention.start, mention.end, mention.term)
        remark = _REMARK.match(text, mention.end)
        position = remark.end() if remark else mention.end
    if len(out.words) < TOKEN_LIMIT:
        _tokens(text, position, len(text), out)
    _sentences(text, out)
    _quotes(text, out)
    return out


def _append(out: Masked, word: str, start: int, end: int, term: int = -1) -> None:
    out.words.append(word)
    out.starts.append(start)
    out.ends.append(end)
    out.terms.append(term)


def _tokens(text: str, start: int, end: int, out: Masked) -> None:
    """Append the tokens of ``text[start:end]``; "isn't" becomes "is" and "not"."""
    for match in _TOKEN.finditer(text, start, end):
        word = match.group().lower().replace("’", "'")
        first, last = match.span()
        negated = _NEGATED.match(word) if word.endswith("'t") else None
        if negated:
            stem = negated.group(1)
            _append(out, _IRREGULAR.get(stem, stem), first, first + len(stem))
            _append(out, "not", first + len(stem), last)
        elif word.endswith("'s") and len(word) > 2:
            _append(out, word[:-2], first, last - 2)
            _append(out, "'s", last - 2, last)
        else:
            _append(out, "<url>" if word.startswith("http") and "/" in word else word, first, last)
        if len(out.words) >= TOKEN_LIMIT:
            return


def _sentences(text: str, out: Masked) -> None:
    """Cut the tokens into sentences: at . ! ? before a gap, and at line ends."""
    words, first, count = out.words, 0, len(out.words)
    for i in range(count):
        last = i + 1 == count
        gap = "" if last else text[out.ends[i] : out.starts[i + 1]]
        ends = words[i] in _END and (gap != "" or words[i] == "?") and not (i and words[i] == "." and _abbreviated(words, i))
        if words[i] == ")" and i > first and words[i - 1] in _END and gap:
            ends = True
        elif ends and not last and words[i + 1] in _END:
            ends = False
        if last or ends or "\n" in gap:
            out.sentences.append((first, i + 1, "?" in words[max(first, i - 2) : i + 1]))
            first = i + 1


def _abbreviated(words: list[str], i: int) -> bool:
    return words[i - 1] in _ABBREVIATIONS or (len(words[i - 1]) == 1 and words[i - 1].isalpha() and words[i - 1] not in "ia")


def _quotes(text: str, out: Masked) -> None:
    """Mark the tokens inside quotation marks that hold four words or more, and those of ``>`` lines."""
    out.quoted = [False] * len(out.words)
    i = 0
    for match in _QUOTATION.finditer(text):
        if match.group(1) is not None and len(match.group(1).split()) < _QUOTED_WORDS:
            continue
        while i < len(out.words) and out.starts[i] < match.start():
            i += 1
        while i < len(out.words) and out.ends[i] <= match.end():
            out.quoted[i] = True
            i += 1
