"""The vectorizer: which features have a column, and how much each weighs.

Takes :class:`~smsn.features.Features`, gives what :mod:`smsn.cells` reads with. Must not import spaCy.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from smsn.cells import Array, Cells, Columns
from smsn.features import Features
from smsn.featurize import OWN, WEIGHTS
from smsn.vocabulary import Names

MIN_OWN = 2
"""An own column of a pair is a feature that occurs in at least so many of its comments."""


class FeatureVectorizer(Columns, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Features to a sparse matrix: weighted counts times idf, over the root of the sum of the squares of the occurrences.

    It does not read text: give it what :func:`smsn.features.extract` returns. What differs from scikit-learn's
    ``TfidfVectorizer``: a score is a sum over occurrences, each with its place (:meth:`cells`).

    Parameters
    ----------
    min_df : int
        Columns are the features that occur in at least so many comments.
    """

    def __init__(self, min_df: int = 5) -> None:
        self.min_df = min_df

    def fit(self, X: Features, y: Any = None) -> Self:
        """Learn the columns and their idf from a batch of comments."""
        names, place, inverse = np.unique(X.names, return_index=True, return_inverse=True)
        width = max(1, len(names))
        df = np.bincount(np.unique(X.rows * width + inverse) % width, minlength=len(names))
        groups = X.groups[place]
        own = groups >= OWN
        kept = df >= np.where(own, MIN_OWN, self.min_df)
        self.names_: Names = names[kept]
        self.own_: NDArray[np.bool_] = own[kept]
        size = np.where(self.own_, len(np.unique(X.rows[X.groups >= OWN])), len(X))
        self.idf_: Array = WEIGHTS[groups[kept]] * (np.log((1 + size) / (1 + df[kept])) + 1)
        return self

    def cells(self, X: Features) -> Cells:
        """Return the occurrences of a batch that have a column."""
        check_is_fitted(self, "names_")
        return super().cells(X)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the cached table out of what is saved."""
        state: dict[str, Any] = super().__getstate__()
        return {key: value for key, value in state.items() if key != "_buckets_cache"}
