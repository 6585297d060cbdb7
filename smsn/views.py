"""The estimators: how the numbers of a model of views are fitted to labelled comments; how they are read with stands in :mod:`smsn.judging`.

Takes the :class:`~smsn.features.Features` of comments and their labels. Must not import spaCy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_softmax
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, StratifiedKFold
from sklearn.svm import LinearSVC
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from smsn.cells import Array, Cells, signed, summed
from smsn.columns import FeatureVectorizer
from smsn.features import Features
from smsn.judging import TELLS_NOTHING, Readings, Scores, Views, softmax
from smsn.rationales import RationaleModel

MIX = {"synonym": 0.09, "subset": 0.13, "tool-use": 0.04, "enables": 0.07, "complement": 0.05, "distinct": 0.39, "none": 0.23}
"""How often each view is held in real text: shares among 414 real statements about 255 pairs, none of which are trained on."""


class ViewClassifier(Scores, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Linear support vector machines, one against the rest, with temperature-scaled probabilities.

    The temperature is the one number that makes the out-of-fold probabilities most likely; it changes
    no decision. Out-of-fold means: no comment of the same group in training.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty.
    mix : dict of label to share, optional
        The mix of labels to be expected: classes are weighted as if the training data had it. Without it, or
        where the data hold another label, each class weighs the same.
    warmth : float
        Factor on the temperature, for texts that are further from the training data than its folds are from each other.
    folds : int
        Folds of the out-of-fold scores.
    random_state : int
        Seed of the folds and of the optimizer.

    References
    ----------
    Guo, Pleiss, Sun and Weinberger (2017), On calibration of modern neural networks, section 4.2.
    Fan, Chang, Hsieh, Wang and Lin (2008), LIBLINEAR: a library for large linear classification.
    """

    def __init__(self, C: float = 0.8, mix: dict[str, float] | None = None, warmth: float = 1.0, folds: int = 5, random_state: int = 13) -> None:
        self.C = C
        self.mix = mix
        self.warmth = warmth
        self.folds = folds
        self.random_state = random_state

    def fit(self, X: Any, y: ArrayLike, groups: ArrayLike | None = None) -> Self:
        """Fit to a matrix of shape (n, features) and n labels; rows of one group share a fold.

        Raises
        ------
        ValueError
            If `y` holds fewer than two labels.
        """
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)
        check_classification_targets(y)
        y = np.asarray(y)
        self.classes_ = np.unique(y)
        if len(self.classes_) < 2:
            raise ValueError(f"ViewClassifier needs two classes or more to tell apart, got 1 class: {self.classes_[0]!r}")
        self.coef_, self.intercept_ = self._linear(X, y)
        self.temperature_ = 1.0
        self.held_out_ = self._held_out_scores(X, y, groups)
        if len(self.held_out_):
            rows = np.isfinite(self.held_out_).all(axis=1)
            self.temperature_ = self.warmth * _temperature(self.held_out_[rows], np.searchsorted(self.classes_, y)[rows])
        return self

    def decision_function(self, X: Any) -> Array:
        """Return the uncalibrated scores, shape (n, classes), or (n,) for two classes."""
        scores = self.scores(X)
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def scores(self, X: Any) -> Array:
        """Return one uncalibrated score a class, shape (n, classes)."""
        check_is_fitted(self, "coef_")
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        return np.asarray(X @ self.coef_.T) + self.intercept_

    def predict_proba(self, X: Any) -> Array:
        """Return calibrated probabilities, shape (n, classes); rows sum to 1."""
        return softmax(self.scores(X) / self.temperature_)

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable label of each row, shape (n,)."""
        scores = self.scores(X)
        return np.asarray(self.classes_[scores.argmax(axis=1)])

    def _linear(self, X: Any, y: NDArray[Any]) -> tuple[Array, Array]:
        labels, counts = np.unique(y, return_counts=True)
        weights: Any = "balanced"
        if self.mix is not None and set(labels.tolist()) <= set(self.mix):
            weights = {label: self.mix[label] * len(y) / n for label, n in zip(labels.tolist(), counts.tolist(), strict=True)}
        model = LinearSVC(C=self.C, class_weight=weights, random_state=self.random_state, max_iter=10_000).fit(X, y)
        coef, intercept = model.coef_, model.intercept_
        if len(labels) == 2:
            coef, intercept = np.vstack([-coef, coef]) / 2, np.concatenate([-intercept, intercept]) / 2
        return _coarse(coef), _coarse(intercept)

    def _held_out_scores(self, X: Any, y: NDArray[Any], groups: ArrayLike | None) -> Array:
        """Return out-of-fold scores, shape (n, classes), NaN where a fold lacks a class; empty if there are too few rows."""
        _, counts = np.unique(y, return_counts=True)
        splits = self._splits(X, y, groups) if counts.min() >= self.folds else ()
        scores = np.full((len(y) if counts.min() >= self.folds else 0, len(self.classes_)), np.nan)
        for train, test in splits:
            if len(np.unique(y[train])) == len(self.classes_):
                coef, intercept = self._linear(X[train], y[train])
                scores[test] = np.asarray(X[test] @ coef.T) + intercept
        return scores

    def _splits(self, X: Any, y: NDArray[Any], groups: ArrayLike | None) -> Iterator[tuple[Any, Any]]:
        if groups is not None and len(np.unique(np.asarray(groups))) >= self.folds:
            folds = GroupKFold(self.folds, shuffle=True, random_state=self.random_state)
            yield from folds.split(X, y, np.asarray(groups))
        else:
            yield from StratifiedKFold(self.folds, shuffle=True, random_state=self.random_state).split(X, y)

    def __sklearn_tags__(self) -> Any:
        """Say that sparse matrices are welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _coarse(weights: ArrayLike) -> Array:
    """Return weights as multiples of 1/1024: no decision hangs on more, and a file of them is a third of the size."""
    return np.asarray(np.round(np.asarray(weights, dtype=float) * 1024) / 1024)


