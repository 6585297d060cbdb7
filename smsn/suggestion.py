"""Which comments to label next: those of which the model is unsure, unlike each other and like many others.

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
from smsn.labelling import Task
from smsn.records import Comment
from smsn.terms import Pair
from smsn.views import Readings, ViewModel

MOST = 4_000
"""Comments among which is chosen: of more, the least sure. Their similarities take 128 MB."""

BATCH = 2_000
"""Comments that are read at a time."""

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

    Each is the one whose margin between its two likeliest labels is small, times how many comments it is like that no labelled or chosen comment is
    like yet. The first k are therefore a good choice of k. A text that says again what another says, or nearly, is chosen once; one that nearly
    repeats a labelled one is not.

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
        What is labelled already.
    seed : int
        Decides between comments that are equally good.

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
    Nemhauser, Wolsey and Fisher (1978), An analysis of approximations for maximizing submodular set functions (facility location, chosen greedily).
    Wei, Iyer and Bilmes (2015), Submodularity in data subset selection and active learning.
    """
    if n < 1:
        raise InputError(f"n is {n}; at least one comment is suggested.")
    given = None if pair is None else Pair.of(pair)
    rows = _distinct([_paired(comment, i, given) for i, comment in enumerate(comments, 1)], labelled)
    bundle = model if isinstance(model, Bundle) else golden.load(model)
    order = np.random.default_rng(seed).permutation(len(rows)).tolist()
    rows = [rows[i] for i in order]
    margins, told = _read(bundle.model, rows)
    kept = np.argsort(margins, kind="stable")[:MOST]
    rows, margins, told = [rows[i] for i in kept], margins[kept], [told[i] for i in kept]
    near = _near_labelled(rows, labelled)
    vectors = _vectors(bundle.model, [(row.text, row.pair) for row in rows])
    similar = np.asarray((vectors @ vectors.T).todense())
    covered = np.zeros(len(rows))
    if labelled:
        shown = _vectors(bundle.model, [(c.text, c.pair) for c in labelled])
        covered = np.asarray((vectors @ shown.T).max(axis=1).todense()).ravel()
    chosen = _greedy(similar, 1.0 - margins, covered, near | _repeats(rows), n)
    return [_task(rows[i], told[i], margins[i], rank) for rank, i in enumerate(chosen, 1)]


def _greedy(similar: Array, unsure: Array, covered: Array, barred: set[int], n: int) -> list[int]:
    """Return the places of `n` rows, one after the other: unsure, and like many that none chosen before is like.

    `barred` are rows that may not be chosen; of rows that nearly repeat each other all but one are among them.
    """
    free = np.ones(len(unsure), bool)
    free[list(barred)] = False
    chosen: list[int] = []
    while free.any() and len(chosen) < n:
        gains = np.maximum(similar - covered[:, None], 0.0).sum(axis=0) * (unsure + 1e-3)
        best = int(np.where(free, gains, -1.0).argmax())
        chosen.append(best)
        free[best] = False
        covered = np.maximum(covered, similar[:, best])
    return chosen


def _paired(comment: str | Comment, number: int, given: Pair | None) -> Comment:
    comment = Comment(id=number, text=comment) if isinstance(comment, str) else comment
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


def _read(model: ViewModel, rows: Sequence[Comment]) -> tuple[Array, list[tuple[str, str | None, float]]]:
    """Return how far apart the two likeliest labels of each comment are, and what the model says of it."""
    margins: list[float] = []
    told: list[tuple[str, str | None, float]] = []
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        readings: Readings = model.read(read_features(((row.text, row.pair or ()) for row in batch), model.scope)[1])
        best = np.sort(readings.probabilities, axis=1)[:, -2:]
        margins += (best[:, 1] - best[:, 0]).tolist()
        for row, label, lead, probability in zip(batch, readings.labels, readings.leads, best[:, 1].tolist(), strict=True):
            told.append((label, None if lead is None or row.pair is None else row.pair[lead], probability))
    return np.array(margins), told


def _vectors(model: ViewModel, texts: Sequence[tuple[str, Any]]) -> Any:
    """Return one row a text, of length 1, over the model's columns."""
    return normalize(model.vectorizer_.transform(read_features(texts, model.scope)[1]))


def _near_labelled(rows: Sequence[Comment], labelled: Sequence[LabelledComment]) -> set[int]:
    """Return the places of the comments that nearly repeat a labelled one."""
    pairs = near_pairs([*(plain(row.text) for row in rows), *(plain(c.text) for c in labelled)])
    return {a for a, b in pairs if a < len(rows) <= b}


def _repeats(rows: Sequence[Comment]) -> set[int]:
    """Return the places of the comments that nearly repeat one before them: the surer of both."""
    return {b for _a, b in near_pairs([plain(row.text) for row in rows])}


def _task(row: Comment, told: tuple[str, str | None, float], margin: float, rank: int) -> Task:
    assert row.pair is not None
    view, direction, probability = told
    meta = {"rank": rank, "margin": round(float(margin), 4), **({"author": row.author} if row.author else {})}
    return Task(str(row.id), (row.pair[0], row.pair[1]), row.text, view, direction, round(probability, 4), meta)
