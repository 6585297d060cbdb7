"""How likely a reader would accept a candidate as a definition.

Three linear models of named features: of the sentence as a whole, which needs no parse; of the slot that the term stands in; of the
words that would define it. The first two say whether the term is defined, the third by which words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC
from sklearn.utils.validation import check_is_fitted

from smsn.columns import FeatureVectorizer
from smsn.definitions.candidate import PROFILES
from smsn.definitions.spans import Described
from smsn.features import Features

Array = NDArray[np.float64]
Names = Sequence[Sequence[str]]

_SLOTS, _SPANS = 1 << 18, 1 << 17  # columns of the hashed features
_GRAIN = 1024
_LOST = 0.015  # of the definitions, which the gate may keep from the parser


@dataclass(frozen=True, slots=True)
class Examples:
    """What a model of definitions is fitted to.

    Parameters
    ----------
    sentences : Features
        The features of n sentences.
    defines : array of bool, shape (profiles, n)
        Whether each holds a definition, by profile.
    known : array of bool, shape (profiles, n)
        Whether that is known.
    gated : array of bool, shape (n,)
        Whether the sentence has to pass the gate: not if terms of a pair are asked for.
    groups : sequence of n str
        Sentences of one group are held out together.
    slots : sequence of m lists of str
        The slots of the candidate terms.
    owners : array of int, shape (m,)
        The sentence of each.
    defined : array of float, shape (m,)
        1 for a term that is defined, 0 for one that is not, NaN where that is not known.
    asked : array of bool, shape (m,)
        Whether the label of the sentence is about that term.
    spans : Described
        The k candidate definientia of the terms that are defined.
    exact : array of bool, shape (k,)
        Whether each is the right one.
    terms : array of int, shape (k,)
        The term of each; candidates of one term are weighed against each other.
    """

    sentences: Features
    defines: NDArray[np.bool_]
    known: NDArray[np.bool_]
    gated: NDArray[np.bool_]
    groups: Sequence[str]
    slots: Names
    owners: NDArray[np.int64]
    defined: Array
    asked: NDArray[np.bool_]
    spans: Described
    exact: NDArray[np.bool_]
    terms: NDArray[np.int64]


class DefinitionModel(BaseEstimator):  # type: ignore[misc]
    """Linear support vectors over sentences, slots and spans, and a logistic regression that joins the first two.

    Parameters
    ----------
    sentence_C, slot_C, span_C : float
        Inverse strength of the L2 penalty of each.
    min_df : int
        Features of sentences that occur in at least so many of them are kept.
    folds : int
        Folds of the out-of-fold scores that the regression is fitted to.
    random_state : int
        Seed of the folds and of the optimizers.
    """

    def __init__(
        self, sentence_C: float = 0.6, slot_C: float = 0.05, span_C: float = 0.02, min_df: int = 2, folds: int = 5, random_state: int = 13
    ) -> None:
        self.sentence_C = sentence_C
        self.slot_C = slot_C
        self.span_C = span_C
        self.min_df = min_df
        self.folds = folds
        self.random_state = random_state

    def fit(self, X: Examples, y: None = None) -> Self:
        """Fit to examples.

        Raises
        ------
        ValueError
            If no sentence, or every sentence, holds a definition.
        """
        self.vectorizer_ = FeatureVectorizer(self.min_df).fit(X.sentences)
        matrix, slots = self.vectorizer_.transform(X.sentences), hashed(X.slots, _SLOTS)
        self.sentence_coef_, self.sentence_intercept_ = self._sentences(matrix, X.defines, X.known)
        self.slot_coef_, self.slot_intercept_ = self._slots(slots, X.defined, np.isfinite(X.defined))
        self.span_coef_ = self._spans(X.spans, X.exact, X.terms)
        self._join(X, matrix, slots)
        return self

    def _sentences(self, matrix: Any, defines: NDArray[np.bool_], known: NDArray[np.bool_]) -> tuple[Array, Array]:
        """Return one row of weights a profile."""
        fitted = [self._svm(matrix[mine], told[mine], self.sentence_C) for told, mine in zip(defines, known, strict=True)]
        return np.vstack([coef for coef, _ in fitted]), np.array([intercept for _, intercept in fitted])

    def _slots(self, slots: Any, defined: Array, known: NDArray[np.bool_]) -> tuple[Array, float]:
        told = defined[known] > 0
        return self._svm(slots[known], told, self.slot_C, {True: 3, False: 1}) if len(set(told)) == 2 else (np.zeros(slots.shape[1]), 0.0)

    def _spans(self, spans: Described, exact: NDArray[np.bool_], terms: NDArray[np.int64]) -> Array:
        """Return weights under which the right span of a term stands above the others of it (Joachims 2002, ranking SVM)."""
        right = np.full(int(terms.max(initial=-1)) + 1, -1)
        right[terms[exact]] = np.flatnonzero(exact)
        worse = np.flatnonzero(~exact & (right[terms] >= 0)) if len(terms) else np.empty(0, np.int64)
        if not len(worse):
            return np.zeros(_SPANS)
        matrix = _sums(spans) @ hashed(spans.names, _SPANS)
        sign = np.where(np.arange(len(worse)) % 2, 1, -1)
        model = LinearSVC(C=self.span_C, fit_intercept=False, random_state=self.random_state, max_iter=10_000)
        model.fit((matrix[right[terms[worse]]] - matrix[worse]).multiply(sign[:, None]).tocsr(), sign)
        return np.asarray(np.round(model.coef_[0] * _GRAIN) / _GRAIN)

    def _svm(self, matrix: Any, told: NDArray[np.bool_], C: float, weight: dict[bool, int] | None = None) -> tuple[Array, float]:
        model = LinearSVC(C=C, class_weight=weight, random_state=self.random_state, max_iter=10_000).fit(matrix, told)
        return np.round(model.coef_[0] * _GRAIN) / _GRAIN, float(model.intercept_[0])

    def _join(self, X: Examples, matrix: Any, slots: Any) -> None:
        """Fit the regressions that join the scores of sentence and slot, and keep what is out of fold for the threshold."""
        size = len(X.groups)
        folds = GroupKFold(min(self.folds, len(set(X.groups))), shuffle=True, random_state=self.random_state)
        told, stood = np.zeros((len(X.defines), size)), np.zeros(len(X.owners))
        for train, test in folds.split(np.zeros(size), groups=X.groups):
            inside = np.zeros(size, bool)
            inside[train] = True
            mine = inside[X.owners]
            coef, intercept = self._sentences(matrix, X.defines, X.known & inside)
            told[:, test] = (matrix[test] @ coef.T + intercept).T
            slot_coef, slot_intercept = self._slots(slots, X.defined, np.isfinite(X.defined) & mine)
            stood[~mine] = slots[~mine] @ slot_coef + slot_intercept
        best, asked = (_best(stood, X.owners, mine, size) for mine in (np.ones(len(stood), bool), X.asked))
        self.join_coef_, self.join_intercept_ = np.zeros((len(X.defines), 2)), np.zeros(len(X.defines))
        for k, (defines, known) in enumerate(zip(X.defines, X.known & np.isfinite(best), strict=True)):
            model = LogisticRegression(C=100.0).fit(np.column_stack([told[k], best])[known], defines[known])
            self.join_coef_[k], self.join_intercept_[k] = model.coef_[0], model.intercept_[0]
        self.held_out_ = self._held_out(told, best)
        self.thresholds_ = _thresholds(self.held_out_, X.defines, X.known)
        about = X.known & np.isfinite(asked)
        both = all(len(set(defines[mine])) == 2 for defines, mine in zip(X.defines, about, strict=True))
        self.asked_thresholds_ = _thresholds(self._held_out(told, asked), X.defines, about) if both else self.thresholds_
        accepted = [told[k][known & X.gated & X.defines[k] & (self.held_out_[k] >= self.thresholds_[k])] for k, known in enumerate(X.known)]
        self.gates_ = np.array([np.quantile(scores, _LOST) if len(scores) else -np.inf for scores in accepted])

    def _held_out(self, told: Array, stood: Array) -> Array:
        """Return the probability that each sentence defines, shape (profiles, n), from the scores of the sentences and of one term each."""
        each = self.join_coef_[:, :1] * told + self.join_coef_[:, 1:] * np.where(np.isfinite(stood), stood, 0.0) + self.join_intercept_[:, None]
        return np.asarray(np.maximum.accumulate(np.where(np.isfinite(stood), expit(each), 0.0)))

    def sentence_scores(self, X: Features) -> Array:
        """Return one score a sentence and profile, shape (n, profiles)."""
        check_is_fitted(self, "sentence_coef_")
        cells = self.vectorizer_.cells(X)
        return np.asarray(self.vectorizer_.matrix(cells, len(X)) @ np.ascontiguousarray(self.sentence_coef_.T)) + self.sentence_intercept_

    def slot_scores(self, slots: Names) -> Array:
        """Return one score a slot, shape (m,)."""
        return np.asarray(hashed(slots, _SLOTS) @ self.slot_coef_) + self.slot_intercept_

    def span_scores(self, spans: Described) -> Array:
        """Return one score a span, shape (k,): the sum of those of its parts."""
        return np.asarray(_sums(spans) @ (hashed(spans.names, _SPANS) @ self.span_coef_))

    def probabilities(self, sentence: Array, slots: Array, profile: str = "broad") -> Array:
        """Return the probability that each term is defined, shape (m,).

        What counts for a profile counts for the looser ones behind it, so theirs is at least as high.

        Parameters
        ----------
        sentence : array of shape (profiles,) or (m, profiles)
            The score of the sentence.
        slots : array of shape (m,)
            The scores of the terms' slots.
        profile : {"strict", "broad"}
            What counts as a definition.
        """
        each = [
            expit(self.join_coef_[k, 0] * sentence[..., k] + self.join_coef_[k, 1] * slots + self.join_intercept_[k])
            for k in range(PROFILES.index(profile) + 1)
        ]
        return np.asarray(np.max(each, axis=0))

    def threshold(self, profile: str, asked: bool = False) -> float:
        """Return the probability from which the profile accepts a definition: of any term, or of one that was asked for."""
        return float((self.asked_thresholds_ if asked else self.thresholds_)[PROFILES.index(profile)])

    def worth_parsing(self, scores: Array, profile: str) -> NDArray[np.bool_]:
        """Return which sentences are, from their scores of shape (n, profiles): few definitions that were accepted score less."""
        count = PROFILES.index(profile) + 1
        return np.asarray((scores[:, :count] >= self.gates_[:count]).any(axis=1))

    def __getstate__(self) -> dict[str, Any]:
        """Leave what is out of fold out of what is saved."""
        state: dict[str, Any] = super().__getstate__()
        return {key: value for key, value in state.items() if key != "held_out_"}


def _sums(spans: Described) -> Any:
    """Return the sparse matrix of shape (spans, parts) that adds up the parts of each span."""
    count, each = spans.parts.shape
    return csr_matrix((np.ones(count * each), spans.parts.ravel(), np.arange(count + 1) * each), shape=(count, len(spans.names)))


def hashed(names: Names, columns: int) -> Any:
    """Return lists of names as a sparse matrix of shape (lists, columns), hashed (Weinberger et al. 2009, feature hashing)."""
    return FeatureHasher(columns, input_type="string").transform(names)


def _best(stood: Array, owners: NDArray[np.int64], counted: NDArray[np.bool_], size: int) -> Array:
    """Return the best score among the terms of each sentence that count; minus infinity where there is none."""
    best = np.full(size, -np.inf)
    np.maximum.at(best, owners[counted], stood[counted])
    return best


def _thresholds(held_out: Array, defines: NDArray[np.bool_], counted: NDArray[np.bool_]) -> Array:
    """Return the threshold of each profile over the sentences that count; a looser profile has none that is higher."""
    each = [_threshold(mine[k], told[k]) for mine, told, k in zip(held_out, defines, counted, strict=True)]
    return np.asarray(np.minimum.accumulate(each))


def _threshold(probabilities: Array, defines: NDArray[np.bool_]) -> float:
    """Return the probability at which F1 is highest out of fold; the middle of the best plateau's grid."""
    grid = np.linspace(0.1, 0.9, 81)
    found = np.array([_f1(probabilities >= t, defines) for t in grid])
    return float(np.round(np.mean(grid[found >= found.max() - 0.002]), 2))


def _f1(predicted: NDArray[np.bool_], gold: NDArray[np.bool_]) -> float:
    both = int((predicted & gold).sum())
    return 2 * both / max(1, int(predicted.sum() + gold.sum()))
