"""From masked text to named features: the one function that training and prediction share.

Takes a :class:`~smsn.masked.Masked` text, gives :class:`Feature` occurrences. A feature's name never
says which of the two terms it saw, only in what order: inside a feature the first mention is ``T``, and a
later one ``T`` again or, if it is the other term, ``U``. Names are therefore the same when the terms change
places, and `lead`, the term that is ``T``, carries the direction. Must not import spaCy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from smsn.cues import VIEW_CUES
from smsn.lexicon import shape
from smsn.masked import Masked

Feature = tuple[str, int, int, int]
"""One occurrence of a feature: ``(name, first, last, lead)`` over the tokens ``first:last`` of a masked text.

`lead` is the term (0 or 1) of the first mention in it, -1 without a mention; a feature of the whole comment
has ``first == last``. A plain tuple, since a comment has hundreds.
"""


@dataclass(frozen=True)
class FeatureSettings:
    """How long the n-grams are.

    Parameters
    ----------
    words, shapes : int
        Longest n-gram of words, and of collapsed shapes.
    between : int
        Most tokens between two mentions that are read as a path.
    """

    words: int = 3
    shapes: int = 6
    between: int = 12


def extract(masked: Masked, settings: FeatureSettings = FeatureSettings()) -> list[Feature]:
    """Return every feature occurrence of a masked text.

    Groups, by the letter that names start with: ``w`` word n-grams, ``s`` n-grams of collapsed shapes
    (function words and cue lemmas kept, runs of content words as one class), ``b`` what stands between
    two neighbouring mentions, ``c`` cues, ``g`` the comment as a whole. Features of a question start with ``?``; the structure of
    the sentences that name both terms counts once more, under names that start with ``*``.

    Parameters
    ----------
    masked : Masked
        From :func:`smsn.masked.mask`.
    settings : FeatureSettings, optional
        Lengths.

    Returns
    -------
    list of Feature
        In no particular order; the same feature once for each place.
    """
    out: list[Feature] = []
    focus = _focus(masked)
    for first, last, question in masked.sentences:
        asked = "?" if question else ""
        words = masked.words[first:last]
        terms = masked.terms[first:last]
        _ngrams(asked + "w", words, terms, range(first, last), range(first + 1, last + 1), settings.words, out)
        structure = len(out)
        _shape_ngrams(masked, first, last, asked, settings.shapes, out)
        _between(masked, first, last, asked, settings.between, out)
        _cues(words, terms, first, asked, out)
        if first in focus:
            out += [("*" + name, i, j, lead) for name, i, j, lead in out[structure:]]
    out += _whole(masked)
    return out


def _focus(masked: Masked) -> set[int]:
    """Return the starts of the sentences that name both terms or, without any, of those that name one."""
    named = [(first, set(masked.terms[first:last]) - {-1}) for first, last, _question in masked.sentences]
    most = max((len(terms) for _first, terms in named), default=0)
    return {first for first, terms in named if terms and len(terms) == most}


def _ngrams(
    group: str, words: Sequence[str], terms: Sequence[int], starts: Sequence[int], ends: Sequence[int], longest: int, out: list[Feature]
) -> None:
    """Append all n-grams of up to `longest` of `words`; starts and ends are their places in the text."""
    count = len(words)
    append = out.append
    for i in range(count):
        name, lead, start = group, -1, starts[i]
        for j in range(i, min(i + longest, count)):
            term = terms[j]
            if term < 0:
                name = f"{name} {words[j]}"
            elif lead < 0:
                lead = term
                name += " T"
            else:
                name += " T" if term == lead else " U"
            append((name, start, ends[j], lead))


_CONTENT = frozenset("RGDNJVSW")


def _shape_ngrams(masked: Masked, first: int, last: int, asked: str, longest: int, out: list[Feature]) -> None:
    """Append n-grams of shapes, in which a run of content words counts as its last word."""
    shapes: list[str] = ["<s>"]
    terms: list[int] = [-1]
    starts: list[int] = [first]
    ends: list[int] = [first]
    for i in range(first, last):
        term = masked.terms[i]
        name = "T" if term >= 0 else shape(masked.words[i])
        if term < 0 and name in _CONTENT and terms[-1] < 0 and shapes[-1] in _CONTENT:
            shapes[-1], ends[-1] = name, i + 1
            continue
        shapes.append(name)
        terms.append(term)
        starts.append(i)
        ends.append(i + 1)
    shapes.append("</s>")
    terms.append(-1)
    starts.append(last)
    ends.append(last)
    _ngrams(asked + "s", shapes, terms, starts, ends, longest, out)


def _between(masked: Masked, first: int, last: int, asked: str, longest: int, out: list[Feature]) -> None:
    """Append the path between each two neighbouring mentions, and its words one by one."""
    places = [i for i in range(first, last) if masked.terms[i] >= 0]
    for i, j in pairwise(places):
        lead = masked.terms[i]
        mark = "T" if masked.terms[j] == lead else "U"
        if j - i - 1 > longest:
            out.append((f"{asked}b T far {mark}", i, j + 1, lead))
            continue
        path: list[str] = []
        for k in range(i + 1, j):
            name = shape(masked.words[k])
            if not (name in _CONTENT and path and path[-1] in _CONTENT):
                path.append(name)
            if name not in _CONTENT:
                out.append((f"{asked}b T {name} {mark}", k, k + 1, lead))
        out.append((f"{asked}b T ({' '.join(path)}) {mark}", i, j + 1, lead))


def _cues(words: Sequence[str], terms: Sequence[int], first: int, asked: str, out: list[Feature]) -> None:
    """Append the cues of one sentence, with the number of mentions and a "not" before them in their name."""
    line = " ".join("T" if term >= 0 else word for word, term in zip(words, terms, strict=True))
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    position = 0
    for i, (word, term) in enumerate(zip(words, terms, strict=True)):
        starts[position] = i
        position += 1 if term >= 0 else len(word)
        ends[position] = i + 1
        position += 1
    for cue in VIEW_CUES:
        match = cue.regex.search(line)
        if match is None:
            continue
        i, j = starts[match.start()], ends[match.end()]
        negated = "!" if "not" in words[max(0, i - 3) : i] or "never" in words[max(0, i - 3) : i] else ""
        before = [t for t in terms[:i] if t >= 0]
        inside = [t for t in terms[i:j] if t >= 0]
        lead = before[-1] if before else inside[0] if inside else -1
        mark = ""
        if lead >= 0:
            rest = inside if before else inside[1:]
            mark = "T" + ("T" if rest and rest[-1] == lead else "U" if rest else "")
        out.append((f"{asked}c {cue.name}{negated}", first + i, first + j, -1))
        out.append((f"{asked}c {cue.name}{negated} {mark}", first + i, first + j, lead))


def _whole(masked: Masked) -> list[Feature]:
    """Return what holds of the comment as a whole: how long it is, how often it names which terms."""
    counts = [masked.terms.count(0), masked.terms.count(1)]
    size = len(masked.words)
    named = sum(1 for n in counts if n)
    both = sum(1 for a, b, _q in masked.sentences if {0, 1} <= set(masked.terms[a:b]))
    questions = sum(1 for *_s, q in masked.sentences if q)
    names = [
        f"g length {min(7, size.bit_length())}",
        f"g named {named}",
        f"g least {min(min(counts), 4)}",
        f"g together {min(both, 3)}",
        f"g questions {min(questions, 2)} of {min(len(masked.sentences), 3)}",
        f"g quoted {int(any(masked.quoted))}",
    ]
    return [(name, 0, 0, -1) for name in names]


class FeatureVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Lists of features to a sparse matrix: sublinear counts times idf, each row of unit length.

    It does not read text: give it what :func:`extract` returns. What differs from scikit-learn's
    ``TfidfVectorizer``: the columns keep their spans (:meth:`weigh`), and :meth:`orient` gives the same
    columns signed by the leading term.

    Parameters
    ----------
    min_df : int
        Columns are the features that occur in at least so many comments.
    """

    def __init__(self, min_df: int = 3) -> None:
        self.min_df = min_df

    def fit(self, X: Iterable[Sequence[Feature]], y: Any = None) -> Self:
        """Learn the columns and their idf from comments, each a list of features."""
        found: Counter[str] = Counter()
        size = 0
        for features in X:
            size += 1
            found.update({name for name, *_place in features})
        kept = sorted(name for name, n in found.items() if n >= self.min_df)
        self.names_: NDArray[np.str_] = np.array(kept or [""], dtype=np.str_)
        df = np.array([found[name] for name in self.names_.tolist()], dtype=float)
        self.idf_: NDArray[np.float64] = np.log((1 + size) / (1 + df)) + 1
        return self

    @property
    def vocabulary(self) -> dict[str, int]:
        """Feature name to column."""
        cached: dict[str, int] | None = self.__dict__.get("_vocabulary")
        if cached is None or len(cached) != len(self.names_):
            cached = {name: column for column, name in enumerate(self.names_.tolist())}
            self.__dict__["_vocabulary"] = cached
        return cached

    def __getstate__(self) -> dict[str, Any]:
        """Leave the cached vocabulary out of what is saved."""
        state: dict[str, Any] = super().__getstate__()
        return {key: value for key, value in state.items() if key != "_vocabulary"}

    def columns(self, features: Sequence[Feature]) -> NDArray[np.intp]:
        """Return the column of each feature occurrence of one comment, -1 where it has none; shape (occurrences,)."""
        check_is_fitted(self, "names_")
        get = self.vocabulary.get
        return np.fromiter((get(name, -1) for name, _first, _last, _lead in features), np.intp, len(features))

    def transform(self, X: Iterable[Sequence[Feature]]) -> sparse.csr_matrix:
        """Return the matrix of shape (comments, columns)."""
        check_is_fitted(self, "names_")
        return self._matrix(self.weigh(self.columns(features))[:2] for features in X)

    def orient(self, X: Iterable[Sequence[Feature]]) -> sparse.csr_matrix:
        """Return the signed matrix: occurrences led by term 0 count up, those led by term 1 count down.

        Exchanging the terms negates it exactly.
        """
        check_is_fitted(self, "names_")
        signs = {0: 1.0, 1: -1.0, -1: 0.0}
        return self._matrix(
            self.weigh(self.columns(features), np.array([signs[lead] for *_place, lead in features]))[:2] for features in X
        )

    def weigh(
        self, columns: NDArray[np.intp], signs: NDArray[np.float64] | None = None
    ) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.intp], NDArray[np.float64]]:
        """Return one row of the matrix, from the columns of its occurrences.

        Parameters
        ----------
        columns : array of shape (occurrences,)
            From :meth:`columns`.
        signs : array of shape (occurrences,), optional
            What each occurrence counts; 1 without it.

        Returns
        -------
        columns, values, inverse, counts : arrays
            The distinct columns, their values (a vector of unit length), for each known occurrence its place
            among them, and how much it was counted.
        """
        known = columns >= 0
        distinct, inverse = np.unique(columns[known], return_inverse=True)
        counts = np.bincount(inverse, None if signs is None else signs[known], minlength=len(distinct)).astype(float)
        size = np.abs(counts)
        values = np.sign(counts) * (1 + np.log(np.maximum(size, 1))) * self.idf_[distinct]
        norm = np.sqrt(values @ values)
        return distinct, values / norm if norm else values, inverse, counts

    def _matrix(self, rows: Iterable[tuple[NDArray[np.intp], NDArray[np.float64]]]) -> sparse.csr_matrix:
        indptr, indices, data = [0], [np.empty(0, np.intp)], [np.empty(0)]
        for columns, values in rows:
            indices.append(columns)
            data.append(values)
            indptr.append(indptr[-1] + len(columns))
        flat = (np.concatenate(data), np.concatenate(indices).astype(np.int32), np.array(indptr, dtype=np.int32))
        return sparse.csr_matrix(flat, shape=(len(indptr) - 1, len(self.names_)))
