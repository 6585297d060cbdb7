"""Which words carried the decision: from feature contributions to spans of the text.

Takes the shares of :meth:`smsn.judging.Views.shares`, gives one :class:`Explanation` a comment whose
parts sum to the score. Must not import spaCy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from smsn.features import Features
from smsn.masked import Masked
from smsn.records import Evidence
from smsn.vocabulary import Ints

TOP = 3
_STRONG = 0.1  # of the weight of the strongest token in its sentence
_CLOSE = 0.5  # two neighbouring sentences of which the second best tells so little less make one piece of evidence
_GRAIN = 2.0**32  # shares are counted in whole multiples of its inverse: sums are exact, in whatever order

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The score of one label, taken apart: ``score = intercept + sum of span weights + rest``.

    `spans` lie side by side and do not overlap; `rest` is what features of the comment as a whole add. `speaking` are
    those spans that speak for the label, the most telling first.
    """

    label: str
    score: float
    intercept: float
    spans: tuple[Evidence, ...]
    rest: float
    speaking: tuple[Evidence, ...]

    def top(self, count: int = TOP) -> tuple[Evidence, ...]:
        """Return the spans that show the label best, the most telling first."""
        return self.speaking[:count]


@dataclass(frozen=True, slots=True)
class Shown:
    """The spans that show the labels of n comments, side by side, the most telling of a comment first.

    `starts` and `ends` are characters, `weights` what they add to the score; `offsets`, of shape (n + 1,), says where each comment's begin.
    """

    offsets: Ints
    starts: Ints
    ends: Ints
    weights: Array

    def each(self) -> Iterator[tuple[Evidence, ...]]:
        """Yield the evidence of each comment."""
        columns = (column.tolist() for column in (self.starts, self.ends, self.weights))
        spans = [Evidence(*span) for span in zip(*columns, strict=True)]
        for first, last in pairwise(self.offsets.tolist()):
            yield tuple(spans[first:last])


@dataclass(frozen=True, slots=True)
class _Spans:
    """The spans of a batch: row, first and last (exclusive) token, counted through the batch, weight, and how telling; parallel arrays."""

    rows: Ints
    first: Ints
    last: Ints
    weights: Array
    telling: Array

    def places(self, texts: Masked, which: Ints | slice = slice(None)) -> tuple[Ints, Ints, Ints]:
        """Return the rows of spans, and where they start and end in their texts."""
        return self.rows[which], texts.starts[self.first[which]], texts.ends[self.last[which] - 1]

    def ranked(self) -> Ints:
        """Return the places of those that speak for the label, comment by comment, the most telling first."""
        order = np.lexsort((self.first, -self.weights, -self.telling, self.rows))
        return order[self.weights[order] > 0]


def explain(
    texts: Masked, features: Features, labels: Sequence[str], intercepts: Array, shares: Array, telling: Array
) -> Iterator[Explanation]:
    """Yield the explanation of one label's score for each comment of a batch.

    A feature's share is spread evenly over its tokens. In each sentence the words from the first to the last that speak
    clearly for the label make one span, those before and behind make two others; the most telling sentence and a
    neighbour that tells about as much ("A is …. B is …") make one span together.

    Parameters
    ----------
    texts : Masked
        The n texts.
    features : Features
        Their features.
    labels : sequence of n str
        The label explained of each.
    intercepts : array of shape (n,)
        Its intercept.
    shares : array of shape (occurrences,)
        What each feature adds to the score.
    telling : array of shape (parts,)
        How much each part tells of the label; where that is NaN, what its words add to the score counts instead.
    """
    spans = _spans(features, shares, telling)
    whole = features.last == features.first
    rests = np.bincount(features.rows[whole], shares[whole], minlength=len(texts)).tolist()
    found: list[list[Evidence]] = [[] for _ in labels]
    made = []
    for row, start, end, weight in zip(*(column.tolist() for column in spans.places(texts)), spans.weights.tolist(), strict=True):
        made.append(Evidence(start, end, weight))
        found[row].append(made[-1])
    speaking: list[list[Evidence]] = [[] for _ in labels]
    for place in spans.ranked().tolist():
        speaking[spans.rows[place]].append(made[place])
    for mine, speak, label, intercept, rest in zip(found, speaking, labels, intercepts.tolist(), rests, strict=True):
        score = intercept + sum([span.weight for span in mine]) + rest
        yield Explanation(label, score, intercept, tuple(mine), rest, tuple(speak))