def _temperature(scores: Array, gold: NDArray[np.intp]) -> float:
    """Return the temperature that makes the `gold` columns of `scores` most likely."""
    if not len(scores):
        return 1.0

    def loss(log_t: float) -> float:
        likely = log_softmax(scores / np.exp(log_t), axis=1)
        return float(-likely[np.arange(len(gold)), gold].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3.0, 3.0), method="bounded").x))


class ViewModel(Views, BaseEstimator):  # type: ignore[misc]
    """Features to view and direction: a vectorizer, a classifier, and one direction model a directed label.

    It takes what :func:`smsn.featurize.read_features` returns, not text. Where the rationales of enough comments are known, a model of
    them says how much each part of a comment counts. A direction model is a logistic
    regression without intercept over signed features, so that exchanging the terms turns its answer round
    exactly.

    Parameters
    ----------
    vectorizer : FeatureVectorizer
        Cloned before fitting.
    classifier : ViewClassifier
        Cloned before fitting.
    rationale : RationaleModel
        Cloned before fitting.
    direction_C : float
        Inverse strength of the direction models' penalty.
    ordered : bool
        Whether (a, b) and (b, a) are different questions: for labels without any direction.
    own : tuple of int
        The pairs that have columns of their own (:func:`smsn.featurize.pair_key`).
    """

    vectorizer_: FeatureVectorizer
    classifier_: ViewClassifier
    rationale_: RationaleModel | None

    def __init__(
        self,
        vectorizer: FeatureVectorizer = FeatureVectorizer(),  # noqa: B008
        classifier: ViewClassifier = ViewClassifier(),  # noqa: B008
        rationale: RationaleModel = RationaleModel(),  # noqa: B008
        direction_C: float = 10.0,
        ordered: bool = False,
        own: tuple[int, ...] = (),
    ) -> None:
        self.vectorizer = vectorizer
        self.classifier = classifier
        self.rationale = rationale
        self.direction_C = direction_C
        self.ordered = ordered
        self.own = own

    def fit(
        self,
        X: Features,
        y: Sequence[str],
        leads: Sequence[int | None],
        groups: Sequence[str] | None = None,
        told: Sequence[str | None] | None = None,
    ) -> Self:
        """Fit to n comments.

        Parameters
        ----------
        X : Features
            The features of n comments, from :func:`smsn.featurize.read_features` with this model's `scope`.
        y : sequence of n str
            Labels; any set of two or more.
        leads : sequence of n int or None
            0 or 1: the term that the label points to; None without a direction.
        groups : sequence of n str, optional
            Comments of one group (a pair) are held out together when probabilities are calibrated.
        told : sequence of str or None, optional
            What each part of the comments tells: a label, ``judging.TELLS_NOTHING``, or None where nobody has said. Without it every part counts alike.
        """
        labels, size = np.asarray(y), len(X)
        self.vectorizer_ = clone(self.vectorizer).fit(X)
        cells = self.vectorizer_.cells(X)
        self.rationale_ = None
        if told is not None:
            cells = cells.attended(self._fit_rationale(X, cells, told, np.arange(size) if groups is None else np.asarray(groups)))
        matrix = summed(self.vectorizer_.matrix(cells, size))
        self.classifier_ = clone(self.classifier).fit(matrix, labels, groups)
        self.classes_ = self.classifier_.classes_
        self.directions_ = self._fit_directions(summed(self.vectorizer_.matrix(cells, size, signed(cells))), labels, leads)
        self.__dict__.pop("_weights_cache", None)
        return self

    def _fit_rationale(self, X: Features, cells: Cells, told: Sequence[str | None], groups: NDArray[Any]) -> Array:
        """Fit the rationale model and return the attention of each part by models that did not see its group."""
        parts = summed(self.vectorizer_.part_matrix(cells, len(X.owners)))
        known = np.array([label is not None for label in told])
        labels = np.array([label or TELLS_NOTHING for label in told])
        self.rationale_ = clone(self.rationale).fit(parts[known], labels[known])
        return self.rationale_.attention(self.rationale_.held_out_scores(parts, labels, known, groups[X.owners]), expit)

    def _fit_directions(self, oriented: sparse.csr_matrix, labels: NDArray[Any], leads: Sequence[int | None]) -> dict[str, Array]:
        """Return one weight vector for each label that is ever given with a direction; `oriented` are signed values."""
        pointed = np.array([lead is not None for lead in leads])
        if not pointed.any():
            return {}
        rows = np.flatnonzero(pointed).tolist()
        oriented = oriented[rows]
        sign = np.array([1 if leads[i] == 0 else -1 for i in rows])
        directions: dict[str, Array] = {}
        for label in np.unique(labels[rows]).tolist():
            mine = labels[rows] == label
            # Each comment stands twice, once with the terms exchanged: both classes are there, the mean is nought.
            both = sparse.vstack([oriented[mine], -oriented[mine]])
            model = LogisticRegression(C=self.direction_C, fit_intercept=False, max_iter=1000)
            directions[label] = _coarse(model.fit(both, np.concatenate([sign[mine], -sign[mine]])).coef_[0])
        return directions

    def read(self, X: Features) -> Readings:
        """Return what the model reads in the comments of a batch."""
        check_is_fitted(self, "classifier_")
        return super().read(X)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the cached weights out of what is saved."""
        state: dict[str, Any] = super().__getstate__()
        return {key: value for key, value in state.items() if key != "_weights_cache"}
