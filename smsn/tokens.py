"""The tokens of a batch of masked texts as flat arrays, with what is looked up of each word.

Takes :class:`~smsn.masked.Masked` texts, gives :class:`Tokens` and, with runs of content words as one,
:class:`Units`. Words become 64-bit fingerprints, so that features can be named for all texts at once. Must not
import spaCy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from smsn.cues import CUE_BYTES, called_for, calls
from smsn.lexicon import CONTENT, shape
from smsn.masked import Masked

Ints = NDArray[np.int64]
Names = NDArray[np.uint64]
Flags = NDArray[np.bool_]
_Kind = TypeVar("_Kind", bound=np.generic)


@lru_cache(maxsize=1 << 16)
def fingerprint(name: str) -> np.uint64:
    """Return the 64-bit fingerprint of a name, the same on every machine."""
    return np.uint64(int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"))


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a batch, side by side, and the sentences that they make.

    One entry a token: `words` and `shapes` (fingerprints), `content` (is a content word), `terms` (0 or 1 for a
    mention, else -1), `sentence` (which it is in). One entry a sentence: `first` and `last` (exclusive), `row` (its text),
    `question`, `named` (how many of the two terms it names), `focus` (it names as many as any sentence of its text does, and
    one at least), `cues` (those its words and mentions call for, as a bit mask). `offsets` says where each text's tokens begin.
    """

    words: Names
    shapes: Names
    content: Flags
    terms: Ints
    sentence: Ints
    first: Ints
    last: Ints
    row: Ints
    question: Flags
    named: Ints
    focus: Flags
    cues: list[int]
    offsets: Ints


@dataclass(frozen=True, slots=True)
class Units:
    """The collapsed shapes of a batch: runs of content words as one unit, with marks where sentences begin and end.

    One entry a unit: `shapes`, `content`, `terms`, `sentence`, the tokens `first` to `last` (exclusive) that it stands for, and
    `stops`, the unit after its sentence. `of_token` is the unit of each token that ends one.
    """

    shapes: Names
    content: Flags
    terms: Ints
    sentence: Ints
    first: Ints
    last: Ints
    stops: Ints
    of_token: Ints


class _Vocabulary(dict[str, int]):
    """Every word met in this process, with what is looked up of it; a cache, no part of any model."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.clear()
        self.words = np.empty(1 << 12, np.uint64)
        self.shapes = np.empty(1 << 12, np.uint64)
        self.content = np.empty(1 << 12, bool)
        self.cues = np.empty((1 << 12, CUE_BYTES), np.uint8)

    def __missing__(self, word: str) -> int:
        place = len(self)
        if place == len(self.words):
            grown = [np.resize(a, (2 * place, *a.shape[1:])) for a in (self.words, self.shapes, self.content, self.cues)]
            self.words, self.shapes, self.content, self.cues = grown
        name = shape(word)
        self.words[place], self.shapes[place] = fingerprint(word), fingerprint(name)
        self.content[place] = name in CONTENT
        self.cues[place] = np.frombuffer(calls(word).to_bytes(CUE_BYTES, "little"), np.uint8)
        self[word] = place
        return place


_vocabulary = _Vocabulary()
_VOCABULARY_MAX = 1 << 19


def flatten(texts: Sequence[Masked]) -> Tokens:
    """Return the tokens of a batch of masked texts."""
    if len(_vocabulary) > _VOCABULARY_MAX:
        _vocabulary.reset()
    offsets = np.concatenate([[0], np.cumsum([len(t.words) for t in texts], dtype=np.int64)])
    ids = np.fromiter(map(_vocabulary.__getitem__, chain.from_iterable(t.words for t in texts)), np.int64, int(offsets[-1]))
    terms = np.fromiter(chain.from_iterable(t.terms for t in texts), np.int64, len(ids))
    row = np.repeat(np.arange(len(texts)), [len(t.sentences) for t in texts])
    cuts = np.array([s for t in texts for s in t.sentences], dtype=np.int64).reshape(-1, 3)
    first, last = cuts[:, 0] + offsets[row], cuts[:, 1] + offsets[row]
    sentence = np.repeat(np.arange(len(row)), last - first)
    named = np.array([np.bincount(sentence[terms == term], minlength=len(row)) > 0 for term in (0, 1)]).sum(axis=0)
    most = np.zeros(len(texts), np.int64)
    np.maximum.at(most, row, named)
    called = np.bitwise_or.reduceat(_vocabulary.cues[ids], first) if len(row) else ()
    mentions = np.bincount(sentence[terms >= 0], minlength=len(row)).tolist()
    return Tokens(
        _vocabulary.words[ids], _vocabulary.shapes[ids], _vocabulary.content[ids] & (terms < 0), terms, sentence,
        first, last, row, cuts[:, 2].astype(bool), named, (named > 0) & (named == most[row]),
        [called_for(int.from_bytes(mask.tobytes(), "little"), count) for mask, count in zip(called, mentions, strict=True)], offsets,
    )  # fmt: skip


def collapse(tokens: Tokens) -> Units:
    """Return the units of a batch; a run of content words takes the class of its last word."""
    content, sentence, count = tokens.content, tokens.sentence, len(tokens.row)
    inner = np.zeros(len(content), bool)
    inner[:-1] = content[:-1] & content[1:] & (sentence[:-1] == sentence[1:])
    kept = np.flatnonzero(~inner)
    place = np.arange(len(kept)) + 2 * sentence[kept] + 1  # two marks a sentence stand between
    sizes = np.bincount(sentence[kept], minlength=count) + 2
    ends = np.cumsum(sizes)
    heads, tails, number = ends - sizes, ends - 1, np.arange(count)

    def filled(values: NDArray[_Kind], head: Any, tail: Any) -> NDArray[_Kind]:
        out: NDArray[_Kind] = np.empty(len(kept) + 2 * count, values.dtype)
        out[place], out[heads], out[tails] = values, head, tail
        return out

    of_token = np.zeros(len(content), np.int64)
    of_token[kept] = place
    starts = np.concatenate([[0], kept[:-1] + 1])[: len(kept)]
    units = filled(sentence[kept], number, number)
    return Units(
        filled(tokens.shapes[kept], fingerprint("<s>"), fingerprint("</s>")), filled(content[kept], False, False),
        filled(tokens.terms[kept], -1, -1), units, filled(starts, tokens.first, tokens.last),
        filled(kept + 1, tokens.first, tokens.last), ends[units], of_token,
    )  # fmt: skip
