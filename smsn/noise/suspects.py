"""Likely label errors, the likeliest first.

Takes labelled comments and a bundle, gives :class:`Suspect` objects: cleanlab's ranking on probabilities of models that did not see the
comment. cleanlab brings pandas along and is imported when it is needed.
"""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.special import expit

from smsn.bundle import Bundle
from smsn.columns import FeatureVectorizer
from smsn.corpus_file import LabelledComment, fingerprint
from smsn.diversity import near_pairs, plain
from smsn.errors import InputError
from smsn.featurize import Scope, read_features
from smsn.training import MANY, MIN_DF, MIN_DF_OF_FEW
from smsn.views import ViewClassifier

FOLDS = 5
"""Folds of the models that are trained on the file itself."""

INNER = 2
"""Folds in each of these that set its temperature; labels with fewer comments get none, so there are few."""

CONTRADICTED = 0.2
"""Probability of the given direction under which it is doubted. Of pairs that the model has not seen, 3 in 4 turned directions are under it
and 1 in 100 right ones."""

LEAST = 1e-6
"""Least probability that is averaged."""

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A comment and how likely its label is.

    Parameters
    ----------
    place : int
        Where in the list of comments it stands, from 0.
    comment : LabelledComment
        The comment.
    given, suggested : str
        Its label, and the likeliest one: the same where only the direction is doubted, or nothing.
    quality : float
        How likely the label is, or the direction where that is doubted: in [0, 1].
    issue : bool
        Whether cleanlab's filter takes the label for an error, or the direction is doubted.
    direction : str, optional
        The term that `suggested` points to, as far as the bundle knows.
    """

    place: int
    comment: LabelledComment
    given: str
    suggested: str
    quality: float
    issue: bool
    direction: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the suspect as a JSON-ready dict, its comment by the id."""
        told = {name: getattr(self, name) for name in ("place", "given", "suggested", "issue")}
        directions = {"given_direction": self.comment.direction, "suggested_direction": self.direction}
        return {"id": self.comment.id, **told, **directions, "quality": round(self.quality, 6)}


def can_look() -> bool:
    """Return whether cleanlab is installed, so that label errors can be looked for."""
    return importlib.util.find_spec("cleanlab") is not None


def label_errors(comments: Sequence[LabelledComment], bundle: Bundle | None = None, *, seed: int = 13) -> list[Suspect]:
    """Return every comment with how likely its label is, the least likely first.

    A comment is judged by a model that is trained on the rest of the file, without the fifth that it and its near-duplicates are in. Given a
    bundle, that model reads what the bundle says, too, whatever its labels are; if it has all labels of the file, both probabilities are
    averaged, and directions that the bundle contradicts are listed. What stands in `also` is as good as the label.

    Parameters
    ----------
    comments : sequence of LabelledComment
        Labelled with whatever. If they have fewer than two labels, nothing can be said of them, and the list is empty.
    bundle : Bundle, optional
        A bundle of views that was not trained on these comments. One whose manifest says that it was is not asked.
    seed : int
        Seed of the folds.

    Raises
    ------
    InputError
        If cleanlab is not installed.

    References
    ----------
    Northcutt, Jiang and Chuang (2021), Confident learning: estimating uncertainty in dataset labels.
    """
    need_cleanlab()
    names, labels = np.unique([c.view for c in comments], return_inverse=True)
    if len(names) < 2:
        return []
    said = None if bundle is None or _saw(bundle, comments) else ask(bundle, comments)
    probabilities = accepting_also(out_of_sample(comments, labels, names, said, seed), comments, labels, names)
    quality, issues = judge(labels, probabilities)
    likely = names[probabilities.argmax(axis=1)].tolist()
    found = []
    for place, (comment, view) in enumerate(zip(comments, likely, strict=True)):
        first = said.first[view][place] if said is not None and view in said.first else None
        found.append(_suspect(Suspect(place, comment, comment.view, view, float(quality[place]), bool(issues[place])), first))
    return sorted(found, key=lambda suspect: suspect.quality)


def _suspect(suspect: Suspect, first: float | None) -> Suspect:
    """Return a suspect with the direction of what is suggested; `first` is how likely that points to the first term, None where nobody knows."""
    comment = suspect.comment
    if suspect.suggested != suspect.given:
        return suspect if first is None else replace(suspect, direction=comment.pair[int(first < 0.5)])
    if first is None or comment.lead is None:
        return replace(suspect, direction=comment.direction)
    right = float(first if comment.lead == 0 else 1 - first)
    if right >= CONTRADICTED:
        return replace(suspect, direction=comment.direction)
    return replace(suspect, direction=comment.pair[1 - comment.lead], quality=min(suspect.quality, right), issue=True)


def need_cleanlab() -> None:
    """Raise InputError without cleanlab."""
    if not can_look():
        raise InputError('looking for label errors needs cleanlab, which is not installed. Run: pip install "smsn[labels]"')


