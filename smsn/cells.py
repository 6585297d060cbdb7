"""From named features to the columns of a matrix, with what a fitted vectorizer knows.

Takes :class:`~smsn.features.Features`, gives :class:`Cells` and sparse matrices with one row a comment, in which every occurrence adds its own
share to a cell. Needs no scikit-learn, which takes as long to import as everything else; must not import spaCy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from smsn.features import Features
from smsn.vocabulary import Flags, Ints, Names

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cells:
    """The occurrences that have a column: where they are in the batch, their columns, rows, parts, leads and values.

    Parallel arrays, in the order of the parts. Several may fall into one cell of the matrix, whose value is their sum.
    The squares of a comment's values sum to 1, those in the columns of a pair's own apart (`own`).
    """

    occurrences: Ints
    columns: Ints
    rows: Ints
    parts: Ints
    leads: Ints
    values: Array
    own: NDArray[np.bool_]

    def attended(self, attention: Array) -> Cells:
        """Return the cells with each part's values weighed by its `attention`, of shape (parts,)."""
        return replace(self, values=_normed(self.values * attention[self.parts], self.rows, self.own))


class Columns:
    """The columns of a matrix: their names, sorted, their idf, and which of them count for one pair alone."""

    names_: Names
    idf_: Array
    own_: Flags

    def cells(self, X: Features) -> Cells:
        """Return the occurrences of a batch that have a column."""
        columns = self._lookup(X.names)
        known = np.flatnonzero(columns >= 0)
        parts = X.parts.take(known)
        order = np.argsort(parts.astype(np.uint16 if len(X.owners) <= 1 << 16 else np.int64), kind="stable")
        known, parts = known.take(order), parts.take(order)
        rows, kept = X.owners.take(parts), columns.take(known).astype(np.int64)
        own = self.own_.take(kept)
        return Cells(known, kept, rows, parts, X.leads.take(known), _normed(self.idf_.take(kept), rows, own), own)

    def matrix(self, cells: Cells, size: int, values: Array | None = None) -> sparse.csr_matrix:
        """Return the matrix of shape (size, columns), one row a comment; each occurrence adds its value, or one of `values`; cells may be repeated."""
        return self._rows(cells.rows, cells, size, cells.values if values is None else values)

    def part_matrix(self, cells: Cells, size: int) -> sparse.csr_matrix:
        """Return the matrix of shape (size, columns), one row a part; the squares of a part's values sum to 1."""
        return self._rows(cells.parts, cells, size, _normed(cells.values, cells.parts, cells.own))

    def transform(self, X: Features) -> sparse.csr_matrix:
        """Return the matrix of shape (comments, columns)."""
        return summed(self.matrix(self.cells(X), len(X)))

    def _rows(self, rows: Ints, cells: Cells, size: int, values: Array) -> sparse.csr_matrix:
        starts = np.searchsorted(rows, np.arange(size + 1))
        return sparse.csr_matrix((values, cells.columns, starts), shape=(size, len(self.names_)))

    def _lookup(self, names: Names) -> NDArray[np.int32]:
        """Return the column of each name, -1 where it has none: a hash table whose buckets are stretches of the sorted names."""
        starts, filled, shift = self._buckets
        left = np.flatnonzero(filled.take((names >> shift).view(np.int64)))
        out = np.full(len(names), -1, np.int32)
        sought = names.take(left)
        bucket = (sought >> shift).view(np.int64)
        at, last = starts.take(bucket), starts.take(bucket + 1)
        while len(left):
            hit = self.names_.take(at) == sought
            out[left[hit]] = at[hit]
            more = np.flatnonzero(~hit & (at + 1 < last))
            left, at, last, sought = left[more], at[more] + 1, last[more], sought[more]
        return out

    @property
    def _buckets(self) -> tuple[NDArray[np.int32], Flags, np.uint64]:
        """Where the names of each bucket begin, which buckets have any, and how far a name is shifted to be the number of its own."""
        cached: tuple[NDArray[np.int32], Flags, np.uint64] | None = self.__dict__.get("_buckets_cache")
        if cached is None:
            bits = max(4, len(self.names_).bit_length() + 2)
            shift = np.uint64(64 - bits)
            edges = np.searchsorted((self.names_ >> shift).astype(np.int64), np.arange((1 << bits) + 1))
            cached = self.__dict__["_buckets_cache"] = (edges.astype(np.int32), edges[1:] > edges[:-1], shift)
        return cached


def signed(cells: Cells) -> Array:
    """Return the values of `cells`, turned round where term 1 leads and nought where no term does.

    Exchanging the terms negates them exactly.
    """
    turn: Array = np.array([1.0, -1.0, 0.0])
    return cells.values * turn[cells.leads]


def summed(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return the matrix with repeated cells made one, in place."""
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def _normed(values: Array, groups: Ints, own: NDArray[np.bool_]) -> Array:
    """Return the values over the root of the sum of the squares of their group, in which `own` ones do not count."""
    squares = np.bincount(groups, np.where(own, 0.0, values * values))
    return np.asarray(values / np.sqrt(np.where(squares > 0, squares, 1.0)).take(groups))
