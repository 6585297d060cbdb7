"""Which words carried the decision: from feature contributions to spans of the text.

Takes the shares of :meth:`smsn.views.ViewModel.shares`, gives one :class:`Explanation` a comment whose
parts sum to the score. Must not import spaCy.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smsn.features import Features
from smsn.masked import Masked
from smsn.records import Evidence
from smsn.tokens import Ints

TOP = 3
_STRONG = 0.3  # of the weight of the strongest token in its sentence

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The score of one label, taken apart: ``score = intercept + sum of span weights + rest``.

    `spans` lie side by side and do not overlap; `rest` is what features of the comment as a whole add.
    """

    label: str
    score: float
    intercept: float
    spans: tuple[Evidence, ...]
    rest: float

    def top(self, count: int = TOP) -> tuple[Evidence, ...]:
        """Return the spans that speak most for the label, the strongest first."""
        speaking = [span for span in self.spans if span.weight > 0]
        return tuple(sorted(speaking, key=lambda span: (-span.weight, span.start))[:count])


def explain(texts: Sequence[Masked], features: Features, labels: Sequence[str], intercepts: Array, shares: Array) -> Iterator[Explanation]:
    """Yield the explanation of one label's score for each comment of a batch.

    A feature's share is spread evenly over its tokens; in each sentence the words from the first to the last
    that speak clearly for the label make one span, those before and behind make two others.

    Parameters
    ----------
    texts : sequence of n Masked
        The texts.
    features : Features
        Their features.
    labels : sequence of n str
        The label explained of each.
    intercepts : array of shape (n,)
        Its intercept.
    shares : array of shape (occurrences,)
        What each feature adds to the score.
    """
    first, last, sums, rows = _spans(texts, features, shares)
    whole = features.last == features.first
    rests = np.bincount(features.rows[whole], shares[whole], minlength=len(texts)).tolist()
    found: list[list[Evidence]] = [[] for _ in texts]
    for row, i, j, weight in zip(rows.tolist(), first.tolist(), last.tolist(), sums.tolist(), strict=True):
        found[row].append(Evidence(texts[row].starts[i], texts[row].ends[j - 1], weight))
    for spans, label, intercept, rest in zip(found, labels, intercepts.tolist(), rests, strict=True):
        score = intercept + sum([span.weight for span in spans]) + rest
        yield Explanation(label, score, intercept, tuple(spans), rest)


def strongest(
    texts: Sequence[Masked], features: Features, shares: Array, digits: int, beside: Sequence[tuple[int, int, int, float]] = ()
) -> list[tuple[Evidence, ...]]:
    """Return for each comment of a batch the spans that speak most for its label, the strongest first.

    They are those of :meth:`Explanation.top`, with weights rounded to `digits`; nothing else is built. `beside` are further
    shares that words have, as ``(row, start, end, share)`` in characters.
    """
    first, last, sums, rows = _spans(texts, features, shares, beside)
    order = np.lexsort((first, -sums, rows))
    order = order[sums[order] > 0]
    begins = np.flatnonzero(np.diff(rows[order], prepend=-1))
    rank = np.arange(len(order)) - np.repeat(begins, np.diff(np.append(begins, len(order))))
    order = order[rank < TOP]
    out: list[tuple[Evidence, ...]] = [()] * len(texts)
    for row, i, j, weight in zip(rows[order].tolist(), first[order].tolist(), last[order].tolist(), sums[order].round(digits).tolist(), strict=True):
        text = texts[row]
        out[row] += (Evidence(text.starts[i], text.ends[j - 1], weight),)
    return out


def _spans(
    texts: Sequence[Masked], features: Features, shares: Array, beside: Sequence[tuple[int, int, int, float]] = ()
) -> tuple[Ints, Ints, Array, Ints]:
    """Return first and last token (in its text), weight and row of every span."""
    width = features.last - features.first
    weights = np.zeros(int(features.offsets[-1]))
    counted = np.flatnonzero(shares)
    places, reach = features.first[counted], width[counted]
    each = shares[counted] / np.maximum(reach, 1)
    for step in range(int(reach.max(initial=0))):  # a token's weight is summed over its own features only, in their order
        reaching = reach > step
        if not reaching.all():
            places, reach, each = places[reaching], reach[reaching], each[reaching]
        weights += np.bincount(places + step, each, minlength=len(weights))
    for row, start, end, share in beside:
        i, j = bisect_left(texts[row].starts, start), bisect_right(texts[row].ends, end)
        weights[features.offsets[row] + i : features.offsets[row] + j] += share / max(1, j - i)
    sizes = np.diff(features.offsets)
    row_of = np.repeat(np.arange(len(texts)), sizes)
    begins = _runs(texts, features.offsets, weights)
    rows = row_of[begins]
    ends = np.append(begins[1:], len(weights))
    sums = np.add.reduceat(weights, begins) if len(begins) else np.empty(0)
    return begins - features.offsets[rows], ends - features.offsets[rows], sums, rows


def _runs(texts: Sequence[Masked], offsets: Ints, weights: Array) -> Ints:
    """Return the first token of each span: a sentence's core reaches from its first to its last strong token, before and behind it is the rest."""
    starts = np.array([offset + first for text, offset in zip(texts, offsets.tolist(), strict=False) for first, *_ in text.sentences], dtype=np.int64)
    if not len(starts):
        return starts
    most = np.maximum.reduceat(weights, starts)
    place = np.arange(len(weights))
    strong = weights >= np.repeat(np.where(most > 0, _STRONG * most, np.inf), np.diff(np.append(starts, len(weights))))
    first = np.minimum.reduceat(np.where(strong, place, len(weights)), starts)
    behind = np.maximum.reduceat(np.where(strong, place, -1), starts) + 1
    begins = np.zeros(len(weights) + 1, bool)
    begins[starts] = begins[first] = begins[behind[behind > 0]] = True
    return np.flatnonzero(begins[:-1])