def strongest(
    texts: Masked, features: Features, shares: Array, telling: Array, digits: int, beside: Sequence[tuple[int, int, int, float]] = ()
) -> Shown:
    """Return for each comment of a batch the spans that show its label best, the most telling first.

    They are those of :meth:`Explanation.top`, with weights rounded to `digits`; nothing else is built. `beside` are further
    shares that words have, as ``(row, start, end, share)`` in characters; their sentence tells so much more.
    """
    added = []
    for row, start, end, share in beside:
        first, last = texts.offsets[row], texts.offsets[row + 1]
        i, j = np.searchsorted(texts.starts[first:last], start), np.searchsorted(texts.ends[first:last], end, side="right")
        added.append((int(first + i), int(first + max(i + 1, j)), share))
    spans = _spans(features, shares, telling, added)
    order = spans.ranked()
    rows = spans.rows[order]
    begins = np.flatnonzero(np.diff(rows, prepend=-1))
    order = order[np.arange(len(order)) - np.repeat(begins, np.diff(np.append(begins, len(order)))) < TOP]
    rows, starts, ends = spans.places(texts, order)
    return Shown(np.searchsorted(rows, np.arange(len(texts) + 1)), starts, ends, spans.weights[order].round(digits))


def _spans(features: Features, shares: Array, telling: Array, added: Sequence[tuple[int, int, float]] = ()) -> _Spans:
    """Return the spans of every sentence; `added` are shares of further stretches of tokens."""
    size = int(features.offsets[-1])
    parts = np.flatnonzero(np.diff(features.starts, append=size))
    starts, owners, telling = features.starts[parts], features.owners[parts], telling[parts].copy()
    weights = _token_weights(features, shares, size)
    for i, j, share in added:
        weights[i:j] += np.round(share / (j - i) * _GRAIN) / _GRAIN
        telling[np.searchsorted(starts, i, side="right") - 1] += max(0.0, share)
    sums = np.concatenate([[0.0], np.cumsum(weights)])
    if not len(parts):
        return _Spans(parts, parts, parts, np.empty(0), np.empty(0))
    heads, tails = _cores(weights, starts)
    cores = np.where(tails > heads, sums[tails] - sums[np.minimum(heads, size)], -np.inf)
    ranks = np.where(cores > 0, np.where(np.isnan(telling), cores, telling), -np.inf)
    begins = np.zeros(size + 1, bool)
    begins[starts] = begins[heads] = begins[tails[tails > heads]] = True
    rank_of = np.full(size + 1, -np.inf)
    rank_of[heads] = ranks
    for one, two in zip(*_joined(owners, np.where(np.isnan(telling), -np.inf, ranks)), strict=True):
        begins[heads[one] + 1 : tails[two]] = False
        rank_of[heads[one]] = max(ranks[one], ranks[two])
    first = np.flatnonzero(begins[:-1])
    last = np.append(first[1:], size)
    rows = owners[np.searchsorted(starts, first, side="right") - 1]
    return _Spans(rows, first, last, sums[last] - sums[first], rank_of[first])


def _token_weights(features: Features, shares: Array, size: int) -> Array:
    """Return the shares summed over the tokens, each spread evenly over those of its feature."""
    counted = np.flatnonzero((shares != 0) & (features.last > features.first))
    first, last = features.first[counted], features.last[counted]
    each = np.round(shares[counted] / (last - first) * _GRAIN)
    steps = np.bincount(first, each, minlength=size + 1) - np.bincount(last, each, minlength=size + 1)
    return np.cumsum(steps)[:-1] / _GRAIN


def _cores(weights: Array, starts: Ints) -> tuple[Ints, Ints]:
    """Return first and last (exclusive) token of each sentence's core, from its first to its last strong token; without one, both beyond its end."""
    size = len(weights)
    most = np.maximum.reduceat(weights, starts)
    lengths = np.diff(starts, append=size)
    strong = weights >= np.repeat(np.where(most > 0, _STRONG * most, np.inf), lengths)
    place = np.arange(size)
    heads = np.minimum.reduceat(np.where(strong, place, size), starts)
    tails = np.maximum.reduceat(np.where(strong, place, -1), starts) + 1
    return heads, tails


def _joined(owners: Ints, ranks: Array) -> tuple[list[int], list[int]]:
    """Return the pairs of neighbouring sentences that tell best and about as much: one pair a comment at most."""
    order = np.lexsort((-ranks, owners))
    best = order[np.diff(owners[order], prepend=-1) > 0]
    best = best[np.isfinite(ranks[best])]
    around = np.concatenate([[-np.inf], ranks, [-np.inf]])
    whose = np.concatenate([[-1], owners, [-1]])
    before = np.where(whose[best] == owners[best], around[best], -np.inf)
    behind = np.where(whose[best + 2] == owners[best], around[best + 2], -np.inf)
    close = np.maximum(before, behind) >= ranks[best] - _CLOSE
    back = before > behind
    one = np.where(back, best - 1, best)[close]
    return one.tolist(), (one + 1).tolist()
