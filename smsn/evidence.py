"""Which words carried the decision: from feature contributions to spans of the text.

Takes the contributions of :meth:`smsn.views.ViewModel.contributions`, gives an :class:`Explanation` whose
parts sum to the score. Must not import spaCy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smsn.features import Feature
from smsn.masked import Masked
from smsn.records import Evidence

TOP = 3
_STRONG = 0.2
_CLAUSE_ENDS = frozenset(",;:()–—")


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


def explain(masked: Masked, features: Sequence[Feature], label: str, intercept: float, shares: NDArray[np.float64]) -> Explanation:
    """Return the explanation of one label's score.

    A feature's share is spread evenly over its tokens; neighbouring tokens of one clause that speak
    clearly for the label make one span, the others make the spans between.

    Parameters
    ----------
    masked : Masked
        The text.
    features : sequence of Feature
        Its features.
    label : str
        The label explained.
    intercept : float
        Its intercept.
    shares : array of shape (features,)
        What each feature adds to the score, in the order of `features`.
    """
    places = np.array([(first, last) for _name, first, last, _lead in features], dtype=np.intp).reshape(-1, 2)
    width = places[:, 1] - places[:, 0]
    rest = float(np.sum(shares[width == 0]))
    steps = np.zeros(len(masked.words) + 1)  # where a share begins to count, and where it ends
    placed = width > 0
    each = shares[placed] / width[placed]
    np.add.at(steps, places[placed, 0], each)
    np.add.at(steps, places[placed, 1], -each)
    weights = np.cumsum(steps)[:-1].tolist()
    threshold = _STRONG * max(weights, default=0.0)
    strong = [weight > 0 and weight >= threshold for weight in weights]
    spans: list[Evidence] = []
    for first, last in _runs(masked, strong):
        spans.append(Evidence(masked.starts[first], masked.ends[last - 1], sum(weights[first:last])))
    score = intercept + sum(span.weight for span in spans) + rest
    return Explanation(label, score, intercept, tuple(spans), rest)


def _runs(masked: Masked, strong: Sequence[bool]) -> list[tuple[int, int]]:
    """Cut the tokens into runs of strong and of weak ones that end where a clause ends."""
    runs: list[tuple[int, int]] = []
    for first, last, _question in masked.sentences:
        start = first
        for i in range(first + 1, last + 1):
            ends = i == last or strong[i] != strong[start] or (strong[i] and masked.words[i] in _CLAUSE_ENDS)
            if ends:
                runs.append((start, i))
                start = i
    return runs
