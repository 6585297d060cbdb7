"""How likely a reader would accept a candidate as a definition.

Takes candidates and the parsed sentence, gives probabilities. The model is a logistic regression over a
few named features of the rule, the words at the borders of the parts, and the sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from smsn.definitions.candidate import Candidate


_BEFORE = frozenset(("DET", "ADP", "SCONJ", "CCONJ", "PUNCT", "PRON"))
_OPENS = frozenset(("DET", "PRON", "SCONJ", "PART", "ADP", "NUM"))


def describe(doc: Doc, candidate: Candidate) -> dict[str, float]:
    """Return the named features of one candidate, each 0 or 1 or a small number."""
    first, last = candidate.definiens
    start, end = candidate.sentence
    before = candidate.term_span[0] - 1
    head = doc[candidate.genus[0]] if candidate.genus else None
    words = {t.lower_ for t in doc[start:end]}
    names = [
        f"rule {candidate.rule}",
        f"kind {candidate.kind}",
        f"before {_small(doc[before], _BEFORE, 'word') if before >= start else '<s>'}",
        f"opens {_small(doc[first], _OPENS, doc[first].pos_)}",
        f"verb {doc[max(start, first - 1)].lower_ if doc[max(start, first - 1)].pos_ in ('AUX', 'ADP') else '-'}",
        f"genus {head.pos_ if head is not None else '-'} {head.tag_ if head is not None else ''}",
        f"length {min(5, (last - first).bit_length())}",
        f"relative {int(any(t.dep_ in ('relcl', 'acl') for t in doc[first:last]))}",
        f"preposition {int(any(t.dep_ == 'prep' for t in doc[first:last]))}",
        f"first {int(candidate.term_span[0] - start < 3)}",
        f"person {int(bool(words & {'my', 'me', 'our', 'his', 'her'}))}",
        f"past {int(bool(words & {'was', 'were', 'had', 'did'}))}",
        f"if {int(bool(words & {'if', 'when', 'unless'}))}",
    ]
    if head is not None:
        names.append(f"noun {head.lemma_.lower()}")
    return dict.fromkeys(names, 1.0)


def _small(token: Token, kinds: frozenset[str], otherwise: str) -> str:
    """Return a grammatical word itself, and of any other only what it is."""
    return token.lower_ if token.pos_ in kinds else otherwise


class DefinitionModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Logistic regression over named features of candidates.

    It takes what :func:`describe` returns, not text.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty.
    """

    def __init__(self, C: float = 1.0) -> None:
        self.C = C

    def fit(self, X: Sequence[dict[str, float]], y: ArrayLike) -> Self:
        """Fit to n feature dicts and n booleans."""
        self.vectorizer_ = DictVectorizer()
        self.model_ = LogisticRegression(C=self.C, max_iter=1000).fit(
            self.vectorizer_.fit_transform(X), np.asarray(y, dtype=bool)
        )
        self.classes_ = self.model_.classes_
        return self

    def predict_proba(self, X: Sequence[dict[str, float]]) -> Any:
        """Return probabilities, shape (n, 2): not a definition, a definition."""
        check_is_fitted(self, "model_")
        return self.model_.predict_proba(self.vectorizer_.transform(X))

    def predict(self, X: Sequence[dict[str, float]]) -> Any:
        """Return booleans, shape (n,)."""
        return self.predict_proba(X)[:, 1] >= 0.5

    def probabilities(self, doc: Doc, candidates: Sequence[Candidate]) -> list[float]:
        """Return the probability of each candidate of one parsed Doc."""
        return [float(p) for p in self.predict_proba([describe(doc, c) for c in candidates])[:, 1]]
