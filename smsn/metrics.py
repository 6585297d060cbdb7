"""How right predictions are: strict, lenient, direction, calibration, each with what determines it.

Takes labelled comments and predictions in the same order, gives :class:`Metrics` with an interval and a signature. Must not
import spaCy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import f1_score

from smsn.corpus_file import LabelledComment
from smsn.records import VIEWS
from smsn.version import __version__


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says of one comment: label, leading term (0, 1 or None), probability in [0, 1] (NaN without one)."""

    label: str
    lead: int | None = None
    probability: float = float("nan")


@dataclass(frozen=True, slots=True)
class Metrics:
    """Scores of one set of predictions.

    Parameters
    ----------
    macro_f1 : float
        Unweighted mean of the labels' F1, over the labels that the gold has; strict: only ``view`` counts.
    interval : tuple of float
        95 % bootstrap interval of `macro_f1` over pairs.
    accuracy, lenient : float
        Share of comments whose label is the gold's; is the gold's or in ``also``.
    direction : float
        Share of right directions among rightly labelled comments that have one; NaN without any.
    calibration : float
        Expected calibration error over five bins of equal size, strict label; NaN without probabilities.
    labels : dict
        F1 of each label.
    n : int
        Comments.
    split : dict
        What determines the score: split, seed, corpus, versions.
    """

    macro_f1: float
    interval: tuple[float, float]
    accuracy: float
    lenient: float
    direction: float
    calibration: float
    labels: dict[str, float]
    n: int
    split: dict[str, Any] = field(default_factory=dict)

    @property
    def worst(self) -> tuple[str, float]:
        """The label with the lowest F1, and that F1."""
        return min(self.labels.items(), key=lambda item: item[1])

    def to_dict(self) -> dict[str, Any]:
        """Return the scores as a JSON-ready dict; NaN becomes None."""

        def plain(value: float) -> float | None:
            return None if np.isnan(value) else round(float(value), 4)

        return {
            "n": self.n,
            "macro_f1": plain(self.macro_f1),
            "macro_f1_interval": [plain(x) for x in self.interval],
            "accuracy": plain(self.accuracy),
            "lenient": plain(self.lenient),
            "direction": plain(self.direction),
            "calibration_error": plain(self.calibration),
            "labels": {label: plain(value) for label, value in self.labels.items()},
            "worst": list(self.worst)[:1][0],
            "signature": self.signature(),
            **self.split,
        }

    def signature(self) -> str:
        """Return the score in one line, with everything that determines it.

        >>> Metrics(.5, (.4, .6), .5, .6, 1.0, .1, {"none": .5}, 10, {"seed": 13}).signature()
        'macro-f1 0.500 [0.400, 0.600] | lenient 0.600 | worst none 0.500 | n:10 | seed:13 | smsn:0.8.0'
        """
        label, value = self.worst
        parts = [f"macro-f1 {self.macro_f1:.3f} [{self.interval[0]:.3f}, {self.interval[1]:.3f}]", f"lenient {self.lenient:.3f}"]
        parts += [f"worst {label} {value:.3f}", f"n:{self.n}", *(f"{k}:{v}" for k, v in self.split.items()), f"smsn:{__version__}"]
        return " | ".join(parts)


def score(gold: Sequence[LabelledComment], predicted: Sequence[Prediction], **split: Any) -> Metrics:
    """Return the scores of `predicted` against `gold`, both in the same order.

    Parameters
    ----------
    gold : sequence of LabelledComment
        At least one.
    predicted : sequence of Prediction
        One a comment.
    **split
        What determines the score, for the signature.
    """
    labels = _labels(gold)
    truth = np.array([c.view for c in gold])
    guess = np.array([p.label for p in predicted])
    strict = truth == guess
    lenient = np.array([p.label in c.accepted for c, p in zip(gold, predicted, strict=True)])
    pointed = [p.lead == c.lead for c, p in zip(gold, predicted, strict=True) if c.lead is not None and p.label == c.view]
    if all(p.lead is None for p in predicted):
        pointed = []  # a model without directions has none that could be wrong
    each = f1_score(truth, guess, labels=labels, average=None, zero_division=0.0)
    groups = [c.group for c in gold]
    return Metrics(
        macro_f1=float(each.mean()),
        interval=_bootstrap(truth, guess, groups, labels),
        accuracy=float(strict.mean()),
        lenient=float(lenient.mean()),
        direction=float(np.mean(pointed)) if pointed else float("nan"),
        calibration=calibration_error(np.array([p.probability for p in predicted]), strict),
        labels={label: float(value) for label, value in zip(labels, each, strict=True)},
        n=len(gold),
        split=split,
    )


def calibration_error(probability: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 5) -> float:
    """Return the expected calibration error over `bins` bins of equal size; NaN without probabilities."""
    if np.isnan(probability).any() or len(probability) < bins:
        return float("nan")
    parts = np.array_split(np.argsort(probability, kind="stable"), bins)
    gaps = [len(part) * abs(probability[part].mean() - right[part].mean()) for part in parts]
    return float(sum(gaps) / len(probability))


def perfect_calibration(probability: ArrayLike, draws: int = 2000, seed: int = 13) -> tuple[float, float]:
    """Return median and 95th percentile of the calibration error that a perfectly calibrated model would show.

    Its probabilities are the given ones, and each prediction is right with exactly that probability: what a finite
    number of comments costs any model.

    Parameters
    ----------
    probability : array of shape (n,)
        Probabilities in [0, 1] of the predicted labels.
    draws : int
        Simulations.
    seed : int
        Their seed.
    """
    p = np.asarray(probability, dtype=float)
    random = np.random.default_rng(seed)
    errors = [calibration_error(p, random.random(len(p)) < p) for _ in range(draws)]
    return float(np.percentile(errors, 50)), float(np.percentile(errors, 95))


def _labels(gold: Sequence[LabelledComment]) -> list[str]:
    found = {c.view for c in gold}
    return [label for label in VIEWS if label in found] + sorted(found.difference(VIEWS))


def _bootstrap(
    truth: NDArray[Any], guess: NDArray[Any], groups: Sequence[str], labels: Sequence[str], draws: int = 500
) -> tuple[float, float]:
    """Return the 95 % interval of macro-F1 when pairs are drawn with replacement (percentile bootstrap)."""
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    code = {label: i for i, label in enumerate(labels)}
    other = len(labels)
    pair_counts = np.zeros((len(names), len(labels), 3))  # true positives, predicted, gold
    for group, t, g in zip(member, truth.tolist(), guess.tolist(), strict=True):
        ti, gi = code[t], code.get(g, other)
        pair_counts[group, ti, 2] += 1
        if gi < other:
            pair_counts[group, gi, 1] += 1
            pair_counts[group, gi, 0] += ti == gi
    random = np.random.default_rng(13)
    scores = []
    for _ in range(draws):
        hits, told, gold = pair_counts[random.integers(0, len(names), len(names))].sum(axis=0).T
        present = gold > 0
        scores.append((2 * hits[present] / (told + gold)[present]).mean())
    low, high = np.percentile(scores, [2.5, 97.5])
    return float(low), float(high)
