"""From named features to a view, with the numbers of a fitted model.

Takes the :class:`~smsn.features.Features` of a batch of comments, gives a view with calibrated probabilities and the term that the view points to.
Needs no scikit-learn, by which :mod:`smsn.views` fits the numbers; must not import spaCy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smsn.cells import Array, Cells, Columns, signed
from smsn.features import Features
from smsn.featurize import Scope
from smsn.vocabulary import Ints

TELLS_NOTHING = ""
"""What a part tells that tells nothing."""

LEAST, STEEP, SHIFT = 0.2, 3.0, 0.8
"""The attention of a part that surely tells nothing; how fast it rises to 1, and from where. Chosen by writer-held-out cross-validation."""


class Rationales:
    """What each part of a comment tells, and how much attention it gets: one row of weights a label, and one for ``TELLS_NOTHING``."""

    classes_: NDArray[np.str_]
    coef_: Array
    intercept_: Array

    def attention(self, scores: Array, logistic: Callable[[Array], Array] | None = None) -> Array:
        """Return how much each part counts, from ``LEAST`` to 1, shape (parts,).

        Parameters
        ----------
        scores : array of shape (parts, classes)
            What each part tells.
        logistic : callable, optional
            The logistic function. Models are fitted with that of scipy, so that a model can be made again to the last digit.
        """
        silent = scores[:, np.searchsorted(self.classes_, TELLS_NOTHING)]
        return LEAST + (1 - LEAST) * (logistic or _logistic)(STEEP * (SHIFT - silent))

    def telling(self, scores: Array, labels: NDArray[Any]) -> Array:
        """Return how much each part tells of a label, shape (parts,); NaN for a label that no part is known to tell."""
        place = np.minimum(np.searchsorted(self.classes_, labels), len(self.classes_) - 1)
        told = scores[np.arange(len(scores)), place] - scores[:, np.searchsorted(self.classes_, TELLS_NOTHING)]
        return np.where(self.classes_[place] == labels, told, np.nan)


class Scores:
    """One row of weights a label, and the temperature of their scores."""

    classes_: NDArray[np.str_]
    coef_: Array
    intercept_: Array
    temperature_: float


@dataclass(frozen=True, slots=True)
class Readings:
    """What the model reads in each of n comments.

    `scores` and `probabilities`, of shape (n, classes), are in the order of the model's classes; `best` is the
    place of the most probable class, `labels` its name; `leads` is 0 or 1 for the term that the label points to, None where it
    points to none. `pulls`, of shape (n, directed classes), are the direction scores, positive for term 0; `cells` are what
    the scores were computed from, `told`, of shape (parts, rationale classes), what each part tells, None without a rationale model.
    """

    labels: list[str]
    best: Ints
    scores: Array
    probabilities: Array
    leads: list[int | None]
    pulls: Array
    cells: Cells
    told: Array | None


class Views:
    """A fitted model of views: its columns, the weights of the labels, of the parts, and of each label's direction.

    `ordered` and `own` say what it reads beside the features that every model reads.
    """

    vectorizer_: Columns
    classifier_: Scores
    rationale_: Rationales | None
    classes_: NDArray[np.str_]
    directions_: Mapping[str, Array]
    ordered: bool
    own: tuple[int, ...]

    @property
    def scope(self) -> Scope:
        """What is read beside the features that every model reads."""
        return Scope(self.ordered, frozenset(self.own))

    def read(self, X: Features) -> Readings:
        """Return what the model reads in the comments of a batch."""
        vectorizer, size = self.vectorizer_, len(X)
        views, directions, rationales = self._weights
        cells, told = vectorizer.cells(X), None
        if self.rationale_ is not None:
            told = np.asarray(vectorizer.part_matrix(cells, len(X.owners)) @ rationales) + self.rationale_.intercept_
            cells = cells.attended(self.rationale_.attention(told))
        scores = np.asarray(vectorizer.matrix(cells, size) @ views) + self.classifier_.intercept_
        pulls = np.asarray(vectorizer.matrix(cells, size, signed(cells)) @ directions)
        return self.judge(scores, pulls, cells, told)

    def judge(self, scores: Array, pulls: Array, cells: Cells, told: Array | None) -> Readings:
        """Return the readings that follow from scores of shape (n, classes) and direction scores of shape (n, directed classes)."""
        best = scores.argmax(axis=1)
        leads: list[int | None] = [None] * len(best)
        for column, label in enumerate(sorted(self.directions_)):
            mine = np.flatnonzero(self.classes_[best] == label)
            for i, pull in zip(mine.tolist(), pulls[mine, column].tolist(), strict=True):
                leads[i] = None if pull == 0.0 else int(pull < 0)
        labels = [str(label) for label in self.classes_[best].tolist()]
        probabilities = softmax(scores / self.classifier_.temperature_)
        return Readings(labels, best, scores, probabilities, leads, pulls, cells, told)

    @property
    def _weights(self) -> tuple[Array, Array, Array]:
        """The weights of views, directions and rationales, each with one row a column: what a batch is multiplied with."""
        cached: tuple[Array, Array, Array] | None = self.__dict__.get("_weights_cache")
        if cached is None:
            directions = np.array([self.directions_[label] for label in sorted(self.directions_)]).reshape(-1, len(self.vectorizer_.names_))
            rationales = self.rationale_.coef_ if self.rationale_ is not None else directions[:0]
            cached = self.__dict__["_weights_cache"] = tuple(np.ascontiguousarray(w.T) for w in (self.classifier_.coef_, directions, rationales))
        return cached

    def telling(self, X: Features, readings: Readings, classes: Ints | None = None) -> Array:
        """Return how much each part tells of a class of its comment, shape (parts,); NaN where that is not known.

        Parameters
        ----------
        X, readings, classes
            As in :meth:`shares`.
        """
        if self.rationale_ is None or readings.told is None:
            return np.full(len(X.owners), np.nan)
        classes = readings.best if classes is None else classes
        return self.rationale_.telling(readings.told, self.classes_[classes[X.owners]])

    def shares(self, X: Features, readings: Readings, classes: Ints | None = None) -> Array:
        """Return what each feature occurrence adds to the score of a class, shape (occurrences,).

        Intercept and shares sum to the uncalibrated score.

        Parameters
        ----------
        X : Features
            The features of n comments.
        readings : Readings
            What :meth:`read` returned for them.
        classes : array of shape (n,), optional
            Which class of each comment; the chosen one without it.
        """
        cells = readings.cells
        classes = readings.best if classes is None else classes
        shares = np.zeros(len(X.names))
        shares[cells.occurrences] = self.classifier_.coef_[classes[cells.rows], cells.columns] * cells.values
        return shares


def _logistic(values: Array) -> Array:
    return np.asarray((1 + np.tanh(values / 2)) / 2)


def softmax(scores: Array) -> Array:
    """Return the shares of the exponentials of each row, shape (n, classes); :mod:`scipy.special`, which has it too, takes long to import."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