def _saw(bundle: Bundle, comments: Sequence[LabelledComment]) -> bool:
    """Return whether the manifest tells that the bundle was trained on these comments: on just them, or adapted to some of them."""
    own = (bundle.manifest.get("own") or {}).get("predictions", {})
    return bundle.manifest["corpus"]["fingerprint"] == fingerprint(comments) or any(c.key in own for c in comments)


@dataclass(frozen=True, slots=True)
class Said:
    """What a bundle says of n comments: its labels, how likely each is, (n, labels), and of some how likely each points to the first term, (n,)."""

    labels: list[str]
    probabilities: Array
    first: dict[str, Array]


def ask(bundle: Bundle, comments: Sequence[LabelledComment]) -> Said:
    """Return what a bundle says of comments, without looking at their labels."""
    model = bundle.model
    readings = model.read(read_features(((c.text, c.pair) for c in comments), model.scope)[1])
    first = dict(zip(sorted(model.directions_), expit(readings.pulls).T, strict=True))
    return Said([str(label) for label in model.classes_], readings.probabilities, first)


def out_of_sample(comments: Sequence[LabelledComment], labels: Ints, names: NDArray[Any], said: Said | None, seed: int) -> Array:
    """Return how likely each of `names` is for each comment, by models that did not see it; shape (comments, names).

    What the bundle says is a few more columns for the models of the file. Its own probabilities carry a small file; those models one whose labels mean
    something else than the bundle's (benchmarks/noise.py).
    """
    ordered = all(c.direction is None for c in comments)
    features = read_features(((c.text, c.pair) for c in comments), Scope(ordered=ordered))[1]
    matrix = FeatureVectorizer(MIN_DF if len(comments) >= MANY else MIN_DF_OF_FEW).fit(features).transform(features)
    before = np.full((len(comments), len(names)), 1 / len(names))
    known = said is not None and set(names) <= set(said.labels)
    if said is not None:
        matrix = sparse.hstack([matrix, sparse.csr_matrix(said.probabilities)]).tocsr()
        if known:
            before = _normed(said.probabilities[:, [said.labels.index(name) for name in names]])
    alone = _by_folds(matrix, labels, clusters_of(comments), before, seed)
    return _normed(np.sqrt(before * _normed(alone))) if known else alone


def _normed(probabilities: Array) -> Array:
    """Return probabilities none of which is nought; rows sum to 1."""
    raised = np.maximum(probabilities, LEAST)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _by_folds(matrix: sparse.csr_matrix, labels: Ints, clusters: Ints, before: Array, seed: int) -> Array:
    """Return out-of-fold probabilities; a label that the other folds lack keeps the probability that it had `before`."""
    told = before.copy()
    folds = dealt(labels, clusters, seed)
    for fold in range(FOLDS):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        if len(test) and len(np.unique(labels[train])) > 1:
            model = ViewClassifier(folds=INNER, random_state=seed).fit(matrix[train], labels[train])
            cells = np.ix_(test, model.classes_)
            told[cells] = model.predict_proba(matrix[test]) * before[cells].sum(axis=1, keepdims=True)
    return told


def dealt(labels: Ints, clusters: Ints, seed: int) -> Ints:
    """Return the fold of each comment: clusters stay whole, and those of each label are spread evenly."""
    firsts = np.random.default_rng(seed).permutation(np.unique(clusters, return_index=True)[1])
    folds = np.empty(len(firsts), np.int64)
    folds[clusters[firsts[np.argsort(labels[firsts], kind="stable")]]] = np.arange(len(firsts)) % FOLDS
    return folds[clusters]


def clusters_of(comments: Sequence[LabelledComment]) -> Ints:
    """Return a number for each comment, the same for those that near-duplicates join."""
    pairs = np.array(near_pairs([plain(c.text) for c in comments]), np.int64).reshape(-1, 2)
    edges = sparse.coo_matrix((np.ones(len(pairs)), pairs.T), shape=(len(comments), len(comments)))
    return np.asarray(connected_components(edges, directed=False)[1], np.int64)


def accepting_also(probabilities: Array, comments: Sequence[LabelledComment], labels: Ints, names: NDArray[Any]) -> Array:
    """Return probabilities in which the label has those of the labels that are accepted beside it."""
    told = probabilities.copy()
    for i, comment in enumerate(comments):
        beside = np.flatnonzero(np.isin(names, [label for label in comment.also if label != comment.view]))
        told[i, labels[i]] += told[i, beside].sum()
        told[i, beside] = 0.0
    return told


def judge(labels: Ints, probabilities: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return cleanlab's quality of each label, and whether its filter takes it for an error: the least likely ones, as many as it expects."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cleanlab warns of labels with few comments
        quality = importlib.import_module("cleanlab.rank").get_label_quality_scores(labels, probabilities)
        issues = importlib.import_module("cleanlab.filter").find_label_issues(labels, probabilities, filter_by="low_self_confidence", n_jobs=1)
    return np.clip(quality, 0.0, 1.0), issues & (probabilities.argmax(axis=1) != labels)
