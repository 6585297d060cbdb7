"""Two models on the same comments: each figure of both, what lies between them with its interval, and what is wrong with it.

Takes labelled comments and the predictions of both models, gives :class:`Figure` objects. Imports spaCy only to
compare bundles of definitions.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smsn.bundle import Bundle
from smsn.corpus_file import LabelledComment
from smsn.errors import BundleError
from smsn.judging import Views
from smsn.metrics import Prediction, calibration_error
from smsn.records import VIEWS
from smsn.training import predict

DRAWS = 1000
"""Resamples of a bootstrap."""

SEED = 13

LABEL = "f1:"
"""How the name of the F1 of a label begins, and of that of a profile of definitions."""

_SLACK = 1e-9
_NAMES = {"macro_f1": "macro-F1", "calibration_error": "calibration error", "speed_ratio": "speed beside the model in use", "megabytes": "size in MB"}
_NAN = float("nan")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the model in use and of the candidate, on the same comments.

    Parameters
    ----------
    name : str
        ``macro_f1``, ``lenient``, ``direction``, ``calibration_error``, ``megabytes``, ``speed_ratio``; ``f1:`` and a label.
    current, candidate : float
        The figure of both; NaN where it cannot be measured.
    interval : tuple of float
        95 % bootstrap interval of the candidate's.
    between : tuple of float
        The same of the difference, candidate less current, over the same resamples.
    least, most : float, optional
        Limits of the candidate's.
    tolerance : float, optional
        How much may be lost.
    surely : bool
        Whether any loss counts whose whole interval is below nought, however small it is.
    """

    name: str
    current: float
    candidate: float
    interval: tuple[float, float] = (_NAN, _NAN)
    between: tuple[float, float] = (_NAN, _NAN)
    least: float | None = None
    most: float | None = None
    tolerance: float | None = None
    surely: bool = False

    @property
    def difference(self) -> float:
        """Candidate less current."""
        return self.candidate - self.current

    @property
    def title(self) -> str:
        """The name for people."""
        return f"F1 of {self.name.removeprefix(LABEL)}" if self.name.startswith(LABEL) else _NAMES.get(self.name, self.name)

    @property
    def failures(self) -> list[str]:
        """What is wrong with it, each as a sentence that says by how much."""
        return [*self._beyond(), *self._lost()]

    def _beyond(self) -> list[str]:
        limit = self.most if self.least is None else self.least
        if limit is None:
            return []
        if math.isnan(self.candidate):
            return [f"{self.title} cannot be measured on these comments, and its limit is {limit:.4f}"]
        told = f"{self.title} is {self.candidate:.4f}{_span(self.interval)}"
        if self.least is not None and self.candidate < self.least:
            return [f"{told}, {self.least - self.candidate:.4f} below its floor of {self.least:.4f}"]
        if self.most is not None and self.candidate > self.most:
            return [f"{told}, {self.candidate - self.most:.4f} above the {self.most:.4f} that is allowed"]
        return []

    def _lost(self) -> list[str]:
        told = f"{self.title} went from {self.current:.4f} to {self.candidate:.4f}, by {self.difference:+.4f}{_span(self.between, '+')}"
        if self.tolerance is not None and -self.difference > self.tolerance + _SLACK:
            return [f"{told}, and at most {self.tolerance:.4f} may be lost"]
        if self.surely and self.between[1] < 0:
            return [f"{told}, and the whole interval is below nought: not by chance"]
        return []

    def line(self) -> str:
        """Return the figure as a line for people: current -> candidate, the difference, its limit, and whether that holds."""
        told = f"{self.title}: {self.current:.4f} -> {self.candidate:.4f}, {self.difference:+.4f}{_span(self.between, '+')}"
        limits = [f"{word} {limit:.4f}" for word, limit in (("at least", self.least), ("at most", self.most)) if limit is not None]
        limits += [] if self.tolerance is None else [f"may lose {self.tolerance:.4f}"]
        if not limits and not self.surely:
            return told
        return "; ".join([told, *limits]) + ": " + ("; ".join(self.failures) or "ok")

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as a JSON-ready dict; NaN becomes None."""
        return {
            "current": plain(self.current),
            "candidate": plain(self.candidate),
            "interval": [plain(x) for x in self.interval],
            "difference": plain(self.difference),
            "difference_interval": [plain(x) for x in self.between],
            "at_least": self.least,
            "at_most": self.most,
            "may_lose": self.tolerance,
            "failures": self.failures,
        }


def plain(value: float) -> float | None:
    """Return a number with four places, as JSON and CSV hold it; None for NaN."""
    return None if math.isnan(value) else round(float(value), 4)


def _span(ends: tuple[float, float], sign: str = "") -> str:
    return "" if math.isnan(ends[0]) else f" [{ends[0]:{sign}.4f}, {ends[1]:{sign}.4f}]"


def compare(
    gold: Sequence[LabelledComment], current: Sequence[Prediction], candidate: Sequence[Prediction], *, by_pair: bool = True
) -> dict[str, Figure]:
    """Return the figures of two models by a paired bootstrap: both are scored on the very same resamples.

    Parameters
    ----------
    gold : sequence of LabelledComment
        At least one.
    current, candidate : sequence of Prediction
        One a comment, in the same order.
    by_pair : bool
        Whether all the comments of a pair are drawn together; else each is drawn alone.

    Returns
    -------
    dict
        ``macro_f1``, ``lenient``, ``direction``, ``calibration_error`` and the F1 of each label that the comments have.
    """
    weights = _weights([c.group for c in gold] if by_pair else [str(i) for i in range(len(gold))])
    before, after = (_scores(gold, predicted, weights) for predicted in (current, candidate))
    return {
        name: Figure(name, float(before[name][0]), float(after[name][0]), _ends(after[name][1:]), _ends(after[name][1:] - before[name][1:]))
        for name in after
    }


def _weights(groups: Sequence[str]) -> Floats:
    """Return how often each comment counts, a row a resample; in the first row each counts once."""
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    drawn = np.random.default_rng(SEED).integers(0, len(names), (DRAWS, len(names)))
    times = np.stack([np.ones(len(names)), *(np.bincount(row, minlength=len(names)) for row in drawn)])
    return np.asarray(times[:, member], dtype=np.float64)


def _scores(gold: Sequence[LabelledComment], predicted: Sequence[Prediction], weights: Floats) -> dict[str, Floats]:
    """Return each figure of one model, one value a row of weights; NaN where a resample has nothing to measure."""
    labels = sorted({c.view for c in gold}, key=lambda label: (VIEWS.index(label) if label in VIEWS else len(VIEWS), label))
    truth = np.array([[c.view == label for label in labels] for c in gold])
    guess = np.array([[p.label == label for label in labels] for p in predicted])
    right = np.array([c.view == p.label for c, p in zip(gold, predicted, strict=True)])
    lenient = np.array([p.label in c.accepted for c, p in zip(gold, predicted, strict=True)])
    directed = right & np.array([c.lead is not None for c in gold]) & any(p.lead is not None for p in predicted)
    pointed = directed & np.array([c.lead == p.lead for c, p in zip(gold, predicted, strict=True)])
    there = weights @ truth
    each = np.where(there > 0, _ratio(2 * (weights @ (truth & guess)), there + weights @ guess), np.nan)
    probability = np.array([p.probability for p in predicted])
    order = np.arange(len(gold))
    chosen = [np.repeat(order, row.astype(np.int64)) for row in weights]
    return {
        "macro_f1": np.nanmean(each, axis=1),
        "lenient": _ratio(weights @ lenient, weights.sum(axis=1)),
        "direction": _ratio(weights @ pointed, weights @ directed),
        "calibration_error": np.array([calibration_error(probability[rows], right[rows]) for rows in chosen]),
        **{LABEL + label: each[:, i] for i, label in enumerate(labels)},
    }


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0), dtype=np.float64)


def _ends(values: Floats) -> tuple[float, float]:
    """Return the ends of the 95 % interval (percentiles); NaN without a value."""
    known = values[~np.isnan(values)]
    if not len(known):
        return _NAN, _NAN
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)


def speed(current: Views, candidate: Views, comments: Sequence[LabelledComment], rounds: int = 5) -> tuple[float, float]:
    """Return how many comments the candidate reads in a second, and the ratio to the current model.

    Both read the comments once to warm up, and then in turns; who is first changes from round to round. The ratio is the median
    of the rounds'.

    Parameters
    ----------
    current, candidate : Views
        The models.
    comments : sequence of LabelledComment
        What is read.
    rounds : int
        Rounds that count, at least one.
    """
    models = (current, candidate)
    for model in models:
        seconds(model, comments)
    taken = np.empty((rounds, 2))
    for number in range(rounds):
        for which in (0, 1) if number % 2 == 0 else (1, 0):
            taken[number, which] = seconds(models[which], comments)
    return len(comments) / float(np.median(taken[:, 1])), float(np.median(taken[:, 0] / taken[:, 1]))


def seconds(model: Views, comments: Sequence[LabelledComment]) -> float:
    """Return how long a model reads comments."""
    start = time.perf_counter()
    predict(model, comments)
    return time.perf_counter() - start


def compare_definitions(current: Bundle, candidate: Bundle, data: Path) -> tuple[int, str, dict[str, Figure]]:
    """Return sentences, fingerprint, and the F1 of two bundles of definitions for both profiles, without intervals.

    Parameters
    ----------
    current, candidate : Bundle
        The bundles.
    data : path
        Labelled sentences that neither was trained on.
    """
    from smsn.definitions.candidate import PROFILES
    from smsn.definitions.training import evaluate

    told = {profile: [evaluate(bundle, data, profile) for bundle in (current, candidate)] for profile in PROFILES}
    figures = {LABEL + profile: Figure(LABEL + profile, before["f1"], after["f1"]) for profile, (before, after) in told.items()}
    last = told[PROFILES[-1]][1]
    return last["n"], last["signature"].partition("corpus:")[2].partition(" ")[0], figures


def own_predictions(bundle: Bundle, comments: Sequence[LabelledComment]) -> list[tuple[LabelledComment, Prediction]]:
    """Return the comments that a model which did not see them has read when the bundle was trained, with what it said.

    Parameters
    ----------
    bundle : Bundle
        Its manifest may hold ``own``.
    comments : sequence of LabelledComment
        The user's own file.

    Raises
    ------
    BundleError
        If the predictions in the manifest are damaged.
    """
    try:
        told = (bundle.manifest.get("own") or {}).get("predictions", {})
        found = [(comment, told[comment.key]) for comment in comments if comment.key in told]
        return [(comment, Prediction(str(one["view"]), one["lead"], float(one["probability"]))) for comment, one in found]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        place = f"{bundle.path / 'manifest.json'}" if bundle.path else bundle.name
        raise BundleError(f"{place}: its predictions under 'own' are damaged ({error!r}). Copy the bundle again, or retrain it with: smsn train --add FILE") from error
