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

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*|https?://\S+|[^\w\s]|_+")
_NEGATED = re.compile(r"(?i)^(.+)n['’]t$")
_IRREGULAR = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}
_ABBREVIATIONS = frozenset("vs etc e.g i.e mr mrs ms dr prof inc st no approx fig cf al".split())
_END = frozenset(".!?…")
_OPEN_QUOTES, _CLOSE_QUOTES = frozenset("\"“"), frozenset("\"”")


@dataclass(slots=True)
class Masked:
    """A tokenized text in which the two terms are marks.

    Parallel lists, one entry a token: `words` (lower case; ``TERM[i]`` for a mention of term *i*),
    `raw` (as written), `starts` and `ends` (characters), `terms` (0 or 1 for a mention, else -1),
    `quoted` (inside quotation marks or a ``>`` line). `sentences` are ``(first, last + 1, question)``.
    """

    words: list[str]
    raw: list[str]
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
    out = Masked([], [], [], [], [], [], [])
    position = 0
    for mention in mentions:
        _tokens(text, position, mention.start, out)
        if len(out.words) >= TOKEN_LIMIT:
            break
        _append(out, TERM[mention.term], text[mention.start : mention.end], mention.start, mention.end, mention.term)
        position = mention.end
    if len(out.words) < TOKEN_LIMIT:
        _tokens(text, position, len(text), out)
    _sentences(text, out)
    _quotes(text, out)
    return out


def _append(out: Masked, word: str, raw: str, start: int, end: int, term: int = -1) -> None:
    out.words.append(word)
    out.raw.append(raw)
    out.starts.append(start)
    out.ends.append(end)
    out.terms.append(term)


def _tokens(text: str, start: int, end: int, out: Masked) -> None:
    """Append the tokens of ``text[start:end]``; "isn't" becomes "is" and "not"."""
    for match in _TOKEN.finditer(text, start, end):
        raw = match.group()
        word = raw.lower()
        negated = _NEGATED.match(word) if word.endswith("t") else None
        if negated:
            stem = negated.group(1)
            cut = match.start() + len(stem)
            _append(out, _IRREGULAR.get(stem, stem), raw[: len(stem)], match.start(), cut)
            _append(out, "not", raw[len(stem) :], cut, match.end())
        elif word[-2:] in ("'s", "’s") and len(word) > 2:
            _append(out, word[:-2], raw[:-2], match.start(), match.end() - 2)
            _append(out, "'s", raw[-2:], match.end() - 2, match.end())
        else:
            _append(out, "<url>" if word.startswith("http") and "/" in word else word.replace("’", "'"), raw, *match.span())
        if len(out.words) >= TOKEN_LIMIT:
            return


def _sentences(text: str, out: Masked) -> None:
    """Cut the tokens into sentences: at . ! ? before a gap, and at line ends."""
    words, first, count = out.words, 0, len(out.words)
    for i in range(count):
        last = i + 1 == count
        gap = "" if last else text[out.ends[i] : out.starts[i + 1]]
        ends = words[i] in _END and (gap != "" or words[i] == "?") and not (i and words[i] == "." and _abbreviated(words, i))
        if words[i] in _CLOSE_QUOTES | {")", "*"} and i > first and words[i - 1] in _END and gap:
            ends = True
        elif ends and not last and not gap and words[i + 1] in _END | _CLOSE_QUOTES:
            ends = False
        if last or ends or "\n" in gap:
            out.sentences.append((first, i + 1, "?" in words[max(first, i - 2) : i + 1]))
            first = i + 1


def _abbreviated(words: list[str], i: int) -> bool:
    return words[i - 1] in _ABBREVIATIONS or (len(words[i - 1]) == 1 and words[i - 1].isalpha() and words[i - 1] not in "ia")


def _quotes(text: str, out: Masked) -> None:
    """Mark the tokens inside quotation marks that hold four words or more, and those of ``>`` lines."""
    out.quoted = [False] * len(out.words)
    opened = -1
    for i, word in enumerate(out.words):
        if opened >= 0 and word in _CLOSE_QUOTES:
            if i - opened > 4:
                out.quoted[opened : i + 1] = [True] * (i + 1 - opened)
            opened = -1
        elif word in _OPEN_QUOTES:
            opened = i
    for first, last, _question in out.sentences:
        line = text.rfind("\n", 0, out.starts[first]) + 1
        if text[line : line + 4].lstrip().startswith(">"):
            out.quoted[first:last] = [True] * (last - first)
