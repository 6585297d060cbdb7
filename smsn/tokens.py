"""The tokens of a batch with what is known of each word, and runs of content words as one.

Takes :class:`~smsn.masked.Masked` texts, gives :class:`Tokens` and :class:`Units`. Must not import spaCy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from smsn.cues import called_for
from smsn.masked import Masked
from smsn.vocabulary import Flags, Ints, Names, fingerprint

_Kind = TypeVar("_Kind", bound=np.generic)


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


def flatten(texts: Masked) -> Tokens:
    """Return the tokens of a batch with what is known of each."""
    known, ids, terms, row, count = texts.vocabulary, texts.ids, texts.terms, texts.row, len(texts.row)
    sentence = np.repeat(np.arange(count), texts.last - texts.first)
    named = np.array([np.bincount(sentence[terms == term], minlength=count) > 0 for term in (0, 1)]).sum(axis=0)
    most = np.zeros(len(texts), np.int64)
    np.maximum.at(most, row, named)
    called = np.bitwise_or.reduceat(known.cues[ids], texts.first) if count else ()
    mentions = np.bincount(sentence[terms >= 0], minlength=count).tolist()
    return Tokens(
        known.words[ids], known.shapes[ids], known.content[ids] & (terms < 0), terms, sentence,
        texts.first, texts.last, row, texts.question, named, (named > 0) & (named == most[row]),
        [called_for(int.from_bytes(mask.tobytes(), "little"), count) for mask, count in zip(called, mentions, strict=True)], texts.offsets,
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
