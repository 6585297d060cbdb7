"""Which comments to label next: those of which the model is unsure, which it expects to bring a label that is rare so far, and which are unlike each other.

Takes comments and a model, gives :class:`~smsn.labelling.Task` objects, the most telling first. Must not import spaCy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from smsn import golden
from smsn.bundle import Bundle
from smsn.corpus_file import LabelledComment
from smsn.diversity import near_pairs, plain
from smsn.errors import InputError, PairError
from smsn.featurize import pair_key, read_features
from smsn.judging import Readings, Views
from smsn.labelling import Task
from smsn.records import Comment
from smsn.terms import Pair

MOST = 4_000
"""Comments among which is chosen: of more, the least sure."""

BATCH = 2_000
"""Comments that are read at a time."""

_LEAST = 1e-3  # added to two of the factors, so that something is chosen where all are sure, or alike
Array = NDArray[np.float64]


def suggest(
    comments: Iterable[str | Comment],
    n: int = 50,
    *,
    pair: Pair | Sequence[str] | None = None,
    model: Bundle | Path | str | None = None,
    labelled: Sequence[LabelledComment] = (),
    seed: int = 13,
) -> list[Task]:
    """Return the comments to label next, at most `n`, the one that teaches most first.

    Chosen one after the other, each is the one with the largest product of three: how small the margin between its two likeliest labels is; how rare its
    labels are so far (the sum over the labels of its probability / (1 + labelled and chosen comments that have the label, or are expected to)); how
    unlike it is to the labelled or chosen comment that it is most like. The first k are what `n` = k gives. A text that says again what another says about
    the same pair, or nearly, is chosen once; one that nearly repeats a labelled one is not.

    Parameters
    ----------
    comments : iterable of str or Comment
        Texts get the ids 1, 2, 3 …
    n : int
        How many.
    pair : Pair or sequence of two str, optional
        The terms of the comments that have none of their own.
    model : Bundle or path, optional
        A bundle of views; the one in use without it.
    labelled : sequence of LabelledComment
        What is labelled already; labels that the model does not know make no other label rarer or commoner.
    seed : int
        Decides between comments that are equally good.

    Returns
    -------
    list of Task
        Their ids are those of the comments, with ``-2``, ``-3`` … behind an id that an earlier task has; none, where all is labelled already.

    Raises
    ------
    InputError
        If `n` is less than 1, or there is no comment.
    PairError
        If a comment has no pair and none is given.
    BundleError
        If the model cannot be loaded.

    References
    ----------
    Settles (2009), Active learning literature survey (margin sampling, density and diversity).
    Ertekin, Huang, Bottou and Giles (2007), Learning on the border: active learning in imbalanced data classification.
    """
    if n < 1:
        raise InputError(f"n is {n}; at least one comment is suggested.")
    given = None if pair is None else Pair.of(pair)
    rows = _distinct([_paired(comment, i, given) for i, comment in enumerate(comments, 1)], labelled)
    if not rows:
        return []
    bundle = model if isinstance(model, Bundle) else golden.load(model)
    order = np.random.default_rng(seed).permutation(len(rows)).tolist()
    rows = [rows[i] for i in order]
    likely, told = _read(bundle.model, rows)
    margins = _margins(likely)
    kept = np.argsort(margins, kind="stable")[:MOST]
    rows, likely, margins, told = [rows[i] for i in kept], likely[kept], margins[kept], [told[i] for i in kept]
    vectors = _vectors(bundle.model, [(row.text, row.pair) for row in rows])
    alike, met = np.zeros(len(rows)), np.zeros(likely.shape[1])
    if labelled:
        shown = _vectors(bundle.model, [(c.text, c.pair) for c in labelled])
        alike = np.asarray((vectors @ shown.T).max(axis=1).todense()).ravel()
        met = np.array([sum(c.view == label for c in labelled) for label in bundle.model.classes_.tolist()], float)
    chosen = _greedy(vectors, likely, margins, alike, met, _repeats(rows, labelled), n)
    ids = _distinct_ids([str(rows[i].id) for i in chosen])
    return [_task(id_, rows[i], told[i], margins[i], rank) for rank, (id_, i) in enumerate(zip(ids, chosen, strict=True), 1)]


def _greedy(vectors: Any, likely: Array, margins: Array, alike: Array, met: Array, barred: set[int], n: int) -> list[int]:
    """Return the places of `n` rows, one after the other: unsure, with labels that are rare so far, and unlike those before.

    `vectors` are rows of length 1, `likely` their probabilities, shape (rows, labels), `margins` between the two largest; `alike` says how like a labelled comment each is, `met` how many comments
    have each label already. `barred` are rows that may not be chosen; of rows that nearly repeat each other all but one are among them.
    """
    free = np.ones(len(likely), bool)
    free[list(barred)] = False
    chosen: list[int] = []
    while free.any() and len(chosen) < n:
        worth = (1.0 + _LEAST - margins) * (likely @ (1 / (1 + met))) * (1.0 + _LEAST - alike)
        best = int(np.where(free, worth, -1.0).argmax())
        chosen.append(best)
        free[best] = False
        alike = np.maximum(alike, (vectors @ vectors[best].T).toarray().ravel())
        met = met + likely[best]
    return chosen


def _margins(likely: Array) -> Array:
    """Return how far apart the two likeliest labels of each row are."""
    best = np.sort(likely, axis=1)[:, -2:]
    return np.asarray(best[:, 1] - best[:, 0])


def _paired(comment: str | Comment, number: int, given: Pair | None) -> Comment:
    comment = Comment(id=number, text=comment) if isinstance(comment, str) else comment
    comment = replace(comment, id=number) if comment.id is None else comment
    if comment.pair is not None:
        return comment
    if given is None:
        raise PairError('no pair of terms is given. Pass pair=("A", "B"), or --pair "A" "B".')
    return replace(comment, pair=given.terms)


def _distinct(comments: Sequence[Comment], labelled: Sequence[LabelledComment]) -> list[Comment]:
    """Return the comments that say something that is not labelled, each once, in an order that does not hang on theirs."""
    if not comments:
        raise InputError("there is no comment to choose from. Give a file with at least one.")
    there = {(pair_key(*c.pair), plain(c.text)) for c in labelled}
    found: dict[tuple[int, str], Comment] = {}
    for comment in comments:
        assert comment.pair is not None
        key = (pair_key(*comment.pair), plain(comment.text))
        if key[1] and key not in there:
            found.setdefault(key, comment)
    return [found[key] for key in sorted(found)]


def _read(model: Views, rows: Sequence[Comment]) -> tuple[Array, list[tuple[str, str | None, float]]]:
    """Return the probabilities of the labels of each comment, and what the model says of it."""
    likely: list[Array] = []
    told: list[tuple[str, str | None, float]] = []
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        readings: Readings = model.read(read_features(((row.text, row.pair or ()) for row in batch), model.scope)[1])
        likely.append(readings.probabilities)
        for row, label, lead, probability in zip(batch, readings.labels, readings.leads, readings.probabilities.max(axis=1).tolist(), strict=True):
            told.append((label, None if lead is None or row.pair is None else row.pair[lead], probability))
    return np.vstack(likely), told


def _vectors(model: Views, texts: Sequence[tuple[str, Any]]) -> Any:
    """Return one row a text, of length 1, over the model's columns."""
    return normalize(model.vectorizer_.transform(read_features(texts, model.scope)[1]))


