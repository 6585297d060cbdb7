"""Every word met in this process, with what is looked up of it: a cache, no part of any model.

Takes a word as it stands in a text, gives its place; what is known of the words stands side by side in arrays, so that it can be looked up for
all the words of a batch at once. Words become 64-bit fingerprints. Must not import spaCy.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from smsn.cues import CUE_BYTES, calls
from smsn.lexicon import CONTENT, shape

Ints = NDArray[np.int64]
Names = NDArray[np.uint64]
Flags = NDArray[np.bool_]

TERM = ("⟨0⟩", "⟨1⟩")
"""The marks of the two terms; no text is cut into such words."""

LINK = "<url>"
"""What every link reads as."""

FULL_STOP, LOUD, ASKS, CLOSES = 1, 2, 3, 4
"""What ends a sentence, in `ending`: a full stop; an exclamation mark or an ellipsis; a question mark; a closing bracket, behind one of these."""

_ENDINGS = {".": FULL_STOP, "!": LOUD, "…": LOUD, "?": ASKS, ")": CLOSES}
_NEGATED = re.compile(r"^(.+)n't$")
_IRREGULAR = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}
_ABBREVIATIONS = frozenset("vs etc e.g i.e mr mrs ms dr prof inc st no approx fig cf al".split())
_SIZE, _MOST = 1 << 12, 1 << 19


@lru_cache(maxsize=1 << 16)
def fingerprint(name: str) -> np.uint64:
    """Return the 64-bit fingerprint of a name, the same on every machine."""
    return np.uint64(int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"))


class Vocabulary(dict[str, int]):
    """The place of each word, and what is known of the words, one entry a place.

    `strings`; `words` and `shapes` (fingerprints), `content` (is a content word), `cues` (what it calls for, as bytes of a bit mask), `ending`
    (how it may end a sentence, 0 if it does not), `short` (an abbreviation: a full stop behind it ends none). A contraction is two words
    ("isn't" is "is" and "not"): `heads` is the place of the first, of the word itself if it is one, `tails` that of the second, else -1;
    `cuts` how many characters the first one has.
    """

    def __init__(self) -> None:
        self.strings: list[str] = []
        self.words: Names = np.empty(_SIZE, np.uint64)
        self.shapes: Names = np.empty(_SIZE, np.uint64)
        self.content: Flags = np.empty(_SIZE, bool)
        self.cues: NDArray[np.uint8] = np.empty((_SIZE, CUE_BYTES), np.uint8)
        self.ending: NDArray[np.int8] = np.empty(_SIZE, np.int8)
        self.short: Flags = np.empty(_SIZE, bool)
        self.heads: Ints = np.empty(_SIZE, np.int64)
        self.tails: Ints = np.empty(_SIZE, np.int64)
        self.cuts: Ints = np.empty(_SIZE, np.int64)
        self.marks = tuple(self[mark] for mark in TERM)

    def __missing__(self, word: str) -> int:
        place = len(self)
        if place == len(self.words):
            for name, column in list(vars(self).items()):
                if isinstance(column, np.ndarray):
                    setattr(self, name, np.resize(column, (2 * place, *column.shape[1:])))
        self[word] = place
        self.strings.append(word)
        name = shape(word)
        self.words[place], self.shapes[place] = fingerprint(word), fingerprint(name)
        self.content[place] = name in CONTENT
        self.cues[place] = np.frombuffer(calls(word).to_bytes(CUE_BYTES, "little"), np.uint8)
        self.ending[place] = _ENDINGS.get(word, 0)
        self.short[place] = word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word not in "ia")
        head, tail, cut = _taken_apart(word)
        self.heads[place], self.cuts[place] = place if tail is None else self[head], cut
        self.tails[place] = -1 if tail is None else self[tail]
        return place


def _taken_apart(word: str) -> tuple[str, str | None, int]:
    """Return the two words that a contraction is, and how many characters the first one has; another word alone."""
    if "'" in word:
        negated = _NEGATED.match(word)
        if negated:
            stem = negated.group(1)
            return _IRREGULAR.get(stem, stem), "not", len(stem)
        if word.endswith("'s") and len(word) > 2:
            return word[:-2], "'s", len(word) - 2
    return word, None, len(word)


_current: list[Vocabulary] = []


def vocabulary() -> Vocabulary:
    """Return the words met so far; from time to time a new, empty list of them, so that it does not grow without end."""
    if not _current or len(_current[0]) > _MOST:
        _current[:] = [Vocabulary()]
    return _current[0]
