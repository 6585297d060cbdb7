"""Which part of a comment tells the view: a linear model of sentences, learnt from words that people marked.

Takes a matrix with one row a part and what each tells. Must not import spaCy.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from smsn.cells import Array
from smsn.judging import Rationales


class RationaleModel(Rationales, BaseEstimator):  # type: ignore[misc]
    """Linear support vector machines over the parts of comments, one against the rest: what a part tells, or nothing.

    Words that a reader marks as the grounds of a label are its rationale; a model of them says where in a text to look.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty.
    folds : int
        Folds of the out-of-fold scores.
    random_state : int
        Seed of the folds and of the optimizer.

    References
    ----------
    Zaidan, Eisner and Piatko (2007), Using annotator rationales to improve machine learning for text categorization.
    """

    def __init__(self, C: float = 0.3, folds: int = 3, random_state: int = 13) -> None:
        self.C = C
        self.folds = folds
        self.random_state = random_state

    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Fit to a matrix of shape (parts, features) and what each part tells: a label, or ``TELLS_NOTHING``."""
        model = LinearSVC(C=self.C, random_state=self.random_state, max_iter=10_000).fit(X, np.asarray(y))
        coef, intercept = model.coef_, model.intercept_
        if len(model.classes_) == 2:
            coef, intercept = np.vstack([-coef, coef]), np.concatenate([-intercept, intercept])
        self.classes_ = model.classes_
        self.coef_: Array = np.round(coef * 256) / 256
        self.intercept_: Array = np.asarray(intercept)
        return self

    def scores(self, X: Any) -> Array:
        """Return one score a class, shape (parts, classes)."""
        return np.asarray(X @ self.coef_.T) + self.intercept_

    def held_out_scores(self, X: Any, y: NDArray[Any], known: NDArray[np.bool_], groups: ArrayLike) -> Array:
        """Return scores of all parts of shape (parts, classes), by models that saw no part of the same group.

        Parameters
        ----------
        X : matrix of shape (parts, features)
            All parts.
        y, known : arrays of shape (parts,)
            What each tells, and whether that is known.
        groups : array-like of shape (parts,)
            Parts of one group are held out together.
        """
        out = np.zeros((X.shape[0], len(self.classes_)))
        folds = GroupKFold(self.folds, shuffle=True, random_state=self.random_state)
        for train, test in folds.split(X, groups=np.asarray(groups)):
            seen = train[known[train]]
            model = clone(self).fit(X[seen], y[seen])
            out[np.ix_(test, np.searchsorted(self.classes_, model.classes_))] = model.scores(X[test])
        return out