def _repeats(rows: Sequence[Comment], labelled: Sequence[LabelledComment]) -> set[int]:
    """Return the places of the comments that nearly repeat, about the same pair, a labelled one or one before them, which is less sure."""
    texts = [*(plain(row.text) for row in rows), *(plain(c.text) for c in labelled)]
    keys = [pair_key(*pair) for pair in (*(row.pair or () for row in rows), *(c.pair for c in labelled))]
    return {a if b >= len(rows) else b for a, b in near_pairs(texts) if a < len(rows) and keys[a] == keys[b]}


def _distinct_ids(ids: Sequence[str]) -> list[str]:
    """Return ids that are all different, as labelling tools want them.

    >>> _distinct_ids(["a", "b", "a", "a-2", "a"])
    ['a', 'b', 'a-2', 'a-2-2', 'a-3']
    """
    found: dict[str, None] = {}
    for id_ in ids:
        found[next(name for name in (id_, *(f"{id_}-{k}" for k in range(2, len(ids) + 1))) if name not in found)] = None
    return list(found)


def _task(id_: str, row: Comment, told: tuple[str, str | None, float], margin: float, rank: int) -> Task:
    assert row.pair is not None
    view, direction, probability = told
    meta = {"rank": rank, "margin": round(float(margin), 4), **({"author": row.author} if row.author else {})}
    return Task(id_, (row.pair[0], row.pair[1]), row.text, view, direction, round(probability, 4), meta)
